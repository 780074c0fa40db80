"""ListCertificates: filters, order and pages."""

from __future__ import annotations

import base64
from typing import Any

from localaws.server.acm import certificates, usage
from localaws.server.acm.certificates import Certificate
from localaws.server.aws_json import ServiceError

DEFAULT_PAGE = 100
"""AWS does not document it; few enough that a caller who reads only one page is found out."""
DEFAULT_KEYS = ("RSA_1024", "RSA_2048")
DEFAULT_ORIGINS = ("AWS_MANAGED", "CUSTOMER_PROVIDED")


def list_certificates(request: dict[str, Any]) -> dict[str, Any]:
    if ("SortBy" in request) != ("SortOrder" in request):
        raise ServiceError("InvalidArgsException", "SortBy and SortOrder go together")
    wanted = [certificate for certificate in certificates.table().values() if _is_wanted(certificate, request)]
    wanted.sort(key=_position, reverse=request.get("SortOrder") == "DESCENDING")
    start = _start(request.get("NextToken"), wanted, request)
    end = start + request.get("MaxItems", DEFAULT_PAGE)
    users = usage.by_certificate()
    page = [certificates.summary(found, found["CertificateArn"] in users) for found in wanted[start:end]]
    more = {"NextToken": _token(wanted[end - 1])} if end < len(wanted) else {}
    return {"CertificateSummaryList": page, **more}


def _is_wanted(certificate: Certificate, request: dict[str, Any]) -> bool:
    """By default only RSA keys of up to 2,048 bits, and only certificates with a domain name, as on AWS."""
    includes = request.get("Includes", {})
    statuses = request.get("CertificateStatuses")
    key_usages = {used["Name"] for used in certificate.get("KeyUsages", [])}
    extended = {used["Name"] for used in certificate.get("ExtendedKeyUsages", [])}
    return (
        certificate["KeyAlgorithm"] in includes.get("keyTypes", DEFAULT_KEYS)
        and ("keyTypes" in includes or bool(certificate["DomainName"]))
        and (not statuses or certificate["Status"] in statuses)
        and _matches(key_usages, includes.get("keyUsage"))
        and _matches(extended, includes.get("extendedKeyUsage"))
        and includes.get("exportOption") in (None, certificate["Options"].get("Export", "DISABLED"))
        and includes.get("managedBy") in (None, certificate.get("ManagedBy"))
        and certificates.key_pair_origin(certificate) in request.get("CertificateKeyPairOrigins", DEFAULT_ORIGINS)
    )


def _matches(present: set[str], wanted: list[str] | None) -> bool:
    return not wanted or "ANY" in wanted or bool(present & set(wanted))


def _position(certificate: Certificate) -> tuple[float, str]:
    return certificate["CreatedAt"], certificate["CertificateArn"]


def _token(last: Certificate) -> str:
    created, arn = _position(last)
    return base64.urlsafe_b64encode(f"{created!r} {arn}".encode()).decode()


def _start(token: str | None, wanted: list[Certificate], request: dict[str, Any]) -> int:
    """The number of certificates that earlier pages showed; right also when some were deleted since."""
    if token is None:
        return 0
    try:
        created, _, arn = base64.urlsafe_b64decode(token).decode().partition(" ")
        last = (float(created), arn)
    except ValueError as error:
        raise ServiceError("InvalidArgsException", "The NextToken is not one of this operation") from error
    descending = request.get("SortOrder") == "DESCENDING"
    return sum(_position(found) >= last if descending else _position(found) <= last for found in wanted)
