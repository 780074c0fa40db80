"""The Lambda functions of distribution_creation, as Lambda loads and calls them."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import boto3
import pytest

from cloudfront_extensions.aws.certificate_waits import CertificateWaits
from cloudfront_extensions.errors import InvalidInput
from cloudfront_extensions.jobs.records import ItemKey
from tests.unit.aws.cloudfront_account import CloudFrontAccount
from tests.unit.conftest import Account

ROOT = Path(__file__).parents[3]
FUNCTIONS = ("prepare_distribution", "create_distribution", "look_at_distribution", "write_alias_records")
CONTEXT = SimpleNamespace(
    function_name="function", memory_limit_in_mb=512, invoked_function_arn="arn:x", aws_request_id="1"
)


def invoke(function: str, event: dict[str, Any]) -> Any:
    spec = importlib.util.spec_from_file_location(function, ROOT / "functions" / function / "app.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return json.loads(json.dumps(module.handler(event, CONTEXT)))


@pytest.fixture
def cloudfront(account: Account) -> Iterator[CloudFrontAccount]:
    """The source of the examples, live and as a file."""
    cloudfront = CloudFrontAccount()
    source = (ROOT / "events/distribution_creation/source_config.json").read_bytes()
    boto3.client("s3").create_bucket(Bucket="my-jobs-bucket")
    boto3.client("s3").put_object(Bucket="my-jobs-bucket", Key="sources/storefront.json", Body=source)
    cloudfront.add("E2QWRUHAPOMQZL", json.loads(source))
    with cloudfront.in_place_of_aws():
        yield cloudfront


@pytest.mark.parametrize(
    "example", sorted((ROOT / "events/distribution_creation").glob("from-*.json")), ids=lambda p: p.stem
)
def test_every_example_of_the_workflow_becomes_a_deployed_distribution(
    cloudfront: CloudFrontAccount, example: Path
) -> None:
    event = json.loads(example.read_text(encoding="utf-8"))
    names = ("shop.example.com", "www.shop.example.com", "docs.example.com")
    CertificateWaits().remember(event["certificateArn"], ItemKey(event["jobId"], event["itemId"]), names)
    CertificateWaits().mark_issued(event["certificateArn"])
    zone = boto3.client("route53").create_hosted_zone(Name="example.com", CallerReference="1")["HostedZone"]["Id"]
    if "hostedZoneId" in event.get("dns", {}):
        event["dns"]["hostedZoneId"] = zone

    state = invoke("create_distribution", invoke("prepare_distribution", event))
    cloudfront.distributions[state["distributionId"]]["status"] = "Deployed"
    state = invoke("look_at_distribution", state)
    if state["dns"]["mode"] != "manual":
        state = invoke("write_alias_records", state)

    assert state["status"] == "DEPLOYED"
    created = cloudfront.distributions[state["distributionId"]]["config"]
    assert created["Aliases"]["Items"] == event["aliases"]


def test_the_error_of_a_function_is_named_by_its_situation(account: Account) -> None:
    with pytest.raises(InvalidInput, match="jobId"):
        invoke("prepare_distribution", {})


@pytest.mark.parametrize("function", FUNCTIONS)
def test_loading_a_function_loads_no_aws_client(function: str) -> None:
    code = "import sys, app; sys.exit(any(name in sys.modules for name in ('botocore.session', 'boto3')))"
    path = [str(ROOT / "functions" / function), str(ROOT / "layers/core")]

    loaded = subprocess.run([sys.executable, "-c", f"import sys; sys.path[:0] = {path}; {code}"], check=False)

    assert loaded.returncode == 0
