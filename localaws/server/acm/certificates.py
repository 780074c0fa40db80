"""The certificates of this world, and how the API shows them.

They live in MiniStack's own table, in its own shape, because other services of MiniStack read it there. Members that
begin with an underscore are ours or MiniStack's own and are never shown.
"""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from localaws.server.acm import usage
from localaws.server.aws_json import ServiceError

Certificate = dict[str, Any]
PENDING, ISSUED, FAILED = "PENDING_VALIDATION", "ISSUED", "FAILED"
AMAZON_ISSUED, IMPORTED = "AMAZON_ISSUED", "IMPORTED"
VALID_DAYS = 198
"""ACM's public certificates, since the CA/B Forum limited certificates to 200 days in 2026."""
SECONDS_A_DAY = 86_400

lock = threading.RLock()
"""Held around every change: requests come on the server's event loop, issuance and CloudFormation in threads."""


def table() -> Any:
    from ministack.services import acm

    return acm._certificates


def everywhere() -> Iterator[tuple[str, str, Certificate]]:
    """Account, Region and certificate, of all accounts and Regions."""
    for (account, region, _), certificate in table().all_items():
        yield account, region, certificate


def find(arn: str) -> Certificate:
    """The certificate in the caller's account and Region. Raises ServiceError."""
    certificate: Certificate | None = table().get(arn)
    if certificate is None:
        raise ServiceError("ResourceNotFoundException", f"Could not find certificate {arn}.")
    return certificate


def new_arn() -> str:
    from ministack.core.responses import get_account_id, get_region

    return f"arn:aws:acm:{get_region()}:{get_account_id()}:certificate/{uuid.uuid4()}"


def store(certificate: Certificate) -> None:
    table()[certificate["CertificateArn"]] = certificate


def mark_issued(certificate: Certificate, now: float) -> None:
    """Valid from the beginning of this day (UTC) to the last second of the last day."""
    starts = now - now % SECONDS_A_DAY
    certificate |= {
        "Status": ISSUED,
        "IssuedAt": now,
        "NotBefore": starts,
        "NotAfter": starts + VALID_DAYS * SECONDS_A_DAY - 1,
        "Serial": ":".join(f"{octet:02x}" for octet in uuid.uuid4().bytes),
        "Subject": f"CN={certificate['DomainName']}",
        "Issuer": "Amazon",
        "SignatureAlgorithm": "SHA256WITHRSA",
        "KeyUsages": [{"Name": "DIGITAL_SIGNATURE"}, {"Name": "KEY_ENCIPHERMENT"}],
        "ExtendedKeyUsages": [{"Name": "TLS_WEB_SERVER_AUTHENTICATION", "OID": "1.3.6.1.5.5.7.3.1"}],
    }


def key_pair_origin(certificate: Certificate) -> str:
    return "AWS_MANAGED" if certificate["Type"] == AMAZON_ISSUED else "CUSTOMER_PROVIDED"


def detail(certificate: Certificate) -> dict[str, Any]:
    """CertificateDetail of the API."""
    arn = certificate["CertificateArn"]
    users = usage.users_of(arn)
    shown = {
        name: value
        for name, value in certificate.items()
        if name[0] != "_" and name not in ("Tags", "ValidationMethod", "DomainValidationOptions")
    }
    return shown | {
        **_validations_shown(certificate),
        "InUseBy": users,
        "RenewalEligibility": _renewal_eligibility(certificate, bool(users)),
        "CertificateKeyPairOrigin": key_pair_origin(certificate),
    }


def summary(certificate: Certificate, in_use: bool) -> dict[str, Any]:
    """CertificateSummary of the API."""
    names = certificate["SubjectAlternativeNames"]
    shown = {
        "CertificateArn": certificate["CertificateArn"],
        "DomainName": certificate["DomainName"],
        "SubjectAlternativeNameSummaries": names[:100],
        "HasAdditionalSubjectAlternativeNames": len(names) > 100,
        "Status": certificate["Status"],
        "Type": certificate["Type"],
        "KeyAlgorithm": certificate["KeyAlgorithm"],
        "KeyUsages": [use["Name"] for use in certificate.get("KeyUsages", [])],
        "ExtendedKeyUsages": [use["Name"] for use in certificate.get("ExtendedKeyUsages", [])],
        "ExportOption": certificate["Options"].get("Export", "DISABLED"),
        "InUse": in_use,
        "Exported": False,
        "RenewalEligibility": _renewal_eligibility(certificate, in_use),
        "CertificateKeyPairOrigin": key_pair_origin(certificate),
    }
    dated = ("NotBefore", "NotAfter", "CreatedAt", "IssuedAt", "ImportedAt", "RevokedAt", "ManagedBy")
    return shown | {name: certificate[name] for name in dated if name in certificate}


def rfc3339(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _validations_shown(certificate: Certificate) -> dict[str, Any]:
    """The field that only certificates of ACM's own have; it shows the records some seconds after the request."""
    options = certificate["DomainValidationOptions"]
    if not options:
        return {}
    if time.time() < certificate.get("_records_shown_at", 0):
        hidden = ("ResourceRecord", "HttpRedirect")
        options = [{name: value for name, value in option.items() if name not in hidden} for option in options]
    return {"DomainValidationOptions": options}


def _renewal_eligibility(certificate: Certificate, in_use: bool) -> str:
    """ACM renews its own certificates while a service uses them."""
    eligible = certificate["Type"] == AMAZON_ISSUED and certificate["Status"] == ISSUED and in_use
    return "ELIGIBLE" if eligible else "INELIGIBLE"
