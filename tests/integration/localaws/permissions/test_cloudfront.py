"""What CloudFront's operations on copies, policies and moved aliases need, and on what."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.integration.localaws.cloudfront.test_alias_moves import proven, target_for
from tests.integration.localaws.cloudfront.test_staging import copied, joined, policy_config, primary, promote
from tests.integration.localaws.permissions.test_enforcement import ACCOUNT, allow, denied, session
from tests.integration.localaws.workbench import Json, Workbench

Needs = list[tuple[str, str]]
"""Actions of CloudFront, each with its resource."""


@pytest.fixture
def cloudfront(bench: Workbench) -> Any:
    return bench.client("cloudfront")


def each_is_needed(bench: Workbench, needs: Needs, call: Callable[[Any], object]) -> None:
    """The call is denied to a role that lacks one of these permissions, and done for a role that has them."""
    for missing in needs:
        client = session(bench, *statements(need for need in needs if need != missing))("cloudfront")
        message = denied(lambda client=client: call(client))["Error"]["Message"]
        assert f"is not authorized to perform: cloudfront:{missing[0]} on resource: {missing[1]}" in message
    call(session(bench, *statements(needs))("cloudfront"))


def statements(needs: Any) -> list[Json]:
    return [allow(f"cloudfront:{action}", on=resource) for action, resource in needs]


def test_copying_needs_leave_to_copy_and_read_the_primary_and_to_create(bench: Workbench, cloudfront: Any) -> None:
    made = primary(cloudfront)
    arn = made["Distribution"]["ARN"]
    needs = [("CopyDistribution", arn), ("GetDistribution", arn), ("CreateDistribution", "*")]
    each_is_needed(bench, needs, lambda client: copied(client, made))


def test_promoting_needs_leave_to_read_both_and_to_update_the_primary(bench: Workbench, cloudfront: Any) -> None:
    made, staging, _ = joined(cloudfront)
    arns = [each["Distribution"]["ARN"] for each in (made, staging)]
    needs = [("UpdateDistribution", arns[0]), *(("GetDistribution", arn) for arn in arns)]
    etags = f"{made['ETag']}, {staging['ETag']}"
    each_is_needed(bench, needs, lambda client: promote(client, made, staging, IfMatch=etags))


def test_moving_an_alias_needs_leave_to_update_both_distributions(bench: Workbench) -> None:
    source, target, name = target_for(bench.instance)
    proven(bench.instance, name, target)
    arns = [each["ARN"] for each in (target, source)]
    needs = [("AssociateAlias", arns[0]), *(("UpdateDistribution", arn) for arn in arns)]
    each_is_needed(
        bench, needs, lambda client: client.associate_alias(TargetDistributionId=target["Id"], Alias=name.upper())
    )


def test_a_policy_is_read_changed_and_deleted_with_leave_for_this_one(bench: Workbench, cloudfront: Any) -> None:
    staging = copied(cloudfront, primary(cloudfront))
    made = cloudfront.create_continuous_deployment_policy(ContinuousDeploymentPolicyConfig=policy_config(staging))
    policy_id = made["ContinuousDeploymentPolicy"]["Id"]
    arn = f"arn:aws:cloudfront::{ACCOUNT}:continuous-deployment-policy/{policy_id}"

    def etag() -> str:
        return str(cloudfront.get_continuous_deployment_policy(Id=policy_id)["ETag"])

    calls: dict[str, Callable[[Any], object]] = {
        "GetContinuousDeploymentPolicy": lambda client: client.get_continuous_deployment_policy(Id=policy_id),
        "GetContinuousDeploymentPolicyConfig": lambda client: client.get_continuous_deployment_policy_config(
            Id=policy_id
        ),
        "UpdateContinuousDeploymentPolicy": lambda client: client.update_continuous_deployment_policy(
            Id=policy_id, IfMatch=etag(), ContinuousDeploymentPolicyConfig=policy_config(staging)
        ),
        "DeleteContinuousDeploymentPolicy": lambda client: client.delete_continuous_deployment_policy(
            Id=policy_id, IfMatch=etag()
        ),
    }
    for action, call in calls.items():
        each_is_needed(bench, [(action, arn)], call)


def test_policies_are_made_and_listed_with_leave_for_all(bench: Workbench, cloudfront: Any) -> None:
    config = policy_config(copied(cloudfront, primary(cloudfront)))
    each_is_needed(
        bench,
        [("CreateContinuousDeploymentPolicy", "*")],
        lambda client: client.create_continuous_deployment_policy(ContinuousDeploymentPolicyConfig=config),
    )
    each_is_needed(
        bench,
        [("ListContinuousDeploymentPolicies", "*")],
        lambda client: client.list_continuous_deployment_policies(),
    )
