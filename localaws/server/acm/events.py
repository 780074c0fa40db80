"""The events that ACM sends to EventBridge, and how a test makes them late, double or lost.

Their form is that of "Amazon EventBridge support for ACM" in ACM's user guide; delivery is best effort on AWS, so
whoever relies on them must bear each of these. `PUT /_localaws/acm/events` with
`{"deliver": "late", "delaySeconds": 2}` sets how "ACM Certificate Available" is delivered from then on: `normal`,
`lost`, `duplicated` or `late`, the delay in seconds of this machine. `POST` with `{"certificateArn": "…"}` sends one
out of turn, and `GET` tells the setting.
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

MODES = ("normal", "lost", "duplicated", "late")
AVAILABLE, EXPIRED, REVOKED = ("ACM Certificate Available", "ACM Certificate Expired", "ACM Certificate Revoked")


@dataclass(slots=True)
class Delivery:
    mode: str = "normal"
    delay: float = 0


@dataclass(frozen=True, slots=True)
class Event:
    account: str
    region: str
    detail_type: str
    certificate_arn: str
    detail: dict[str, Any]


_delivery = Delivery()
_held_back: list[tuple[float, Event]] = []


def install() -> None:
    control.serve("/_localaws/acm/events", GET=_show, PUT=_set, POST=_send_again)


def forget() -> None:
    _delivery.mode, _delivery.delay = "normal", 0
    _held_back.clear()


def available(certificate: Certificate, action: str, now: float) -> Event:
    """`action` is ISSUANCE, IMPORT or REIMPORT."""
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
    """Deliver as the control says; only "Available" can be lost, doubled or late."""
    if event.detail_type != AVAILABLE or _delivery.mode == "normal":
        _put(event)
    elif _delivery.mode == "late":
        _held_back.append((time.monotonic() + _delivery.delay, event))
    elif _delivery.mode == "duplicated":
        _put(event)
        _put(event)


def send_due() -> None:
    """Deliver what was held back long enough."""
    now = time.monotonic()
    for entry in [entry for entry in _held_back if entry[0] <= now]:
        _held_back.remove(entry)
        _put(entry[1])


def _put(event: Event) -> None:
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


def _show(_: dict[str, Any]) -> dict[str, Any]:
    return {"deliver": _delivery.mode, "delaySeconds": _delivery.delay, "heldBack": len(_held_back)}


def _set(body: dict[str, Any]) -> dict[str, Any]:
    mode, delay = control.fields(body, "deliver", optional=("delaySeconds",))
    if mode not in MODES or (delay is not None) != (mode == "late"):
        raise control.BadRequestError(f"deliver must be one of {', '.join(MODES)}; delaySeconds belongs to late alone")
    _delivery.mode, _delivery.delay = mode, float(delay or 0)
    return _show({})


def _send_again(body: dict[str, Any]) -> dict[str, Any]:
    (arn,) = control.fields(body, "certificateArn")
    for _, _, certificate in certificates.everywhere():
        if certificate["CertificateArn"] == arn and "NotAfter" in certificate:
            action = "ISSUANCE" if certificate["Type"] == AMAZON_ISSUED else "IMPORT"
            _put(available(certificate, action, time.time()))
            return {"sent": arn}
    raise control.BadRequestError(f"no issued or imported certificate {arn}")
