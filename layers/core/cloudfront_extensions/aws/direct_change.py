"""Give a target the planned configuration at once: write it, wait until it is deployed, compare, watch."""

from __future__ import annotations

from cloudfront_extensions.aws import alarms
from cloudfront_extensions.aws.clock import now
from cloudfront_extensions.aws.cloudfront import Distribution
from cloudfront_extensions.aws.distribution_changes import update
from cloudfront_extensions.aws.error_table import AlreadyGone, EtagMoved
from cloudfront_extensions.aws.target_ledger import Pause, TargetLedger
from cloudfront_extensions.errors import ConfigChangedSincePlan, VerifyFailed

TRIES = 3
"""So often a target is read anew at once, when it changes between the look and the write."""


def change(ledger: TargetLedger) -> Pause | None:
    """None where the target is as planned, deployed and watched; or the pause before the next step.

    Raises:
        ConfigChangedSincePlan: somebody else changed it before it was written.
        VerifyFailed: what is live afterwards is not what was planned.
        AlarmFired, DistributionNotFound, DistributionNotDeployed
    """
    for _ in range(TRIES):
        found = ledger.live()
        if ledger.target.etag is None and ledger.is_planned(found.config):
            ledger.adopt(found)
        if ledger.target.etag:
            return settled(ledger, found)
        check_unchanged(ledger, found)
        alarms.check_quiet(ledger.request.strategy.alarm_names)
        ledger.note_write(found, applied_at=ledger.target.applied_at or now())
        try:
            etag = update(found, ledger.planned)
        except (EtagMoved, AlreadyGone):
            continue
        ledger.note_written(etag, etag=etag)
        return ledger.new_deployment()
    return ledger.still_deploying()


def settled(ledger: TargetLedger, found: Distribution) -> Pause | None:
    """What follows the write: None when there is nothing left to wait for. An alarm counts while CloudFront deploys too.

    Raises:
        VerifyFailed, AlarmFired, DistributionNotDeployed
    """
    alarms.check_quiet(ledger.request.strategy.alarm_names)
    if ledger.is_outdated(found):
        return ledger.still_deploying()
    if not ledger.is_planned(found.config):
        raise VerifyFailed(f"distribution {ledger.id} is not as planned: {_who(ledger, found)}")
    if not found.deployed:
        return ledger.still_deploying()
    return ledger.watch()


def check_unchanged(ledger: TargetLedger, found: Distribution) -> None:
    """Raises ConfigChangedSincePlan where the target is no longer as it was when the plan was made."""
    if not ledger.is_before(found.config):
        raise ConfigChangedSincePlan(
            f"distribution {ledger.id} was changed after it was planned (its ETag is {found.etag} now)"
        )


def _who(ledger: TargetLedger, found: Distribution) -> str:
    if found.etag == ledger.target.etag:
        return "CloudFront has made something else of what was written"
    return f"somebody else changed it (its ETag is {found.etag} now)"
