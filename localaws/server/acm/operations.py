"""The operations of ACM's API that are answered here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from localaws.server.acm import bundles, certificates, events, imports, tags, usage
from localaws.server.acm.certificates import AMAZON_ISSUED, PENDING, Certificate
from localaws.server.acm.listing import list_certificates
from localaws.server.acm.requests import EMAIL, request_certificate
from localaws.server.aws_json import JsonService, Operation, ServiceError
from localaws.server.settings import Settings


def service(settings: Settings) -> JsonService:
    operations: dict[str, Callable[[dict[str, Any]], dict[str, Any] | None]] = {
        "RequestCertificate": lambda request: request_certificate(request, settings),
        "DescribeCertificate": _describe,
        "ListCertificates": list_certificates,
        "GetCertificate": _get,
        "DeleteCertificate": delete,
        "AddTagsToCertificate": tags.add,
        "RemoveTagsFromCertificate": tags.remove,
        "ListTagsForCertificate": tags.list_tags,
        "UpdateCertificateOptions": _update_options,
        "ResendValidationEmail": _resend_validation_email,
        "RenewCertificate": _renew,
    }
    return JsonService(
        "acm",
        {name: _exclusive(operation) for name, operation in operations.items()} | {"ImportCertificate": _import},
        refusal="ValidationException",
    )


def delete(request: dict[str, Any]) -> None:
    certificate = certificates.find(request["CertificateArn"])
    users = usage.users_of(certificate["CertificateArn"])
    if users:
        raise ServiceError("ResourceInUseException", f"The certificate is in use by {', '.join(users)}")
    del certificates.table()[certificate["CertificateArn"]]


def tagged_certificates() -> Iterator[tuple[str, list[dict[str, str]]]]:
    """What the tagging API finds: ARN and tags of every certificate of the caller's account and Region."""
    for certificate in certificates.table().values():
        if certificate["Tags"]:
            yield (
                certificate["CertificateArn"],
                [{"Key": tag["Key"], "Value": tag.get("Value", "")} for tag in certificate["Tags"]],
            )


def _exclusive(operation: Operation) -> Operation:
    def perform(request: dict[str, Any]) -> dict[str, Any] | None:
        with certificates.lock:
            return operation(request)

    return perform


def _import(request: dict[str, Any]) -> dict[str, Any]:
    with certificates.lock:
        answer, event = imports.import_certificate(request)
    events.send(event)
    return answer


def _describe(request: dict[str, Any]) -> dict[str, Any]:
    return {"Certificate": certificates.detail(certificates.find(request["CertificateArn"]))}


def _get(request: dict[str, Any]) -> dict[str, Any]:
    """The PEM of an issued certificate is made when it is first asked for: most never are."""
    certificate = certificates.find(request["CertificateArn"])
    if "NotAfter" not in certificate:
        state = "pending" if certificate["Status"] == PENDING else "not issued"
        raise ServiceError("RequestInProgressException", f"The certificate is {state}: {certificate['Status']}")
    if not certificate["_pem_body"]:
        certificate["_pem_body"], certificate["_pem_chain"] = bundles.issued(certificate)
    chain = {"CertificateChain": certificate["_pem_chain"]} if certificate["_pem_chain"] else {}
    return {"Certificate": certificate["_pem_body"], **chain}


def _update_options(request: dict[str, Any]) -> None:
    certificate = certificates.find(request["CertificateArn"])
    if certificate["Type"] != AMAZON_ISSUED:
        raise ServiceError("InvalidStateException", "The options of an imported certificate can't be changed")
    if set(request["Options"]) - {"CertificateTransparencyLoggingPreference"}:
        raise ServiceError("ValidationException", "only transparency logging is implemented by this embedded AWS")
    certificate["Options"] |= request["Options"]


def _resend_validation_email(request: dict[str, Any]) -> None:
    certificate = certificates.find(request["CertificateArn"])
    if certificate["Status"] != PENDING or certificate.get("ValidationMethod") != EMAIL:
        raise ServiceError("InvalidStateException", "The certificate does not wait for validation by e-mail")
    if request["Domain"].lower() not in certificate["SubjectAlternativeNames"]:
        raise ServiceError(
            "InvalidDomainValidationOptionsException", f"{request['Domain']} is not a name of the certificate"
        )


def _renew(request: dict[str, Any]) -> None:
    """Only exported private certificates can be renewed by request, and there are none here."""
    certificate: Certificate = certificates.find(request["CertificateArn"])
    raise ServiceError("ValidationException", f"{certificate['CertificateArn']} is not eligible for renewal by request")
