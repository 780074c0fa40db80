"""What a rollback knows of one target, and what it notes there: always before what it says is done.

What is live is told apart by its content, not by its ETag: who finds the planned configuration has written it, or has
nothing to write, even if the answer to the write was lost.
"""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING, Any, NamedTuple

from cloudfront_extensions.aws import cloudfront
from cloudfront_extensions.aws.cloudfront import Distribution
from cloudfront_extensions.aws.distributions import wait_plan
from cloudfront_extensions.aws.objects import get_json
from cloudfront_extensions.aws.rollback_store import RollbackStore
from cloudfront_extensions.aws.version_store import VersionStore
from cloudfront_extensions.distributions.config import DistributionConfig
from cloudfront_extensions.distributions.deployment import Wait
from cloudfront_extensions.errors import CloudFrontExtensionsError, DistributionNotFound, split_next_action
from cloudfront_extensions.versions.canary import detached
from cloudfront_extensions.versions.content import content_hash
from cloudfront_extensions.versions.rollback_records import Rollback, Target, TargetStatus
from cloudfront_extensions.versions.rollback_request import RollbackRequest
from cloudfront_extensions.versions.rollback_strategy import StrategyType

if TYPE_CHECKING:
    from cloudfront_extensions.aws.rollback_planning import ManifestEntry

LOOK_SECONDS = 60
"""Between two looks at alarms: the shortest period of an ordinary one."""
MOST_LOOKS = 1000
"""At one target: each takes some events of its execution's history, which ends at 25,000."""


class Pause(NamedTuple):
    """A wait before the next step."""

    wait: Wait
    watching: bool = False
    """Alarms are watched meanwhile; else CloudFront deploys something."""


class TargetLedger:
    """`bucket` is where the plan is; `last` is the pause that has just passed."""

    def __init__(
        self,
        rollback: Rollback,
        request: RollbackRequest,
        entry: ManifestEntry,
        store: RollbackStore,
        *,
        bucket: str,
        last: Pause | None = None,
    ) -> None:
        self.rollback, self.request, self.store, self.last = rollback, request, store, last
        self.target: Target = store.ensure_target(rollback.token, entry["distributionId"])
        self._entry, self._bucket = entry, bucket

    @property
    def id(self) -> str:
        return self.target.distribution_id

    @property
    def planned(self) -> DistributionConfig:
        """The configuration that the target is to have."""
        return self._config(self._entry["plannedKey"])

    @property
    def before(self) -> DistributionConfig:
        """The configuration that it had when the plan was made."""
        return self._config(self._entry["beforeKey"])

    def live(self) -> Distribution:
        """Raises DistributionNotFound."""
        found = cloudfront.distribution(self.id)
        if found is None:
            raise DistributionNotFound(f"distribution {self.id} was deleted")
        return found

    def is_planned(self, config: DistributionConfig) -> bool:
        return content_hash(config) == self._entry["plannedHash"]

    def is_before(self, config: DistributionConfig) -> bool:
        return content_hash(config) == self._entry["hashBefore"]

    def own(self, config: DistributionConfig) -> DistributionConfig:
        """A configuration without the policy that a canary gave it; what a direct change finds of one belongs to it."""
        return detached(config) if self.request.strategy.type is StrategyType.CANARY else config

    def is_written(self, found: Distribution) -> bool:
        """Whether this is what the rollback wrote."""
        return found.etag == self.target.etag or self.is_planned(self.own(found.config))

    def is_outdated(self, found: Distribution) -> bool:
        """Whether this is an old answer: what was written over, unless that was only about to be done."""
        return found.etag in self.target.overwritten and found.etag != self.target.etag

    def note(self, **changes: Any) -> None:
        self.target = self.store.update_target(self.target, **changes)

    def note_write(self, found: Distribution, **changes: Any) -> None:
        """Note that something is about to be written over what was found."""
        self.note(overwritten=tuple(dict.fromkeys((*self.target.overwritten, found.etag))), **changes)

    def note_failure(self, failure: CloudFrontExtensionsError, **changes: Any) -> None:
        reason, next_action = split_next_action(str(failure))
        self.note(
            error=type(failure).__name__, reason=reason, next_action=next_action or failure.next_action, **changes
        )

    def note_written(self, etag: str, /, **changes: Any) -> None:
        """Note the ETag that a write was answered with."""
        self.note(written=(*self.target.written, etag), **changes)

    def adopt(self, found: Distribution) -> None:
        """Note that a target has the planned configuration: by a write whose answer was lost, or by somebody else's."""
        if self.target.applied_at:
            self.note_written(found.etag, etag=found.etag)
        else:
            self.note(etag=found.etag)

    def end(self, status: TargetStatus, failure: CloudFrontExtensionsError | None = None) -> None:
        """Note how it ended."""
        self.sign_versions()
        if failure:
            self.note_failure(failure, status=status)
        else:
            self.note(status=status)

    def sign_versions(self) -> None:
        """Note on the versions that the target was given whose they are."""
        for etag in self.target.written:
            VersionStore().note_rollback(self.id, etag, self.target.token)

    def new_deployment(self) -> Pause:
        """The pause after CloudFront was given something to deploy."""
        return Pause(wait_plan().first())

    def still_deploying(self) -> Pause:
        """The pause after it was found to be still at it. Raises DistributionNotDeployed when all waits have passed."""
        if self.last is None or self.last.watching:
            return self.new_deployment()
        return Pause(wait_plan().after(self.last.wait, self.id))

    def watch(self) -> Pause | None:
        """The pause before the next look at the alarms; None when they have been watched for long enough.

        A canary is watched on staging, and not again once it is about to be everybody's.
        """
        strategy = self.request.strategy
        if strategy.type is StrategyType.CANARY and self.target.applied_at:
            return None
        last = self.last.wait if self.last and self.last.watching else {"seconds": 0, "waitedSeconds": 0}
        watched = last["waitedSeconds"] + last["seconds"]
        if watched >= strategy.bake_seconds:
            return None
        seconds = min(max(LOOK_SECONDS, ceil(strategy.bake_seconds / MOST_LOOKS)), strategy.bake_seconds - watched)
        return Pause({"seconds": seconds, "waitedSeconds": watched}, watching=True)

    def _config(self, key: str) -> DistributionConfig:
        config: DistributionConfig = get_json(self._bucket, key)
        return config
