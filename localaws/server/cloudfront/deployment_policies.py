"""Continuous deployment policies: the table of them, and what one may say.

A policy names a staging distribution and the part of the traffic that goes there; it takes effect when a primary
distribution names the policy (`continuous_deployment`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from ministack.core.responses import AccountScopedDict, new_uuid

from localaws.server import quotas
from localaws.server.cloudfront import distributions, staging
from localaws.server.cloudfront.answers import RefusedError
from localaws.server.cloudfront.configuration import Config, items

HEADER_PREFIX = "aws-cf-cd-"
LONGEST_HEADER, LONGEST_VALUE = 256, 1783
"""CloudFormation User Guide, SingleHeaderConfig of AWS::CloudFront::ContinuousDeploymentPolicy."""
GREATEST_WEIGHT = 0.15
SESSION_SECONDS = range(300, 3600 + 1)
TRAFFIC = {"SingleWeight": "SingleWeightConfig", "SingleHeader": "SingleHeaderConfig"}
"""Type of traffic configuration → the member that goes with it."""

_policies = AccountScopedDict()


def forget() -> None:
    _policies._data.clear()


@dataclass(frozen=True, slots=True)
class Policy:
    id: str
    etag: str
    last_modified: str
    config: Config

    @property
    def staging_domain(self) -> str:
        (domain,) = items(self.config["StagingDistributionDnsNames"])
        return str(domain).lower()


def mine() -> dict[str, Policy]:
    """The caller's policies by id."""
    return dict(_policies.items())


def find(policy_id: str) -> Policy:
    """Raises RefusedError."""
    policy = mine().get(policy_id)
    if policy is None:
        raise RefusedError("NoSuchContinuousDeploymentPolicy", "The continuous deployment policy doesn't exist.")
    return policy


def naming(staging_domain: str) -> Policy | None:
    """The policy that names this staging distribution."""
    return next((policy for policy in mine().values() if policy.staging_domain == staging_domain), None)


def check_new(config: Config) -> None:
    """Raises RefusedError."""
    if len(mine()) >= quotas.limit(quotas.CONTINUOUS_DEPLOYMENT_POLICIES):
        raise RefusedError(
            "TooManyContinuousDeploymentPolicies", f"The account has {len(mine())} policies, as many as its quota"
        )
    check(config, None)


def check(config: Config, policy_id: str | None) -> None:
    """Raises RefusedError. None is a policy not made yet."""
    _check_staging_distribution(config["StagingDistributionDnsNames"], policy_id)
    if traffic := config.get("TrafficConfig"):
        _check_traffic(traffic)


def create(config: Config) -> Policy:
    return change(Policy(new_uuid(), "", "", config), config)


def change(policy: Policy, config: Config) -> Policy:
    """The policy with another configuration, and with it another ETag."""
    from ministack.services import cloudfront

    changed = replace(policy, etag=new_uuid(), last_modified=cloudfront._now_iso(), config=config)
    _policies[policy.id] = changed
    return changed


def delete(policy: Policy) -> None:
    """Raises RefusedError."""
    if distributions.users_of(policy.id):
        raise RefusedError(
            "ContinuousDeploymentPolicyInUse",
            "You cannot delete a continuous deployment policy that is associated with a primary distribution.",
        )
    del _policies[policy.id]


def _check_staging_distribution(names: dict[str, Any], policy_id: str | None) -> None:
    domains = items(names)
    if names["Quantity"] != len(domains):
        raise RefusedError(
            "InconsistentQuantities",
            f"StagingDistributionDnsNames: {names['Quantity']} announced, {len(domains)} given",
        )
    if len(domains) != 1:
        raise _invalid("StagingDistributionDnsNames must name one staging distribution")
    user = naming(staging.named(domains[0])["DomainName"])
    if user is not None and user.id != policy_id:
        raise RefusedError(
            "StagingDistributionInUse", "A continuous deployment policy for this staging distribution already exists."
        )


def _check_traffic(traffic: dict[str, Any]) -> None:
    wanted = TRAFFIC[traffic["Type"]]
    if [member for member in TRAFFIC.values() if member in traffic] != [wanted]:
        raise _invalid(f"TrafficConfig of type {traffic['Type']} has {wanted}, and no other")
    if "SingleHeaderConfig" in traffic:
        _check_header(traffic["SingleHeaderConfig"])
        return
    weighted = traffic["SingleWeightConfig"]
    if not 0 <= weighted["Weight"] <= GREATEST_WEIGHT:
        raise _invalid(f"Weight must be from 0 to {GREATEST_WEIGHT}, not {weighted['Weight']}")
    if stickiness := weighted.get("SessionStickinessConfig"):
        idle, maximum = stickiness["IdleTTL"], stickiness["MaximumTTL"]
        if idle not in SESSION_SECONDS or maximum not in SESSION_SECONDS or idle > maximum:
            raise _invalid("IdleTTL and MaximumTTL must be from 300 to 3600 seconds, and IdleTTL not above MaximumTTL")


def _check_header(wanted: dict[str, str]) -> None:
    if not wanted["Header"].lower().startswith(HEADER_PREFIX):
        raise _invalid(f"The header must contain the prefix {HEADER_PREFIX}: {wanted['Header']}")
    if len(wanted["Header"]) > LONGEST_HEADER or not 0 < len(wanted["Value"]) <= LONGEST_VALUE:
        raise _invalid(f"A header has up to {LONGEST_HEADER} characters, and its value from 1 to {LONGEST_VALUE}")


def _invalid(message: str) -> RefusedError:
    return RefusedError("InvalidArgument", message)
