"""What each distribution takes, so that its access logs come here or no longer do."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from cloudfront_extensions.errors import CloudFrontExtensionsError, DistributionNotFound, InvalidInput, with_next_action
from cloudfront_extensions.metrics.columns import STANDARD_FIELDS
from cloudfront_extensions.metrics.log_delivery import (
    PATH,
    FoundDelivery,
    FoundSource,
    LogDeliveryRequest,
    Mode,
    Outcome,
    cause,
    changed,
    counts,
    failed,
    legacy_logging,
    parse_request,
    source_name,
    standard_steps,
)
from cloudfront_extensions.metrics.sources import Source

DESTINATION = "cloudfront-extensions-own"
OURS = FoundDelivery(
    id="a1",
    source_name=source_name("E1"),
    destination_arn=f"arn:aws:logs:us-east-1:123456789012:delivery-destination:{DESTINATION}",
    fields=STANDARD_FIELDS,
    path=PATH,
    is_hive=True,
)
THEIRS = replace(OURS, id="b2", destination_arn=f"{OURS.destination_arn}-of-another-stack")
OUR_SOURCE = FoundSource(source_name("E1"), "E1")
THEIR_SOURCE = FoundSource("CreatedByCloudFront-E1", "E1")
BUCKET = "legacy-logs"
OFF = {"Enabled": False, "IncludeCookies": False, "Bucket": "", "Prefix": ""}
ON = {"Enabled": True, "IncludeCookies": False, "Bucket": f"{BUCKET}.s3.amazonaws.com", "Prefix": ""}


@pytest.mark.parametrize(
    ("sources", "deliveries", "attached", "detached"),
    [
        ([], [], "attached", "unchanged"),
        ([OUR_SOURCE], [OURS], "unchanged", "detached"),
        ([OUR_SOURCE], [replace(OURS, fields=STANDARD_FIELDS[::-1])], "unchanged", "detached"),
        ([OUR_SOURCE], [replace(OURS, fields=STANDARD_FIELDS[:5])], "updated", "detached"),
        ([OUR_SOURCE], [replace(OURS, path="{yyyy}")], "updated", "detached"),
        ([OUR_SOURCE], [replace(OURS, is_hive=False)], "updated", "detached"),
        # An earlier run has come this far, or the other half of its work was undone.
        ([OUR_SOURCE], [], "attached", "detached"),
        ([OUR_SOURCE], [THEIRS, OURS], "unchanged", "detached"),
        ([OUR_SOURCE], [THEIRS], "deliveredElsewhere", "unchanged"),
        ([THEIR_SOURCE], [], "deliveredElsewhere", "unchanged"),
        ([THEIR_SOURCE], [replace(THEIRS, source_name=THEIR_SOURCE.name)], "deliveredElsewhere", "unchanged"),
        # Somebody has had their own source deliver to our destination: it is as wanted.
        ([THEIR_SOURCE], [replace(OURS, source_name=THEIR_SOURCE.name)], "unchanged", "detached"),
        ([FoundSource("elsewhere", "E2")], [replace(THEIRS, source_name="elsewhere")], "attached", "unchanged"),
    ],
)
def test_a_step_follows_from_what_is_there(
    sources: list[FoundSource], deliveries: list[FoundDelivery], attached: str, detached: str
) -> None:
    for mode, expected in ((Mode.ATTACH, attached), (Mode.DETACH, detached)):
        (step,) = standard_steps(mode, ["E1"], sources, deliveries, DESTINATION)
        assert step["outcome"] == expected
        assert ("deliveryId" in step) is (
            expected in ("updated", "detached") and OURS.id in {one.id for one in deliveries}
        )


def test_who_delivers_elsewhere_is_named() -> None:
    (step,) = standard_steps(Mode.ATTACH, ["E1"], [OUR_SOURCE], [THEIRS], DESTINATION)
    assert THEIRS.destination_arn in step["reason"]
    (step,) = standard_steps(Mode.ATTACH, ["E1"], [THEIR_SOURCE], [], DESTINATION)
    assert "delivers to nowhere yet" in step["reason"]


@pytest.mark.parametrize(
    ("logging", "attached", "detached"),
    [
        ({}, (Outcome.ATTACHED, ON), (Outcome.UNCHANGED, None)),
        (OFF, (Outcome.ATTACHED, ON), (Outcome.UNCHANGED, None)),
        (ON, (Outcome.UNCHANGED, None), (Outcome.DETACHED, OFF)),
        ({**ON, "Bucket": "theirs.s3.amazonaws.com"}, (Outcome.ELSEWHERE, None), (Outcome.UNCHANGED, None)),
        ({**ON, "Prefix": "cdn/"}, (Outcome.ATTACHED, ON), (Outcome.DETACHED, OFF)),
        (
            {**ON, "IncludeCookies": True},
            (Outcome.UNCHANGED, None),
            (Outcome.DETACHED, {**OFF, "IncludeCookies": True}),
        ),
        (
            {**OFF, "IncludeCookies": True},
            (Outcome.ATTACHED, {**ON, "IncludeCookies": True}),
            (Outcome.UNCHANGED, None),
        ),
    ],
)
def test_a_configuration_says_where_log_files_go(logging: dict[str, Any], attached: object, detached: object) -> None:
    assert legacy_logging(Mode.ATTACH, logging, BUCKET) == attached
    assert legacy_logging(Mode.DETACH, logging, BUCKET) == detached


def test_a_request_is_read_with_its_defaults() -> None:
    assert parse_request({"distributions": "all", "kind": "standard", "mode": "attach"}) == LogDeliveryRequest(
        Source.STANDARD, Mode.ATTACH
    )
    read = parse_request(
        {"distributions": ["E2", "E1", "E2"], "kind": "legacy", "mode": "detach", "dryRun": True, "requestToken": "t"}
    )
    assert read == LogDeliveryRequest(Source.LEGACY, Mode.DETACH, ("E2", "E1"), dry_run=True, token="t")
    assert read.as_json() == {"distributions": ["E2", "E1"], "kind": "legacy", "mode": "detach", "dryRun": True}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("kind", "v2"),
        ("kind", ["standard"]),
        ("mode", None),
        ("distributions", "E1"),
        ("distributions", []),
        ("distributions", ["e1"]),
        ("distributions", [f"E{number}" for number in range(1001)]),
        ("dryRun", "yes"),
        ("requestToken", ""),
        ("bucket", "mine"),
    ],
)
def test_a_request_that_says_something_else_is_refused(field: str, value: object) -> None:
    with pytest.raises(InvalidInput, match=field):
        parse_request({"distributions": ["E1"], "kind": "standard", "mode": "attach", field: value})


def test_every_distribution_is_counted_once() -> None:
    totals = counts([changed("E1", Outcome.ATTACHED), changed("E2", Outcome.ATTACHED), changed("E3", Outcome.GONE)])
    assert totals.pop("distributions") == sum(totals.values()) == 3
    assert (totals["attached"], totals["gone"]) == (2, 1)


def test_a_failure_says_what_to_do_next() -> None:
    assert failed("E1", DistributionNotFound, "there is none")["nextAction"] == DistributionNotFound.next_action
    own = failed("E1", CloudFrontExtensionsError, with_next_action("it is busy", "Wait."))
    assert (own["reason"], own["nextAction"]) == ("it is busy", "Wait.")


def test_the_cause_names_some_and_counts_the_others() -> None:
    failures = [failed(f"E{number}", DistributionNotFound, "it is gone.") for number in range(22)]
    text = cause(failures, "s3://jobs/report.json")
    assert text.startswith("Not done (22): E0, E1, ")
    assert "E19 and 2 more. The first because: it is gone. All reasons are in s3://jobs/report.json." in text
