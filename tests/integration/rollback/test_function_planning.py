"""The plan of a rollback that is to change edge functions, made against the embedded AWS."""

from __future__ import annotations

from typing import Any

from cloudfront_extensions.aws.rollback_planning import PlannedRollback, plan_rollback
from localaws.instance import Instance
from tests.integration.localaws import edge
from tests.integration.localaws.workbench import Workbench
from tests.integration.rollback.calls import counted
from tests.integration.rollback.test_config_references import ACCOUNT, edge_function, function, unpublished_function
from tests.integration.rollback.test_rollback_planning import made, read, reasons, targets_of, version_of

Json = dict[str, Any]
NO_EDGE_FUNCTION = f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:missing:1"


def with_behavior(path: str, **members: Any) -> Json:
    return {"CacheBehaviors": edge.block(edge.behavior(PathPattern=path, **members))}


def wanted(target: str, arn: str | None, at: str = "viewer-request", path: str = "*", **more: Any) -> Json:
    return {"distributionId": target, "pathPattern": path, "eventType": at, "functionArn": arn, **more}


def plan(*functions: Json, **more: Any) -> PlannedRollback:
    return plan_rollback(
        {"requestToken": edge.new_token(), "source": {"functionAssociations": list(functions)}, **more}
    )


def test_the_plan_is_the_live_configuration_with_the_functions(instance: Instance) -> None:
    target, arn = made(instance, **with_behavior("/api/*")), function(instance)

    state = plan(wanted(target, arn), wanted(target, arn, "viewer-response", "/api/*"))

    (planned,) = targets_of(instance, state)
    assert (state["status"], planned["kept"], state["totals"]["planned"]) == ("PLANNED", [], 1)
    assert [change["path"] for change in planned["changes"]] == [
        "CacheBehaviors[/api/*].FunctionAssociations[viewer-response]",
        "DefaultCacheBehavior.FunctionAssociations[viewer-request]",
    ]
    (entry,) = read(instance, state["manifestKey"])
    before, after = read(instance, entry["beforeKey"]), read(instance, entry["plannedKey"])
    (api,) = after["CacheBehaviors"]["Items"]
    assert api.pop("FunctionAssociations")["Items"] == [{"EventType": "viewer-response", "FunctionARN": arn}]
    assert after["DefaultCacheBehavior"].pop("FunctionAssociations")["Quantity"] == 1
    for one in (before["DefaultCacheBehavior"], before["CacheBehaviors"]["Items"][0]):
        assert one.pop("FunctionAssociations")["Quantity"] == 0
    assert after == before


def test_each_target_is_read_once_and_each_function_is_looked_up_once(instance: Instance, bench: Workbench) -> None:
    targets = [made(instance) for _ in range(3)]
    for target in targets:
        version_of(target)
    arns, at_edge = [function(instance) for _ in range(2)], edge_function(bench)

    with counted("cloudfront", "lambda") as calls:
        state = plan(
            *(
                wanted(target, arn, at)
                for target in targets
                for arn, at in zip(arns, ("viewer-request", "viewer-response"), strict=True)
            ),
            *(wanted(target, at_edge, at) for target in targets for at in ("origin-request", "origin-response")),
        )

    assert state["totals"]["planned"] == 3
    assert calls == {"GetDistribution": 3, "ListFunctions": 1, "GetFunctionConfiguration": 1}


def test_what_is_there_already_is_identical_and_nothing_is_looked_up(instance: Instance) -> None:
    arn = function(instance)
    associated = edge.behavior(FunctionAssociations=edge.block({"EventType": "viewer-request", "FunctionARN": arn}))
    target = made(instance, DefaultCacheBehavior=associated)
    version_of(target)

    with counted("cloudfront", "lambda") as calls:
        state = plan(wanted(target, arn), wanted(target, None, "viewer-response"))

    assert state["status"] == "IDENTICAL"
    assert calls == {"GetDistribution": 1}


def test_functions_that_are_not_there_are_told_with_all_else_that_is_wrong(instance: Instance) -> None:
    theirs = function(instance)
    associated = edge.behavior(FunctionAssociations=edge.block({"EventType": "viewer-request", "FunctionARN": theirs}))
    target = made(instance, DefaultCacheBehavior=associated)
    elsewhere = NO_EDGE_FUNCTION.replace(ACCOUNT, "999999999999")

    state = plan(
        wanted(target, unpublished_function(instance)),
        wanted(target, NO_EDGE_FUNCTION, "origin-request"),
        wanted(target, elsewhere, "origin-response"),
        wanted(target, theirs, path="/none/*"),
    )

    assert state["status"] == "REFUSED"
    assert reasons(instance, state) == [
        [
            "ForeignFunctionAttached",
            "BehaviorNotFound",
            "InvalidDistributionConfig",
            "ReferenceNotFound",
            "ReferenceNotFound",
        ]
    ]


def test_a_distribution_that_is_not_there_is_refused(instance: Instance) -> None:
    assert reasons(instance, plan(wanted("ENONE", function(instance)))) == [["DistributionNotFound"]]
