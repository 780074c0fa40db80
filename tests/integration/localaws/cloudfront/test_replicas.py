"""A function of Lambda@Edge can't be deleted while there are copies of it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator

import pytest
from botocore.exceptions import ClientError

from localaws.instance import Instance
from tests.integration.localaws import edge
from tests.integration.localaws.cloudfront.test_configuration import with_edge_function
from tests.integration.localaws.cloudfront.test_function_stacks import delete, reasons
from tests.integration.localaws.workbench import Workbench

CODE = "def handler(event, context): return event"
FOREVER, AT_ONCE = 1e9, 0


@pytest.fixture(scope="module", params=[FOREVER, AT_ONCE], ids=["copies that stay", "copies that go at once"])
def lasting(request: pytest.FixtureRequest) -> Iterator[tuple[Workbench, bool]]:
    """An instance, and whether copies stay in it when no distribution names the function any more."""
    with Instance(f"replicas-{os.getpid()}", time_scale=0.001, replica_lifetime=request.param) as running:
        yield Workbench(running), request.param == FOREVER
    running.remove()


def attached(instance: Instance, version: str) -> edge.Json:
    return edge.distribution(instance, DefaultCacheBehavior=with_edge_function(version))


def let_go(instance: Instance, made: edge.Json) -> None:
    client = instance.client("cloudfront")
    config = made["DistributionConfig"] | {"DefaultCacheBehavior": edge.behavior()}
    etag = client.get_distribution(Id=made["Id"])["ETag"]
    client.update_distribution(Id=made["Id"], IfMatch=etag, DistributionConfig=config)


def refusal(bench: Workbench, **which: str) -> str:
    """By which code and in which words a deletion is refused; empty where it isn't."""
    try:
        bench.client("lambda").delete_function(**which)
    except ClientError as error:
        return "{Code}: {Message}".format(**error.response["Error"])
    return ""


def test_it_is_kept_while_it_is_attached_and_for_a_while_after(lasting: tuple[Workbench, bool]) -> None:
    bench, stays = lasting
    function = bench.function(CODE, Publish=True)
    name, version = function.rpartition(":")[2], f"{function}:1"
    made = attached(bench.instance, version)
    for which in ({"FunctionName": name}, {"FunctionName": name, "Qualifier": "1"}):
        refused = refusal(bench, **which)
        assert refused.startswith("InvalidParameterValueException: ")
        assert f"unable to delete {version} because it is a replicated function" in refused
    let_go(bench.instance, made)
    assert bool(refusal(bench, FunctionName=name, Qualifier="1")) is stays
    assert bool(refusal(bench, FunctionName=name)) is stays


def test_a_distribution_that_is_deleted_lets_it_go(lasting: tuple[Workbench, bool]) -> None:
    bench, stays = lasting
    function = bench.function(CODE, Publish=True)
    made = attached(bench.instance, f"{function}:1")
    client = bench.client("cloudfront")
    disabled = made["DistributionConfig"] | {"Enabled": False}
    etag = client.get_distribution(Id=made["Id"])["ETag"]
    client.update_distribution(Id=made["Id"], IfMatch=etag, DistributionConfig=disabled)
    assert refusal(bench, FunctionName=function)
    client.delete_distribution(Id=made["Id"], IfMatch=edge.deployed(bench.instance, made["Id"])["ETag"])
    assert bool(refusal(bench, FunctionName=function)) is stays


def test_versions_that_were_never_attached_and_other_functions_are_deleted(lasting: tuple[Workbench, bool]) -> None:
    bench, _ = lasting
    function = bench.function(CODE, name="edge", Publish=True)
    other = bench.function(CODE, name="edge-2", Publish=True)
    bench.client("lambda").update_function_configuration(FunctionName="edge", Description="second")
    second = bench.client("lambda").publish_version(FunctionName="edge")["Version"]
    attached(bench.instance, f"{function}:1")
    assert not refusal(bench, FunctionName="edge", Qualifier=second)
    assert not refusal(bench, FunctionName=other)


def test_a_stack_with_its_function_is_not_deleted_before(lasting: tuple[Workbench, bool]) -> None:
    bench, stays = lasting
    statement = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    function = {"Runtime": "python3.13", "Handler": "index.handler", "InlineCode": CODE, "AutoPublishAlias": "live"}
    trust = {"AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [statement]}}
    resources = {"Edge": {"Type": "AWS::Serverless::Function", "Properties": function | trust}}
    body = {"Transform": "AWS::Serverless-2016-10-31", "Resources": resources}
    stack = bench.stack(json.dumps(body | {"Outputs": {"Version": {"Value": {"Ref": "Edge.Version"}}}}))
    (described,) = bench.client("cloudformation").describe_stacks(StackName=stack)["Stacks"]
    made = attached(bench.instance, described["Outputs"][0]["OutputValue"])
    assert delete(bench, stack) == "DELETE_FAILED"
    assert "because it is a replicated function" in reasons(bench, stack)
    let_go(bench.instance, made)
    again = delete(bench, stack, RetainResources=["Edge"]) if stays else delete(bench, stack)
    assert again == "DELETE_COMPLETE"


def test_ministack_alone_deletes_what_is_attached(stock: Workbench) -> None:
    function = stock.function(CODE, Publish=True)
    attached(stock.instance, f"{function}:1")
    assert not refusal(stock, FunctionName=function)
