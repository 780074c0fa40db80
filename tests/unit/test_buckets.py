"""What holds for every bucket of the templates."""

from __future__ import annotations

from typing import Any

import pytest

from tests.templates import TEMPLATES, resources

BUCKETS = [
    pytest.param(resource, id=name)
    for template in TEMPLATES
    for name, resource in resources(template).items()
    if resource["Type"] == "AWS::S3::Bucket"
]


@pytest.mark.parametrize("bucket", BUCKETS)
def test_a_bucket_keeps_what_is_in_it_and_stays_when_the_stack_goes(bucket: dict[str, Any]) -> None:
    assert bucket["Properties"]["VersioningConfiguration"] == {"Status": "Enabled"}
    assert (bucket["DeletionPolicy"], bucket["UpdateReplacePolicy"]) == ("Retain", "Retain")


@pytest.mark.parametrize("bucket", BUCKETS)
def test_a_bucket_is_closed_to_the_public_and_encrypted(bucket: dict[str, Any]) -> None:
    assert set(bucket["Properties"]["PublicAccessBlockConfiguration"].values()) == {True}
    assert bucket["Properties"]["BucketEncryption"]
