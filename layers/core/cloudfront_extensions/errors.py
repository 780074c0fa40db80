"""Everything that can go wrong, named by situation.

The class name is the error name that state machines retry and catch; the message says what happened, to what; `next_action`
says what a person does about it, and stands in the item's record and the report. `retryable` errors leave a stage
UNKNOWN ("could not ask") where all others leave it FAILED.
"""

from __future__ import annotations

from typing import ClassVar


class CloudFrontExtensionsError(Exception):
    """Base of all errors that this library raises on purpose."""

    next_action: ClassVar[str] = "Read the reason, put it right, and start the job again with the same request token."
    retryable: ClassVar[bool] = False


class InvalidInput(CloudFrontExtensionsError):
    """The input of a workflow does not say what is wanted; the message names the field."""

    next_action = "Correct the named field and start again."


class InvalidDomainName(InvalidInput):
    """A text is not a host name that a certificate can be issued for.

    `position` is where in the text the trouble stands, counted in characters from 1; None where it is all of it.
    """

    next_action = "Correct the name in its row and start a job for it."

    def __init__(self, message: str, position: int | None = None) -> None:
        super().__init__(message)
        self.position = position


class InvalidRow(InvalidInput):
    """A row of a batch lacks a value, has one too many, or one that its column does not take."""

    next_action = "Correct the row and start a job for it."


class KeyExposed(InvalidInput):
    """A private key or certificate stands itself where only the reference to a staged bundle belongs; it is never quoted."""

    next_action = (
        "Treat the key as exposed, for many can read what was started: get a certificate for a new key, stage the two with "
        "python -m cloudfront_extensions.stage_bundle, and give the reference that it prints."
    )


class DuplicateName(InvalidInput):
    """A name stands in an earlier row of the batch as well; one name has one distribution."""

    next_action = "Leave the name in one row alone, and start a job for the corrected row."


class TooManyNames(InvalidInput):
    """A row has more names than a certificate or a distribution may have under the account's quotas."""

    next_action = "Spread the names over several rows, or ask AWS for a higher quota in Service Quotas."


class InvalidBatch(InvalidInput):
    """A batch can't be read as a whole: not found, too large, not text, without a header or without rows."""

    next_action = "Correct the file and start again; nothing was created."


class InvalidHeader(InvalidBatch):
    """The first line of a CSV batch does not name the columns as documented."""

    next_action = "Correct the first line of the file and start again; nothing was created."


class NotUtf8(InvalidBatch):
    """A batch holds bytes that are not UTF-8 text."""

    next_action = "Save the file as UTF-8 and start again; nothing was created."


class EmptyBatch(InvalidBatch):
    """A batch has no row."""

    next_action = "Write at least one row and start again; nothing was created."


class BatchTooLarge(InvalidBatch):
    """A batch has more rows or bytes than one job takes."""

    next_action = (
        "Split the file, start one job for each part, each with a request token of its own; nothing was created."
    )


class BatchRefused(InvalidInput):
    """Preflight found errors and the job does not skip faulty rows, or a quota would be exceeded."""

    next_action = "Read the preflight report, correct what it lists, and start again; nothing was created."


class RequestTokenConflict(CloudFrontExtensionsError):
    """The request token belongs to a job with another body."""

    next_action = "Use a new request token for the changed request, or repeat the first request unchanged."


class QuotaWouldBeExceeded(CloudFrontExtensionsError):
    """A Service Quota leaves no room for what was asked."""

    next_action = "Ask AWS for a higher quota in Service Quotas, or make room, and start again."


class InvalidKeyBundle(CloudFrontExtensionsError):
    """A staged certificate, key and chain can't be imported; the staged copy is destroyed, for it must be staged anew."""

    next_action = "Stage a corrected bundle, name it in the row, and start a job for it."


class KeyBundleNotPem(InvalidKeyBundle):
    """A bundle is not PEM text, or one of its blocks can't be read."""

    next_action = "Stage the certificate, its private key and its chain as PEM text."


class KeyBundleTooLarge(InvalidKeyBundle):
    """A bundle has more bytes than any certificate with key and chain has."""

    next_action = "Stage one certificate, its private key and the chain between it and its authority, and nothing else."


class CertificateMissing(InvalidKeyBundle):
    """A bundle has no certificate, or none that is not an authority's."""

    next_action = "Stage the certificate for the names besides key and chain."


class SeveralLeafCertificates(InvalidKeyBundle):
    """A bundle has more than one certificate that is not an authority's."""

    next_action = "Stage a bundle for each certificate."


class PrivateKeyMissing(InvalidKeyBundle):
    """A bundle has no private key."""

    next_action = "Stage the private key besides certificate and chain."


class SeveralPrivateKeys(InvalidKeyBundle):
    """A bundle has more than one private key."""

    next_action = "Stage only the key that belongs to the certificate."


class PrivateKeyEncrypted(InvalidKeyBundle):
    """A private key is protected by a passphrase, which ACM does not take."""

    next_action = "Decrypt the key (openssl pkey -in key.pem -out plain.pem), stage that one, and destroy the file."


class PrivateKeyDoesNotMatch(InvalidKeyBundle):
    """The private key is not that of the certificate."""

    next_action = "Find the key that the certificate was requested with, and stage the two together."


class ChainMissing(InvalidKeyBundle):
    """The authority's certificate that signed the leaf, or one further up, is not in the bundle; or the leaf is self-signed."""

    next_action = "Stage the intermediate certificates that the authority gave you with the certificate."


class ChainOutOfOrder(InvalidKeyBundle):
    """The chain is not in order, and more than one order would do, as with cross-signed authorities."""

    next_action = (
        "Put the chain in order, each certificate followed by the one that signed it, leaving out what is not in it."
    )


class ChainDoesNotVerify(InvalidKeyBundle):
    """A certificate of the chain bears the right name but did not sign the one below it, or is no authority's."""

    next_action = "Ask the authority for the chain of this very certificate."


class BundleExpired(InvalidKeyBundle):
    """The certificate, or one of its chain, has expired."""

    next_action = "Get a new certificate and stage that."


class BundleNotYetValid(InvalidKeyBundle):
    """The certificate, or one of its chain, is not valid yet."""

    next_action = "Stage the bundle again when the certificate is valid."


class NoSubjectAlternativeName(InvalidKeyBundle):
    """The certificate names no host at all."""

    next_action = "Get a certificate that names its hosts as subject alternative names."


class OnlyCommonName(InvalidKeyBundle):
    """The certificate names its host as common name alone, which browsers have not looked at since 2017 (RFC 2818, 3.1)."""

    next_action = "Get a certificate that names its hosts as subject alternative names."


class KeyNotSupported(InvalidKeyBundle):
    """CloudFront does not take keys of this type or size."""

    next_action = "Get a certificate for an RSA key of 2048, 3072 or 4096 bits, or an EC key on P-256 (prime256v1)."


class WeakSignature(InvalidKeyBundle):
    """The certificate, or one of its chain, is signed with SHA-1 or weaker, which browsers refuse."""

    next_action = "Get a certificate signed with SHA-256 or better."


class KeyBundleNotFound(CloudFrontExtensionsError):
    """The staged bundle that was named is not there: it was never staged, or has been imported and destroyed."""

    next_action = "Stage the bundle again, name it in the row, and start a job for it."


class KeyBundleNotStaged(InvalidInput):
    """A reference names a place where bundles are not staged: the import task can read nothing else."""

    next_action = (
        "Stage the bundle with python -m cloudfront_extensions.stage_bundle, and give the reference that it prints."
    )


class CertificateBeingImported(CloudFrontExtensionsError):
    """An earlier try, or another item, has just begun to import this very certificate; how that ended is not known yet."""

    next_action = "Start the job again with the same request token; the staged bundle is still there."
    retryable = True


class CertificateNotReplaceable(CloudFrontExtensionsError):
    """The certificate to import again was not imported, or the new one has a key of another type."""

    next_action = "Leave certificateArn out, so that the bundle becomes a new certificate, and attach that one."


class JobNotFound(CloudFrontExtensionsError):
    """There is no job of this id."""

    next_action = "Check the job id; it is the request token with which the job was started."


class JobIsRunning(CloudFrontExtensionsError):
    """An execution works on the job; what it makes can't be taken back meanwhile."""

    next_action = "Wait until the execution named in the reason has ended, or stop it, and start the cleanup again."


class CleanupIncomplete(CloudFrontExtensionsError):
    """A cleanup went through, but could not take back everything; the message carries the count and the report's location."""

    next_action = (
        "Read the report: what was changed by somebody else stays until a person decides; then clean up again."
    )


class InventorySuperseded(CloudFrontExtensionsError):
    """Another run of the inventory has begun; what this one still learns is older than what that one writes."""

    next_action = "Nothing: the later run goes on."


class ValidationRecordsNotReady(CloudFrontExtensionsError):
    """ACM has not yet named the validation record of every domain name; it does so within seconds of the request."""

    next_action = "Start the job again with the same request token; ACM was slow to name the validation records."
    retryable = True


class HostedZoneNotFound(CloudFrontExtensionsError):
    """No hosted zone of this account holds a name whose records were to be written to Route 53."""

    next_action = "Create the zone, name its id, or choose manual validation."


class CertificateNotFound(CloudFrontExtensionsError):
    """ACM does not know the certificate."""

    next_action = "Check the certificate's ARN; certificates for CloudFront are in us-east-1."


class CertificateInWrongRegion(CloudFrontExtensionsError):
    """CloudFront takes certificates from us-east-1 alone."""

    next_action = "Request or import the certificate in us-east-1."


class CertificateNotIssued(CloudFrontExtensionsError):
    """A distribution was asked for with a certificate that is not (or not yet) issued."""

    next_action = "Publish its validation records, wait until the certificate is issued, and start again."


class CertificateDoesNotCoverAlias(CloudFrontExtensionsError):
    """A name that viewers shall use is not on the certificate (a wildcard covers exactly one label)."""

    next_action = "Add the name to the certificate's names, or leave it out of the aliases."


class CertificateFailed(CloudFrontExtensionsError):
    """ACM refused to issue; the message carries ACM's failure reason and what to do about that one."""

    next_action = "Do what the reason says, and start the job again with the same request token."


class CertificateValidationTimedOut(CloudFrontExtensionsError):
    """The validation records did not appear in DNS within the time that ACM allows (72 hours)."""

    next_action = (
        "Publish the validation records named in the report, and start the job again with the same request token."
    )


class CertificateRevoked(CloudFrontExtensionsError):
    """The certificate was revoked."""

    next_action = "Find out why it was revoked, then start a new job for its names."


class CertificateExpired(CloudFrontExtensionsError):
    """The certificate expired."""

    next_action = "Start a new job for its names."


class CertificateInactive(CloudFrontExtensionsError):
    """ACM has set the certificate inactive."""

    next_action = "Ask AWS Support why the certificate is inactive, or start a new job for its names."


class AliasInUse(CloudFrontExtensionsError):
    """Another distribution, of this account or a foreign one, already has the alias."""

    next_action = "Remove the alias from the other distribution, or leave it out of this job."


class SourceConfigNotFound(CloudFrontExtensionsError):
    """The distribution or file to copy the configuration from does not exist."""

    next_action = "Name an existing distribution, file or inline configuration as the source."


class InvalidDistributionConfig(CloudFrontExtensionsError):
    """CloudFront refuses the configuration; the message carries its words."""

    next_action = "Correct the source configuration and start the job again with the same request token."


class DistributionNotAdopted(CloudFrontExtensionsError):
    """CloudFront says that this caller reference was used, but no distribution with this item's tags is found (yet)."""

    next_action = (
        "Start the job again with the same request token; if it stays, look for the distribution by its comment."
    )
    retryable = True


class DistributionBeingRemoved(CloudFrontExtensionsError):
    """A cleanup has begun to disable an item's distribution in order to delete it, and has not got to its end."""

    next_action = "Start job_cleanup for this item again; after it the job makes the distribution anew."


class DistributionNotDeployed(CloudFrontExtensionsError):
    """A distribution exists but was not deployed within the time allowed."""

    next_action = "Look at the distribution in the CloudFront console; start the job again with the same request token."


class DistributionNotFound(CloudFrontExtensionsError):
    """The distribution that an item made is gone: somebody deleted it."""

    next_action = "Start a new job for the item's names; this one remembers the deleted distribution."


class AliasRecordExists(CloudFrontExtensionsError):
    """A name has DNS records already that lead elsewhere; they were left as they are."""

    next_action = (
        "Change or remove the record yourself when the name may move, and start the job again with the same token."
    )


class AwsThrottled(CloudFrontExtensionsError):
    """AWS asks to slow down."""

    next_action = "Start the job again with the same request token; AWS was asked too often."
    retryable = True


class AwsUnavailable(CloudFrontExtensionsError):
    """AWS could not be asked: a service error, a time-out or no connection."""

    next_action = "Start the job again with the same request token; AWS did not answer."
    retryable = True


class AwsRefused(CloudFrontExtensionsError):
    """AWS refused a call for a reason that trying again won't change; the message names call, code and AWS's words."""

    next_action = "Read AWS's words in the reason; permissions and account limits are the usual causes."


class ItemsFailed(CloudFrontExtensionsError):
    """A job went through, but not every one of its domains; the message carries the count and the report's location."""

    next_action = "Do what the report says for each failed domain, and start the job again with the same request token."


_NEXT_ACTION_MARK = "\nNext: "


def with_next_action(message: str, next_action: str) -> str:
    """An error's message that says what to do in this very case, where the error's class says it too generally.

    It stays readable as it is, and comes through Lambda's and Step Functions' error output whole.
    """
    return f"{message}{_NEXT_ACTION_MARK}{next_action}"


def split_next_action(message: str) -> tuple[str, str | None]:
    """Message and next action of `with_next_action`; None where the message says none."""
    reason, _, next_action = message.partition(_NEXT_ACTION_MARK)
    return reason, next_action or None


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


class InvalidCursor(InvalidInput):
    """A cursor is not one that this list answered with these filters."""

    next_action = "Ask for the first page, without a cursor, and go on with what that answers."


class NotSignedIn(CloudFrontExtensionsError):
    """A request does not say who asks: no token of this application's user pool, and no signature of IAM."""

    next_action = "Sign in and send the ID token, or sign the request with IAM credentials."


class NotAllowed(CloudFrontExtensionsError):
    """Somebody asked for what their groups do not let them do."""

    next_action = "Ask an administrator for the group that this takes; after that, sign in again."


class JobNotRunning(CloudFrontExtensionsError):
    """No execution works on the job; there is nothing to cancel."""

    next_action = "Read the job's report for what became of it; to take back what it made, clean it up."


class ReportNotReady(CloudFrontExtensionsError):
    """A job has no report yet: it is written when the job has ended."""

    next_action = "Wait until the job has ended, and ask again."


class AnswerTooLarge(CloudFrontExtensionsError):
    """What was asked for has more bytes than an API answers at once."""

    next_action = "Take the files that the job's report links to."


class ChangedSinceRead(CloudFrontExtensionsError):
    """A document is no longer as it was when the caller read it: its ETag is not the one that If-Match names."""

    next_action = "Read it again, decide anew, and send the new ETag."


class NoSuchRoute(CloudFrontExtensionsError):
    """The API has nothing at this path."""

    next_action = "Look up the path in the API's description."


class BodyTooLarge(CloudFrontExtensionsError):
    """A request's body has more bytes than the API reads."""

    next_action = "Put a large batch into a file in S3, and name that file by source."


class UnsupportedMediaType(CloudFrontExtensionsError):
    """A request's body is not JSON, or does not say so."""

    next_action = "Send JSON, with the header Content-Type: application/json."


class RowsOutOfOrder(CloudFrontExtensionsError):
    """The result of a scan of the logs has the rows of a distribution in two places: its figures would overwrite each other."""

    next_action = "Report the statement of the query; its result must be ordered by folder and edge domain."


class RefreshSuperseded(CloudFrontExtensionsError):
    """Another refresh of the metrics has begun: the figures of this one are no longer the newest, and are not stored."""

    next_action = "Nothing: the other refresh counts the same folders."


class QueryFailed(CloudFrontExtensionsError):
    """Athena could not do the query of a refresh, for a reason that trying again won't change. Nothing is lost."""

    next_action = "Read Athena's words in the reason and put it right; the next refresh takes the same folders again."


class QueryCancelled(CloudFrontExtensionsError):
    """Somebody stopped the query of a refresh. Nothing is lost."""

    next_action = "Wait for the next refresh, which takes the same folders again, or start metrics_refresh with {}."


class QueryTimedOut(CloudFrontExtensionsError):
    """Athena had queued or run the query of a refresh for longer than the workflow waits. Nothing is lost."""

    next_action = "See which queries are queued in Athena. The next refresh takes the same folders again."


class QueryThrottled(CloudFrontExtensionsError):
    """Athena took no query of a refresh, however often it was asked: others of the account ask too much. Nothing is lost."""

    next_action = "Look at who queries Athena in this account. The next refresh takes the same folders again."


class QueryTooLarge(CloudFrontExtensionsError):
    """One folder alone has more bytes than a query of a refresh may read. Nothing is lost."""

    next_action = "Raise the stack's parameter ScanLimitGigabytes; the next refresh takes the folder again."


class UnreadableFiles(CloudFrontExtensionsError):
    """A refresh has set aside as many unreadable log files as it may, and there are more. Nothing is lost."""

    next_action = "Look at the files under unreadable/ in the logs bucket. The next refresh goes on with the others."


class LogDeliveryIncomplete(CloudFrontExtensionsError):
    """A change of log delivery went through, but not for every distribution; the message names them and the report."""

    next_action = "Put right what the report says, and start log_delivery again; what is done already stays as it is."


class ExportNotFound(CloudFrontExtensionsError):
    """There is no export of metrics of this id, or it was so long ago that nobody remembers it."""

    next_action = "Start it again."
