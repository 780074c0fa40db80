"""The quotas that this world enforces: AWS's figures from `localaws/quotas.json`, and changes for this run.

An entry of the file is one line: `value` in `unit` (null: AWS publishes none, so nothing is refused), `enforcedBy` the
module of `localaws.server` that refuses what is more, "ministack" where MiniStack does so by itself and can't be told
another value, or null with `because`. The figure is documented at the `source` of its service; `status` says where it is
not, `note` what else is known.
An entry with `operations` is a rate: requests of these per second, "*" standing for every operation of the service that
no other entry names, and `burst` for how many may come at once, by default those of one second.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

DATA = Path(__file__).resolve().parents[2] / "quotas.json"

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
FUNCTIONS = ("cloudfront", "Functions per AWS account")
FUNCTION_BYTES = ("cloudfront", "Maximum function size")
KEY_VALUE_STORES = ("cloudfront", "Key value stores per AWS account")
KEY_VALUE_STORE_BYTES = ("cloudfront", "Maximum size of a key value store")
KEY_BYTES = ("cloudfront", "Maximum size of a key in a key value store")
VALUE_BYTES = ("cloudfront", "Maximum size of a value in a key value store")
KEYS_PER_UPDATE = ("cloudfront", "Keys per request to update a key value store")
BYTES_PER_UPDATE = ("cloudfront", "Size of a request to update a key value store")
FUNCTIONS_PER_KEY_VALUE_STORE = ("cloudfront", "Functions associated with the same key value store")
CACHE_POLICIES = ("cloudfront", "Cache policies per AWS account")
ORIGIN_REQUEST_POLICIES = ("cloudfront", "Origin request policies per AWS account")
RESPONSE_HEADERS_POLICIES = ("cloudfront", "Response headers policies per AWS account")
STAGING_DISTRIBUTIONS = ("cloudfront", "Staging distributions per AWS account")
CONTINUOUS_DEPLOYMENT_POLICIES = ("cloudfront", "Continuous deployment policies per AWS account")
EVENT_ENTRIES_BYTES = ("events", "PutEvents total entry size")
SYNCHRONOUS_PAYLOAD_BYTES = ("lambda", "Synchronous payload")
ASYNCHRONOUS_PAYLOAD_BYTES = ("lambda", "Asynchronous payload")
RECORDS_PER_CHANGE = ("route53", "ResourceRecord elements per ChangeResourceRecordSets request")
RECORD_CHARACTERS_PER_CHANGE = ("route53", "Characters in Value elements per ChangeResourceRecordSets request")
SECRET_BYTES = ("secretsmanager", "Secret value size")
STATE_BYTES = ("states", "Maximum input or output size for a task, state, or execution")
HISTORY_EVENTS = ("states", "Maximum execution history size")
DEFINITION_BYTES = ("states", "Maximum state machine definition size")

Key = tuple[str, str]
"""Service code and name."""


@dataclass(frozen=True, slots=True)
class Service:
    name: str
    source: str
    """Where AWS documents its quotas."""


@dataclass(frozen=True, slots=True)
class Quota:
    service_code: str
    code: str | None
    """None where AWS's code could not be confirmed: then Service Quotas lists it without one."""
    name: str
    default: float | None
    unit: str
    source: str
    adjustable: bool
    is_global: bool
    """Counted once for the account, not in each Region."""
    operations: tuple[str, ...]
    """Those whose rate it limits; none where it is a count or a size."""
    burst: float | None
    is_ours: bool
    """Whether a module of ours enforces it, so that another value takes effect."""

    @property
    def is_rate(self) -> bool:
        return bool(self.operations)


def _read() -> tuple[dict[str, Service], tuple[Quota, ...]]:
    data = json.loads(DATA.read_text(encoding="utf-8"))
    services = {code: Service(entry["name"], entry["source"]) for code, entry in data["services"].items()}
    return services, tuple(_quota(entry, services) for entry in data["quotas"])


def _quota(entry: Mapping[str, Any], services: Mapping[str, Service]) -> Quota:
    return Quota(
        service_code=entry["serviceCode"],
        code=entry.get("quotaCode"),
        name=entry["name"],
        default=entry["value"],
        unit=entry["unit"],
        source=services[entry["serviceCode"]].source,
        adjustable=entry.get("adjustable", False),
        is_global=entry.get("global", False),
        operations=tuple(entry.get("operations", ())),
        burst=entry.get("burst"),
        is_ours=entry["enforcedBy"] not in (None, "ministack"),
    )


SERVICES, QUOTAS = _read()
"""The services by service code, and every quota."""
_by_key = {(quota.service_code, quota.name): quota for quota in QUOTAS}
_rates = {(quota.service_code, operation): quota for quota in QUOTAS for operation in quota.operations}
_of_this_run: dict[Quota, float] = {}
"""Changed when the instance was started."""
_changed: dict[Quota, float] = {}


def limit(key: Key) -> int:
    """The value in force of a quota that has one."""
    in_force = value(_by_key[key])
    if in_force is None:
        raise LookupError(f"{key} has no value")
    return int(in_force)


def value(quota: Quota) -> float | None:
    """The value in force; None where nothing is refused."""
    return _changed.get(quota, default(quota))


def default(quota: Quota) -> float | None:
    """The value that a reset brings back: AWS's, unless the instance was started with another."""
    return _of_this_run.get(quota, quota.default)


def burst(quota: Quota) -> float:
    """How many requests a rate that has a value admits at once. A changed rate has no other burst than its second's."""
    rate = value(quota) or 0.0
    if quota.burst is not None and rate == quota.default:
        return quota.burst
    return max(rate, 1.0) if rate else 0.0


def rate_of(service_code: str | None, operation: str) -> Quota | None:
    """The quota that limits the rate of this operation."""
    service_code = service_code or ""
    return _rates.get((service_code, operation)) or _rates.get((service_code, "*"))


def changeable(service_code: str, name_or_code: str) -> Quota:
    """The quota of this name or quota code. Raises LookupError where there is none, or another value would do nothing."""
    for quota in QUOTAS:
        if quota.service_code == service_code and name_or_code in (quota.name, quota.code):
            if quota.is_ours:
                return quota
            raise LookupError(f"{service_code} {quota.name} can't be changed here: see {DATA.name}")
    raise LookupError(f"no such quota: {service_code} {name_or_code}; GET lists them")


def start_with(values: Mapping[str, float]) -> None:
    """Set quotas for the instance's whole life, by `<service code>/<name or quota code>`. Raises LookupError."""
    for key, new_value in values.items():
        service_code, _, name = key.partition("/")
        _of_this_run[changeable(service_code, name)] = float(new_value)


def change(quota: Quota, new_value: float | None) -> None:
    """Until the next reset, or, with None, back to the default at once."""
    if new_value is None:
        _changed.pop(quota, None)
    else:
        _changed[quota] = new_value


forget_changes = _changed.clear
