"""AWS::CertificateManager::Certificate: the stack waits until the certificate is issued, as on AWS."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

from localaws.server.acm import certificates, operations
from localaws.server.acm.certificates import ISSUED, PENDING, Certificate
from localaws.server.acm.names import validation_record
from localaws.server.acm.requests import request_certificate
from localaws.server.aws_json import ServiceError
from localaws.server.settings import Settings

NAME = "AWS::CertificateManager::Certificate"
IN_PLACE = {"Tags"}
"""Every other property means a new certificate here; on AWS two more can change without one."""
PASSED_ON = (
    "DomainName",
    "SubjectAlternativeNames",
    "ValidationMethod",
    "KeyAlgorithm",
    "CertificateAuthorityArn",
)
UNSUPPORTED = ("CertificateExport",)
LOOK_EVERY = 0.05
"""Seconds of this machine."""

Created = tuple[str, dict[str, Any]]


def handlers(settings: Settings) -> dict[str, Callable[..., Any]]:
    def create(_logical_id: str, properties: Mapping[str, Any], _stack: str) -> Created:
        return _create(properties, settings)

    def update(arn: str, old: Mapping[str, Any], new: Mapping[str, Any], _stack: str) -> Created:
        changed = {name for name in {*old, *new} if old.get(name) != new.get(name)}
        if changed <= IN_PLACE:
            certificates.find(arn)["Tags"] = new.get("Tags", [])
            return arn, {"Id": arn}
        return _create(new, settings)

    return {"create": create, "update": update, "delete": _delete}


def _create(properties: Mapping[str, Any], settings: Settings) -> Created:
    unsupported = [name for name in UNSUPPORTED if name in properties]
    if unsupported:
        raise ValueError(f"{NAME}: {', '.join(unsupported)} is not implemented by this embedded AWS")
    request = {name: properties[name] for name in PASSED_ON if name in properties}
    options = properties.get("DomainValidationOptions", [])
    by_mail = [option for option in options if "ValidationDomain" in option]
    certificate = _requested(request | ({"DomainValidationOptions": by_mail} if by_mail else {}), settings)
    certificate["Tags"] = properties.get("Tags", [])
    for option in options:
        if "HostedZoneId" in option:
            _publish(option["DomainName"], option["HostedZoneId"])
    _wait_until_issued(certificate)
    return certificate["CertificateArn"], {"Id": certificate["CertificateArn"]}


def _requested(request: dict[str, Any], settings: Settings) -> Certificate:
    """Raises ValueError, by which CloudFormation fails the resource."""
    try:
        with certificates.lock:
            return certificates.find(request_certificate(request, settings)["CertificateArn"])
    except ServiceError as error:
        raise ValueError(f"{NAME}: {error.code}: {error.message}") from error


def _publish(name: str, zone_id: str) -> None:
    """Write the validation record into the zone of the caller's account that the template names."""
    from ministack.core.responses import get_account_id
    from ministack.services import route53

    record = validation_record(get_account_id(), name.lower())
    with route53._lock:
        if zone_id not in route53._zones:
            raise ValueError(f"{NAME}: no hosted zone {zone_id} for the validation of {name}")
        others = [other for other in route53._records[zone_id] if other["Name"] != record["Name"]]
        new = {"Name": record["Name"], "Type": "CNAME", "TTL": "300", "ResourceRecords": [record["Value"]]}
        route53._records[zone_id] = [*others, new]


def _wait_until_issued(certificate: Certificate) -> None:
    """Raises ValueError when it ends otherwise, and takes the failed certificate back, as a rollback does."""
    arn = certificate["CertificateArn"]
    while certificate["Status"] == PENDING:
        time.sleep(LOOK_EVERY)
        if arn not in certificates.table():
            raise ValueError(f"{NAME}: {certificate['DomainName']} was deleted before it was issued")
    if certificate["Status"] != ISSUED:
        certificates.table().pop(arn, None)
        reason = certificate.get("FailureReason", "")
        raise ValueError(f"{NAME}: {certificate['DomainName']} ended as {certificate['Status']} {reason}".rstrip())


def _delete(arn: str, _properties: Mapping[str, Any]) -> None:
    try:
        with certificates.lock:
            operations.delete({"CertificateArn": arn})
    except ServiceError as error:
        if error.code != "ResourceNotFoundException":
            raise ValueError(f"{NAME}: {error.message}") from error
