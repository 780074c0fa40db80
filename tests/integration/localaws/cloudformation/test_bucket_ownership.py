"""Who owns the objects of a stack's bucket."""

from __future__ import annotations

import json

import pytest

from tests.integration.localaws import edge
from tests.integration.localaws.workbench import Json, Workbench

TEMPLATE: Json = {
    "Parameters": {"Ownership": {"Type": "String"}},
    "Resources": {
        "Bucket": {
            "Type": "AWS::S3::Bucket",
            "Properties": {"OwnershipControls": {"Rules": [{"ObjectOwnership": {"Ref": "Ownership"}}]}},
        }
    },
}


def ownership(bench: Workbench, stack: str) -> str:
    (resource,) = bench.client("cloudformation").describe_stack_resources(StackName=stack)["StackResources"]
    answer = bench.client("s3").get_bucket_ownership_controls(Bucket=resource["PhysicalResourceId"])
    return str(answer["OwnershipControls"]["Rules"][0]["ObjectOwnership"])


@pytest.mark.parametrize("wanted", ["BucketOwnerPreferred", "BucketOwnerEnforced"])
def test_a_bucket_is_owned_as_its_template_says(bench: Workbench, wanted: str) -> None:
    assert ownership(bench, bench.stack(json.dumps(TEMPLATE), Ownership=wanted)) == wanted


def test_a_changed_template_changes_it(bench: Workbench) -> None:
    stack = bench.stack(json.dumps(TEMPLATE), Ownership="BucketOwnerEnforced")
    client = bench.client("cloudformation")
    changed = [{"ParameterKey": "Ownership", "ParameterValue": "BucketOwnerPreferred"}]
    client.update_stack(StackName=stack, UsePreviousTemplate=True, Parameters=changed)
    assert edge.eventually(lambda: ownership(bench, stack) == "BucketOwnerPreferred")


def test_ministack_alone_passes_over_it(stock: Workbench) -> None:
    stack = stock.stack(json.dumps(TEMPLATE), Ownership="BucketOwnerPreferred")
    assert ownership(stock, stack) == "BucketOwnerEnforced"
