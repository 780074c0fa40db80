"""Requests, batches and items for tests, each written in one line."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from cloudfront_extensions.certificates.key_bundle_reference import (
    KeyBundleReference,
    ObjectReference,
    SecretReference,
)
from cloudfront_extensions.jobs.items import new_item
from cloudfront_extensions.jobs.records import CertificateStatus, DistributionStatus, Item
from cloudfront_extensions.jobs.request import OnboardingRequest, parse_request
from cloudfront_extensions.jobs.rows import Batch, Row

BUNDLE = SecretReference("cloudfront-extensions/key-bundles/stack/shop")
OTHER_BUNDLE = ObjectReference("jobs-bucket", "key-bundles/blog.pem", "3HL4")
IMPORTED = "arn:aws:acm:us-east-1:123456789012:certificate/11111111-2222-4333-8444-555555555555"
SOURCE = {"bucket": "jobs-bucket", "key": "jobs/spring/source.json", "distributionId": "E2QWRUHAPOMQZL"}


def request_of(*, distributions: bool = True, dns: dict[str, str] | None = None, **fields: Any) -> OnboardingRequest:
    template = {"source": {"distributionId": "E2QWRUHAPOMQZL"}, **({"dns": dns} if dns else {})}
    document = {
        "requestToken": "spring",
        "source": {"bucket": "jobs-bucket", "key": "customers.csv", "format": "csv"},
        "distribution": template if distributions else None,
    }
    return parse_request({**document, **fields})


def row_of(line: int, *names: str, **fields: Any) -> Row:
    return Row(line, names, **fields)


def import_row(line: int, *names: str, bundle: KeyBundleReference = BUNDLE, **fields: Any) -> Row:
    return row_of(line, *names, key_bundle=bundle, **fields)


def batch_of(*rows: Row) -> Batch:
    return Batch(rows)


def item_of(line: int, *names: str, distributions: bool = True, key_algorithm: str | None = None) -> Item:
    item = new_item("spring", Row(line, names), wants_distribution=distributions)
    return replace(item, key_algorithm=key_algorithm)


def with_certificate(item: Item, status: str, **fields: Any) -> Item:
    """An item that owns its certificate, with that certificate's stage as given."""
    stage = replace(item.certificate, status=CertificateStatus(status), **fields)
    return replace(item, certificate_item_id=item.item_id, certificate=stage)


def with_distribution(item: Item, status: str, **fields: Any) -> Item:
    return replace(item, distribution=replace(item.distribution, status=DistributionStatus(status), **fields))


def finished(item: Item) -> Item:
    issued = with_certificate(item, "ISSUED", arn=f"arn:{item.item_id}")
    return with_distribution(issued, "DEPLOYED", id=f"E{item.line}", domain_name=f"d{item.line}.cloudfront.net")
