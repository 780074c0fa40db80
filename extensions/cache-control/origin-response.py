"""Sets Cache-Control by the path, status and content type of a response, before CloudFront caches it."""

import base64
import json
import re

DEFAULT_STATUSES = (*range(200, 300), 304)  # an error is not cached for a year because its path looks like an image's


def pattern_of(rule: dict) -> re.Pattern | None:
    """None for what is no regular expression: such a rule matches nothing."""
    try:
        return re.compile(rule.get("path", ""))
    except (re.error, OverflowError, RecursionError):
        return None


RULES = [(pattern_of(rule), rule) for rule in json.loads(base64.b64decode("${Rules}"))]


def matches(pattern: re.Pattern | None, rule: dict, path: str, status: int, content_type: str) -> bool:
    if pattern is None or status not in rule.get("statuses", DEFAULT_STATUSES) or not pattern.search(path):
        return False
    return any(
        content_type.startswith(wanted[:-1]) if wanted.endswith("/*") else content_type == wanted
        for wanted in rule.get("contentTypes", [content_type])
    )


def handler(event: dict, context: object) -> dict:
    exchange = event["Records"][0]["cf"]
    response = exchange["response"]
    headers = response["headers"]
    content_type = headers.get("content-type", [{"value": ""}])[0]["value"].partition(";")[0].strip().lower()
    for pattern, rule in RULES:
        if matches(pattern, rule, exchange["request"]["uri"], int(response["status"]), content_type):
            if not (rule.get("keep") and "cache-control" in headers):
                headers["cache-control"] = [{"key": "Cache-Control", "value": rule["cacheControl"]}]
            break
    return response
