"""The events that ACM sends to EventBridge.

Their form is that of "Amazon EventBridge support for ACM" in ACM's user guide. Delivery is best effort on AWS: what loses,
doubles or delays them here is `faults.events`. `POST /_localaws/acm/events` with `{"certificateArn": "…"}` sends one out of
turn, past all faults.
"""

from __future__ import annotations

import json
import math
import time
from dataclasses import dataclass
from typing import Any

from localaws.server import control
from localaws.server.acm import certificates, usage
from localaws.server.acm.certificates import AMAZON_ISSUED, SECONDS_A_DAY, Certificate, rfc3339
from localaws.server.faults.events import spared

AVAILABLE, EXPIRED, REVOKED = ("ACM Certificate Available", "ACM Certificate Expired", "ACM Certificate Revoked")
RENEWAL_ACTION_REQUIRED = "ACM Certificate Renewal Action Required"


@dataclass(frozen=True, slots=True)
class Event:
    account: str
    region: str
    detail_type: str
    certificate_arn: str
    detail: dict[str, Any]


def install() -> None:
    control.serve("/_localaws/acm/events", POST=_send_again)


def available(certificate: Certificate, action: str, now: float) -> Event:
    """`action` is ISSUANCE, RENEWAL, IMPORT or REIMPORT."""
    detail = {
        "Action": action,
        "CertificateType": certificate["Type"],
        "CommonName": certificate["DomainName"],
        "CertificateCreatedDate": rfc3339(certificate["CreatedAt"]),
        "CertificateExpirationDate": rfc3339(certificate["NotAfter"]),
        "DaysToExpiry": math.ceil((certificate["NotAfter"] - now) / SECONDS_A_DAY),
        "InUse": bool(usage.users_of(certificate["CertificateArn"])),
        "Exported": False,
    }
    return _event(AVAILABLE, certificate, detail | _validation(certificate))


def renewal_action_required(certificate: Certificate, now: float) -> Event:
    reason = certificate["RenewalSummary"].get("RenewalStatusReason")
    detail = {
        "CertificateType": certificate["Type"],
        "CommonName": certificate["DomainName"],
        **({"RenewalStatusReason": reason} if reason else {}),
        "DaysToExpiry": math.ceil((certificate["NotAfter"] - now) / SECONDS_A_DAY),
        "CertificateExpirationDate": rfc3339(certificate["NotAfter"]),
        "InUse": bool(usage.users_of(certificate["CertificateArn"])),
        "Exported": False,
    }
    return _event(RENEWAL_ACTION_REQUIRED, certificate, detail | _validation(certificate))


def expired(certificate: Certificate) -> Event:
    detail = {
        "CertificateType": certificate["Type"],
        "CommonName": certificate["DomainName"],
        "CertificateCreatedDate": rfc3339(certificate["CreatedAt"]),
        "CertificateExpirationDate": rfc3339(certificate["NotAfter"]),
        "InUse": bool(usage.users_of(certificate["CertificateArn"])),
        "Exported": False,
    }
    return _event(EXPIRED, certificate, detail | _validation(certificate))


def revoked(certificate: Certificate) -> Event:
    detail = {
        "CertificateType": certificate["Type"],
        "CommonName": certificate["DomainName"],
        "CertificateExpirationDate": rfc3339(certificate["NotAfter"]),
        "Exportable": False,
    }
    return _event(REVOKED, certificate, detail)


def send(event: Event) -> None:
    from ministack.core.responses import request_scope
    from ministack.services import eventbridge

    entry = {
        "Source": "aws.acm",
        "DetailType": event.detail_type,
        "Resources": [event.certificate_arn],
        "Detail": json.dumps(event.detail),
    }
    with request_scope(event.account, event.region):
        eventbridge._put_events({"Entries": [entry]}, allow_aws_source=True)


def _event(detail_type: str, certificate: Certificate, detail: dict[str, Any]) -> Event:
    arn = certificate["CertificateArn"]
    _, _, _, region, account, _ = arn.split(":", 5)
    return Event(account, region, detail_type, arn, detail)


def _validation(certificate: Certificate) -> dict[str, str]:
    is_ours = certificate["Type"] == AMAZON_ISSUED
    return {"DomainValidationMethod": certificate["ValidationMethod"]} if is_ours else {}


def _send_again(body: dict[str, Any]) -> dict[str, Any]:
    (arn,) = control.fields(body, "certificateArn")
    for _, _, certificate in certificates.everywhere():
        if certificate["CertificateArn"] == arn and "NotAfter" in certificate:
            action = "ISSUANCE" if certificate["Type"] == AMAZON_ISSUED else "IMPORT"
            with spared():
                send(available(certificate, action, time.time()))
            return {"sent": arn}
    raise control.BadRequestError(f"no issued or imported certificate {arn}")
