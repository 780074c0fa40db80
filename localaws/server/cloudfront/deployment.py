"""A distribution is InProgress for a while after every change, then Deployed."""

from __future__ import annotations

import time

from localaws.server.cloudfront import distributions, replicas
from localaws.server.cloudfront.distributions import Distribution
from localaws.server.settings import Settings

IN_PROGRESS, DEPLOYED = "InProgress", "Deployed"


def begin(distribution: Distribution, settings: Settings) -> None:
    distribution["Status"] = IN_PROGRESS
    distribution["_deployed_at"] = time.time() + settings.wall_seconds(settings.distribution_deployment_time)
    replicas.note()


def settle() -> None:
    """Mark the caller's distributions Deployed whose time has come; to be called before anybody reads them."""
    now = time.time()
    for distribution in distributions.mine().values():
        if distribution["Status"] == IN_PROGRESS and now >= distribution["_deployed_at"]:
            distribution["Status"] = DEPLOYED


def wait(distribution: Distribution) -> None:
    """Block until the distribution is Deployed. Not for the server's event loop."""
    time.sleep(max(0.0, distribution["_deployed_at"] - time.time()))
    settle()
