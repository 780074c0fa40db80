"""ImportCertificate: a first import makes a certificate, a reimport replaces its content and keeps its ARN."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any

from localaws.server.acm import bundles, certificates, counts, events, tags
from localaws.server.acm.bundles import Bundle
from localaws.server.acm.certificates import IMPORTED, ISSUED, Certificate
from localaws.server.acm.events import Event
from localaws.server.aws_json import ServiceError


def import_certificate(request: dict[str, Any]) -> tuple[dict[str, Any], Event]:
    """The answer, and the event to send after it. Raises ServiceError."""
    now = time.time()
    replaced = _replaced(request)
    chain = request.get("CertificateChain")
    bundle = bundles.read(request["Certificate"], request["PrivateKey"], chain, datetime.fromtimestamp(now, UTC))
    if replaced is not None:
        _check_replacement(replaced, bundle)
    tags.check(request.get("Tags", []), [])
    counts.check(IMPORTED, adds_one=replaced is None)
    certificate = _certificate(request, bundle, replaced, now)
    certificates.store(certificate)
    counts.one_more(IMPORTED)
    action = "IMPORT" if replaced is None else "REIMPORT"
    return {"CertificateArn": certificate["CertificateArn"]}, events.available(certificate, action, now)


def _replaced(request: dict[str, Any]) -> Certificate | None:
    if "CertificateArn" not in request:
        return None
    certificate = certificates.find(request["CertificateArn"])
    if certificate["Type"] != IMPORTED:
        raise ServiceError("ValidationException", "Only an imported certificate can be replaced by an import")
    if "Tags" in request:
        raise ServiceError("InvalidParameterException", "Tags can't be given when a certificate is imported again")
    return certificate


def _check_replacement(replaced: Certificate, bundle: Bundle) -> None:
    """The conditions for a reimport in ACM's user guide."""
    if bundle.key_algorithm != replaced["KeyAlgorithm"]:
        raise ServiceError(
            "ValidationException", "The key type and size can't change when a certificate is imported again"
        )
    if replaced["SubjectAlternativeNames"] and not bundle.names:
        raise ServiceError("ValidationException", "A reimport can't remove all domain names")
    kept = {usage["Name"] for usage in bundle.fields["KeyUsages"]}
    if not {usage["Name"] for usage in replaced["KeyUsages"]} <= kept:
        raise ServiceError("ValidationException", "A reimport can't remove key usages")


def _certificate(request: dict[str, Any], bundle: Bundle, replaced: Certificate | None, now: float) -> Certificate:
    new = {"CertificateArn": certificates.new_arn(), "CreatedAt": now, "Tags": request.get("Tags", [])}
    kept = {name: replaced[name] for name in new} if replaced else new
    return {
        **kept,
        **bundle.fields,
        "DomainName": bundle.names[0] if bundle.names else "",
        "SubjectAlternativeNames": list(bundle.names),
        "DomainValidationOptions": [],
        "Status": ISSUED,
        "Type": IMPORTED,
        "ImportedAt": now,
        "KeyAlgorithm": bundle.key_algorithm,
        "Options": {"CertificateTransparencyLoggingPreference": "DISABLED", "Export": "DISABLED"},
        "_pem_body": request["Certificate"].decode(),
        "_pem_chain": request.get("CertificateChain", b"").decode(),
        "_private_key": "",
    }
