"""All that CloudFront asks of a configuration before it stores it."""

from __future__ import annotations

from localaws.server import quotas
from localaws.server.cloudfront import (
    aliases,
    continuous_deployment,
    distributions,
    edge_functions,
    references,
    staging,
    structure,
    viewer_certificate,
)
from localaws.server.cloudfront import configuration as configurations
from localaws.server.cloudfront.answers import RefusedError
from localaws.server.cloudfront.configuration import Config
from localaws.server.cloudfront.distributions import Distribution

TAGS_PER_DISTRIBUTION = 50


def check_new(config: Config, tags: list[tuple[str, str]]) -> None:
    """Raises RefusedError."""
    existing = distributions.mine()
    for distribution in existing.values():
        if distribution.get("CallerReference") == config["CallerReference"]:
            raise RefusedError(
                "DistributionAlreadyExists",
                "The caller reference that you are using to create a distribution is associated with another "
                f"distribution. Already exists: {distribution['Id']}",
            )
    if len(existing) >= quotas.limit(quotas.DISTRIBUTIONS):
        raise RefusedError(
            "TooManyDistributions", f"The account has {len(existing)} distributions, as many as its quota"
        )
    if config.get("Staging"):
        staging.check_room()
    check_tags(tags)
    _check(config, None)


def check_changed(config: Config, distribution: Distribution) -> None:
    """Raises RefusedError."""
    if config["CallerReference"] != distribution["CallerReference"]:
        raise RefusedError("IllegalUpdate", "The caller reference of a distribution can't change")
    continuous_deployment.check_change(config, distribution)
    _check(config, distribution["Id"])


def check_tags(tags: list[tuple[str, str]]) -> None:
    keys = [key for key, _ in tags]
    if len(set(keys)) < len(keys) or any(key.lower().startswith("aws:") for key in keys):
        raise RefusedError("InvalidTagging", "Tag keys must differ, and must not begin with aws:")
    if len(keys) > TAGS_PER_DISTRIBUTION:
        raise RefusedError("InvalidTagging", f"A distribution can have {TAGS_PER_DISTRIBUTION} tags")


def _check(config: Config, distribution_id: str | None) -> None:
    from ministack.core.responses import get_account_id

    structure.check(config)
    staging.check(config)
    continuous_deployment.check(config, distribution_id)
    references.check(config, distribution_id)
    edge_functions.check(config)
    viewer_certificate.check(config.get("ViewerCertificate", {}), configurations.aliases(config), get_account_id())
    aliases.check(configurations.aliases(config), distribution_id, get_account_id())
