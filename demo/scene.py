"""What is there before the job starts: a hosted zone, the distribution to copy, and one that has a customer's alias already."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from localaws.control import publish
from localaws.instance import PROJECT, Instance

EVENTS = PROJECT / "events"
HOSTED_ZONE = "customers.example.net"
TAKEN_ALIAS = "taken.example.com"
HTTP_VERSION = "http2"
"""CloudFront makes no canary of a distribution that speaks HTTP/3."""
SECONDS_TO_SETTLE = 20


@dataclass(frozen=True, slots=True)
class Scene:
    source_distribution_id: str
    taken_by_distribution_id: str


def prepare(instance: Instance) -> Scene:
    route53 = instance.client("route53")
    route53.create_hosted_zone(Name=HOSTED_ZONE, CallerReference="demo")
    source = _with_origin_access_control(instance, read_event("distribution_creation/source_config.json"))
    source = {**source, "HttpVersion": HTTP_VERSION}
    source_id = _create_distribution(instance, {**source, "CallerReference": "demo-source"})
    certificate = _issued_certificate(instance, TAKEN_ALIAS)
    taken = {
        **source,
        "CallerReference": "demo-taken",
        "Comment": "Somebody else's site",
        "Aliases": {"Quantity": 1, "Items": [TAKEN_ALIAS]},
        "ViewerCertificate": {
            "ACMCertificateArn": certificate,
            "SSLSupportMethod": "sni-only",
            "MinimumProtocolVersion": "TLSv1.2_2021",
        },
    }
    return Scene(source_id, _create_distribution(instance, taken))


def _with_origin_access_control(instance: Instance, config: dict[str, Any]) -> dict[str, Any]:
    """The configuration with an origin access control that exists, for its S3 origin."""
    answer = instance.client("cloudfront").create_origin_access_control(
        OriginAccessControlConfig={
            "Name": "static-assets",
            "SigningProtocol": "sigv4",
            "SigningBehavior": "always",
            "OriginAccessControlOriginType": "s3",
        }
    )
    control_id = answer["OriginAccessControl"]["Id"]
    origins = [
        {**origin, "OriginAccessControlId": control_id} if origin.get("OriginAccessControlId") else origin
        for origin in config["Origins"]["Items"]
    ]
    return {**config, "Origins": {**config["Origins"], "Items": origins}}


def _create_distribution(instance: Instance, config: dict[str, Any]) -> str:
    answer = instance.client("cloudfront").create_distribution(DistributionConfig=config)
    return str(answer["Distribution"]["Id"])


def _issued_certificate(instance: Instance, domain_name: str) -> str:
    acm = instance.client("acm")
    arn = str(acm.request_certificate(DomainName=domain_name, ValidationMethod="DNS")["CertificateArn"])
    deadline = time.monotonic() + SECONDS_TO_SETTLE
    published = False
    while time.monotonic() < deadline:
        certificate = acm.describe_certificate(CertificateArn=arn)["Certificate"]
        record = certificate["DomainValidationOptions"][0].get("ResourceRecord")
        if record and not published:
            publish(instance, record["Name"], record["Type"], record["Value"])
            published = True
        if certificate["Status"] == "ISSUED":
            return arn
        time.sleep(0.05)
    raise TimeoutError(f"the certificate of {domain_name} was not issued within {SECONDS_TO_SETTLE} s")


def read_event(path: str) -> dict[str, Any]:
    """An example from `events/`, without its placeholders filled in."""
    event: dict[str, Any] = json.loads(Path(EVENTS / path).read_text())
    return event
