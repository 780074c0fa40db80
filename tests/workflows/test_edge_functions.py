"""Sources with functions of Lambda@Edge, which CloudFront copies to the edge only for callers who may have them copied."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from tests.integration.localaws.edge import behavior, block
from tests.integration.localaws.workbench import zipped
from tests.workflows.account import distribution, hosted_zone, plain_config
from tests.workflows.application import Application, Json, eventually
from tests.workflows.batches import nothing_made, onboarding, outcomes, report, row
from tests.workflows.cases import Case
from tests.workflows.functions import attach, attached, source, wanted
from tests.workflows.rollbacks import BAKE, Shop, request, roll_back, stop, watching
from tests.workflows.rollbacks import outcomes as rolled_back

ROLES_OF_AWS = {"AWSServiceRoleForLambdaReplicator", "AWSServiceRoleForCloudFrontLogger"}
HANDLER = "def handler(event, context):\n    return event['Records'][0]['cf']['request']"


@pytest.fixture
def function(application: Application, case: Case) -> str:
    """The ARN of a function with one version."""
    services = {"Service": ["lambda.amazonaws.com", "edgelambda.amazonaws.com"]}
    trust = {"Statement": [{"Effect": "Allow", "Principal": services, "Action": "sts:AssumeRole"}]}
    role = application.client("iam").create_role(RoleName=case.job_id, AssumeRolePolicyDocument=json.dumps(trust))
    created = application.client("lambda").create_function(
        FunctionName=case.job_id,
        Runtime="python3.13",
        Handler="app.handler",
        Role=role["Role"]["Arn"],
        Code={"ZipFile": zipped({"app.py": HANDLER})},
        Publish=True,
    )
    return str(created["FunctionArn"])


@pytest.fixture
def new_to_the_edge(application: Application) -> None:
    """The account has never used Lambda@Edge."""
    for role in roles_of_aws(application):
        application.client("iam").delete_service_linked_role(RoleName=role)


def roles_of_aws(application: Application) -> set[str]:
    pages = application.client("iam").get_paginator("list_roles").paginate()
    return {role["RoleName"] for page in pages for role in page["Roles"]} & ROLES_OF_AWS


def batch(case: Case, version: str) -> Json:
    """One shop, whose distribution copies a configuration with this version of a function."""
    associations = block({"LambdaFunctionARN": version, "EventType": "origin-request", "IncludeBody": False})
    config = plain_config(DefaultCacheBehavior=behavior(LambdaFunctionAssociations=associations))
    return onboarding(case, row(case, "shop"), distribution={"source": {"config": config}, "dns": {"mode": "auto"}})


@pytest.mark.usefixtures("new_to_the_edge")
def test_a_job_makes_the_first_distribution_with_a_function_and_takes_it_back(
    application: Application, case: Case, function: str
) -> None:
    hosted_zone(application, case.domain)
    with nothing_made(application):
        ended = application.run("domain_onboarding", batch(case, f"{function}:1"))
        assert ended["status"] == "SUCCEEDED", ended
        # THEN the function is at work, and AWS has its roles
        made = distribution(application, str(application.items(case.job_id)[0].distribution.id))["DistributionConfig"]
        (association,) = made["DefaultCacheBehavior"]["LambdaFunctionAssociations"]["Items"]
        assert association == {
            "LambdaFunctionARN": f"{function}:1",
            "EventType": "origin-request",
            "IncludeBody": False,
        }
        assert roles_of_aws(application) == ROLES_OF_AWS
        # AND the distribution is disabled and deleted with it
        ended = application.run("job_cleanup", {"jobId": case.job_id})
        assert ended["status"] == "SUCCEEDED", ended


def test_a_version_that_is_not_there_fails_the_item_by_its_name(
    application: Application, case: Case, function: str
) -> None:
    hosted_zone(application, case.domain)
    ended = application.run("domain_onboarding", batch(case, f"{function}:2"))
    assert ended["error"] == "ItemsFailed"
    assert outcomes(application, case.job_id) == {case.host("shop"): "failed"}
    (entry,) = report(application, case.job_id)["items"]
    assert entry["error"] == "InvalidDistributionConfig"
    assert f"{function}:2" in entry["reason"]
    assert entry["nextAction"].startswith("Correct the source configuration")


@pytest.mark.parametrize("strategy", [{"type": "oneByOne"}, {"type": "canary", "bakeSeconds": 60}], ids=str)
def test_a_rollback_brings_a_function_back_to_the_edge_and_takes_it_away(
    application: Application, case: Case, function: str, strategy: Json
) -> None:
    associations = block({"LambdaFunctionARN": f"{function}:1", "EventType": "origin-request", "IncludeBody": False})
    shop = Shop.of(application, DefaultCacheBehavior=behavior(LambdaFunctionAssociations=associations))
    shop.change(DefaultCacheBehavior=behavior(LambdaFunctionAssociations={"Quantity": 0}))
    assert roll_back(application, case, [shop], strategy=strategy)["status"] == "SUCCEEDED"
    assert shop.config["DefaultCacheBehavior"]["LambdaFunctionAssociations"]["Quantity"] == 1
    # AND one that is stopped gives back what it took away
    shop.change(Comment="good", DefaultCacheBehavior=behavior(LambdaFunctionAssociations={"Quantity": 0}))
    other = replace(case, job_id=f"stopped-{case.job_id[-30:]}")
    execution = watching(application, other, [shop])
    eventually(lambda: shop.config["DefaultCacheBehavior"]["LambdaFunctionAssociations"]["Quantity"] == 1)
    stop(application, other)
    application.wait(execution)
    assert shop.config["DefaultCacheBehavior"]["LambdaFunctionAssociations"]["Quantity"] == 0


@pytest.mark.usefixtures("new_to_the_edge")
def test_a_function_is_attached_and_one_that_was_to_be_taken_away_goes_back_to_the_edge(
    application: Application, case: Case, function: str
) -> None:
    shop = Shop.of(application)
    version = wanted(shop, f"{function}:1", at="origin-request")
    # GIVEN an account that has never used Lambda@Edge, whose first function is attached
    ended = attach(application, case, version)
    assert ended["status"] == "SUCCEEDED", ended
    assert attached(shop.config["DefaultCacheBehavior"]) == {"origin-request": f"{function}:1"}
    assert roles_of_aws(application) == ROLES_OF_AWS
    # WHEN it is taken away, whichever version it is, and that is stopped
    other = replace(case, job_id=f"stopped-{case.job_id[-30:]}")
    gone = source(wanted(shop, None, function, at="origin-request"))
    strategy = {"type": "oneByOne", "bakeSeconds": BAKE}
    execution = application.start("config_rollback", request(other, [shop], strategy=strategy, **gone))
    eventually(lambda: attached(shop.config["DefaultCacheBehavior"]) == {} and shop.status == "Deployed")
    stop(application, other)
    application.wait(execution)
    # THEN it is where it was
    assert attached(shop.config["DefaultCacheBehavior"]) == {"origin-request": f"{function}:1"}
    assert rolled_back(application, other) == {shop.id: "REVERTED"}
