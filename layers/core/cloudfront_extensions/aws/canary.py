"""A canary: some viewers get the planned configuration from a staging distribution before it becomes everybody's.

A staging copy of the target gets the planned configuration, a continuous deployment policy sends it viewers, and if no alarm
goes off, it is promoted. Either way policy and staging distribution are removed. What is made is found again: the staging
distribution by its caller reference, the policy by the staging distribution that it names.
"""

from __future__ import annotations

from dataclasses import replace

from cloudfront_extensions.aws import alarms, cloudfront, deployment_policies
from cloudfront_extensions.aws.clock import now
from cloudfront_extensions.aws.cloudfront import Distribution
from cloudfront_extensions.aws.direct_change import TRIES, check_unchanged, settled
from cloudfront_extensions.aws.distribution_changes import copy_to_staging, promote, staging_copy, update
from cloudfront_extensions.aws.error_table import (
    AlreadyGone,
    CallerReferenceUsed,
    EtagMoved,
    NotYetDisabled,
    StagingInUse,
    StillInUse,
)
from cloudfront_extensions.aws.target_ledger import Pause, TargetLedger
from cloudfront_extensions.errors import (
    AwsUnavailable,
    CanaryNotPossible,
    CloudFrontExtensionsError,
    ConfigChangedSincePlan,
)
from cloudfront_extensions.versions.canary import detached, staged
from cloudfront_extensions.versions.content import content_hash
from cloudfront_extensions.versions.rollback_records import Canary, TargetStatus

_POLICY = "ContinuousDeploymentPolicyId"


def try_out(ledger: TargetLedger) -> Pause | None:
    """None where the target is as planned and nothing of the canary is left; or the pause before the next step.

    Raises:
        CanaryNotPossible: somebody else's canary is at work there.
        ConfigChangedSincePlan, VerifyFailed, AlarmFired, DistributionNotFound, DistributionNotDeployed
    """
    for _ in range(TRIES):
        try:
            return _step(ledger)
        except EtagMoved:
            continue
    return ledger.still_deploying()


def go_back(ledger: TargetLedger) -> Pause | None:
    """Send all viewers back to the target as it was, or as somebody else made it; None when nothing of the canary is left."""
    if pause := removed(ledger):
        return pause
    primary = ledger.live()
    if not primary.deployed:
        return ledger.still_deploying()
    ledger.end(TargetStatus.REVERTED if ledger.is_before(primary.config) else TargetStatus.FAILED)
    return None


def removed(ledger: TargetLedger) -> Pause | None:
    """Remove the canary. None when it is gone, or what can't be removed is noted; or the pause before the next step."""
    for _ in range(TRIES):
        try:
            return _remove(ledger)
        except EtagMoved:
            continue
        except CloudFrontExtensionsError as failure:
            if failure.retryable:
                raise
            ledger.note(left=(*ledger.target.left, str(failure)), canary=None)
            return None
    return ledger.still_deploying()


def _step(ledger: TargetLedger) -> Pause | None:
    primary = ledger.live()
    if ledger.target.etag is None and ledger.is_planned(detached(primary.config)):
        ledger.adopt(primary)
    if ledger.target.etag:
        return _promoted(ledger, primary)
    check_unchanged(ledger, replace(primary, config=detached(primary.config)))
    alarms.check_quiet(ledger.request.strategy.alarm_names)
    staging = _staging(ledger, primary)
    pause = _prepared(ledger, staging) or _attached(ledger, primary, staging) or ledger.watch()
    if pause:
        return pause
    ledger.note_write(primary, applied_at=ledger.target.applied_at or now())
    etag = promote(primary, staging)
    ledger.note_written(etag, etag=etag)
    return ledger.new_deployment()


def _promoted(ledger: TargetLedger, primary: Distribution) -> Pause | None:
    if ledger.target.canary is None:
        return settled(ledger, primary)
    if pause := settled(ledger, replace(primary, config=detached(primary.config))):
        return pause
    return removed(ledger) or settled(ledger, ledger.live())


def _staging(ledger: TargetLedger, primary: Distribution) -> Distribution:
    """The staging distribution, made if there is none."""
    canary = ledger.target.canary
    if canary is None:
        if primary.config.get(_POLICY):
            raise CanaryNotPossible(f"distribution {ledger.id} has a continuous deployment policy already")
        canary = Canary()
        ledger.note(canary=canary)
    if canary.staging_id:
        return _existing(canary.staging_id)
    try:
        staging_id = copy_to_staging(primary, _reference(ledger))
    except CallerReferenceUsed as refusal:
        staging_id = staging_copy(_reference(ledger)) or ""
        if not staging_id:
            raise AwsUnavailable(f"CloudFront does not show the staging distribution yet: {refusal}") from refusal
    found = _existing(staging_id)
    ledger.note(canary=replace(canary, staging_id=found.id, staging_domain=found.domain_name))
    return found


def _prepared(ledger: TargetLedger, staging: Distribution) -> Pause | None:
    """None where the staging distribution has the planned configuration, deployed."""
    wanted = staged(ledger.planned, staging.config)
    if content_hash(staging.config) == content_hash(wanted):
        return None if staging.deployed else ledger.still_deploying()
    if ledger.target.canary and ledger.target.canary.attached:
        raise ConfigChangedSincePlan(f"staging distribution {staging.id} was changed by somebody else")
    update(staging, wanted)
    return ledger.new_deployment()


def _attached(ledger: TargetLedger, primary: Distribution, staging: Distribution) -> Pause | None:
    """None where viewers are sent to the staging distribution."""
    canary = ledger.target.canary or Canary()
    if canary.policy_id is None:
        canary = replace(canary, policy_id=_policy(ledger, staging.domain_name))
        ledger.note(canary=canary)
    if primary.config.get(_POLICY) == canary.policy_id:
        return None if primary.deployed else ledger.still_deploying()
    ledger.note_write(primary, canary=replace(canary, attached=True))
    ledger.note_written(update(primary, {**primary.config, _POLICY: canary.policy_id}))
    return ledger.new_deployment()


def _policy(ledger: TargetLedger, staging_domain: str) -> str:
    try:
        return deployment_policies.create(staging_domain, ledger.request.strategy)
    except StagingInUse as refusal:
        if found := deployment_policies.naming(staging_domain):
            return found
        raise AwsUnavailable(f"CloudFront does not show the policy yet: {refusal}") from refusal


def _remove(ledger: TargetLedger) -> Pause | None:
    """Viewers go back first; the policy can be deleted then, and the staging distribution disabled after that."""
    canary = ledger.target.canary
    if canary is None:
        return None
    staging_id = canary.staging_id or staging_copy(_reference(ledger))
    staging = cloudfront.distribution(staging_id) if staging_id else None
    if staging:
        if policy_id := canary.policy_id or deployment_policies.naming(staging.domain_name):
            _detach(ledger, policy_id)
            if not _policy_is_gone(policy_id):
                return ledger.still_deploying()
            ledger.note(canary=replace(canary, staging_id=staging.id, policy_id=None, attached=False))
        if pause := _staging_stays(ledger, staging):
            return pause
    elif not (canary.staging_id or canary.sought):
        ledger.note(canary=replace(canary, sought=True))
        return ledger.new_deployment()
    ledger.note(canary=None)
    return None


def _detach(ledger: TargetLedger, policy_id: str) -> None:
    """Somebody else's change stays, and stays somebody else's."""
    primary = ledger.live()
    if primary.config.get(_POLICY) == policy_id:
        config = detached(primary.config)
        ledger.note_write(primary)
        etag = update(primary, config)
        promoted = ledger.target.etag and ledger.is_planned(config)
        ledger.note_written(etag, **({"etag": etag} if promoted else {}))


def _policy_is_gone(policy_id: str) -> bool:
    try:
        deployment_policies.delete(policy_id, deployment_policies.etag_of(policy_id))
    except AlreadyGone:
        return True
    except StillInUse:
        return False
    return True


def _staging_stays(ledger: TargetLedger, staging: Distribution) -> Pause | None:
    """None where it is gone; else the pause before it can be deleted."""
    if staging.config["Enabled"]:
        update(staging, {**staging.config, "Enabled": False})
        return ledger.new_deployment()
    if not staging.deployed:
        return ledger.still_deploying()
    try:
        cloudfront.delete(staging)
    except (NotYetDisabled, StillInUse):
        return ledger.still_deploying()
    except AlreadyGone:
        pass
    return None


def _existing(staging_id: str) -> Distribution:
    found = cloudfront.distribution(staging_id)
    if found is None:
        raise AwsUnavailable(f"CloudFront does not show the staging distribution {staging_id}")
    return found


def _reference(ledger: TargetLedger) -> str:
    return f"{ledger.rollback.token}/{ledger.id}"
