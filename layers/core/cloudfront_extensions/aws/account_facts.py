"""What stands in the account already, read in few calls: for the checks before anything is created."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import takewhile
from typing import Any

from cloudfront_extensions.aws.clients import client
from cloudfront_extensions.aws.clock import epoch_seconds
from cloudfront_extensions.aws.cloudfront import distribution_config, distribution_summaries, managed_policy_ids
from cloudfront_extensions.aws.config_model import checked_config
from cloudfront_extensions.aws.failures import aws_call
from cloudfront_extensions.aws.objects import get_json
from cloudfront_extensions.aws.service_quotas import limits
from cloudfront_extensions.distributions.config import DistributionConfig, aliases_of, why_origin_is_fixed
from cloudfront_extensions.distributions.source import FileSource, LiveSource, Source
from cloudfront_extensions.distributions.usage import SharedThing, shared_things
from cloudfront_extensions.errors import SourceConfigNotFound
from cloudfront_extensions.jobs.account import AccountFacts

YEAR_SECONDS = 365 * 24 * 3600

ALL_KEY_TYPES = ("RSA_1024", "RSA_2048", "RSA_3072", "RSA_4096", "EC_prime256v1", "EC_secp384r1", "EC_secp521r1")
"""ListCertificates shows RSA_1024 and RSA_2048 alone unless told otherwise."""


@dataclass(frozen=True, slots=True)
class AccountDistributions:
    """The distributions of the account."""

    count: int
    """Those that count towards the quota of standard distributions: all but multi-tenant ones."""
    owners: Mapping[str, str] = field(default_factory=dict)
    """Alias, lower-case → id of the distribution that has it."""
    uses: Mapping[SharedThing, int] = field(default_factory=dict)
    """How many distributions use each policy, origin access control and function."""


@dataclass(frozen=True, slots=True)
class AccountCertificates:
    """The certificates of the account, whatever their status; imported ones have quotas of their own."""

    count: int
    """Those that ACM was asked for."""
    this_year: int
    """Those asked for within the last 365 days. Deleted ones count towards the quota too, but nobody can see them."""
    imported: frozenset[str]
    """ARNs."""
    imports_this_year: int
    """Imported certificates whose content was imported within the last 365 days."""


def account_facts(config: DistributionConfig | None, *, with_hosted_zones: bool) -> AccountFacts:
    """What a batch has to know. `config` is the source of its distributions; None: it wants certificates alone.

    ListDistributions and ListHostedZones are left out where nothing depends on them.
    """
    certificates = account_certificates()
    existing = account_distributions() if config else AccountDistributions(0)
    return AccountFacts(
        certificates=certificates.count,
        certificates_this_year=certificates.this_year,
        imported_certificates=certificates.imported,
        imports_this_year=certificates.imports_this_year,
        distributions=existing.count,
        aliases=existing.owners,
        shared={thing: existing.uses.get(thing, 0) for thing in _limited(config)} if config else {},
        fixed_origin=why_origin_is_fixed(config) if config else None,
        hosted_zones=public_hosted_zones() if with_hosted_zones else {},
        limits=limits(),
    )


def _limited(config: DistributionConfig) -> Iterator[SharedThing]:
    """What a configuration shares that serves a limited number of distributions: all but AWS's managed policies."""
    things = shared_things(config)
    managed = {kind: managed_policy_ids(kind) for kind in {thing.kind for thing in things}}
    return (thing for thing in things if thing.id not in managed[thing.kind])


def account_distributions() -> AccountDistributions:
    """One pass over ListDistributions: a call for every 100 distributions."""
    count = 0
    owners: dict[str, str] = {}
    uses: Counter[SharedThing] = Counter()
    for summary in distribution_summaries():
        count += summary.get("ConnectionMode") != "tenant-only"
        owners.update({alias.lower(): summary["Id"] for alias in aliases_of(summary)})
        uses.update(shared_things(summary))
    return AccountDistributions(count, owners, uses)


def account_certificates() -> AccountCertificates:
    """One pass over ListCertificates: a call for every 1,000 certificates."""
    count = this_year = imports_this_year = 0
    imported = set()
    year_ago = epoch_seconds() - YEAR_SECONDS
    for summary in certificate_summaries():
        if summary.get("Type") == "IMPORTED":
            imported.add(summary["CertificateArn"])
            imports_this_year += "ImportedAt" not in summary or summary["ImportedAt"].timestamp() > year_ago
        else:
            count += 1
            this_year += "CreatedAt" not in summary or summary["CreatedAt"].timestamp() > year_ago
    return AccountCertificates(count, this_year, frozenset(imported), imports_this_year)


def public_hosted_zones() -> dict[str, str]:
    """Zone name, without trailing dot → zone id. A name that several public zones share is left out.

    Which of those zones DNS asks is for a person to say.
    """
    ids: dict[str, list[str]] = {}
    parameters: dict[str, str] = {}
    while True:
        with aws_call("ListHostedZones", "this account"):
            page = client("route53").list_hosted_zones(**parameters)
        for zone in page["HostedZones"]:
            if not zone.get("Config", {}).get("PrivateZone", False):
                ids.setdefault(zone["Name"].removesuffix("."), []).append(zone["Id"].removeprefix("/hostedzone/"))
        if not page["IsTruncated"]:
            return {name: found[0] for name, found in ids.items() if len(found) == 1}
        parameters = {"Marker": page["NextMarker"]}


def load_source(source: Source) -> DistributionConfig:
    """The configuration that a source stands for, of the right shape.

    Raises:
        SourceConfigNotFound: there is no such distribution or file.
        InvalidDistributionConfig: it is not a DistributionConfig.
    """
    if isinstance(source, LiveSource):
        return checked_config(distribution_config(source.distribution_id), f"distribution {source.distribution_id}")
    if isinstance(source, FileSource):
        document = get_json(source.bucket, source.key, not_found=SourceConfigNotFound)
        return checked_config(document, f"s3://{source.bucket}/{source.key}")
    return checked_config(source.config, "source.config")


def certificates_since(moment: str) -> Iterator[Mapping[str, Any]]:
    """The certificates made since a moment, written as `clock.now` writes it, the newest first: in a call as a rule."""
    newest_first = certificate_summaries(MaxItems=100, SortBy="CREATED_AT", SortOrder="DESCENDING")
    since = datetime.fromisoformat(moment).replace(microsecond=0)  # ACM counts in seconds
    return takewhile(lambda summary: summary["CreatedAt"] >= since, newest_first)


def certificate_summaries(**order: Any) -> Iterator[Mapping[str, Any]]:
    """Every certificate of the account, as ListCertificates sums it up, page by page."""
    parameters: dict[str, Any] = {"Includes": {"keyTypes": list(ALL_KEY_TYPES)}, "MaxItems": 1000, **order}
    while True:
        with aws_call("ListCertificates", "this account"):
            page = client("acm").list_certificates(**parameters)
        yield from page["CertificateSummaryList"]
        if not page.get("NextToken"):
            return
        parameters["NextToken"] = page["NextToken"]
