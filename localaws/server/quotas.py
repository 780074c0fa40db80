"""The quotas that this world enforces: AWS's defaults from `localaws/quotas.json`, and changes for this run."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

DATA = Path(__file__).resolve().parent.parent / "quotas.json"

CERTIFICATES = ("acm", "ACM certificates")
CERTIFICATES_A_YEAR = ("acm", "ACM certificates created in last 365 days")
IMPORTED_CERTIFICATES = ("acm", "Imported certificates")
IMPORTS_A_YEAR = ("acm", "Imported certificates in last 365 days")
NAMES_PER_CERTIFICATE = ("acm", "Domain names per ACM certificate")
DISTRIBUTIONS = ("cloudfront", "Web distributions per AWS account")
ALIASES_PER_DISTRIBUTION = ("cloudfront", "Alternate domain names (CNAMEs) per distribution")
BEHAVIORS_PER_DISTRIBUTION = ("cloudfront", "Cache behaviors per distribution")
ORIGINS_PER_DISTRIBUTION = ("cloudfront", "Origins per distribution")
DISTRIBUTIONS_PER_CACHE_POLICY = ("cloudfront", "Distributions associated with the same cache policy")
DISTRIBUTIONS_PER_ORIGIN_REQUEST_POLICY = ("cloudfront", "Distributions associated with the same origin request policy")
DISTRIBUTIONS_PER_RESPONSE_HEADERS_POLICY = (
    "cloudfront",
    "Distributions associated with the same response headers policy",
)
DISTRIBUTIONS_PER_ORIGIN_ACCESS_CONTROL = ("cloudfront", "Distributions associated with the same origin access control")
DISTRIBUTIONS_PER_FUNCTION = ("cloudfront", "Distributions associated with the same function")
CACHE_POLICIES = ("cloudfront", "Cache policies per AWS account")
ORIGIN_REQUEST_POLICIES = ("cloudfront", "Origin request policies per AWS account")
RESPONSE_HEADERS_POLICIES = ("cloudfront", "Response headers policies per AWS account")


@dataclass(frozen=True, slots=True)
class Quota:
    service_code: str
    code: str | None
    """None where AWS's code could not be confirmed: then Service Quotas lists it without one."""
    name: str
    default: float
    adjustable: bool
    is_global: bool
    """Counted once for the account, not in each Region."""


def _read() -> tuple[dict[str, str], tuple[Quota, ...]]:
    data = json.loads(DATA.read_text(encoding="utf-8"))
    quotas = tuple(
        Quota(
            service_code=entry["serviceCode"],
            code=entry["quotaCode"],
            name=entry["name"],
            default=float(entry["value"]),
            adjustable=entry["adjustable"],
            is_global=entry["global"],
        )
        for entry in data["quotas"]
    )
    return data["services"], quotas


SERVICES, QUOTAS = _read()
"""Names of the services by service code, and every quota."""
_changed: dict[Quota, float] = {}


def limit(key: tuple[str, str]) -> int:
    """The value in force of the quota with this service code and name."""
    return int(value(next(quota for quota in QUOTAS if (quota.service_code, quota.name) == key)))


def value(quota: Quota) -> float:
    return _changed.get(quota, quota.default)


def change(quota: Quota, new_value: float) -> None:
    """Until the next reset."""
    _changed[quota] = new_value


forget_changes = _changed.clear
