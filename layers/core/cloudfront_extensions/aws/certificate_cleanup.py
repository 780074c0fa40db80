"""Take an item's certificates back, of every attempt, as soon as nothing uses them any more."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from cloudfront_extensions.aws import cloudfront
from cloudfront_extensions.aws.acm import AcmCertificates
from cloudfront_extensions.aws.certificate_marks import take_mark_away
from cloudfront_extensions.aws.cleanup_ledger import CleanupLedger
from cloudfront_extensions.aws.error_table import AlreadyGone, StillInUse
from cloudfront_extensions.certificates.arn import CertificateArn, parse_certificate_arn
from cloudfront_extensions.certificates.outcome import Certificate
from cloudfront_extensions.distributions.deployment import Wait
from cloudfront_extensions.errors import CertificateNotFound, DistributionNotDeployed
from cloudfront_extensions.jobs.cleanup import (
    certificate_is_uncertain,
    has_certificate,
    is_adopted,
    is_done_with,
    is_of_another_item,
    why_certificate_stays,
)
from cloudfront_extensions.jobs.cleanup_plan import CleanupEntry
from cloudfront_extensions.jobs.records import CertificateStatus, ItemKey
from cloudfront_extensions.tags import ITEM_TAG, JOB_TAG


def take_certificates_back(ledger: CleanupLedger, entry: CleanupEntry) -> Wait | None:
    """None where they are gone, or stay; or how long to wait before the next step."""
    if ledger.distribution_stays:
        return None
    acm, stage = AcmCertificates(), ledger.item.certificate
    arns = dict.fromkeys([*([stage.arn] if stage.arn else []), *entry["certificates"]])
    if certificate_is_uncertain(stage) and not arns:
        arns = dict.fromkeys(acm.tagged(*ledger.key))
        if not arns and not ledger.is_last_look:
            return ledger.look_again()
    stayed = ledger.item.cleanup.left
    for arn in arns:
        if wait := _take_back(ledger, acm, arn, entry["alsoServes"]):
            return wait
    if has_certificate(ledger.item) and ledger.item.cleanup.left == stayed:
        ledger.note_certificate(
            status=CertificateStatus.REMOVED, attempt=stage.attempt + 1, arn=None, records_published=False
        )
    return None


def _take_back(ledger: CleanupLedger, acm: AcmCertificates, arn: str, also_serves: str | None) -> Wait | None:
    try:
        certificate, tags = acm.describe(arn), acm.tags_of(arn)
    except (CertificateNotFound, AlreadyGone):
        is_new = arn == ledger.item.certificate.arn and not ledger.has_removed(arn) and not ledger.is_last_look
        return ledger.look_again() if is_new else None
    if is_of_another_item(ledger.item, arn, tags):
        return None
    if reason := why_certificate_stays(ledger.item, arn, tags, also_serves):
        if is_adopted(ledger.item, arn) and not ledger.dry_run:
            take_mark_away(arn, tags, ledger.key)
        ledger.leave(f"certificate {arn}: {reason}")
        return None
    used = _users(ledger, certificate)
    if isinstance(used, str):
        ledger.leave(f"certificate {arn}: it is used by {used}")
        return None
    if used and not ledger.dry_run:
        return _wait_for_users(ledger, arn, used)
    try:
        ledger.remove([arn], partial(acm.delete, arn))
    except StillInUse:
        return _wait_for_users(ledger, arn, ["something that ACM does not name"])
    except AlreadyGone:
        return None
    return None


def _users(ledger: CleanupLedger, certificate: Certificate) -> str | list[str]:
    """What uses a certificate and stays; or what does, and goes: ACM names it until it has heard that it is gone."""
    arn = parse_certificate_arn(certificate.arn)
    going = []
    for user in certificate.in_use_by:
        if not ledger.has_removed(user) and _user_stays(ledger, user, arn):
            return user
        going.append(user)
    return going


def _user_stays(ledger: CleanupLedger, user: str, certificate: CertificateArn) -> bool:
    """Whether a user of the certificate is none of this cleanup's distributions, or one that was left."""
    _, _, service, _, account_id, *_ = user.split(":")
    if (service, account_id) != ("cloudfront", certificate.account_id):
        return True
    try:
        tags = cloudfront.tags_of(user)
    except AlreadyGone:
        return False
    if tags.get(JOB_TAG) != ledger.key.job_id or ITEM_TAG not in tags:
        return True
    other = ledger.store.item(ItemKey(ledger.key.job_id, tags[ITEM_TAG]))
    return other is None or (not ledger.dry_run and is_done_with(other))


def _wait_for_users(ledger: CleanupLedger, arn: str, users: Sequence[str]) -> Wait | None:
    try:
        return ledger.next_wait(arn)
    except DistributionNotDeployed:
        ledger.leave(f"certificate {arn}: ACM still says that it is used by {', '.join(users)}", arn)
        return None
