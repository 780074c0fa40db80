"""Managed renewal, which takes months on AWS: a test or a person orders how it stands.

`PUT /_localaws/acm/renewal` with `{"certificateArn": "…", "notAfter": "2026-12-01T00:00:00Z", "status": "FAILED",
"reason": "CAA_ERROR"}` moves the end of a certificate that ACM has issued, and says how its renewal stands; each may be left
out. SUCCESS renews it. A renewal that waits for somebody, or has failed, sends the event that ACM sends.
"""

from __future__ import annotations

import time
from datetime import datetime
from typing import Any

from localaws.server import control
from localaws.server.acm import certificates, events
from localaws.server.acm.certificates import AMAZON_ISSUED, ISSUED, PENDING, SECONDS_A_DAY, VALID_DAYS, Certificate
from localaws.server.acm.events import Event
from localaws.server.acm.validation import is_proved
from localaws.server.models import service_model
from localaws.server.route53 import dns

SUCCESS, WAITS, FAILED = "SUCCESS", "PENDING_VALIDATION", "FAILED"


def install() -> None:
    control.serve("/_localaws/acm/renewal", PUT=_order)


def _order(body: dict[str, Any]) -> dict[str, Any]:
    arn, not_after, status, reason = control.fields(body, "certificateArn", optional=("notAfter", "status", "reason"))
    _check(status, reason)
    now = time.time()
    with certificates.lock:
        certificate = _issued(arn)
        if not_after is not None:
            _end_at(certificate, _seconds(not_after))
        if status is not None:
            _renewal_stands(certificate, status, reason, now)
        told = _event(certificate, status, now)
        shown = certificate.get("RenewalSummary", {})
    if told:
        events.send(told)
    return {
        "certificateArn": arn,
        "notAfter": certificates.rfc3339(certificate["NotAfter"]),
        "status": shown.get("RenewalStatus"),
        "reason": shown.get("RenewalStatusReason"),
    }


def _check(status: str | None, reason: str | None) -> None:
    statuses = service_model("acm").shape_for("RenewalStatus").enum
    reasons = service_model("acm").shape_for("FailureReason").enum
    if status not in (None, *statuses):
        raise control.BadRequestError(f"status must be one of {', '.join(statuses)}")
    if reason is not None and (reason not in reasons or status not in (WAITS, FAILED)):
        raise control.BadRequestError(f"reason belongs to {WAITS} and {FAILED}, and is one of {', '.join(reasons)}")


def _issued(arn: str) -> Certificate:
    for _, _, certificate in certificates.everywhere():
        if certificate["CertificateArn"] == arn and certificate["Status"] == ISSUED:
            if certificate["Type"] != AMAZON_ISSUED:
                raise control.BadRequestError(
                    "ACM renews only what it has issued; import a certificate that ends sooner"
                )
            return certificate
    raise control.BadRequestError(f"no issued certificate {arn}")


def _seconds(moment: str) -> float:
    try:
        return datetime.fromisoformat(moment).timestamp()
    except ValueError as error:
        raise control.BadRequestError(f"notAfter is no RFC 3339 time: {error}") from error


def _end_at(certificate: Certificate, not_after: float) -> None:
    """The certificate is as old as one is that ends then."""
    not_before = not_after + 1 - VALID_DAYS * SECONDS_A_DAY
    certificate |= {"NotBefore": not_before, "NotAfter": not_after, "_pem_body": "", "_pem_chain": ""}


def _renewal_stands(certificate: Certificate, status: str, reason: str | None, now: float) -> None:
    if status == SUCCESS:
        issued_at = certificate["IssuedAt"]
        certificates.mark_issued(certificate, now)
        certificate |= {"IssuedAt": issued_at, "_pem_body": "", "_pem_chain": ""}
    records = dns.everything()
    certificate["RenewalSummary"] = {
        "RenewalStatus": status,
        "DomainValidationOptions": [
            option | {"ValidationStatus": _validation_status(option, status, records)}
            for option in certificate["DomainValidationOptions"]
        ],
        "UpdatedAt": now,
        **({"RenewalStatusReason": reason} if reason else {}),
    }


def _validation_status(option: dict[str, Any], status: str, records: dict[tuple[str, str], list[str]]) -> str:
    if status == SUCCESS or is_proved(option.get("ResourceRecord"), records):
        return SUCCESS
    return FAILED if status == FAILED else PENDING


def _event(certificate: Certificate, status: str | None, now: float) -> Event | None:
    if status == SUCCESS:
        return events.available(certificate, "RENEWAL", now)
    return events.renewal_action_required(certificate, now) if status in (WAITS, FAILED) else None
