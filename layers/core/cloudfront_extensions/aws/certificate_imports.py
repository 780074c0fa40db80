"""The second step of the workflow certificate_import: read the staged bundle, import it, destroy the staged copy.

It can be run again at any point. Of what it does, ISSUED is written last: as long as it is not on record, a further try
finds what the earlier one has imported, goes on from there, and destroys what is still staged.
"""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any, NamedTuple

from cloudfront_extensions.aws import cloudfront
from cloudfront_extensions.aws.acm import AcmCertificates
from cloudfront_extensions.aws.certificate_marks import mark_as_used
from cloudfront_extensions.aws.certificate_waits import CertificateWaits
from cloudfront_extensions.aws.clock import now
from cloudfront_extensions.aws.deployment_tag import is_of_this_deployment
from cloudfront_extensions.aws.error_table import AlreadyGone
from cloudfront_extensions.aws.import_claims import Claim, ImportClaims
from cloudfront_extensions.aws.imported_certificates import IMPORTED, ImportedCertificates, Replaceable
from cloudfront_extensions.aws.job_store import JobStore
from cloudfront_extensions.aws.key_bundles import destroy_staged, read_staged, staging_places
from cloudfront_extensions.aws.turns import import_in_turn
from cloudfront_extensions.certificates.coverage import check_covers
from cloudfront_extensions.certificates.import_request import (
    ImportedCertificate,
    ImportRequest,
    ImportState,
    check_place,
    parse_state,
)
from cloudfront_extensions.certificates.key_bundle import LARGEST_BUNDLE, KeyBundle, read_bundle
from cloudfront_extensions.certificates.names import uncovered
from cloudfront_extensions.distributions.config import aliases_of
from cloudfront_extensions.errors import (
    AwsUnavailable,
    CertificateBeingImported,
    CertificateDoesNotCoverAlias,
    CertificateNotReplaceable,
    CloudFrontExtensionsError,
    InvalidInput,
    InvalidKeyBundle,
    KeyBundleNotFound,
    SourceConfigNotFound,
    split_next_action,
    with_next_action,
)
from cloudfront_extensions.jobs.failures import fault_of_bundle
from cloudfront_extensions.jobs.records import CertificateStage, CertificateStatus, Item, ItemKey
from cloudfront_extensions.tags import ITEM_TAG, JOB_TAG, with_own_tags

NO_FAILURE: dict[str, Any] = {"error": None, "reason": None, "next_action": None}
_DISTRIBUTION = ":distribution/"


class _InAcm(NamedTuple):
    arn: str
    adopted: bool
    """Whether it was there before this item."""


class CertificateImports:
    """`acm` remembers the account's certificates from one import to the next."""

    def __init__(self, acm: ImportedCertificates | None = None) -> None:
        self._acm = acm or ImportedCertificates()

    def run(self, state: ImportState) -> ImportedCertificate:
        """Import the staged bundle of an item, once.

        Raises:
            InvalidKeyBundle: what is wrong with the bundle, which is destroyed; again, where that is on record already.
            CertificateDoesNotCoverAlias, CertificateNotReplaceable, QuotaWouldBeExceeded, AwsRefused: the bundle stays.
            CertificateBeingImported, AwsThrottled, AwsUnavailable: to be tried again.
        """
        request = parse_state(state)
        check_place(request.key_bundle, staging_places())
        return _Import(request, self._acm).run()


class _Import:
    def __init__(self, request: ImportRequest, acm: ImportedCertificates) -> None:
        self._request = request
        self._key = ItemKey(request.job_id, request.item_id)
        self._acm = acm
        self._store = JobStore()
        self._waits = CertificateWaits()
        self._claims = ImportClaims()

    def run(self) -> ImportedCertificate:
        item = self._store.item(self._key)
        if item is None:
            raise InvalidInput(f"itemId: job {self._key.job_id} has no item {self._key.item_id} on record")
        stage = item.certificate
        if stage.arn is None and (fault := fault_of_bundle(stage)):
            destroy_staged(self._request.key_bundle)  # the fault was noted before
            raise fault
        found, names = self._on_record(stage) or self._import_or_be_told()
        if found.adopted:
            self._mark(found.arn)
        destroy_staged(self._request.key_bundle)
        self._note_issued(item, names)
        return ImportedCertificate(
            jobId=self._key.job_id,
            itemId=self._key.item_id,
            certificateArn=found.arn,
            names=list(names),
            status=CertificateStatus.ISSUED.value,
            outcome=self._outcome(found),
        )

    def _on_record(self, stage: CertificateStage) -> tuple[_InAcm, tuple[str, ...]] | None:
        if stage.arn is None:
            return None
        known = self._waits.known(stage.arn)
        return _InAcm(stage.arn, stage.adopted), known.names if known else self._acm.describe(stage.arn).names

    def _import_or_be_told(self) -> tuple[_InAcm, tuple[str, ...]]:
        """Another execution for the same item may have imported the bundle, and destroyed it, since the item was read."""
        try:
            found, names = self._import_staged()
        except KeyBundleNotFound:
            item = self._store.item(self._key)
            if item and (told := self._on_record(item.certificate)):
                return told
            raise
        self._waits.remember_imported(found.arn, self._key, names)
        self._store.update_certificate(self._key, arn=found.arn, adopted=found.adopted)
        return found, names

    def _import_staged(self) -> tuple[_InAcm, tuple[str, ...]]:
        try:
            staged = read_staged(self._request.key_bundle, LARGEST_BUNDLE)
            bundle = read_bundle(staged, datetime.fromisoformat(now()))
        except InvalidKeyBundle as error:
            self._note_failed(error)
            destroy_staged(self._request.key_bundle)
            raise
        try:
            check_covers(bundle.names, self._request.aliases)
            return self._in_acm(bundle), bundle.names
        except CloudFrontExtensionsError as error:
            raise self._with_bundle_kept(error) from None

    def _in_acm(self, bundle: KeyBundle) -> _InAcm:
        arn = self._request.certificate_arn
        found = self._replaced(arn, bundle) if arn else self._imported_or_adopted(bundle)
        self._claims.complete(bundle.fingerprint, self._key, found.arn)
        return found

    def _replaced(self, arn: str, bundle: KeyBundle) -> _InAcm:
        present = self._acm.describe(arn)
        _check_replaceable(present, bundle)
        if not self._acm.holds(arn, bundle.fingerprint):
            _check_aliases_in_use(present, bundle)
            import_in_turn(partial(self._acm.replace, arn, bundle))
        return _InAcm(arn, adopted=True)

    def _imported_or_adopted(self, bundle: KeyBundle) -> _InAcm:
        if arn := self._acm.find(bundle, afresh=False):
            return self._found(arn)
        claim = self._claims.claim(bundle.fingerprint, self._key)
        if claim is None:
            before = self._claims.present(bundle.fingerprint)
            if before and (arn := self._left_by(before, bundle)):
                return self._found(arn)
            claim = self._taken_over(before, bundle)
        try:
            tags = with_own_tags(self._request.tags, *self._key)
            arn = import_in_turn(partial(self._acm.import_new, bundle, tags))
        except AwsUnavailable:
            raise  # it may be imported all the same: the next try looks
        except CloudFrontExtensionsError:
            self._claims.release(bundle.fingerprint, claim)
            raise
        return _InAcm(arn, adopted=False)

    def _left_by(self, before: Claim, bundle: KeyBundle) -> str | None:
        """The certificate that an earlier claim has led to."""
        if before.arn and self._acm.holds(before.arn, bundle.fingerprint):
            return before.arn
        return self._acm.find(bundle, afresh=True)

    def _taken_over(self, before: Claim | None, bundle: KeyBundle) -> Claim:
        """Raises CertificateBeingImported as long as the earlier try may be at work, or ACM not yet tell of what it did."""
        claim = None
        if before and (before.arn or before.is_over):
            claim = self._claims.take_over(bundle.fingerprint, before, self._key)
        if claim is None:
            who = f"item {before.owner.item_id} of job {before.owner.job_id}" if before else "another item"
            raise CertificateBeingImported(f"the certificate for {bundle.names[0]} is being imported by {who}")
        return claim

    def _found(self, arn: str) -> _InAcm:
        """A certificate with this content; an earlier try of this very item has left its tags on it."""
        try:
            tags = AcmCertificates().tags_of(arn)
        except AlreadyGone:
            raise _deleted_just_now(arn) from None
        is_own = is_of_this_deployment(tags) and (tags.get(JOB_TAG), tags.get(ITEM_TAG)) == self._key
        return _InAcm(arn, adopted=not is_own)

    def _mark(self, arn: str) -> None:
        """After the ARN is on record, by which a cleanup finds the mark of a task that died, and before ISSUED is."""
        try:
            mark_as_used(arn, self._key)
        except AlreadyGone:
            self._store.update_certificate(self._key, status=CertificateStatus.REQUESTED, arn=None, adopted=False)
            raise _deleted_just_now(arn) from None

    def _with_bundle_kept(self, error: CloudFrontExtensionsError) -> CloudFrontExtensionsError:
        """The error with what to do, knowing that the bundle is still there."""
        if error.retryable:
            return error
        reason, next_action = split_next_action(str(error))
        kept = f"{next_action or error.next_action} The bundle is still staged as {self._request.key_bundle}."
        return type(error)(with_next_action(reason, kept))

    def _note_failed(self, error: InvalidKeyBundle) -> None:
        failure = {"error": type(error).__name__, "reason": str(error), "next_action": error.next_action}
        self._store.update_certificate(
            self._key, unless=(CertificateStatus.ISSUED,), status=CertificateStatus.FAILED, **failure
        )

    def _note_issued(self, item: Item, names: tuple[str, ...]) -> None:
        if not item.names:
            self._store.update_item(self._key, names=names, domain_name=names[0])
        self._store.update_certificate(
            self._key, unless=(CertificateStatus.ISSUED,), status=CertificateStatus.ISSUED, **NO_FAILURE
        )

    def _outcome(self, found: _InAcm) -> str:
        if self._request.certificate_arn:
            return "reimported"
        return "adopted" if found.adopted else "imported"


def _deleted_just_now(arn: str) -> AwsUnavailable:
    return AwsUnavailable(f"certificate {arn} was deleted just now")


def _check_replaceable(present: Replaceable, bundle: KeyBundle) -> None:
    """Raises CertificateNotReplaceable, by the conditions for a reimport in ACM's user guide."""
    if present.type != IMPORTED:
        raise CertificateNotReplaceable(f"certificate {present.arn} is {present.type}, not {IMPORTED}")
    if present.key_algorithm != bundle.key_algorithm:
        raise CertificateNotReplaceable(
            f"certificate {present.arn} has a key {present.key_algorithm}, the staged one {bundle.key_algorithm}"
        )


def _check_aliases_in_use(present: Replaceable, bundle: KeyBundle) -> None:
    """Raises CertificateDoesNotCoverAlias when a name goes that a distribution serves with this certificate."""
    if not uncovered(present.names, bundle.names):
        return
    for user in present.used_by:
        if _DISTRIBUTION not in user:
            continue
        distribution_id = user.rpartition("/")[2]
        try:
            aliases = aliases_of(cloudfront.distribution_config(distribution_id))
        except SourceConfigNotFound:
            continue  # deleted meanwhile
        if missing := uncovered([alias.lower() for alias in aliases], bundle.names):
            raise CertificateDoesNotCoverAlias(
                with_next_action(
                    f"distribution {distribution_id} serves {', '.join(missing)} with certificate {present.arn}, and the "
                    f"staged certificate does not cover that; it covers {', '.join(bundle.names)}",
                    "Import a certificate that has these names too, or remove the aliases from the distribution first.",
                )
            )
