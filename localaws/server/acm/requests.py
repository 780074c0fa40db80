"""RequestCertificate: what may be asked for, and the pending certificate that results."""

from __future__ import annotations

import time
from typing import Any

from localaws.server import quotas
from localaws.server.acm import certificates, counts, tags
from localaws.server.acm.certificates import AMAZON_ISSUED, PENDING, Certificate
from localaws.server.acm.names import VALIDATION_HOST, base_domain, certificate_names, validation_record
from localaws.server.aws_json import ServiceError
from localaws.server.settings import Settings

REQUESTABLE_KEYS = ("RSA_2048", "EC_prime256v1", "EC_secp384r1")
"""The API reference of RequestCertificate; the other algorithms are for imported certificates."""
MAIL_BOXES = ("admin", "administrator", "hostmaster", "postmaster", "webmaster")
DNS, EMAIL, HTTP = "DNS", "EMAIL", "HTTP"

_answered: dict[tuple[Any, ...], tuple[float, str]] = {}
"""What a token and the same question were answered: the time until which it holds, and the ARN."""

forget_tokens = _answered.clear


def request_certificate(request: dict[str, Any], settings: Settings) -> dict[str, Any]:
    """Raises ServiceError; a repeated request within the token's lifetime answers the certificate of the first."""
    from ministack.core.responses import get_account_id, get_region

    names = certificate_names(request["DomainName"], request.get("SubjectAlternativeNames", []))
    _check(request, names)
    question = (get_account_id(), get_region(), request.get("IdempotencyToken"), *_what_counts(request, names))
    now = time.time()
    valid_until, arn = _answered.get(question, (0.0, ""))
    if now < valid_until and arn in certificates.table():
        return {"CertificateArn": arn}
    _check_quotas(names)
    certificate = _pending(request, names, now, settings)
    certificates.store(certificate)
    counts.one_more(AMAZON_ISSUED)
    if "IdempotencyToken" in request:
        _answered[question] = (now + settings.idempotency_token_lifetime, certificate["CertificateArn"])
    return {"CertificateArn": certificate["CertificateArn"]}


def validation_options(
    names: list[str], method: str, mail_domains: dict[str, str], account: str
) -> list[dict[str, Any]]:
    """DomainValidationOptions of a new certificate, one for each name."""
    options = []
    for name in names:
        option: dict[str, Any] = {
            "DomainName": name,
            "ValidationStatus": PENDING,
            "ValidationMethod": method,
            "ValidationDomain": mail_domains.get(name, name),
        }
        if method == DNS:
            option["ResourceRecord"] = validation_record(account, name)
        elif method == EMAIL:
            domain = mail_domains.get(name, base_domain(name))
            option["ValidationEmails"] = [f"{box}@{domain}" for box in MAIL_BOXES]
        else:
            token = validation_record(account, name)["Value"].partition(".")[0].lstrip("_")
            path = f"/.well-known/pki-validation/{token}.txt"
            option["HttpRedirect"] = {
                "RedirectFrom": f"http://{name}{path}",
                "RedirectTo": f"https://validation.us-east-1.{VALIDATION_HOST}{path}",
            }
        options.append(option)
    return options


def _check(request: dict[str, Any], names: list[str]) -> None:
    method, managed = request.get("ValidationMethod", EMAIL), request.get("ManagedBy")
    if "CertificateAuthorityArn" in request:
        raise ServiceError("InvalidParameterException", "private certificates are not implemented by this embedded AWS")
    if request.get("Options", {}).get("Export") == "ENABLED":
        raise ServiceError(
            "InvalidParameterException", "exportable certificates are not implemented by this embedded AWS"
        )
    if request.get("KeyAlgorithm", "RSA_2048") not in REQUESTABLE_KEYS:
        raise ServiceError(
            "InvalidParameterException", f"{request['KeyAlgorithm']} is for imports; request one of {REQUESTABLE_KEYS}"
        )
    if (method == HTTP) != (managed == "CLOUDFRONT"):
        raise ServiceError("InvalidParameterException", "HTTP validation and ManagedBy CLOUDFRONT go together")
    if method == HTTP and any(name.startswith("*.") for name in names):
        raise ServiceError("InvalidParameterException", "HTTP validation is not possible for a wildcard")
    for option in request.get("DomainValidationOptions", []):
        name, domain = option["DomainName"].lower(), option["ValidationDomain"].lower()
        if name not in names or not f".{base_domain(name)}".endswith(f".{domain}"):
            raise ServiceError(
                "InvalidDomainValidationOptionsException",
                f"{name} must be a name of the certificate, and {domain} that name or a domain above it",
            )
    tags.check(request.get("Tags", []), [])


def _check_quotas(names: list[str]) -> None:
    allowed = quotas.limit(quotas.NAMES_PER_CERTIFICATE)
    if len(names) > allowed:
        raise ServiceError(
            "LimitExceededException", f"The certificate has {len(names)} domain names; the quota is {allowed}"
        )
    counts.check(AMAZON_ISSUED)


def _what_counts(request: dict[str, Any], names: list[str]) -> tuple[Any, ...]:
    """What makes a request the same as another one.

    The API reference does not say what a known token with other parameters does. Reports of its users do: another set
    of names makes another certificate, other tags do not.
    """
    return (
        names[0],
        frozenset(names),
        request.get("ValidationMethod"),
        request.get("KeyAlgorithm"),
        request.get("ManagedBy"),
    )


def _pending(request: dict[str, Any], names: list[str], now: float, settings: Settings) -> Certificate:
    from ministack.core.responses import get_account_id

    method = request.get("ValidationMethod", EMAIL)
    mail_domains = {
        option["DomainName"].lower(): option["ValidationDomain"].lower()
        for option in request.get("DomainValidationOptions", [])
    }
    managed = {"ManagedBy": request["ManagedBy"]} if "ManagedBy" in request else {}
    return managed | {
        "CertificateArn": certificates.new_arn(),
        "DomainName": names[0],
        "SubjectAlternativeNames": names,
        "DomainValidationOptions": validation_options(names, method, mail_domains, get_account_id()),
        "ValidationMethod": method,
        "Subject": f"CN={names[0]}",
        "Issuer": "Amazon",
        "CreatedAt": now,
        "Status": PENDING,
        "KeyAlgorithm": request.get("KeyAlgorithm", "RSA_2048"),
        "SignatureAlgorithm": "SHA256WITHRSA",
        "Type": AMAZON_ISSUED,
        "Options": {"CertificateTransparencyLoggingPreference": "ENABLED", "Export": "DISABLED"}
        | request.get("Options", {}),
        "Tags": request.get("Tags", []),
        "_pem_body": "",
        "_pem_chain": "",
        "_private_key": "",
        "_records_shown_at": now + settings.wall_seconds(settings.validation_records_after),
        "_times_out_at": now + settings.certificate_validation_timeout,
    }
