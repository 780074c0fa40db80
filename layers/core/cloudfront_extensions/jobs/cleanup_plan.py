"""What a cleanup goes through: which items, in which order, and what of each has to stay for the sake of others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypedDict

from cloudfront_extensions.certificates.validation import created_by_us
from cloudfront_extensions.errors import InvalidInput
from cloudfront_extensions.jobs.cleanup_request import CleanupRequest
from cloudfront_extensions.jobs.items import is_finished
from cloudfront_extensions.jobs.records import DistributionStatus, Item


@dataclass(frozen=True, slots=True)
class LiveCertificate:
    """A certificate of this account that DNS records validate, now and at each renewal."""

    arn: str
    names: tuple[str, ...]


class CleanupEntry(TypedDict):
    """One item's line of the manifest."""

    itemId: str
    certificates: list[str]
    """ARNs of all that carry the item's tags: those of earlier attempts, and one whose ARN never got on record, too."""
    alsoServes: str | None
    """An item outside this cleanup that the item's certificate serves."""
    neededBy: dict[str, str]
    """Name of a validation record → ARN of a certificate that stays and needs it."""
    sharedWith: dict[str, list[str]]
    """Name of a validation record → the items of this cleanup whose certificates need it too."""


def chosen(items: Sequence[Item], request: CleanupRequest) -> tuple[Item, ...]:
    """The items that a cleanup is asked for. Raises InvalidInput, which names those that the job does not have."""
    by_id = {item.item_id: item for item in items}
    if request.items is not None:
        if unknown := [item_id for item_id in request.items if item_id not in by_id]:
            shown = ", ".join(unknown[:10]) + (" and others" if len(unknown) > 10 else "")
            raise InvalidInput(f"items: job {request.job_id} has no {shown}; its report names its items")
        return tuple(by_id[item_id] for item_id in request.items)
    return tuple(item for item in items if not (request.only_failed and is_finished(item, by_id)))


def cleanup_manifest(
    items: Sequence[Item],
    wanted: Sequence[Item],
    tagged: Mapping[str, Sequence[str]],
    live: Iterable[LiveCertificate],
) -> list[CleanupEntry]:
    """An entry for each wanted item; `tagged` are the ARNs of the job's certificates by the item that their tags name.

    Items that another's certificate serves come first, since that certificate waits for their distributions; then items
    whose names are near each other, since they may share validation records.
    """
    ids = {item.item_id for item in wanted}
    ours = {arn for item in wanted for arn in (item.certificate.arn, *tagged.get(item.item_id, ())) if arn}
    staying: dict[str, str] = {}
    for certificate in live:
        if certificate.arn not in ours:
            staying.update(dict.fromkeys(map(_base, certificate.names), certificate.arn))
    sharers: dict[str, list[str]] = {}
    for item in wanted:
        if _owns_certificate(item) and not item.key_bundle:
            for base in dict.fromkeys(map(_base, item.names)):
                sharers.setdefault(base, []).append(item.item_id)
    outside = [item for item in items if item.item_id not in ids]
    served = {
        item.certificate_item_id: item.item_id
        for item in outside
        if item.distribution.status is not DistributionStatus.REMOVED
    }
    users = {item.certificate.arn: item.item_id for item in outside if item.certificate.arn}
    for item in wanted:
        if item.certificate.arn in users:
            served.setdefault(item.item_id, users[item.certificate.arn])
    return [_entry(item, tagged, served, staying, sharers) for item in sorted(wanted, key=_place)]


def needing(names: Iterable[str], live: Iterable[LiveCertificate]) -> dict[str, str]:
    """Of these names, those whose validation record a certificate needs too → its ARN."""
    by_base = {_base(name): certificate.arn for certificate in live for name in certificate.names}
    return {name: by_base[_base(name)] for name in names if _base(name) in by_base}


def _entry(
    item: Item,
    tagged: Mapping[str, Sequence[str]],
    served: Mapping[str | None, str],
    staying: Mapping[str, str],
    sharers: Mapping[str, Sequence[str]],
) -> CleanupEntry:
    bases = {record.name: _base(record.domain_name) for record in created_by_us(item.certificate.validation_records)}
    others = {name: [one for one in sharers.get(base, ()) if one != item.item_id] for name, base in bases.items()}
    return CleanupEntry(
        itemId=item.item_id,
        certificates=list(tagged.get(item.item_id, ())),
        alsoServes=served.get(item.item_id),
        neededBy={name: staying[base] for name, base in bases.items() if base in staying},
        sharedWith={name: ids for name, ids in others.items() if ids},
    )


def _owns_certificate(item: Item) -> bool:
    return item.certificate_item_id in (None, item.item_id)


def _place(item: Item) -> tuple[bool, list[str], str]:
    return _owns_certificate(item), _base(item.domain_name).split(".")[::-1], item.item_id


def _base(name: str) -> str:
    """The domain whose validation record a name needs: a wildcard and the domain below it share one."""
    return name.removeprefix("*.")
