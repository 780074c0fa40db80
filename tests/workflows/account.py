"""The AWS account and the world around the application: zones, certificates, distributions, and people who publish records."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from cloudfront_extensions.certificates.validation import ValidationRecord
from localaws.control import control, publish
from localaws.faults import Fault, faults
from localaws.instance import PROJECT
from tests.integration.localaws import edge
from tests.workflows.application import Application, Json, eventually

EVENTS = PROJECT / "events"
ALL_KEY_TYPES = ["RSA_1024", "RSA_2048", "RSA_3072", "RSA_4096", "EC_prime256v1", "EC_secp384r1", "EC_secp521r1"]


def hosted_zone(application: Application, domain: str) -> str:
    """A public hosted zone of this account; returns its id."""
    answer = application.client("route53").create_hosted_zone(Name=domain, CallerReference=domain)
    return str(answer["HostedZone"]["Id"]).removeprefix("/hostedzone/")


def records_in(application: Application, zone_id: str, record_type: str) -> dict[str, str]:
    """What a hosted zone says: name without trailing dot → value or alias target, of all records of one type."""
    pages = application.client("route53").get_paginator("list_resource_record_sets").paginate(HostedZoneId=zone_id)
    return {
        record["Name"].removesuffix("."): _target(record)
        for page in pages
        for record in page["ResourceRecordSets"]
        if record["Type"] == record_type
    }


def add_record(application: Application, zone_id: str, name: str, record_type: str, value: str) -> None:
    record_set = {"Name": name, "Type": record_type, "TTL": 300, "ResourceRecords": [{"Value": value}]}
    application.client("route53").change_resource_record_sets(
        HostedZoneId=zone_id, ChangeBatch={"Changes": [{"Action": "CREATE", "ResourceRecordSet": record_set}]}
    )


def issued_certificate(application: Application, *names: str) -> str:
    """A certificate that somebody got without this library; returns its ARN."""
    return edge.issued(application.instance, *names)


def certificate(application: Application, arn: str) -> Json:
    return edge.describe(application.instance, arn)


def certificates_for(application: Application, domain_name: str) -> list[str]:
    """The ARNs of all certificates whose first name this is, the oldest first."""
    pages = application.client("acm").get_paginator("list_certificates").paginate(Includes={"keyTypes": ALL_KEY_TYPES})
    found = [one for page in pages for one in page["CertificateSummaryList"] if one["DomainName"] == domain_name]
    return [one["CertificateArn"] for one in sorted(found, key=lambda one: one["CreatedAt"])]


def certificate_tags(application: Application, arn: str) -> dict[str, str]:
    tags = application.client("acm").list_tags_for_certificate(CertificateArn=arn).get("Tags", [])
    return {tag["Key"]: tag["Value"] for tag in tags}


def distributions_of(application: Application, alias: str) -> list[Json]:
    """Summaries of all distributions that have an alias."""
    pages = application.client("cloudfront").get_paginator("list_distributions").paginate()
    everything = [one for page in pages for one in page["DistributionList"].get("Items", [])]
    return [one for one in everything if alias in one["Aliases"].get("Items", [])]


def distribution(application: Application, distribution_id: str) -> Json:
    answer: Json = application.client("cloudfront").get_distribution(Id=distribution_id)["Distribution"]
    return answer


def distribution_tags(application: Application, arn: str) -> dict[str, str]:
    tags = application.client("cloudfront").list_tags_for_resource(Resource=arn)["Tags"]["Items"]
    return {tag["Key"]: tag["Value"] for tag in tags}


def source_config(origin_access_control_id: str) -> Json:
    """The example's real-world configuration, with an origin access control that exists."""
    text = (EVENTS / "distribution_creation" / "source_config.json").read_text()
    config: Json = json.loads(text)
    for origin in config["Origins"]["Items"]:
        if origin.get("OriginAccessControlId"):
            origin["OriginAccessControlId"] = origin_access_control_id
    return config


def plain_config(*aliases: str, certificate_arn: str = "", **more: Any) -> Json:
    """The smallest configuration, under a new caller reference."""
    return edge.distribution_config(*aliases, certificate=certificate_arn, **more)


def publish_records(application: Application, records: Iterable[ValidationRecord]) -> None:
    """What the owner of the names does at his own DNS provider."""
    for record in records:
        publish(application.instance, record.name, record.type, record.value)


def publish_when_known(application: Application, job_id: str, *item_ids: str) -> None:
    """Publish the records of items as soon as they are on record."""
    for item_id in item_ids:
        publish_records(application, known_records(application, job_id, item_id))


def known_records(application: Application, job_id: str, item_id: str) -> tuple[ValidationRecord, ...]:
    """An item's validation records, once the workflow has read them from ACM and waits for people to publish them."""

    def waiting() -> tuple[ValidationRecord, ...]:
        item = next((one for one in application.items(job_id) if one.item_id == item_id), None)
        return item.certificate.validation_records if item and item.certificate.status == "PENDING_VALIDATION" else ()

    return eventually(waiting)


def announced(application: Application, job_id: str) -> list[dict[str, str]]:
    """The validation records of a batch, once they are announced."""
    key = f"jobs/{job_id}/validation-records.json"
    eventually(lambda: application.keys(key))
    records: list[dict[str, str]] = application.document(key)["records"]
    return records


def publish_announced(application: Application, job_id: str, *, but_not: Iterable[str] = ()) -> None:
    """What the customers of a batch do when they are told; those named in `but_not` don't."""
    for record in announced(application, job_id):
        if not set(record["domainNames"]) & set(but_not):
            publish(application.instance, record["name"], record["type"], record["value"])


@contextmanager
def ordered_outcome(application: Application, domain: str, status: str, reason: str | None = None) -> Iterator[None]:
    """Certificates with this name end so, for the block."""
    order = {"domain": domain, "status": status, **({"failureReason": reason} if reason else {})}
    control(application.instance, "PUT", "acm/outcome", order)
    try:
        yield
    finally:
        control(application.instance, "DELETE", "acm/outcome", {"domain": domain})


@contextmanager
def events_delivered(application: Application, how: str) -> Iterator[None]:
    """ "ACM Certificate Available" is `lost` or `duplicated`, for the block."""
    fault = Fault(f"event-{how}", source="aws.acm", detail_type="ACM Certificate Available")
    with faults(application.instance, fault):
        yield


def send_event(application: Application, arn: str) -> None:
    """Deliver "ACM Certificate Available" of an issued certificate once more, whatever happens to other events."""
    control(application.instance, "POST", "acm/events", {"certificateArn": arn})


@contextmanager
def foreign_alias(application: Application, alias: str) -> Iterator[None]:
    """An alias belongs to a distribution of somebody else's account, for the block."""
    control(application.instance, "PUT", "cloudfront/foreign-aliases", {"alias": alias})
    try:
        yield
    finally:
        control(application.instance, "DELETE", "cloudfront/foreign-aliases", {"alias": alias})


def _target(record_set: Json) -> str:
    if "AliasTarget" in record_set:
        return str(record_set["AliasTarget"]["DNSName"]).removesuffix(".")
    return str(record_set["ResourceRecords"][0]["Value"])
