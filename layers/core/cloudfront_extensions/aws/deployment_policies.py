"""Continuous deployment policies: which viewers of a distribution are sent to its staging distribution."""

from __future__ import annotations

from typing import Any

from cloudfront_extensions.aws.clients import client
from cloudfront_extensions.aws.failures import aws_call
from cloudfront_extensions.versions.rollback_strategy import Strategy


def create(staging_domain: str, strategy: Strategy) -> str:
    """Make the policy that sends the strategy's viewers to a staging distribution; its id.

    Raises:
        StagingInUse: a policy names this staging distribution already.
        QuotaWouldBeExceeded: the account has no room for one.
    """
    with aws_call("CreateContinuousDeploymentPolicy", staging_domain):
        answer = client("cloudfront").create_continuous_deployment_policy(
            ContinuousDeploymentPolicyConfig={
                "StagingDistributionDnsNames": {"Quantity": 1, "Items": [staging_domain]},
                "Enabled": True,
                "TrafficConfig": _traffic(strategy),
            }
        )
    policy_id: str = answer["ContinuousDeploymentPolicy"]["Id"]
    return policy_id


def naming(staging_domain: str) -> str | None:
    """The id of the policy that names a staging distribution."""
    parameters: dict[str, str] = {}
    while True:
        with aws_call("ListContinuousDeploymentPolicies", staging_domain):
            page = client("cloudfront").list_continuous_deployment_policies(**parameters)[
                "ContinuousDeploymentPolicyList"
            ]
        for item in page.get("Items", []):
            policy = item["ContinuousDeploymentPolicy"]
            if staging_domain in policy["ContinuousDeploymentPolicyConfig"]["StagingDistributionDnsNames"]["Items"]:
                return str(policy["Id"])
        if not page.get("NextMarker"):
            return None
        parameters = {"Marker": page["NextMarker"]}


def etag_of(policy_id: str) -> str:
    """Raises AlreadyGone where there is no such policy."""
    with aws_call("GetContinuousDeploymentPolicy", policy_id):
        answer = client("cloudfront").get_continuous_deployment_policy(Id=policy_id)
    etag: str = answer["ETag"]
    return etag


def delete(policy_id: str, etag: str) -> None:
    """Delete a policy that no distribution names any more.

    Raises:
        AlreadyGone: there is no such policy.
        EtagMoved: somebody has changed it.
        StillInUse: a distribution names it.
    """
    with aws_call("DeleteContinuousDeploymentPolicy", policy_id):
        client("cloudfront").delete_continuous_deployment_policy(Id=policy_id, IfMatch=etag)


def _traffic(strategy: Strategy) -> dict[str, Any]:
    if strategy.header:
        name, value = strategy.header
        return {"Type": "SingleHeader", "SingleHeaderConfig": {"Header": name, "Value": value}}
    return {"Type": "SingleWeight", "SingleWeightConfig": {"Weight": strategy.weight}}
