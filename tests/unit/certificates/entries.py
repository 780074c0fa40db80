"""Certificates of an inventory, for tests."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from cloudfront_extensions.certificates.inventory import CheckedRecord, Entry, InDns, Origin, with_outlook

NOW = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)
DISTRIBUTION = "arn:aws:cloudfront::123456789012:distribution/E2QWRUHAPOMQZL"
OURS = {"job_id": "customers-2026-11", "item_id": "row-00001"}


def arn(number: int) -> str:
    return f"arn:aws:acm:us-east-1:123456789012:certificate/11111111-2222-4333-8444-{number:012}"


def record(in_dns: InDns, name: str = "_a1.shop.example.com.") -> CheckedRecord:
    return CheckedRecord(name, "CNAME", "_b2.acm-validations.aws.", in_dns)


def entry(number: int = 1, *names: str, days: float | None = 100, **more: Any) -> Entry:
    """A managed certificate in use that ends so many days after NOW; `more` are fields of it. Judged as the inventory does."""
    ends = (NOW + timedelta(days=days)).isoformat().replace("+00:00", "Z") if days is not None else None
    fields: dict[str, Any] = {
        "arn": arn(number),
        "names": names or (f"shop-{number}.example.com",),
        "origin": Origin.MANAGED,
        "status": "ISSUED",
        "key_algorithm": "RSA_2048",
        "read_at": "2026-11-22T05:00:00.000Z",
        "in_use_by": (DISTRIBUTION,),
        "not_after": ends,
        "eligible": True,
        "validation_method": "DNS",
    }
    return with_outlook(Entry(**{**fields, **more}))


def imported(number: int = 1, *names: str, days: float = 100, **more: Any) -> Entry:
    """An imported certificate in use."""
    fields = {"origin": Origin.IMPORTED, "eligible": False, "validation_method": None}
    return entry(number, *names, days=days, **{**fields, **more})
