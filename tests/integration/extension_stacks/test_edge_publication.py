"""Functions tried as they are developed, and published where what is live differs."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cloudfront_extensions.aws import edge_publication
from cloudfront_extensions.errors import ExtensionChangedMeanwhile, FunctionTestFailed
from localaws.instance import Instance
from tests.integration.localaws import edge
from tests.integration.rollback.calls import counted

LAMBDA = "arn:aws:lambda:us-east-1:000000000000:function:resize:3"

EVENT = {
    "version": "1.0",
    "context": {"eventType": "viewer-request"},
    "viewer": {"ip": "203.0.113.7"},
    "request": {"method": "GET", "uri": "/docs", "querystring": {}, "headers": {}, "cookies": {}},
}


def made(instance: Instance) -> str:
    answer = instance.client("cloudfront").create_function(
        Name=f"extension-{edge.new_token()}", FunctionConfig=config(), FunctionCode=b"// one"
    )
    return str(answer["FunctionSummary"]["FunctionMetadata"]["FunctionARN"])


def update(instance: Instance, arn: str, code: bytes) -> None:
    client, name = instance.client("cloudfront"), arn.rpartition("/")[2]
    client.update_function(
        Name=name, IfMatch=client.describe_function(Name=name)["ETag"], FunctionConfig=config(), FunctionCode=code
    )


def config() -> dict[str, Any]:
    return {"Comment": "", "Runtime": "cloudfront-js-2.0"}


def live_code(instance: Instance, arn: str) -> bytes:
    answer = instance.client("cloudfront").get_function(Name=arn.rpartition("/")[2], Stage="LIVE")
    code: bytes = answer["FunctionCode"].read()
    return code


def test_a_function_is_published_once(instance: Instance) -> None:
    arn = made(instance)
    with counted("cloudfront") as calls:
        assert edge_publication.publish(arn) == arn
        assert edge_publication.publish(arn) == arn
    assert calls["PublishFunction"] == 1
    assert live_code(instance, arn) == b"// one"


def test_what_was_changed_since_is_published_again(instance: Instance) -> None:
    arn = made(instance)
    edge_publication.publish(arn)
    update(instance, arn, b"// two")
    edge_publication.publish(arn)
    assert live_code(instance, arn) == b"// two"


def test_a_version_of_a_lambda_function_is_public_as_it_is() -> None:
    with counted("cloudfront") as calls:
        assert edge_publication.publish(LAMBDA) == LAMBDA
    assert not calls


def test_a_function_that_is_gone_was_changed_by_somebody_else() -> None:
    with pytest.raises(ExtensionChangedMeanwhile, match="no such function"):
        edge_publication.publish("arn:aws:cloudfront::000000000000:function/missing")


def test_a_function_is_tried_before_it_is_live(instance: Instance) -> None:
    arn = made(instance)
    update(instance, arn, b"function handler(event) { event.request.uri = '/tried'; return event.request }")
    tested = edge_publication.test(arn, EVENT)
    assert json.loads(tested.output)["request"]["uri"] == "/tried"
    assert 0 <= tested.utilization <= 100


def test_a_function_that_throws_is_told_and_stays_in_development(instance: Instance) -> None:
    arn = made(instance)
    update(instance, arn, b"function handler(event) { throw new Error('no such rule') }")
    with pytest.raises(FunctionTestFailed, match="no such rule"):
        edge_publication.test(arn, EVENT)
    assert edge_publication.described(arn.rpartition("/")[2], edge_publication.Stage.LIVE) is None
