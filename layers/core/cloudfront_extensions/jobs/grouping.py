"""Which item's certificate serves which items, and the manifests that the two maps of a job read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from cloudfront_extensions.certificates.key_bundle_reference import parse_key_bundle_text
from cloudfront_extensions.certificates.names import covered_by, deepest_zone
from cloudfront_extensions.certificates.request import KeyAlgorithm
from cloudfront_extensions.certificates.validation import ValidationMode
from cloudfront_extensions.distributions.alias_dns import AliasDnsMode
from cloudfront_extensions.jobs.records import CertificateStatus, DistributionStatus, Item
from cloudfront_extensions.jobs.request import OnboardingRequest

MAXIMUM_DISTRIBUTIONS_PER_GROUP = 40
"""One child of the map creates so many, which keeps its history under a tenth of what Step Functions allows."""
_MAXIMUM_CHARACTERS_PER_GROUP = 100_000
"""Of the names of a group: a child's input must fit into 256 KiB with all the rest."""


@dataclass(frozen=True, slots=True)
class Work:
    """What is left to do for one certificate."""

    owner: Item
    distributions: tuple[Item, ...]
    """The items still without their distribution; none where certificates alone are wanted."""


def assign_certificates(items: Sequence[Item], *, aggregate_wildcards: bool) -> tuple[Item, ...]:
    """Every item with the item that owns its certificate.

    With `aggregate_wildcards` an item is served by the first other one whose certificate has a wildcard and covers all
    of its names, provided that both want the same key algorithm. An owner is never served by another item. Items that
    have an owner keep it; failed items neither serve nor are served, nor do import rows: a bundle is for its own row.
    """
    if not aggregate_wildcards:
        return tuple(_owned_by(item, item.certificate_item_id or item.item_id) for item in items)
    coverage = _Coverage(items)
    return tuple(_owned_by(item, coverage.owner_of(item)) for item in items)


def open_work(items: Sequence[Item]) -> tuple[Work, ...]:
    """What is left to do, certificate by certificate, in the order of the items that own them."""
    by_id = {item.item_id: item for item in items}
    members: dict[str, list[Item]] = {}
    for item in items:
        owner = by_id.get(item.certificate_item_id or item.item_id, item)
        if CertificateStatus.FAILED in (item.certificate.status, owner.certificate.status):
            continue
        if item.distribution.status is DistributionStatus.NOT_NEEDED:
            if owner.certificate.status is not CertificateStatus.ISSUED:
                members.setdefault(owner.item_id, [])
        elif item.distribution.status not in (DistributionStatus.DEPLOYED, DistributionStatus.FAILED):
            members.setdefault(owner.item_id, []).append(item)
    return tuple(Work(item, tuple(members[item.item_id])) for item in items if item.item_id in members)


def certificates_manifest(
    work: Iterable[Work], request: OnboardingRequest, hosted_zones: Mapping[str, str]
) -> list[dict[str, Any]]:
    """Inputs of `certificate_creation` for the certificates still to be requested. `hosted_zones`: name → id."""
    return [
        _certificate_input(entry.owner, request, hosted_zones)
        for entry in work
        if entry.owner.certificate.status is not CertificateStatus.ISSUED and not entry.owner.key_bundle
    ]


def groups_manifest(
    work: Iterable[Work],
    request: OnboardingRequest,
    hosted_zones: Mapping[str, str],
    source: Mapping[str, Any] | None,
) -> list[dict[str, Any]]:
    """Groups of one certificate and the distributions it serves, no larger than one child of the map can take.

    A group's `certificate` is the input of `certificate_creation` or `certificate_import`, as its `method` says. `source`
    is where each distribution reads its configuration; None where no distributions are wanted.
    """
    groups = []
    for entry in work:
        if entry.owner.key_bundle:
            method, certificate = "import", _import_input(entry.owner, entry.owner.key_bundle, request)
        else:
            method, certificate = "create", _certificate_input(entry.owner, request, hosted_zones)
        for number, chunk in enumerate(_chunks(entry.distributions), 1):
            groups.append(
                {
                    "groupId": f"{entry.owner.item_id}-{number}",
                    "method": method,
                    "certificate": certificate,
                    "distributions": [_distribution_input(item, request, hosted_zones, source) for item in chunk],
                }
            )
    return groups


def alias_dns(item: Item, request: OnboardingRequest, hosted_zones: Mapping[str, str]) -> dict[str, str]:
    """Who writes an item's alias records, as `distribution_creation` is told.

    Zones are looked up here, once for the batch, so that no item has to where none of ours can hold its names.
    """
    dns = request.distribution.dns if request.distribution else None
    if dns is None or dns.mode is AliasDnsMode.MANUAL:
        return {"mode": "manual"}
    if dns.hosted_zone_id:
        return {"hostedZoneId": dns.hosted_zone_id}
    return _where(item, hosted_zones)


def _certificate_input(item: Item, request: OnboardingRequest, hosted_zones: Mapping[str, str]) -> dict[str, Any]:
    if item.hosted_zone_id or request.validation.mode is ValidationMode.AUTO:
        validation = _where(item, hosted_zones)
    else:
        validation = {"mode": "manual"}
    return {
        "jobId": item.job_id,
        "itemId": item.item_id,
        "domainName": item.domain_name,
        "subjectAlternativeNames": list(item.names[1:]),
        **({"keyAlgorithm": item.key_algorithm} if item.key_algorithm else {}),
        **({"tags": dict(request.tags)} if request.tags else {}),
        "validation": validation,
    }


def _import_input(item: Item, key_bundle: str, request: OnboardingRequest) -> dict[str, Any]:
    return {
        "jobId": item.job_id,
        "itemId": item.item_id,
        "keyBundle": parse_key_bundle_text(key_bundle).as_json(),
        **({"certificateArn": item.import_into} if item.import_into else {}),
        **({"aliases": list(item.names)} if item.names else {}),
        **({"tags": dict(request.tags)} if request.tags and not item.import_into else {}),
    }


def _distribution_input(
    item: Item, request: OnboardingRequest, hosted_zones: Mapping[str, str], source: Mapping[str, Any] | None
) -> dict[str, Any]:
    template = request.distribution
    if template is None or source is None:
        raise ValueError(f"{item.item_id} wants a distribution in a job that has no source for one")
    comment = item.comment or template.comment
    tags = {**request.tags, **template.tags}
    return {
        "jobId": item.job_id,
        "itemId": item.item_id,
        **({"aliases": list(item.names)} if item.names else {}),
        "source": dict(source),
        **({"originDomainName": item.origin_domain_name} if item.origin_domain_name else {}),
        **({"comment": comment} if comment else {}),
        **({"tags": tags} if tags else {}),
        "dns": alias_dns(item, request, hosted_zones),
        "enabled": template.enabled,
        "preflighted": True,
    }


def _where(item: Item, hosted_zones: Mapping[str, str]) -> dict[str, str]:
    """The one zone for an item's records, or `auto` where several hold them, or `manual` where none of ours does.

    Which names an import row has may not be known yet.
    """
    if item.hosted_zone_id:
        return {"hostedZoneId": item.hosted_zone_id}
    if not item.names:
        return {"mode": "auto" if hosted_zones else "manual"}
    if zone := deepest_zone(item.names, hosted_zones):
        return {"hostedZoneId": hosted_zones[zone]}
    return {"mode": "auto" if any(deepest_zone((name,), hosted_zones) for name in item.names) else "manual"}


def _chunks(items: Sequence[Item]) -> Iterator[Sequence[Item]]:
    """At least one, which may be empty."""
    chunk: list[Item] = []
    characters = 0
    for item in items:
        length = sum(map(len, item.names))
        if chunk and (
            len(chunk) == MAXIMUM_DISTRIBUTIONS_PER_GROUP or characters + length > _MAXIMUM_CHARACTERS_PER_GROUP
        ):
            yield chunk
            chunk, characters = [], 0
        chunk.append(item)
        characters += length
    yield chunk


def _owned_by(item: Item, owner_id: str) -> Item:
    return item if item.certificate_item_id == owner_id else replace(item, certificate_item_id=owner_id)


class _Coverage:
    """Which items could serve which. Covering is transitive, so that every chain ends at one owner."""

    def __init__(self, items: Sequence[Item]) -> None:
        self._order = {item.item_id: index for index, item in enumerate(items)}
        self._with_wildcard: dict[str, list[Item]] = {}
        for item in items:
            may_serve = item.certificate_item_id in (None, item.item_id) and not _stands_alone(item)
            if may_serve and any(name.startswith("*.") for name in item.names):
                for name in item.names:
                    self._with_wildcard.setdefault(name, []).append(item)

    def owner_of(self, item: Item) -> str:
        if item.certificate_item_id:
            return item.certificate_item_id
        owner = next(filter(self._is_owner, self._coverers(item)), None)
        return owner.item_id if owner and not self._is_owner(item) else item.item_id

    def _is_owner(self, item: Item) -> bool:
        if item.certificate_item_id or _stands_alone(item):
            return item.certificate_item_id in (None, item.item_id)
        return not any(self._comes_before(other, item) for other in self._coverers(item))

    def _comes_before(self, coverer: Item, item: Item) -> bool:
        """Of two that cover each other the first is the owner, unless the other one is settled already."""
        if coverer.certificate_item_id or not covered_by(coverer.names, item.names):
            return True
        return self._order[coverer.item_id] < self._order[item.item_id]

    def _coverers(self, item: Item) -> list[Item]:
        if not item.names or _stands_alone(item):
            return []
        first = item.names[0]
        candidates = self._with_wildcard.get(first, []) + self._with_wildcard.get(f"*.{first.partition('.')[2]}", [])
        covering = {
            other.item_id: other
            for other in candidates
            if other.item_id != item.item_id
            and _algorithm(other) == _algorithm(item)
            and covered_by(item.names, other.names)
        }
        return sorted(covering.values(), key=lambda other: self._order[other.item_id])


def _stands_alone(item: Item) -> bool:
    """Whether an item neither serves nor is served."""
    return item.certificate.status is CertificateStatus.FAILED or item.key_bundle is not None


def _algorithm(item: Item) -> str:
    return item.key_algorithm or KeyAlgorithm.RSA_2048
