"""What binds a primary distribution and its staging distribution while a policy joins them.

"When a primary distribution has an attached continuous deployment policy, the following configuration changes are
available for both" (Developer Guide, "Update primary and staging distributions"); all other settings stay as they are, and
so must be the same in both when the policy is attached.
"""

from __future__ import annotations

from localaws.server.cloudfront import deployment_policies, distributions, staging
from localaws.server.cloudfront.answers import RefusedError
from localaws.server.cloudfront.configuration import Config
from localaws.server.cloudfront.defaults import completed
from localaws.server.cloudfront.deployment_policies import Policy
from localaws.server.cloudfront.distributions import Distribution

CHANGEABLE = {
    "CacheBehaviors",
    "Comment",
    "CustomErrorResponses",
    "DefaultCacheBehavior",
    "DefaultRootObject",
    "Logging",
    "OriginGroups",
    "Origins",
    "Restrictions",
}
OF_EACH = {"Aliases", "CallerReference", "ContinuousDeploymentPolicyId", "Enabled", "Staging"}
"""What each of the two has for itself."""


def primary_of(policy: Policy) -> Distribution | None:
    return next(iter(distributions.users_of(policy.id)), None)


def joined(primary: Distribution, staging_id: str | None) -> tuple[Policy, Distribution]:
    """The policy of a primary distribution and the staging distribution that it names, which may be asked for by its id.

    Raises RefusedError for any other.
    """
    if staging_id:
        distributions.existing(staging_id)
    policy_id = distributions.config_of(primary)["ContinuousDeploymentPolicyId"]
    if not policy_id:
        raise RefusedError("IllegalUpdate", f"{primary['Id']} has no continuous deployment policy")
    policy = deployment_policies.find(policy_id)
    source = staging.named(policy.staging_domain)
    if staging_id not in (None, source["Id"]):
        raise RefusedError("IllegalUpdate", f"{staging_id} is not the staging distribution of {primary['Id']}")
    return policy, source


def check(config: Config, distribution_id: str | None) -> None:
    """Raises RefusedError when the policy that a configuration names can't be attached. None: not made yet."""
    if not config.get("ContinuousDeploymentPolicyId"):
        return
    policy = deployment_policies.find(config["ContinuousDeploymentPolicyId"])
    if distribution_id is None:
        raise RefusedError(
            "InvalidArgument", "Continuous deployment policy is not supported during distribution creation."
        )
    primary = primary_of(policy)
    if primary is not None and primary["Id"] != distribution_id:
        raise RefusedError(
            "ContinuousDeploymentPolicyInUse", f"The policy is associated with another distribution: {primary['Id']}"
        )
    staging.check_http(config)
    differing = _differing(completed(config), distributions.config_of(staging.named(policy.staging_domain)))
    _refuse_if_any(differing - CHANGEABLE - OF_EACH, "IllegalUpdate")


def check_change(config: Config, distribution: Distribution) -> None:
    """Raises RefusedError for a change that a distribution does not allow because it is, or has, a staging one."""
    current = distributions.config_of(distribution)
    if bool(config.get("Staging")) != current["Staging"]:
        raise RefusedError("IllegalUpdate", "A distribution can't become a staging distribution, or cease to be one")
    policy = deployment_policies.naming(distribution["DomainName"])
    if policy is not None and current["Enabled"] and not config["Enabled"]:
        raise RefusedError(
            "StagingDistributionInUse",
            "The specified staging distribution is currently used by a continuous deployment policy.",
        )
    if current["ContinuousDeploymentPolicyId"] or (policy is not None and primary_of(policy) is not None):
        changed = _differing(completed(config), current)
        _refuse_if_any(changed - CHANGEABLE - {"ContinuousDeploymentPolicyId", "Enabled"}, "IllegalUpdate")


def check_policy_change(policy: Policy, config: Config) -> None:
    """Raises RefusedError when a policy that is attached would name a staging distribution unlike its primary."""
    primary = primary_of(policy)
    if primary is not None:
        (domain,) = config["StagingDistributionDnsNames"]["Items"]
        differing = _differing(distributions.config_of(primary), distributions.config_of(staging.named(domain)))
        _refuse_if_any(differing - CHANGEABLE - OF_EACH, "InvalidArgument")


def check_unnamed(distribution: Distribution) -> None:
    """Raises RefusedError for a staging distribution that a policy names."""
    if deployment_policies.naming(distribution["DomainName"]) is not None:
        raise RefusedError("ResourceInUse", f"A continuous deployment policy uses {distribution['Id']}")


def _differing(one: Config, other: Config) -> set[str]:
    return {name for name in one.keys() | other.keys() if one.get(name) != other.get(name)}


def _refuse_if_any(members: set[str], code: str) -> None:
    if members:
        raise RefusedError(
            code,
            f"One or more fields updated are not supported for continuous deployment: {', '.join(sorted(members))}",
        )
