"""Events and results as the two runtimes have them, small enough to read in a table."""

from __future__ import annotations

from typing import Any

Native = dict[str, Any]
CONFIG = {"distributionDomainName": "d111111abcdef8.cloudfront.net", "distributionId": "EDFDVBD6EXAMPLE"}
CUSTOM_ORIGIN = {
    "domainName": "origin.example.com",
    "path": "",
    "port": 443,
    "protocol": "https",
    "readTimeout": 30,
    "keepaliveTimeout": 5,
    "sslProtocols": ["TLSv1.2"],
    "customHeaders": {},
}
BUCKET = {
    "domainName": "bucket.s3.amazonaws.com",
    "path": "/site",
    "authMethod": "none",
    "region": "",
    "customHeaders": {},
}


def lambda_headers(**values: str) -> Native:
    """Underscores stand for hyphens."""
    names = {name.replace("_", "-"): value for name, value in values.items()}
    return {name: [{"key": name.title(), "value": value}] for name, value in names.items()}


def function_headers(**values: str) -> Native:
    return {name.replace("_", "-"): {"value": value} for name, value in values.items()}


def lambda_request(**changes: Any) -> Native:
    request = {
        "clientIp": "203.0.113.7",
        "headers": lambda_headers(host="www.example.com", via="1.1 viewer"),
        "method": "GET",
        "querystring": "a=1",
        "uri": "/docs",
    }
    return request | changes


def lambda_response(**changes: Any) -> Native:
    return {"status": "200", "statusDescription": "OK", "headers": lambda_headers(content_type="text/plain")} | changes


def lambda_event(event: str, request: Native | None = None, response: Native | None = None) -> Native:
    subject: Native = {"config": CONFIG | {"eventType": event}, "request": request or lambda_request()}
    if event.endswith("-response"):
        subject["response"] = response or lambda_response()
    return {"Records": [{"cf": subject}]}


def function_request(**changes: Any) -> Native:
    request = {
        "method": "GET",
        "uri": "/docs",
        "querystring": {"a": {"value": "1"}},
        "headers": function_headers(host="www.example.com"),
        "cookies": {"session": {"value": "1"}},
    }
    return request | changes


def function_response(**changes: Any) -> Native:
    headers = function_headers(content_type="text/plain", via="1.1 cloudfront")
    return {"statusCode": 200, "statusDescription": "OK", "headers": headers, "cookies": {}} | changes


def function_event(event: str, request: Native | None = None, response: Native | None = None) -> Native:
    subject: Native = {"version": "1.0", "context": CONFIG | {"eventType": event}, "viewer": {"ip": "203.0.113.7"}}
    subject["request"] = request or function_request()
    if event == "viewer-response":
        subject["response"] = response or function_response()
    return subject
