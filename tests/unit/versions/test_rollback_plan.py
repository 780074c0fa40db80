"""The plan of a rollback, as JSON and as text."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cloudfront_extensions.errors import DistributionNotFound, VersionNotFound, with_next_action
from cloudfront_extensions.versions.content import content_hash
from cloudfront_extensions.versions.keep import kept_fields
from cloudfront_extensions.versions.references import ReferenceKind, Thing
from cloudfront_extensions.versions.rollback_draft import Draft, Facts, LiveTarget, draft
from cloudfront_extensions.versions.rollback_plan import (
    PlanStatus,
    RollbackPlan,
    TargetPlan,
    plan_json,
    plan_summary,
    plan_text,
    refused,
    target_plans,
)
from cloudfront_extensions.versions.rollback_request import parse_request
from tests.unit.versions.shops import ACCOUNT, behavior, block, origin, shop

POLICY = Thing(ReferenceKind.CACHE_POLICY, "cache-9")
GOOD = shop(DefaultCacheBehavior=behavior(ViewerProtocolPolicy="https-only"), PriceClass="PriceClass_100")
GONE = refused("E9", DistributionNotFound(with_next_action("there is no distribution E9", "Leave it out.")))


def drafted(target: str, source: dict[str, Any] = GOOD, live: dict[str, Any] | None = None, *keep: str) -> Draft:
    return draft(
        LiveTarget(target, f"ETAG-{target}", 7, ACCOUNT, live or shop()),
        source,
        kept_fields(keep, same_distribution=True),
    )


def planned(*drafts: Draft, **facts: Any) -> list[TargetPlan]:
    return target_plans(drafts, Facts(**facts), canary=False)


def plan_of(*targets: TargetPlan, **fields: Any) -> RollbackPlan:
    request = parse_request(
        {
            "requestToken": "spring",
            "targets": [target.distribution_id for target in targets],
            "source": {"distributionId": "E1", "version": 3},
            **fields,
        }
    )
    return RollbackPlan(request, "2026-11-23T02:00:00Z", targets)


CHANGED, SAME = planned(drafted("E1"), drafted("E2", live=GOOD))
REFUSED = planned(
    drafted("E3", shop(DefaultCacheBehavior=behavior(CachePolicyId="cache-9"))), missing=frozenset({POLICY})
)[0]


def test_a_target_is_planned_identical_or_refused() -> None:
    assert [target.status for target in (CHANGED, SAME, REFUSED, GONE)] == [
        "PLANNED",
        "IDENTICAL",
        "REFUSED",
        "REFUSED",
    ]


def test_a_target_says_what_it_was_made_from_and_what_it_becomes() -> None:
    assert (CHANGED.etag, CHANGED.version_before) == ("ETAG-E1", 7)
    assert CHANGED.hash_before == content_hash(shop())
    assert CHANGED.planned_hash == content_hash(GOOD) == SAME.planned_hash == SAME.hash_before


def test_an_alias_can_not_be_given_to_two_targets() -> None:
    source = shop(Aliases=block("shop.example.com", "new.example.com"))
    first, second = planned(drafted("E1", source), drafted("E2", source))

    assert first.status is PlanStatus.PLANNED
    assert [str(reason) for reason in second.refusals] == [
        "alias new.example.com belongs to distribution E1; remove it there, or keep the target's own"
    ]


def test_a_target_that_is_refused_takes_no_alias() -> None:
    source = shop(Aliases=block("shop.example.com", "new.example.com"))
    broken = shop(DefaultCacheBehavior=behavior(CachePolicyId="cache-9"), Aliases=source["Aliases"])
    first, second = planned(drafted("E1", broken), drafted("E2", source), missing=frozenset({POLICY}))

    assert (first.status, second.status) == (PlanStatus.REFUSED, PlanStatus.PLANNED)


@pytest.mark.parametrize(
    ("targets", "on_failure", "status"),
    [
        ((CHANGED,), "revert", "PLANNED"),
        ((CHANGED, SAME), "revert", "PLANNED"),
        ((SAME,), "revert", "IDENTICAL"),
        ((CHANGED, REFUSED), "revert", "REFUSED"),
        ((CHANGED, REFUSED), "stop", "REFUSED"),
        ((CHANGED, REFUSED), "continue", "PLANNED"),
        ((SAME, REFUSED), "continue", "IDENTICAL"),
        ((REFUSED, GONE), "continue", "REFUSED"),
    ],
)
def test_one_refused_target_stops_the_plan_unless_the_others_go_on_whatever_happens(
    targets: tuple[TargetPlan, ...], on_failure: str, status: str
) -> None:
    assert plan_of(*targets, onFailure=on_failure).status == status


def test_a_plan_is_as_risky_as_its_riskiest_change() -> None:
    low = planned(drafted("E3", shop(Comment="other")))[0]

    assert (low.risk, CHANGED.risk, SAME.risk) == ("low", "high", None)
    assert (plan_of(low).risk, plan_of(low, CHANGED, SAME).risk, plan_of(SAME).risk) == ("low", "high", None)


def test_totals_count_every_status() -> None:
    totals = plan_of(CHANGED, SAME, REFUSED, GONE).totals
    assert totals == {"targets": 4, "planned": 1, "identical": 1, "refused": 2}


def test_the_plan_as_json_says_everything() -> None:
    document = json.loads(json.dumps(plan_json(plan_of(CHANGED, GONE))))

    changed, gone = document.pop("targets")
    assert document.pop("request")["source"] == {"distributionId": "E1", "version": 3}
    assert document == {
        "status": "REFUSED",
        "plannedAt": "2026-11-23T02:00:00Z",
        "risk": "high",
        "totals": {"targets": 2, "planned": 1, "identical": 0, "refused": 1},
    }
    assert [change["path"] for change in changed["changes"]] == [
        "DefaultCacheBehavior.ViewerProtocolPolicy",
        "PriceClass",
    ]
    assert (changed["status"], changed["etag"], changed["versionBefore"]) == ("PLANNED", "ETAG-E1", 7)
    assert changed["kept"][0] == "callerReference"
    assert gone["refusedBecause"] == [
        {"error": "DistributionNotFound", "reason": "there is no distribution E9", "nextAction": "Leave it out."}
    ]
    assert (gone["etag"], gone["changes"], gone["risk"]) == (None, [], None)


def test_the_text_names_every_change_with_its_risk_and_every_reason() -> None:
    text = plan_text(plan_of(CHANGED, SAME, REFUSED, GONE))

    assert text.startswith(
        "Rollback spring refused, risk high: 1 to change, 1 identical, 2 refused of 4 distributions\n"
    )
    assert "E1 (version 7): planned, 2 changes, risk high\n  high" in text
    assert "PriceClass" in text
    assert "E2 (version 7): identical\n" in text
    assert "  ReferenceNotFound: DefaultCacheBehavior.CachePolicyId: there is no cache policy cache-9\n  Next: " in text
    assert "E9: refused\n  DistributionNotFound: there is no distribution E9\n  Next: Leave it out.\n" in text


@pytest.mark.parametrize(
    ("strategy", "says"),
    [
        ({"type": "allAtOnce"}, "strategy allAtOnce"),
        ({"type": "canary", "weight": 0.1}, "strategy canary for 10 % of all requests"),
        (
            {"type": "canary", "headers": {"aws-cf-cd-try": "x"}},
            "strategy canary for requests with the header aws-cf-cd-try",
        ),
    ],
)
def test_the_text_says_where_from_and_in_which_way(strategy: dict[str, Any], says: str) -> None:
    assert f"From distributionId E1, version 3; {says}\n" in plan_text(plan_of(CHANGED, strategy=strategy))


def test_the_largest_plan_can_be_read_by_people_and_its_summary_is_small() -> None:
    path = "ü" * 200
    many = shop(CacheBehaviors=block(*(behavior(PathPattern=f"/{path}/{number}") for number in range(150))))
    plan = plan_of(*planned(*(drafted(f"E{number}", many) for number in range(100))))
    text = plan_text(plan)

    assert len(text.encode()) < 5_000_000
    assert "  and 100 more\n" in text
    assert len(json.dumps(plan_summary(plan))) < 100_000


def test_the_summary_is_the_plan_with_a_number_for_the_changes() -> None:
    plan = plan_of(CHANGED, SAME, REFUSED, GONE)
    whole = plan_json(plan)

    assert [len(target.pop("changes")) for target in whole["targets"]] == [2, 0, 1, 0]
    assert whole == plan_summary(plan)
    assert [target["changeCount"] for target in whole["targets"]] == [2, 0, 1, 0]


def test_no_secret_of_an_origin_is_told() -> None:
    secret = origin(CustomHeaders=block({"HeaderName": "X-Key", "HeaderValue": "open-sesame"}))
    plan = plan_of(*planned(drafted("E1", shop(Origins=block(secret)))))

    told = [json.dumps(plan_json(plan)), plan_text(plan), repr(plan)]
    assert all("open-sesame" not in text for text in told)
    assert "X-Key" in told[0]


def test_where_the_source_can_not_be_read_every_target_says_so() -> None:
    error = VersionNotFound("distribution E1 has no version 3")
    document = plan_json(plan_of(refused("E1", error), refused("E2", error)))

    assert [target["refusedBecause"][0]["nextAction"] for target in document["targets"]] == [error.next_action] * 2
