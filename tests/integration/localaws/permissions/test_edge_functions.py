"""Who sends CloudFront a configuration with functions of Lambda@Edge needs leave to have them copied to the edge."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.integration.localaws import edge
from tests.integration.localaws.cloudfront.test_staging import copied, joined, promote
from tests.integration.localaws.permissions.test_enforcement import ACCOUNT, allow, denied, session
from tests.integration.localaws.workbench import Json, Workbench

DISTRIBUTIONS = allow("cloudfront:*")
ON_THE_VERSION = ("lambda:GetFunction", "lambda:EnableReplication*", "lambda:DisableReplication*")
SERVICES = {
    "replicator.lambda.amazonaws.com": "AWSServiceRoleForLambdaReplicator",
    "logger.cloudfront.amazonaws.com": "AWSServiceRoleForCloudFrontLogger",
}
MAKING_ROLES = allow("iam:CreateServiceLinkedRole")
HANDLER = "def handler(event, context):\n    return event['Records'][0]['cf']['request']"


@pytest.fixture(scope="module")
def version(bench: Workbench) -> str:
    return bench.function(HANDLER, Publish=True) + ":1"


@pytest.fixture
def no_roles(bench: Workbench) -> None:
    """An account in which Lambda@Edge was never used."""
    for role in roles(bench):
        bench.client("iam").delete_service_linked_role(RoleName=role)


@pytest.fixture
def roles_made(bench: Workbench, version: str) -> None:
    edge.distribution(bench.instance, **with_function(version))


def roles(bench: Workbench) -> set[str]:
    paths = [f"/aws-service-role/{service}/" for service in SERVICES]
    found = bench.client("iam").list_roles()["Roles"]
    return {role["RoleName"] for role in found if role["Path"] in paths}


def with_function(version: str) -> Json:
    association = {"LambdaFunctionARN": version, "EventType": "origin-request"}
    return {"DefaultCacheBehavior": edge.behavior(LambdaFunctionAssociations=edge.block(association))}


def creating(bench: Workbench, version: str, *statements: Json) -> Callable[[], Json]:
    client = session(bench, DISTRIBUTIONS, *statements)("cloudfront")
    config = edge.distribution_config(**with_function(version))
    return lambda: client.create_distribution(DistributionConfig=config)["Distribution"]  # type: ignore[no-any-return]


def message(call: Callable[[], object]) -> str:
    return str(denied(call)["Error"]["Message"])


@pytest.mark.usefixtures("roles_made")
@pytest.mark.parametrize("missing", ON_THE_VERSION)
def test_each_action_on_the_version_is_needed(bench: Workbench, version: str, missing: str) -> None:
    others = [action for action in ON_THE_VERSION if action != missing]
    refused = message(creating(bench, version, allow(*others, on=version)))
    assert f"is not authorized to perform: {missing} on resource: {version} because" in refused


@pytest.mark.usefixtures("roles_made")
def test_the_actions_on_the_version_are_enough(bench: Workbench, version: str) -> None:
    assert creating(bench, version, allow(*ON_THE_VERSION, on=version))()["Id"]


@pytest.mark.usefixtures("roles_made")
def test_leave_for_another_function_does_not_help(bench: Workbench, version: str) -> None:
    other = version.replace(":function:", ":function:other-")
    assert "lambda:GetFunction" in message(creating(bench, version, allow("lambda:*", on=other)))


@pytest.mark.usefixtures("roles_made")
def test_the_asterisk_at_the_end_of_an_action_is_needed(bench: Workbench, version: str) -> None:
    without = allow("lambda:GetFunction", "lambda:EnableReplication", "lambda:DisableReplication", on=version)
    assert "lambda:EnableReplication*" in message(creating(bench, version, without))


@pytest.mark.usefixtures("roles_made")
def test_a_distribution_with_tags_needs_the_same(bench: Workbench, version: str) -> None:
    client = session(bench, DISTRIBUTIONS)("cloudfront")
    tagged = {"DistributionConfig": edge.distribution_config(**with_function(version)), "Tags": {"Items": []}}
    assert "lambda:GetFunction" in message(
        lambda: client.create_distribution_with_tags(DistributionConfigWithTags=tagged)
    )


def test_an_update_needs_the_same_even_if_it_changes_no_function(bench: Workbench, version: str) -> None:
    made = edge.distribution(bench.instance, **with_function(version))
    found = edge.deployed(bench.instance, made["Id"])
    disabled = found["Distribution"]["DistributionConfig"] | {"Enabled": False}
    request = {"Id": made["Id"], "IfMatch": found["ETag"], "DistributionConfig": disabled}
    without = session(bench, DISTRIBUTIONS)("cloudfront")
    assert "lambda:GetFunction" in message(lambda: without.update_distribution(**request))
    given = session(bench, DISTRIBUTIONS, allow(*ON_THE_VERSION, on=version))("cloudfront")
    etag = given.update_distribution(**request)["ETag"]
    # AND to delete it, nothing more than CloudFront's own is needed
    edge.deployed(bench.instance, made["Id"])
    without.delete_distribution(Id=made["Id"], IfMatch=etag)


@pytest.mark.usefixtures("roles_made")
def test_a_copy_and_its_promotion_need_the_same(bench: Workbench, version: str) -> None:
    made, staging, _ = joined(bench.client("cloudfront"), **with_function(version))
    without = session(bench, DISTRIBUTIONS)("cloudfront")
    given = session(bench, DISTRIBUTIONS, allow(*ON_THE_VERSION, on=version))("cloudfront")
    etags = f"{made['ETag']}, {staging['ETag']}"
    calls: tuple[Callable[[Any], Json], ...] = (
        lambda client: copied(client, made),
        lambda client: promote(client, made, staging, IfMatch=etags),
    )
    for call in calls:
        assert "lambda:GetFunction" in message(lambda call=call: call(without))
        assert call(given)["ETag"]


@pytest.mark.usefixtures("no_roles")
def test_a_distribution_without_such_functions_needs_none_of_it_and_makes_no_role(bench: Workbench) -> None:
    session(bench, DISTRIBUTIONS)("cloudfront").create_distribution(DistributionConfig=edge.distribution_config())
    assert roles(bench) == set()


@pytest.mark.usefixtures("no_roles")
@pytest.mark.parametrize(("service", "role"), SERVICES.items(), ids=list(SERVICES.values()))
def test_the_first_use_in_an_account_needs_leave_to_make_each_role(
    bench: Workbench, version: str, service: str, role: str
) -> None:
    arns = {name: f"arn:aws:iam::{ACCOUNT}:role/aws-service-role/{of}/{name}" for of, name in SERVICES.items()}
    others = [arn for name, arn in arns.items() if name != role]
    on_version = allow(*ON_THE_VERSION, on=version)
    refused = message(creating(bench, version, on_version, allow("iam:CreateServiceLinkedRole", on=others)))
    assert f"is not authorized to perform: iam:CreateServiceLinkedRole on resource: {arns[role]}" in refused
    # AND with leave for both it makes them
    assert roles(bench) == set()
    creating(bench, version, on_version, allow("iam:CreateServiceLinkedRole", on=list(arns.values())))()
    assert roles(bench) == set(SERVICES.values())
    # AND from then on nobody needs that leave
    creating(bench, version, on_version)()


@pytest.mark.usefixtures("no_roles")
def test_leave_to_make_roles_may_be_bound_to_their_services(bench: Workbench, version: str) -> None:
    def for_services(*services: str) -> Json:
        return MAKING_ROLES | {"Condition": {"StringEquals": {"iam:AWSServiceName": list(services)}}}

    on_version = allow(*ON_THE_VERSION, on=version)
    refused = message(creating(bench, version, on_version, for_services("replicator.lambda.amazonaws.com")))
    assert "AWSServiceRoleForCloudFrontLogger" in refused
    creating(bench, version, on_version, for_services(*SERVICES))()


@pytest.mark.usefixtures("no_roles")
def test_what_cloudfront_refuses_makes_no_role(bench: Workbench, version: str) -> None:
    gone = f"{version}9"
    with edge.refused("InvalidLambdaFunctionAssociation"):
        creating(bench, gone, allow(*ON_THE_VERSION, on=gone), MAKING_ROLES)()
    assert roles(bench) == set()
