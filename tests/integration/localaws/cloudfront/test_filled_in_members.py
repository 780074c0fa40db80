"""What CloudFront fills in is what the product takes for the same: a configuration sent means what is read back."""

from __future__ import annotations

import pytest

from cloudfront_extensions.versions.content import content_hash
from cloudfront_extensions.versions.diff import diff
from localaws.instance import Instance
from tests.integration.localaws import edge

SPARSE: dict[str, edge.Json] = {
    "only what is required": {},
    "a behavior": {"CacheBehaviors": edge.block(edge.behavior(PathPattern="/images/*"))},
    "methods without those that are cached": {
        "DefaultCacheBehavior": edge.behavior(AllowedMethods={"Quantity": 2, "Items": ["GET", "HEAD"]})
    },
    "a bucket": {
        "Origins": edge.block(
            {"Id": "origin", "DomainName": "b.s3.amazonaws.com", "S3OriginConfig": {"OriginAccessIdentity": ""}}
        ),
        "DefaultCacheBehavior": edge.behavior(TargetOriginId="origin"),
    },
    "CloudFront's own certificate": {"ViewerCertificate": {"CloudFrontDefaultCertificate": True}},
}


def check(instance: Instance, sent: edge.Json) -> None:
    client = instance.client("cloudfront")

    made = client.create_distribution(DistributionConfig=sent)["Distribution"]
    read = client.get_distribution(Id=made["Id"])["Distribution"]["DistributionConfig"]

    assert read != sent
    assert diff(sent, read) == ()
    assert content_hash(sent) == content_hash(read)


@pytest.mark.parametrize("name", SPARSE)
def test_what_is_sent_means_the_same_as_what_is_read_back(instance: Instance, name: str) -> None:
    check(instance, edge.distribution_config(**SPARSE[name]))


def test_so_does_a_certificate_of_acm(instance: Instance) -> None:
    alias = edge.new_name()
    check(instance, edge.distribution_config(alias, certificate=edge.issued(instance, alias)))
