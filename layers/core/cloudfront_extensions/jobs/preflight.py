"""Whether a batch may start: held against the account before anything is made."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from cloudfront_extensions.certificates.names import deepest_zone, inside
from cloudfront_extensions.certificates.validation import ValidationMode
from cloudfront_extensions.errors import (
    AliasInUse,
    CertificateNotReplaceable,
    HostedZoneNotFound,
    InvalidDistributionConfig,
    InvalidKeyBundle,
    InvalidRow,
    TooManyNames,
)
from cloudfront_extensions.jobs.account import AccountFacts
from cloudfront_extensions.jobs.failures import error_class
from cloudfront_extensions.jobs.grouping import Work, assign_certificates, open_work
from cloudfront_extensions.jobs.items import (
    failed_item,
    faulty_item,
    is_finished,
    is_untouched,
    item_id,
    new_item,
    owns_alias,
    reopened,
)
from cloudfront_extensions.jobs.quotas import QUOTA_OF_SHARED, QUOTAS, QuotaLine, QuotaName
from cloudfront_extensions.jobs.records import CertificateStatus, Item
from cloudfront_extensions.jobs.request import InvalidRows, OnboardingRequest
from cloudfront_extensions.jobs.rows import Batch, Column, Fault, Row, RowWarning, WarningCode


class Decision(StrEnum):
    START = "start"
    REFUSE = "refuse"
    DRY_RUN = "dryRun"
    """Stop here, whatever would have been decided."""


@dataclass(frozen=True, slots=True)
class Counts:
    rows: int
    usable: int
    faulty: int
    certificates: int
    """To be requested."""
    imports: int
    """Certificates to be imported, or imported again."""
    distributions: int
    """To be created."""


@dataclass(frozen=True, slots=True)
class Judgement:
    decision: Decision
    refusals: tuple[str, ...]
    """Why the batch may not start; none: it may."""
    faults: tuple[Fault, ...]
    """Of the batch itself and of its rows in this account, by line."""
    warnings: tuple[RowWarning, ...]
    quota_lines: tuple[QuotaLine, ...]
    items: tuple[Item, ...]
    """Every item of the job as it shall stand when the job starts, by line."""
    changed_items: tuple[Item, ...]
    """Those of them that are not on record like this."""
    work: tuple[Work, ...]
    """What is to do, for the manifests."""
    counts: Counts


def judge(request: OnboardingRequest, batch: Batch, account: AccountFacts, existing: Iterable[Item] = ()) -> Judgement:
    """Decide on a batch. `existing` are the job's items where it is started again: what is made stays uncounted.

    Faulty rows refuse the batch unless it skips them; a quota that it would exceed, a file that can't be relied on and
    a batch without a usable row always do.
    """
    on_record = {item.item_id: item for item in existing}
    items, row_faults = _items(request, batch, account, on_record)
    faults = tuple(sorted((*batch.faults, *row_faults), key=lambda fault: fault.line or 0))
    work = open_work(items)
    lines = tuple(_quota_lines(request, account, work))
    faulty = len(batch.faulty_rows) + len({fault.line for fault in row_faults})
    counts = Counts(
        rows=batch.size,
        usable=batch.size - faulty,
        faulty=faulty,
        certificates=_certificates_to_request(work),
        imports=len(_imports(work)),
        distributions=_distributions_to_make(work),
    )
    refusals = tuple(_refusals(request, faults, lines, counts))
    warnings = (*batch.warnings, *_zone_warnings(request, batch, account))
    return Judgement(
        decision=Decision.DRY_RUN if request.dry_run else Decision.REFUSE if refusals else Decision.START,
        refusals=refusals,
        faults=faults,
        warnings=tuple(sorted(warnings, key=lambda warning: warning.line)),
        quota_lines=lines,
        items=items,
        changed_items=tuple(item for item in items if on_record.get(item.item_id) != item),
        work=work,
        counts=counts,
    )


def _items(
    request: OnboardingRequest, batch: Batch, account: AccountFacts, on_record: Mapping[str, Item]
) -> tuple[tuple[Item, ...], list[Fault]]:
    """All items of the job, and what this account has against single rows."""
    wants_distribution = request.distribution is not None
    items: dict[str, Item] = {}
    faults: list[Fault] = []
    for row in batch.rows:
        known = on_record.get(item_id(row.line))
        if known and is_finished(known, on_record):
            items[known.item_id] = known
            continue
        own_faults = list(_row_faults(request, row, account, known))
        faults += own_faults
        item = _opened(request, row, account, known, on_record)
        items[item.item_id] = failed_item(item, own_faults) if own_faults else item
    by_line: dict[int | None, list[Fault]] = {}
    for fault in batch.faults:
        by_line.setdefault(fault.line, []).append(fault)
    for faulty in batch.faulty_rows:
        known = on_record.get(item_id(faulty.line))
        items[item_id(faulty.line)] = (
            faulty_item(request.job_id, faulty, by_line[faulty.line], wants_distribution=wants_distribution)
            if known is None or is_untouched(known)
            else reopened(known)
        )
    for known in on_record.values():
        if known.item_id not in items:
            items[known.item_id] = _without_row(known, on_record)
    in_order = [items[key] for key in sorted(items)]
    return assign_certificates(in_order, aggregate_wildcards=request.aggregate_wildcards), faults


def _opened(
    request: OnboardingRequest, row: Row, account: AccountFacts, known: Item | None, on_record: Mapping[str, Item]
) -> Item:
    """The item of a usable row: as it stands on record if anything was made for it, else as the row says now."""
    if known and not is_untouched(known):
        return reopened(known)
    if known and known.key_bundle and _was_refused(known) and known.key_bundle == str(row.key_bundle):
        return known
    item = new_item(request.job_id, row, wants_distribution=request.distribution is not None, earlier=known)
    item = replace(item, hosted_zone_id=row.hosted_zone_id or _hosted_zone_id(request, row, account))
    owner = on_record.get(known.certificate_item_id or "") if known else None
    if known and owner and owner.certificate.arn and known.names == row.names:
        return replace(item, certificate_item_id=owner.item_id)
    return item


def _was_refused(known: Item) -> bool:
    """Whether the item's bundle was read and found wanting: it was destroyed then, and its reason is the one that helps."""
    error = error_class(known.certificate.error or "")
    return error is not None and issubclass(error, InvalidKeyBundle)


def _without_row(known: Item, on_record: Mapping[str, Item]) -> Item:
    """An item whose row has left the batch since the job first read it."""
    if is_finished(known, on_record):
        return known
    if not is_untouched(known):
        return reopened(known)
    message = f"line {known.line} is no longer in the batch that this job began with"
    return failed_item(known, [Fault(known.line, InvalidRow, message)])


def _hosted_zone_id(request: OnboardingRequest, row: Row, account: AccountFacts) -> str | None:
    if row.key_bundle:
        zone = deepest_zone(row.names, account.hosted_zones)
        return account.hosted_zones[zone] if zone else None
    if request.validation.mode is ValidationMode.HOSTED_ZONE:
        return request.validation.hosted_zone_id
    if request.validation.mode is ValidationMode.AUTO and (zone := deepest_zone(row.names, account.hosted_zones)):
        return account.hosted_zones[zone]
    return None


def _row_faults(request: OnboardingRequest, row: Row, account: AccountFacts, known: Item | None) -> Iterator[Fault]:
    if known and not is_untouched(known) and (what := _changed(row, known)):
        message = f"the row has {what} than when this job began with it; start a new job for the changed row"
        yield Fault(row.line, InvalidRow, message)
    yield from _zone_faults(request, row, account)
    if row.import_into and row.import_into not in account.imported_certificates:
        message = (
            f"this account has no imported certificate {row.import_into}; only one that was imported can be replaced"
        )
        yield Fault(row.line, CertificateNotReplaceable, message, Column.CERTIFICATE_ARN)
    if request.distribution is None:
        return
    for name in row.names:
        owner = account.aliases.get(name)
        if owner and not (known and owns_alias(known, owner)):
            yield Fault(
                row.line,
                AliasInUse,
                f"alias {name} is already used by distribution {owner}; remove it there or leave it out of this job",
                Column.DOMAIN_NAME if name == row.domain_name else Column.SUBJECT_ALTERNATIVE_NAMES,
            )
    limit = account.limits[QuotaName.ALIASES_PER_DISTRIBUTION]
    if len(row.names) > limit:
        message = f"the row has {len(row.names)} names, a distribution has at most {limit} aliases in this account"
        yield Fault(row.line, TooManyNames, message, Column.SUBJECT_ALTERNATIVE_NAMES)
    if row.origin_domain_name and account.fixed_origin:
        yield Fault(row.line, InvalidDistributionConfig, account.fixed_origin, Column.ORIGIN_DOMAIN_NAME)


def _changed(row: Row, known: Item) -> str | None:
    """What a row says otherwise than its item; an import row without names leaves them to its certificate."""
    if (row.key_bundle and str(row.key_bundle)) != known.key_bundle or row.import_into != known.import_into:
        return "another bundle or certificate to import"
    if known.names != row.names and not (row.key_bundle and not row.names):
        return "other names"
    return None


def _zone_faults(request: OnboardingRequest, row: Row, account: AccountFacts) -> Iterator[Fault]:
    """Names outside the zone that their records are meant for, where that zone is known."""
    zone_id = row.hosted_zone_id or (None if row.key_bundle else request.validation.hosted_zone_id)
    zone = next((name for name, known_id in account.hosted_zones.items() if zone_id and known_id == zone_id), None)
    outside = [name for name in row.names if zone and not inside(name, zone)]
    if outside:
        message = f"hosted zone {zone_id} is {zone} and can't hold records of {', '.join(outside)}; name their own zone"
        yield Fault(row.line, HostedZoneNotFound, message, Column.HOSTED_ZONE_ID if row.hosted_zone_id else None)


def _zone_warnings(request: OnboardingRequest, batch: Batch, account: AccountFacts) -> Iterator[RowWarning]:
    if request.validation.mode is not ValidationMode.AUTO or not account.hosted_zones:
        return
    for row in batch.rows:
        elsewhere = [name for name in row.names if not deepest_zone((name,), account.hosted_zones)]
        if not row.hosted_zone_id and not row.key_bundle and 0 < len(elsewhere) < len(row.names):
            message = f"no hosted zone of this account holds {', '.join(elsewhere)}; publish these records yourself"
            yield RowWarning(row.line, WarningCode.NAMES_PARTLY_HOSTED, message)


def _certificates_to_request(work: Sequence[Work]) -> int:
    return sum(entry.owner.certificate.arn is None and not entry.owner.key_bundle for entry in work)


def _imports(work: Sequence[Work]) -> list[Item]:
    owners = (entry.owner for entry in work)
    return [one for one in owners if one.key_bundle and one.certificate.status is not CertificateStatus.ISSUED]


def _distributions_to_make(work: Sequence[Work]) -> int:
    return sum(item.distribution.id is None for entry in work for item in entry.distributions)


def _quota_lines(request: OnboardingRequest, account: AccountFacts, work: Sequence[Work]) -> Iterator[QuotaLine]:
    certificates, imports = _certificates_to_request(work), _imports(work)
    uses: list[tuple[QuotaName, str | None, int, int]] = [
        (QuotaName.CERTIFICATES, None, account.certificates, certificates),
        (QuotaName.CERTIFICATES_A_YEAR, None, account.certificates_this_year, certificates),
    ]
    if imports:
        new = sum(not item.import_into for item in imports)
        uses += [
            (QuotaName.IMPORTED_CERTIFICATES, None, len(account.imported_certificates), new),
            (QuotaName.IMPORTS_A_YEAR, None, account.imports_this_year, len(imports)),
        ]
    if request.distribution:
        distributions = _distributions_to_make(work)
        uses.append((QuotaName.DISTRIBUTIONS, None, account.distributions, distributions))
        uses += [
            (QUOTA_OF_SHARED[thing.kind], thing.id, used, distributions)
            for thing, used in sorted(account.shared.items())
        ]
    for name, resource, used, needed in uses:
        yield QuotaLine(QUOTAS[name], account.limits[name], used, needed, resource)


def _refusals(
    request: OnboardingRequest, faults: Sequence[Fault], lines: Iterable[QuotaLine], counts: Counts
) -> Iterator[str]:
    if any(fault.spoils_batch for fault in faults):
        yield "the batch can't be read as a whole"
    elif counts.usable == 0:
        yield "no row of the batch is usable"
    elif faults and request.invalid_rows is InvalidRows.REFUSE:
        rows = "1 row is" if counts.faulty == 1 else f"{counts.faulty} rows are"
        yield f"{rows} faulty; correct what is listed, or set invalidRows to skip"
    for line in lines:
        if line.is_exceeded:
            what = f"quota '{line.quota.name}'" + (f" of {line.resource}" if line.resource else "")
            yield f"{what} would be exceeded: {line.used} used and {line.needed} needed, {line.limit} allowed"
