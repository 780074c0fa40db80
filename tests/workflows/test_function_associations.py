"""`config_rollback` with functions: attached, replaced and taken away with one write of each distribution."""

from __future__ import annotations

from dataclasses import replace

import pytest

from localaws.faults import Fault, faults
from tests.integration.localaws.edge import behavior, block
from tests.workflows.application import Application, Json
from tests.workflows.cases import Case
from tests.workflows.functions import attach, attached, published, source, wanted, with_function
from tests.workflows.rollbacks import (
    Shop,
    answer,
    changed_before,
    counted,
    counted_writes,
    failures,
    outcomes,
    waiting_for_approval,
)


def refusals(application: Application, case: Case) -> list[str]:
    """The errors of the only target's plan."""
    (target,) = application.document(f"rollbacks/{case.job_id}/plan.json")["targets"]
    return [reason["error"] for reason in target["refusedBecause"]]


def other(case: Case) -> Case:
    """A case for the second rollback of a test."""
    return replace(case, job_id=f"second-{case.job_id[-30:]}")


def test_all_behaviors_of_a_distribution_get_their_functions_with_one_write(
    application: Application, case: Case
) -> None:
    shop = Shop.of(application, CacheBehaviors=block(behavior(PathPattern="/api/*")))
    arn, before = published(application, case.job_id), shop.config
    with counted(application, "BeginRollback", "RollTargetOut") as calls:
        ended = attach(application, case, wanted(shop, arn), wanted(shop, arn, at="viewer-response", path="/api/*"))

    assert ended["status"] == "SUCCEEDED", ended
    after, (api,) = shop.config, shop.config["CacheBehaviors"]["Items"]
    assert attached(after["DefaultCacheBehavior"]) == {"viewer-request": arn}
    assert attached(api) == {"viewer-response": arn}
    assert (shop.comment, shop.status, outcomes(application, case)) == ("bad", "Deployed", {shop.id: "APPLIED"})
    assert shop.live_version.rollback == case.job_id
    # AND nothing else is another
    changed = {name for name in after if after[name] != before[name]}
    assert changed == {"DefaultCacheBehavior", "CacheBehaviors"}
    # AND the plan takes one read, the change one more, and its deployment one for each look
    asked = [call for call in calls if call[0] in ("GetDistribution", "UpdateDistribution")]
    assert asked[:3] == [
        ("GetDistribution", "BeginRollback"),
        ("GetDistribution", "RollTargetOut"),
        ("UpdateDistribution", "RollTargetOut"),
    ]
    assert set(asked[3:]) == {("GetDistribution", "RollTargetOut")}


def test_a_function_that_the_request_does_not_name_is_left_until_it_does(application: Application, case: Case) -> None:
    theirs, ours = published(application, f"theirs-{case.job_id[-30:]}"), published(application, case.job_id)
    shop = Shop.of(application, **with_function(theirs))
    with counted_writes(application) as writes:
        ended = attach(application, case, wanted(shop, ours))

    assert (ended["error"], writes) == ("PlanRefused", [])
    assert refusals(application, case) == ["ForeignFunctionAttached"]
    assert theirs in application.text(f"rollbacks/{case.job_id}/plan.txt")
    # AND the next request says that it may go
    ended = attach(application, other(case), wanted(shop, ours, theirs))
    assert ended["status"] == "SUCCEEDED", ended
    assert attached(shop.config["DefaultCacheBehavior"]) == {"viewer-request": ours}


@pytest.mark.parametrize("strategy", [{"type": "oneByOne"}, {"type": "canary", "bakeSeconds": 60}], ids=str)
def test_what_is_taken_away_leaves_the_configuration_as_it_was(
    application: Application, case: Case, strategy: Json
) -> None:
    shop = Shop.of(application)
    arn, before = published(application, case.job_id), shop.config
    assert attach(application, case, wanted(shop, arn), strategy=strategy)["status"] == "SUCCEEDED"
    assert attached(shop.config["DefaultCacheBehavior"]) == {"viewer-request": arn}

    ended = attach(application, other(case), wanted(shop, None, arn), strategy=strategy)

    assert (ended["status"], shop.config) == ("SUCCEEDED", before)
    # AND the function can be deleted
    cloudfront = application.client("cloudfront")
    cloudfront.delete_function(Name=case.job_id, IfMatch=cloudfront.describe_function(Name=case.job_id)["ETag"])


def test_a_behavior_does_not_get_both_kinds_of_functions_at_its_viewer_events(
    application: Application, case: Case
) -> None:
    shop = Shop.of(application)
    edge = "arn:aws:lambda:us-east-1:000000000000:function:none:1"
    with counted_writes(application) as writes:
        ended = attach(
            application,
            case,
            wanted(shop, published(application, case.job_id)),
            wanted(shop, edge, at="viewer-response"),
        )

    assert (ended["error"], writes) == ("PlanRefused", [])
    assert refusals(application, case) == ["InvalidDistributionConfig", "ReferenceNotFound"]


@pytest.mark.parametrize("when", ["after the plan", "before the write"])
def test_functions_are_not_attached_over_somebody_elses_change(application: Application, case: Case, when: str) -> None:
    shop = Shop.of(application)
    functions = source(wanted(shop, published(application, case.job_id)))
    if when == "after the plan":
        execution = waiting_for_approval(application, case, [shop], **functions)
        shop.change(Comment="somebody else's")
        answer(application, case, approve=True)
        ended = application.wait(execution)
    else:
        ended = changed_before(application, case, shop, "UpdateDistribution", **functions)

    assert ended["error"] == "TargetsNotRolledBack"
    assert failures(application, case) == {shop.id: "ConfigChangedSincePlan"}
    assert (shop.comment, attached(shop.config["DefaultCacheBehavior"])) == ("somebody else's", {})


def test_functions_whose_write_was_not_answered_are_found_attached(application: Application, case: Case) -> None:
    shop, arn = Shop.of(application), published(application, case.job_id)
    lost = Fault("lost-after", operation="UpdateDistribution", caller="*/RollTargetOut", nth=1)
    with faults(application.instance, lost) as injected:
        ended = attach(application, case, wanted(shop, arn))

    assert (ended["status"], injected.struck()) == ("SUCCEEDED", [1])
    assert outcomes(application, case) == {shop.id: "APPLIED"}
    assert shop.live_version.rollback == case.job_id
    assert attached(shop.config["DefaultCacheBehavior"]) == {"viewer-request": arn}
