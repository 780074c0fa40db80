"""What holds for every bucket of the templates."""

from __future__ import annotations

from typing import Any

import pytest

from tests.templates import TEMPLATES, resources

KEPT = "RetainExceptOnCreate"
"""What a deployment made that failed as the first one is nothing to keep, and nobody would find it."""
BUCKETS = [
    pytest.param(resource, id=name)
    for template in TEMPLATES
    for name, resource in resources(template).items()
    if resource["Type"] == "AWS::S3::Bucket"
]


@pytest.mark.parametrize("bucket", BUCKETS)
def test_a_bucket_keeps_what_is_in_it_and_stays_when_the_stack_goes(bucket: dict[str, Any]) -> None:
    assert bucket["Properties"]["VersioningConfiguration"] == {"Status": "Enabled"}
    assert (bucket["DeletionPolicy"], bucket["UpdateReplacePolicy"]) == (KEPT, "Retain")


@pytest.mark.parametrize("bucket", BUCKETS)
def test_a_bucket_is_closed_to_the_public_and_encrypted(bucket: dict[str, Any]) -> None:
    assert set(bucket["Properties"]["PublicAccessBlockConfiguration"].values()) == {True}
    assert bucket["Properties"]["BucketEncryption"]


def test_all_that_stays_is_deleted_with_a_first_deployment_that_fails_but_for_what_the_account_shares() -> None:
    kept = {
        name: resource["DeletionPolicy"]
        for template in TEMPLATES
        for name, resource in resources(template).items()
        if "Retain" in (resource.get("UpdateReplacePolicy"), resource.get("DeletionPolicy"))
    }
    assert {name for name, policy in kept.items() if policy != KEPT} == {"Account", "AccessLogRole"}
    assert len(kept) > len(BUCKETS)
