"""A distribution on its way to the edge: what the workflow knows of it, and how long it waits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NotRequired, TypedDict

from cloudfront_extensions.errors import DistributionNotDeployed

GROWTH = 1.5
UNSEEN_SECONDS = 600
"""For so long CloudFront may not know a distribution that it has created: its reads are eventually consistent."""


class Wait(TypedDict):
    """Seconds of the next wait, and of all waits before it."""

    seconds: int
    waitedSeconds: int


class DistributionState(TypedDict):
    """What passes between the tasks of `distribution_creation`."""

    jobId: str
    itemId: str
    bucket: str
    configKey: str
    callerReference: str
    certificateArn: str
    dns: dict[str, Any]
    status: str
    wait: Wait
    distributionId: NotRequired[str]
    distributionArn: NotRequired[str]
    distributionDomainName: NotRequired[str]


def may_be_unseen(wait: Wait) -> bool:
    """Whether a distribution that is not found may still appear, after this wait and those before it."""
    return wait["waitedSeconds"] + wait["seconds"] < UNSEEN_SECONDS


@dataclass(frozen=True, slots=True)
class WaitPlan:
    """Waits that grow by half: deployments take minutes, and CloudFront's control plane few requests a second."""

    first_seconds: int = 60
    longest_seconds: int = 300
    limit_seconds: int = 7200

    def first(self) -> Wait:
        return {"seconds": self.first_seconds, "waitedSeconds": 0}

    def after(self, wait: Wait, distribution_id: str) -> Wait:
        """The wait that follows one that has passed; the last is cut so that all together make the limit.

        Raises:
            DistributionNotDeployed: the limit is reached.
        """
        waited = wait["waitedSeconds"] + wait["seconds"]
        if waited >= self.limit_seconds:
            raise DistributionNotDeployed(
                f"distribution {distribution_id} is still being deployed after {waited} seconds of waiting"
            )
        grown = max(self.first_seconds, int(wait["seconds"] * GROWTH))
        return {"seconds": min(grown, self.longest_seconds, self.limit_seconds - waited), "waitedSeconds": waited}
