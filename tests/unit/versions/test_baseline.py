"""What a baseline looks at, and what it says in the end."""

from __future__ import annotations

from typing import Any

import pytest

from cloudfront_extensions.errors import InvalidInput
from cloudfront_extensions.versions.baseline import (
    BaselineRequest,
    Look,
    Result,
    cause,
    counts,
    differences,
    parse_request,
)
from cloudfront_extensions.versions.records import DELETED_ETAG, Head


def head(distribution_id: str, etag: str | None) -> Head:
    return Head(distribution_id, number=3, live=3 if etag else None, live_etag=etag)


def look(result: Result, distribution_id: str = "E1") -> Look:
    return {"distributionId": distribution_id, "result": result.value, "version": None, "reason": None}


def test_what_has_its_heads_etag_is_not_looked_at() -> None:
    found = differences([head("E1", "A"), head("E2", "B")], {"E1": "A", "E2": "C"})
    assert (found.to_look_at, found.unchanged) == (("E2",), 1)


def test_what_has_no_version_or_none_that_was_seen_live_is_looked_at() -> None:
    found = differences([head("E2", None)], {"E1": "A", "E2": "B"})
    assert (found.to_look_at, found.unchanged) == (("E1", "E2"), 0)


def test_a_list_that_does_not_tell_an_etag_means_a_look() -> None:
    assert differences([head("E1", "A"), head("E2", None)], {"E1": None, "E2": None}).to_look_at == ("E1", "E2")


def test_what_is_gone_is_looked_at_until_its_history_is_closed() -> None:
    found = differences([head("E1", "A"), head("E2", DELETED_ETAG), head("E3", None)], {})
    assert (found.to_look_at, found.unchanged) == (("E1", "E3"), 0)


def test_nothing_at_all_is_fine() -> None:
    found = differences([], {})
    assert (found.to_look_at, found.unchanged) == ((), 0)
    assert set(counts(0, []).values()) == {0}


def test_every_distribution_is_counted_once() -> None:
    told = counts(40, [look(result) for result in (*Result, Result.CAPTURED)])

    assert told == {"distributions": 46, "captured": 2, "unchanged": 41, "closed": 1, "unknown": 1, "failed": 1}


def test_a_cause_names_distributions_the_first_reason_and_the_report_and_stays_short() -> None:
    told = cause({"E1": "AwsRefused: AccessDenied", "E2": "another"}, {}, "s3://jobs/report.json")
    assert told == (
        "Not captured (2): E1, E2. "
        "The first because: AwsRefused: AccessDenied. All reasons are in s3://jobs/report.json."
    )
    many = cause({f"E{number}": "x" * 100 for number in range(10_000)}, {"E7": "batch"}, "s3://jobs/report.json")
    assert "E19 and 9980 more. Not pruned (1): E7." in many
    assert len(many) < 1_000


def test_an_empty_request_asks_for_everything() -> None:
    assert parse_request({}) == BaselineRequest((), prune=True)
    assert parse_request({"distributionIds": ["E1", "E2", "E1"], "prune": False}) == BaselineRequest(
        ("E1", "E2"), False
    )


@pytest.mark.parametrize(
    "document",
    [
        {"distributionIds": []},
        {"distributionIds": "E1"},
        {"distributionIds": ["E1", 2]},
        {"distributionIds": ["e1"]},
        {"distributionIds": ["E" + "1" * 32]},
        {"distributionIds": [f"E{number}" for number in range(1_001)]},
        {"distributionIds": None},
        {"prune": "no"},
        {"all": True},
    ],
    ids=str,
)
def test_what_is_no_request_is_refused_by_the_name_of_the_field(document: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput, match=next(iter(document))):
        parse_request(document)
