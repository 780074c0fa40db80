"""Route 53 records that lead names to their distribution."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from cloudfront_extensions.aws.distributions import mark_deployed
from cloudfront_extensions.aws.job_store import JobStore
from cloudfront_extensions.aws.log import logger
from cloudfront_extensions.aws.objects import get_json
from cloudfront_extensions.aws.record_sets import ChangeRefused, RecordSet, change, record_sets
from cloudfront_extensions.aws.route53 import HostedZones
from cloudfront_extensions.certificates.validation import ValidationRecord
from cloudfront_extensions.distributions.alias_dns import (
    CLOUDFRONT_ZONE_ID,
    AliasDns,
    AliasDnsMode,
    DnsRecord,
    missing_types,
    parse_alias_dns,
)
from cloudfront_extensions.distributions.config import aliases_of
from cloudfront_extensions.distributions.deployment import DistributionState
from cloudfront_extensions.errors import (
    AliasRecordExists,
    AwsRefused,
    AwsThrottled,
    SourceConfigNotFound,
)
from cloudfront_extensions.jobs.records import AliasRecord, ItemKey


def write_alias_records(state: DistributionState) -> DistributionState:
    """Lead every alias of a deployed distribution to it, and finish the item.

    Records are created, never replaced: Route 53 itself refuses one that is there. With `auto`, names that no public
    hosted zone of the account holds are left to a person.

    Raises:
        AliasRecordExists: names that lead elsewhere already; the other names' records are written.
        HostedZoneNotFound: the zone named in the request does not exist.
    """
    record = get_json(state["bucket"], state["configKey"], not_found=SourceConfigNotFound)
    config, target = record["DistributionConfig"], state["distributionDomainName"]
    journal = _Journal(ItemKey(state["jobId"], state["itemId"]))
    taken: list[str] = []
    for zone_id, names in _by_zone(aliases_of(config), parse_alias_dns(state["dns"])).items():
        taken += _write_to_zone(zone_id, names, target, journal, ipv6=bool(config.get("IsIPV6Enabled")))
    if taken:
        raise AliasRecordExists(
            f"{', '.join(taken)}: the hosted zone has records that do not lead to {target}; they were left as they are"
        )
    mark_deployed(JobStore(), state)
    return state


class _Journal:
    """What the job creates, on record before it is created: a cleanup takes back that and nothing else."""

    def __init__(self, key: ItemKey) -> None:
        self._key = key
        self._store = JobStore()
        item = self._store.item(key)
        self._tried = item.distribution.alias_records if item else ()
        """Of an earlier try, whose answer may have been lost: what is there of it was created by that."""
        self._created = set(self._tried)

    def intend(self, records: Iterable[AliasRecord]) -> None:
        self._write(self._created | set(records))

    def found(self, records: Iterable[AliasRecord]) -> None:
        """Records that were to be created turn out to be there; those that no earlier try has on record are not ours."""
        self._write(self._created - (set(records) - set(self._tried)))

    def _write(self, created: set[AliasRecord]) -> None:
        if created != self._created:
            self._created = created
            in_order = tuple(sorted(created, key=lambda one: (one.zone_id, one.name, one.type)))
            self._store.update_distribution(self._key, alias_records=in_order)


def _by_zone(aliases: Iterable[str], dns: AliasDns) -> Mapping[str, list[str]]:
    names: dict[str, list[str]] = defaultdict(list)
    if dns.mode is AliasDnsMode.MANUAL:
        return names
    zones = HostedZones()
    for alias in aliases:
        if zone_id := dns.hosted_zone_id or _public_zone(zones, alias):
            names[zone_id].append(alias)
        else:
            logger.info("no public hosted zone of this account holds the name", alias=alias)
    return names


def _public_zone(zones: HostedZones, alias: str) -> str | None:
    """`HostedZones` looks above a record's first label; an alias may be a zone's apex, hence a label before it."""
    name = f"_alias.{alias.removeprefix('*.')}"
    return zones.zone_for(ValidationRecord(domain_name=alias, name=name, type="A", value=""))


def _write_to_zone(zone_id: str, names: Sequence[str], target: str, journal: _Journal, *, ipv6: bool) -> list[str]:
    """Create what is missing, in one change; the names that lead elsewhere.

    With IPv6 the zone is not read first: any record of a name that would stand in the way makes Route 53 refuse the
    change, and its five calls a second are for the whole account. Without, an AAAA record that leads elsewhere would not.
    A change that is refused is thought over: the zone has other records, our own where the answer to a first try was
    lost, or somebody else's.
    """
    everything = [AliasRecord(zone_id, name, type_) for name in names for type_ in ("A", "AAAA")]
    taken, missing = ([], everything) if ipv6 else _missing(zone_id, names, target, ipv6=ipv6)
    while missing:
        journal.intend(missing)
        try:
            change(zone_id, [_creation(record, target) for record in missing], f"{', '.join(names)} in {zone_id}")
        except ChangeRefused as refusal:
            found = _missing(zone_id, names, target, ipv6=ipv6)
            if found == (taken, missing):
                journal.found(missing)
                raise AwsRefused(str(refusal)) from refusal
            journal.found(set(missing) - set(found[1]))
            taken, missing = found
        except AwsThrottled:
            journal.found(missing)
            raise
        else:
            break
    return taken


def _missing(zone_id: str, names: Iterable[str], target: str, *, ipv6: bool) -> tuple[list[str], list[AliasRecord]]:
    """The names that lead elsewhere, and the records that the others still need."""
    taken: list[str] = []
    missing: list[AliasRecord] = []
    for name in names:
        types = missing_types(_records(zone_id, name), target, ipv6=ipv6)
        if types is None:
            taken.append(name)
        else:
            missing += [AliasRecord(zone_id, name, type_) for type_ in types]
    return taken, missing


def _records(zone_id: str, name: str) -> Iterator[DnsRecord]:
    for record_set in record_sets(zone_id, name):
        yield DnsRecord(
            name=name,
            type=record_set["Type"],
            alias_target=record_set.get("AliasTarget", {}).get("DNSName"),
            values=tuple(record["Value"] for record in record_set.get("ResourceRecords", ())),
        )


def _creation(record: AliasRecord, target: str) -> tuple[str, RecordSet]:
    alias_target = {"HostedZoneId": CLOUDFRONT_ZONE_ID, "DNSName": target, "EvaluateTargetHealth": False}
    return "CREATE", {"Name": record.name, "Type": record.type, "AliasTarget": alias_target}
