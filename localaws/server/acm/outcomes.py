"""Endings that no input brings about here: a test or a person orders them by domain name.

`PUT /_localaws/acm/outcome` with `{"domain": "shop.example.com", "status": "FAILED", "failureReason": "CAA_ERROR"}`
makes every certificate with that name end so: a pending one FAILED or VALIDATION_TIMED_OUT, an issued one REVOKED,
EXPIRED or INACTIVE. It holds for later certificates too, until `DELETE` with `{"domain": …}` or a reset.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from localaws.server import control
from localaws.server.acm.certificates import AMAZON_ISSUED, FAILED, ISSUED, PENDING, Certificate
from localaws.server.acm.events import Event, expired, revoked
from localaws.server.models import service_model

LEADS_FROM = {
    FAILED: PENDING,
    "VALIDATION_TIMED_OUT": PENDING,
    "REVOKED": ISSUED,
    "EXPIRED": ISSUED,
    "INACTIVE": ISSUED,
}
"""The status in which a certificate must be to end so."""


@dataclass(frozen=True, slots=True)
class Outcome:
    status: str
    failure_reason: str | None


_ordered: dict[str, Outcome] = {}

forget = _ordered.clear


def install() -> None:
    control.serve("/_localaws/acm/outcome", GET=_show, PUT=_order, DELETE=_withdraw)


def are_ordered() -> bool:
    return bool(_ordered)


def apply(certificate: Certificate, now: float) -> Event | None:
    """End the certificate as ordered for one of its names, and return the event that tells so, if ACM has one."""
    for name in certificate["SubjectAlternativeNames"]:
        outcome = _ordered.get(name)
        if outcome and LEADS_FROM[outcome.status] == certificate["Status"]:
            return end(certificate, outcome.status, outcome.failure_reason, now)
    return None


def end(certificate: Certificate, status: str, failure_reason: str | None, now: float) -> Event | None:
    certificate["Status"] = status
    if status in (FAILED, "VALIDATION_TIMED_OUT"):
        for option in certificate["DomainValidationOptions"]:
            if option["ValidationStatus"] == PENDING:
                option["ValidationStatus"] = FAILED
    if failure_reason:
        certificate["FailureReason"] = failure_reason
    if status == "REVOKED":
        certificate |= {"RevokedAt": now, "RevocationReason": "UNSPECIFIED"}
        return revoked(certificate)
    if status == "EXPIRED":
        certificate["NotAfter"] = min(certificate["NotAfter"], now)
        return expired(certificate) if certificate["Type"] == AMAZON_ISSUED else None
    return None


def _show(_: dict[str, Any]) -> list[dict[str, Any]]:
    return [_described(domain) for domain in sorted(_ordered)]


def _order(body: dict[str, Any]) -> dict[str, Any]:
    domain, status, reason = control.fields(body, "domain", "status", optional=("failureReason",))
    reasons = service_model("acm").shape_for("FailureReason").enum
    if status not in LEADS_FROM or (reason in reasons) != (status == FAILED):
        raise control.BadRequestError(
            f"status must be one of {', '.join(LEADS_FROM)}; failureReason belongs to FAILED and is one of {reasons}"
        )
    _ordered[domain.lower()] = Outcome(status, reason)
    return _described(domain.lower())


def _withdraw(body: dict[str, Any]) -> dict[str, Any]:
    (domain,) = control.fields(body, "domain")
    if domain.lower() not in _ordered:
        raise control.BadRequestError(f"no outcome is ordered for {domain}")
    described = _described(domain.lower())
    del _ordered[domain.lower()]
    return described


def _described(domain: str) -> dict[str, Any]:
    outcome = _ordered[domain]
    return {"domain": domain, "status": outcome.status, "failureReason": outcome.failure_reason}
