"""The first step of the workflow certificate_import: its input is read, its item is on record, and it has a turn.

This step may read no bundle; what it hands on are references.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cloudfront_extensions.aws.job_store import JobStore
from cloudfront_extensions.aws.key_bundles import staging_places
from cloudfront_extensions.aws.turns import seconds_until_import
from cloudfront_extensions.certificates.import_request import (
    ImportRequest,
    ImportState,
    check_place,
    parse_import,
    state_of,
)
from cloudfront_extensions.errors import KeyExposed, RequestTokenConflict
from cloudfront_extensions.jobs.failures import fault_of_bundle
from cloudfront_extensions.jobs.pasted_keys import WHAT_WAS_PASTED, holds_key
from cloudfront_extensions.jobs.records import CertificateStage, CertificateStatus, Item, ItemKey

_MAY_BEGIN_ANEW = (CertificateStatus.FAILED, CertificateStatus.REMOVED)
_INTENT: dict[str, Any] = {
    "status": CertificateStatus.REQUESTED,
    "error": None,
    "reason": None,
    "next_action": None,
}
_NOTHING_MADE: dict[str, Any] = {"arn": None, "adopted": False}


def prepare_import(document: Mapping[str, Any], store: JobStore | None = None) -> ImportState:
    """Put the intent on record, and say how long to wait for a turn.

    Raises:
        InvalidInput, KeyExposed, KeyBundleNotStaged: the input does not say what is wanted, or where.
        RequestTokenConflict: the item was made from another bundle.
    """
    if holds_key(document):
        raise KeyExposed(WHAT_WAS_PASTED)
    request = parse_import(document)
    check_place(request.key_bundle, staging_places())
    store = store or JobStore()
    key = ItemKey(request.job_id, request.item_id)
    item = store.ensure_item(_new_item(request))
    stage = item.certificate
    if not _is_asked_for(item, request):
        _check_may_begin_anew(item)
        store.update_item(key, key_bundle=str(request.key_bundle), import_into=request.certificate_arn)
    elif _needs_no_turn(stage):
        return state_of(request, wait_seconds=0)
    made = _NOTHING_MADE if stage.status is CertificateStatus.REMOVED else {}
    store.update_certificate(key, unless=(CertificateStatus.ISSUED,), **_INTENT, **made)
    return state_of(request, wait_seconds=seconds_until_import())


def _is_asked_for(item: Item, request: ImportRequest) -> bool:
    return (item.key_bundle, item.import_into) == (str(request.key_bundle), request.certificate_arn)


def _needs_no_turn(stage: CertificateStage) -> bool:
    """Whether the import task, which alone can destroy what is still staged, says without ACM what became of an item."""
    if stage.status is CertificateStatus.REMOVED:
        return False
    return stage.arn is not None or fault_of_bundle(stage) is not None


def _check_may_begin_anew(item: Item) -> None:
    """A corrected bundle may follow one that failed, and any bundle a certificate that was taken back."""
    stage = item.certificate
    if stage.status not in _MAY_BEGIN_ANEW or (stage.arn and stage.status is CertificateStatus.FAILED):
        origin = f"was made from {item.key_bundle}" if item.key_bundle else "is not one of an import"
        raise RequestTokenConflict(
            f"item {item.item_id} of job {item.job_id} {origin}; give another bundle another jobId or itemId"
        )


def _new_item(request: ImportRequest) -> Item:
    """The record of an item that no batch has written: its certificate is imported alone."""
    return Item(
        job_id=request.job_id,
        item_id=request.item_id,
        domain_name=request.aliases[0] if request.aliases else "",
        names=request.aliases,
        certificate_item_id=request.item_id,
        key_bundle=str(request.key_bundle),
        import_into=request.certificate_arn,
    )
