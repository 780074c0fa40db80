"""Versions of configurations, snapshots and rollbacks."""

from __future__ import annotations

from cloudfront_extensions.errors.base import CloudFrontExtensionsError, InvalidInput


class EventNotUnderstood(InvalidInput):
    """An event does not tell which configuration was written, or by which call."""

    next_action = (
        'Start config_capture with {"distributionId": ...} for the distribution; the daily pass finds it as well.'
    )


class VersionNotFound(CloudFrontExtensionsError):
    """A distribution has no version of that number, or none with content."""

    next_action = "Name a version that the distribution has; its versions are listed by number."


class SnapshotExists(CloudFrontExtensionsError):
    """A distribution has a snapshot of that name already; a name never moves to another version by itself."""

    next_action = "Choose another name, or delete the snapshot that has this one."


class SnapshotNotFound(CloudFrontExtensionsError):
    """A distribution has no snapshot of that name."""

    next_action = "List the distribution's snapshots, and name one of them."


class BaselineIncomplete(CloudFrontExtensionsError):
    """A baseline went through, but some distributions could not be captured; the message names them and the report."""

    next_action = "Put right what the report says, and start config_baseline again with an empty input."


class VersionIncomplete(CloudFrontExtensionsError):
    """A version is known by CloudTrail's event alone, which hides what may be secret: it can't be put back."""

    next_action = "Choose another version; the one before or after may be the same but for what is hidden."


class PlanRefused(CloudFrontExtensionsError):
    """A rollback's plan can't be carried out as it was asked for; nothing was written."""

    next_action = (
        "Read the plan and put right what it names for each refused target. The same request starts again with its request "
        "token, another one with a new token."
    )


class ReferenceNotFound(CloudFrontExtensionsError):
    """A configuration refers to what does not exist (any more): a policy, a function, a key group, a certificate."""

    next_action = "Make again what is missing, choose another version, or keep the target's own with `keep`."


class BehaviorNotFound(CloudFrontExtensionsError):
    """A distribution has no behavior with the path pattern at which a function is wanted."""

    next_action = "Name the path pattern exactly as the distribution has it, and start again with a new request token."


class ForeignFunctionAttached(CloudFrontExtensionsError):
    """Where a function is to be attached, replaced or taken away stands one that the request does not name."""

    next_action = "Name it in `replaces` if it may go, and start again with a new request token."


class CanaryNotPossible(CloudFrontExtensionsError):
    """CloudFront can't bring this change to a distribution by way of a staging distribution."""

    next_action = "Choose the strategy oneByOne or allAtOnce for this target."


class ApprovalDenied(CloudFrontExtensionsError):
    """The person who was asked said no to a rollback's plan; nothing was written."""

    next_action = "Ask that person for the reason; plan anew with a new request token."


class ApprovalExpired(CloudFrontExtensionsError):
    """Nobody answered for a rollback's plan in time; nothing was written."""

    next_action = "Plan anew with a new request token, for the targets may have changed meanwhile."


class ConfigChangedSincePlan(CloudFrontExtensionsError):
    """Somebody changed a target after it was planned; that change was left as it is, and nothing was written over it."""

    next_action = "Look at the target's newest version; if it is to go as well, plan anew with a new request token."


class AlarmFired(CloudFrontExtensionsError):
    """An alarm went off, or could not be read, while a change was being watched."""

    next_action = "Find out why the alarm went off before you try this version again."


class VerifyFailed(CloudFrontExtensionsError):
    """A target was written and deployed, but what is live is not what was planned."""

    next_action = "Compare the target's newest version with the plan: somebody else changed it, or CloudFront did."


class RollbackStopped(CloudFrontExtensionsError):
    """Somebody asked for a rollback to stop."""

    next_action = "Read the report for what was done and taken back; plan anew with a new request token."


class RollbackNotFound(CloudFrontExtensionsError):
    """There is no rollback of this request token."""

    next_action = "Check the request token; a dry run has none to answer for, or to stop."


class NoAnswerAwaited(CloudFrontExtensionsError):
    """A rollback does not wait for an answer: it needs none, has not asked yet, or was answered for by somebody else."""

    next_action = "Look at the execution named in the reason; to stop what was approved, use the function StopRollback."


class RollbackEnded(CloudFrontExtensionsError):
    """A rollback has come to its end; there is nothing left of it that could be stopped."""

    next_action = "To go back, start config_rollback with the version that each target had before."


class RollbackIsRunning(CloudFrontExtensionsError):
    """Another rollback works on one of the targets; two at once would undo each other."""

    next_action = "Wait until the execution named in the reason has ended, or stop it, and start again."


class TargetsNotRolledBack(CloudFrontExtensionsError):
    """A rollback went through, but not every target is where it should be; the message carries the report's location."""

    next_action = "Read the report for each target; then plan those anew with a new request token."


class ChangeDoesNotApply(CloudFrontExtensionsError):
    """A configuration is not, at the place named, what the change was made from."""

    next_action = "Compare anew with the configuration as it is now."
