"""TestFunction runs the code of one stage on one event."""

from __future__ import annotations

import json

import pytest

from localaws.instance import Instance
from tests.integration.localaws import edge
from tests.integration.localaws.cloudfront.test_functions import CONFIG, create, published
from tests.integration.localaws.test_edge_seams import in_server

EVENT = {
    "version": "1.0",
    "context": {"eventType": "viewer-request"},
    "viewer": {"ip": "203.0.113.7"},
    "request": {"method": "GET", "uri": "/docs", "querystring": {}, "headers": {}, "cookies": {}},
}


def result_of(instance: Instance, code: str, event: object = EVENT, **more: object) -> edge.Json:
    """The TestResult of a new function."""
    made = create(instance, code.encode(), **more)
    answer: edge.Json = instance.client("cloudfront").test_function(
        Name=made["Name"], IfMatch=made["ETag"], EventObject=json.dumps(event).encode()
    )
    return dict(answer["TestResult"])


def output(result: edge.Json) -> edge.Json:
    assert result["FunctionErrorMessage"] == ""
    return dict(json.loads(result["FunctionOutput"]))


def test_a_request_comes_out_as_the_function_leaves_it(instance: Instance) -> None:
    code = "function handler(event) { event.request.uri += '/index.html'; console.log('added'); return event.request }"
    result = result_of(instance, code)
    assert output(result)["request"]["uri"] == "/docs/index.html"
    assert result["FunctionExecutionLogs"] == ["added"]
    assert 0 <= int(result["ComputeUtilization"]) <= 100
    assert result["FunctionSummary"]["FunctionMetadata"]["Stage"] == "DEVELOPMENT"


def test_a_response_comes_out_as_one(instance: Instance) -> None:
    made = output(result_of(instance, "async function handler(event) { return {statusCode: 302}; }"))
    assert made == {"response": {"statusCode": 302}}
    event = {**EVENT, "context": {"eventType": "viewer-response"}, "response": {"statusCode": 200}}
    assert output(result_of(instance, "function handler(event) { return event.response }", event)) == {
        "response": {"statusCode": 200}
    }


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("function handler(event) { console.log('so far'); throw new Error('too far') }", "too far"),
        ("function handler(event) { return }}", "SyntaxError"),
        ("function other(event) { return event.request }", "handler"),
    ],
)
def test_what_goes_wrong_is_told(instance: Instance, code: str, message: str) -> None:
    result = result_of(instance, code)
    assert message in result["FunctionErrorMessage"]
    assert result["FunctionOutput"] == ""


def test_modules_of_the_runtime_are_there(instance: Instance) -> None:
    code = """
    import cf from 'cloudfront';
    const crypto = require('crypto');
    function handler(event) {
        event.request.uri = '/' + crypto.createHash('sha256').update('a').digest('hex').slice(0, 6);
        cf.updateRequestOrigin({domainName: 'other.example.com'});
        return event.request;
    }"""
    assert output(result_of(instance, code))["request"]["uri"] == "/ca9781"


def test_each_stage_is_tested_by_its_own_etag(instance: Instance) -> None:
    client, made = instance.client("cloudfront"), create(instance, b"function handler(e) { return {statusCode: 200} }")
    name = made["Name"]
    live = published(instance, made)
    code = b"function handler(e) { return {statusCode: 404} }"
    changed = client.update_function(Name=name, IfMatch=made["ETag"], FunctionConfig=CONFIG, FunctionCode=code)
    event = json.dumps(EVENT).encode()

    def status(**which: str) -> int:
        result = client.test_function(Name=name, EventObject=event, **which)["TestResult"]
        return int(json.loads(result["FunctionOutput"])["response"]["statusCode"])

    assert status(Stage="LIVE", IfMatch=live) == 200
    assert status(Stage="DEVELOPMENT", IfMatch=changed["ETag"]) == status(IfMatch=changed["ETag"]) == 404
    with edge.refused("InvalidIfMatchVersion"):
        status(Stage="DEVELOPMENT", IfMatch=live)


@pytest.mark.parametrize("event", ["text", {"version": "1.0"}])
def test_what_is_no_event_is_refused(instance: Instance, event: object) -> None:
    with edge.refused("InvalidArgument"):
        result_of(instance, "function handler(event) { return event.request }", event)


WITHOUT_NJS = """
import sys
from localaws.server.cloudfront import function_engine
function_engine.njs = lambda: None
print(function_engine.run(sys.stdin.read(), {"key": "k"}, {"k": "v"}))
"""


def test_without_njs_node_runs_it() -> None:
    code = """import cf from 'cloudfront';
    const crypto = require('crypto');
    async function handler(event) { console.log('read'); return {uri: await cf.kvs().get(event.key)} }"""
    told = in_server(WITHOUT_NJS, code)
    assert told.startswith("Outcome(value={'uri': 'v'}, error='', logs=('read',)")
