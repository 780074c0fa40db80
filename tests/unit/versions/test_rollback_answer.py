"""What a person is asked about a rollback, and may answer."""

from __future__ import annotations

from typing import Any

import pytest

from cloudfront_extensions.errors import InvalidInput
from cloudfront_extensions.versions.rollback_answer import (
    AnswerRequest,
    StopRequest,
    parse_answer,
    parse_stop,
    question,
)
from cloudfront_extensions.versions.rollback_records import Rollback

ROLLBACK = Rollback("spring-1", "hash", "arn")
APPROVAL = {"requestToken": "spring-1", "approve": True, "by": "ada@example.com"}


def test_an_answer_is_read() -> None:
    assert parse_answer(APPROVAL) == AnswerRequest("spring-1", approve=True, by="ada@example.com")
    assert parse_answer({**APPROVAL, "approve": False, "comment": "no"}).comment == "no"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("requestToken", "no such/token"),
        ("approve", "yes"),
        ("approve", None),
        ("by", ""),
        ("by", "x" * 2_049),
        ("by", "two\nlines"),
        ("comment", 7),
        ("comment", "x" * 1_001),
        ("because", "of this"),
    ],
)
def test_a_wrong_field_is_named(field: str, value: Any) -> None:
    with pytest.raises(InvalidInput, match=f"^{field}: "):
        parse_answer({**APPROVAL, field: value})


@pytest.mark.parametrize("field", ["requestToken", "approve", "by"])
def test_a_missing_field_is_named(field: str) -> None:
    with pytest.raises(InvalidInput, match=f"^{field}: "):
        parse_answer({name: value for name, value in APPROVAL.items() if name != field})


def test_a_stop_is_read_and_its_wrong_fields_are_named() -> None:
    assert parse_stop({"requestToken": "spring-1", "by": "Grace"}) == StopRequest("spring-1", "Grace")
    with pytest.raises(InvalidInput, match=r"^by: it is missing"):
        parse_stop({"requestToken": "spring-1"})
    with pytest.raises(InvalidInput, match=r"^approve: there is no such field"):
        parse_stop({"requestToken": "spring-1", "by": "Grace", "approve": True})


def test_the_question_says_first_how_to_answer_and_is_cut_at_its_end() -> None:
    message = question(ROLLBACK, "x" * 300_000, "s3://bucket/plan.txt", seconds=5_400)
    assert message.subject == "CloudFront rollback spring-1 waits for your approval"
    assert len(message.text) == 250_000
    before_the_plan = message.text.partition("xxx")[0]
    for told in ("for 1 h 30 min", '"requestToken": "spring-1", "approve": true', "s3://bucket/plan.txt"):
        assert told in before_the_plan
