"""What an event tells, and what it does not."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from cloudfront_extensions.errors import EventNotUnderstood, InvalidInput
from cloudfront_extensions.versions.change_event import OPERATIONS, Change, FailedCall, Look, read_event

EVENTS = Path(__file__).parents[3] / "events" / "config_capture"
ID = "E1EXAMPLE4711"


def event(name: str, **detail: Any) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((EVENTS / f"{name}.json").read_text())
    document["detail"] |= detail
    return document


def change(document: dict[str, Any]) -> Change:
    told = read_event(document)
    assert isinstance(told, Change)
    return told


@pytest.mark.parametrize("name", ["update", "create", "promote-staging", "associate-alias", "delete"])
def test_an_event_names_the_distribution_and_the_writer(name: str) -> None:
    told = change(event(name))
    assert told.distribution_id == ID
    assert told.write.event_name in OPERATIONS
    assert told.write.principal == "arn:aws:sts::111122223333:assumed-role/Operators/ana"
    assert told.write.source_ip == "192.0.2.17"
    assert told.is_deletion == (name == "delete")


def test_an_update_tells_what_was_written() -> None:
    told = change(event("update"))
    assert told.etag == "E1YHBLAB2BJY1G"
    assert told.config
    assert told.config["defaultRootObject"] == "index.html"


def test_what_cloudtrail_leaves_out_is_not_told() -> None:
    told = change(event("update", responseElements={"omitted": True}))
    assert (told.distribution_id, told.etag, told.config) == (ID, None, None)
    told = change(event("update", requestParameters={"omitted": True}))
    assert told.distribution_id == ID
    told = change(event("update", requestParameters={"omitted": True}, responseElements={"omitted": True}))
    assert told.distribution_id is None


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_date_at_the_end_of_the_name_is_the_api_s(operation: str) -> None:
    assert change(event("update", eventName=f"{operation}2020_05_31")).write.event_name == operation


@pytest.mark.parametrize(
    ("identity", "principal"),
    [
        ({"type": "AWSService", "invokedBy": "cloudformation.amazonaws.com"}, "cloudformation.amazonaws.com"),
        ({"type": "AWSAccount", "principalId": "AIDAEXAMPLE"}, "AIDAEXAMPLE"),
        ({"type": "Unknown"}, "Unknown"),
        (None, "unknown"),
    ],
)
def test_who_has_no_arn_is_named_by_what_is_known(identity: Any, principal: str) -> None:
    assert change(event("update", userIdentity=identity)).write.principal == principal


def test_a_failed_call_is_told_as_one() -> None:
    assert read_event(event("failed-call")) == FailedCall("UpdateDistribution", "PreconditionFailed")


def test_a_distribution_can_be_named_instead_of_an_event() -> None:
    assert read_event({"distributionId": ID}) == Look(ID)


@pytest.mark.parametrize(
    ("detail", "words"),
    [
        ({"eventName": "CreateInvalidation"}, "eventName: CreateInvalidation writes no configuration"),
        ({"eventName": None}, r"detail.eventName: it is missing"),
        ({"eventID": None}, r"detail.eventID: it is missing"),
        ({"eventTime": 7}, r"detail.eventTime: it is a number"),
        ({"eventTime": "yesterday"}, "eventTime: .*yesterday"),
    ],
)
def test_an_event_that_lacks_what_it_must_tell_says_what(detail: dict[str, Any], words: str) -> None:
    with pytest.raises(EventNotUnderstood, match=words):
        read_event(event("update", **detail))


@pytest.mark.parametrize(
    "document", [{}, {"detail": None}, {"detail": []}, {"distributionId": 7}, {"distributionId": "no id"}]
)
def test_what_is_neither_event_nor_distribution_is_refused(document: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput):
        read_event(copy.deepcopy(document))
