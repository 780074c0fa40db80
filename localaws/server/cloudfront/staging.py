"""Staging distributions: copies of a primary distribution on which a change is tried out before it is the primary's own.

After "Learn how continuous deployment works" of the Developer Guide and the API reference of CopyDistribution and
UpdateDistributionWithStagingConfig.
"""

from __future__ import annotations

from localaws.server import quotas
from localaws.server.cloudfront import distributions
from localaws.server.cloudfront.answers import RefusedError
from localaws.server.cloudfront.configuration import Config, aliases
from localaws.server.cloudfront.distributions import Distribution
from localaws.server.cloudfront.request import Request, parsed

HTTP_3 = ("http3", "http2and3")
KEPT_WHEN_LEFT_OUT = ("ContinuousDeploymentPolicyId", "Staging")
"""UpdateDistribution changes nothing where these are left out: an empty policy id detaches, a missing one does not."""


def copied(request: Request, primary: Distribution) -> Config:
    """What CopyDistribution makes of the primary's configuration. Raises RefusedError."""
    from ministack.services import cloudfront

    if request.headers.get("staging", "").lower() != "true":
        raise RefusedError("InvalidArgument", "Staging must be true: copies are staging distributions")
    if distributions.is_staging(primary):
        raise RefusedError("InvalidArgument", f"{primary['Id']} is a staging distribution itself")
    element = parsed(request.body)
    reference, enabled = cloudfront._text(element, "CallerReference"), cloudfront._text(element, "Enabled", "true")
    if not reference or enabled not in ("true", "false"):
        raise RefusedError("InvalidArgument", "CallerReference is required, and Enabled is true or false")
    return distributions.config_of(primary) | {
        "CallerReference": reference,
        "Enabled": enabled == "true",
        "Aliases": {"Quantity": 0},
        "ContinuousDeploymentPolicyId": "",
        "Staging": True,
    }


def promoted(primary: Config, staging: Config) -> Config:
    """What UpdateDistributionWithStagingConfig makes of the two."""
    kept = ("CallerReference", "Aliases", "ContinuousDeploymentPolicyId", "Staging")
    return staging | {name: primary[name] for name in kept}


def with_kept(config: Config, current: Config) -> Config:
    """The configuration of an update with what an update does not change by leaving it out."""
    return {name: current[name] for name in KEPT_WHEN_LEFT_OUT} | config


def check(config: Config) -> None:
    """Raises RefusedError."""
    if not config.get("Staging"):
        return
    if aliases(config):
        raise RefusedError("InvalidArgument", "A staging distribution can't have alternate domain names")
    if config.get("ContinuousDeploymentPolicyId"):
        raise RefusedError("InvalidArgument", "A staging distribution can't have a continuous deployment policy")
    check_http(config)


def check_http(config: Config) -> None:
    """Raises RefusedError for a distribution that takes no part in continuous deployment."""
    if config.get("HttpVersion") in HTTP_3:
        raise RefusedError("InvalidArgument", "The parameter HTTP3 is not supported for Continuous Deployment Policy.")


def check_room() -> None:
    """Raises RefusedError when the account has as many staging distributions as its quota allows."""
    number = sum(map(distributions.is_staging, distributions.mine().values()))
    if number >= quotas.limit(quotas.STAGING_DISTRIBUTIONS):
        raise RefusedError(
            "TooManyDistributions", f"The account has {number} staging distributions, as many as its quota"
        )


def named(domain_name: str) -> Distribution:
    """The caller's staging distribution with this domain name. Raises RefusedError."""
    for distribution in distributions.mine().values():
        if distribution["DomainName"] == domain_name.lower():
            if distributions.is_staging(distribution):
                return distribution
            raise RefusedError("InvalidArgument", f"{domain_name} is not a staging distribution")
    raise RefusedError("InvalidArgument", f"There is no staging distribution {domain_name}")
