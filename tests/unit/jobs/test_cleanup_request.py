"""What job_cleanup is asked for."""

from __future__ import annotations

from typing import Any

import pytest

from cloudfront_extensions.errors import InvalidInput
from cloudfront_extensions.jobs.cleanup_request import MAXIMUM_ITEMS, CleanupRequest, parse_request

ONBOARDING = "arn:aws:states:us-east-1:123456789012:execution:onboarding:spring"


def test_a_job_alone_is_cleaned_up_whole() -> None:
    assert parse_request({"jobId": "spring"}) == CleanupRequest(
        job_id="spring", items=None, only_failed=False, dry_run=False, started_by=None
    )


def test_items_are_named_by_their_ids() -> None:
    request = parse_request({"jobId": "spring", "items": ["row-00003", "row-00002"]})
    assert request.items == ("row-00003", "row-00002")


def test_an_item_named_twice_is_cleaned_up_once() -> None:
    assert parse_request({"jobId": "spring", "items": ["b", "a", "b"]}).items == ("b", "a")


def test_what_failed_is_asked_for_by_one_word() -> None:
    request = parse_request({"jobId": "spring", "items": "failed"})
    assert (request.items, request.only_failed) == (None, True)


def test_an_item_may_be_called_failed() -> None:
    request = parse_request({"jobId": "spring", "items": ["failed"]})
    assert (request.items, request.only_failed) == (("failed",), False)


def test_a_dry_run_is_asked_for() -> None:
    assert parse_request({"jobId": "spring", "dryRun": True}).dry_run


def test_the_execution_that_asks_for_it_as_its_own_work_is_known() -> None:
    request = parse_request({"jobId": "spring", "AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID": ONBOARDING})
    assert request.started_by == ONBOARDING


def test_so_many_items_can_be_named() -> None:
    ids = [f"row-{line:05d}" for line in range(MAXIMUM_ITEMS)]
    assert parse_request({"jobId": "spring", "items": ids}).items == tuple(ids)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"jobId": None}, "jobId: it is missing; give 1 to 48 letters"),
        ({"jobId": "spring/2026"}, "jobId: 'spring/2026'"),
        ({"items": []}, "items: it is a list; give a list of 1 to 1,000 item ids"),
        ({"items": ["row"] * (MAXIMUM_ITEMS + 1)}, "items: it is a list; give a list of 1 to 1,000 item ids"),
        ({"items": "row-00002"}, "items: 'row-00002'; give a list of 1 to 1,000 item ids, \"failed\" for what is not"),
        ({"items": {"row-00002": True}}, "items: it is an object"),
        ({"items": ["row-00002", 3]}, "items: it is a number"),
        ({"items": ["row 2"]}, "items: 'row 2'"),
        ({"dryRun": "yes"}, "dryRun: 'yes'; give true or false"),
        ({"dryrun": True}, "dryrun: there is no such field; the fields are dryRun, items, jobId"),
    ],
)
def test_what_is_refused(changes: dict[str, Any], says: str) -> None:
    with pytest.raises(InvalidInput) as raised:
        parse_request({"jobId": "spring", **changes})
    assert says in str(raised.value)
