"""What is known of a certificate of the account: whose it is, who uses it, when it ends, and whether it renews itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from cloudfront_extensions.certificates.outcome import FAILURE_REASONS, ISSUED

EXPIRED = "EXPIRED"


class Origin(StrEnum):
    MANAGED = "managed"
    """ACM issued it, and renews it where it can."""
    IMPORTED = "imported"
    PRIVATE = "private"
    """A private authority issued it."""


class Renews(StrEnum):
    """Whether a certificate renews itself."""

    YES = "yes"
    NO = "no"
    NOT_NEEDED = "not needed"
    """Nothing uses it, or it is none yet."""


class InDns(StrEnum):
    """What DNS says of a validation record."""

    IN_PLACE = "in place"
    GONE = "gone"
    DIFFERENT = "different"
    """There is another value under its name."""
    UNKNOWN = "unknown"
    """DNS could not be asked; nothing says that it is gone."""


@dataclass(frozen=True, slots=True)
class CheckedRecord:
    """A validation record, which ACM wants to find at every renewal."""

    name: str
    type: str
    value: str
    in_dns: InDns = InDns.UNKNOWN


@dataclass(frozen=True, slots=True)
class Entry:
    """A certificate as it was when it was last looked at. Times are RFC 3339 in UTC, None where ACM tells none."""

    arn: str
    names: tuple[str, ...]
    origin: Origin
    status: str
    key_algorithm: str
    read_at: str
    in_use_by: tuple[str, ...] = ()
    """ARNs."""
    not_before: str | None = None
    not_after: str | None = None
    imported_at: str | None = None
    """The last time."""
    eligible: bool = False
    """Whether ACM would renew it, by its own word."""
    renewal_status: str | None = None
    renewal_reason: str | None = None
    validation_method: str | None = None
    """DNS, EMAIL or HTTP, of a managed one."""
    validation_records: tuple[CheckedRecord, ...] = ()
    """Each once; those of a certificate that is validated by DNS."""
    job_id: str | None = None
    """The job of this library that made it; None: it was made elsewhere."""
    item_id: str | None = None
    renews: Renews = Renews.NOT_NEEDED
    because: str = ""

    @property
    def title(self) -> str:
        """The first name, or, of a certificate that names no host, the end of its ARN."""
        return self.names[0] if self.names else self.arn.rpartition("/")[2]

    @property
    def is_ours(self) -> bool:
        return self.job_id is not None

    @property
    def ends(self) -> datetime | None:
        return datetime.fromisoformat(self.not_after) if self.not_after else None

    @property
    def missing_records(self) -> tuple[CheckedRecord, ...]:
        """Those that DNS was asked for and does not have as they must be."""
        return tuple(record for record in self.validation_records if record.in_dns in (InDns.GONE, InDns.DIFFERENT))


def depends_on_dns(entry: Entry) -> bool:
    """Whether ACM needs the validation records in DNS to renew this one: only then is DNS worth asking."""
    return (
        entry.origin is Origin.MANAGED
        and entry.status == ISSUED
        and bool(entry.in_use_by)
        and entry.validation_method == "DNS"
    )


def with_outlook(entry: Entry) -> Entry:
    """The entry with the answer whether it renews itself, and why."""
    renews, because = _imported(entry) if entry.origin is Origin.IMPORTED else _issued(entry)
    return replace(entry, renews=renews, because=because)


def _imported(entry: Entry) -> tuple[Renews, str]:
    if entry.in_use_by or entry.is_ours:
        return Renews.NO, "it was imported, and ACM renews no imported certificate"
    return Renews.NOT_NEEDED, "it was imported elsewhere, and nothing uses it"


def _issued(entry: Entry) -> tuple[Renews, str]:
    if entry.status not in (ISSUED, EXPIRED):
        return Renews.NOT_NEEDED, f"it is {entry.status}, not issued"
    if not entry.in_use_by and not entry.eligible:
        return Renews.NOT_NEEDED, "nothing uses it, and ACM renews only what is in use"
    if obstacle := next(_obstacles(entry), None):
        return Renews.NO, obstacle
    if any(record.in_dns is InDns.UNKNOWN for record in entry.validation_records):
        return Renews.YES, "ACM renews it; DNS could not be asked for all of its validation records"
    return Renews.YES, "ACM renews it"


def _obstacles(entry: Entry) -> Iterator[str]:
    """What keeps ACM from renewing, the most certain first."""
    if entry.status == EXPIRED:
        yield "it has expired without being renewed"
    reason = f": {meaning_of(entry.renewal_reason)}" if entry.renewal_reason else ""
    if entry.renewal_status == "FAILED":
        yield f"ACM could not renew it{reason}"
    if missing := entry.missing_records:
        what = "is gone" if missing[0].in_dns is InDns.GONE else "has another value"
        more = f", and {len(missing) - 1} more" if len(missing) > 1 else ""
        yield f"the validation record {missing[0].name} {what}{more}"
    if entry.validation_method == "EMAIL":
        yield "it is validated by mail: ACM renews it when somebody follows the link in its mail"
    if entry.renewal_status == "PENDING_VALIDATION" and reason:
        yield f"ACM waits for validation{reason}"
    if not entry.eligible and entry.origin is Origin.PRIVATE:
        yield "ACM says that it is not eligible for renewal, as private certificates that were issued outside ACM"


def meaning_of(renewal_reason: str) -> str:
    """A RenewalStatusReason in words; ACM uses the values of its failure reasons."""
    return FAILURE_REASONS.get(renewal_reason, FAILURE_REASONS["OTHER"]).what + f" ({renewal_reason})"


_USERS = (
    (":cloudfront:", "distribution/", "distribution"),
    (":elasticloadbalancing:", "loadbalancer/", "load balancer"),
    (":apigateway:", "/domainnames/", "API Gateway domain"),
    (":cognito-idp:", "userpool/", "user pool"),
    (":apprunner:", "service/", "App Runner service"),
)


def user_in_words(arn: str) -> str:
    """Who uses a certificate, as people know it: `distribution E2QWRUHAPOMQZL`. An unknown kind stays an ARN."""
    for service, before, words in _USERS:
        if service in arn and before in arn:
            return f"{words} {arn.partition(before)[2]}"
    return arn
