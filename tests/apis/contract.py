"""Every answer of the deployed API, held against `api/openapi.yaml`."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator

from cloudfront_extensions.problems import TYPE_PREFIX

ROOT = Path(__file__).resolve().parents[2]
CONTRACT: dict[str, Any] = yaml.safe_load((ROOT / "api" / "openapi.yaml").read_text())


def operation_at(method: str, path: str) -> dict[str, Any] | None:
    """The operation that a request is for; None: the contract has none."""
    for template, operations in CONTRACT["paths"].items():
        pattern = re.sub(r"\{\w+\}", "[^/]+", template)
        if re.fullmatch(pattern, path.partition("?")[0]):
            found: dict[str, Any] | None = operations.get(method.lower())
            return found
    return None


def faults(method: str, path: str, status: int, headers: dict[str, str], text: str) -> list[str]:
    """What the contract does not know of an answer."""
    operation = operation_at(method, path)
    if operation is None:
        return []
    response = operation["responses"].get(str(status))
    if response is None:
        return [f"{operation['operationId']} has no answer with status {status}"]
    media_type = headers.get("content-type", "").partition(";")[0]
    content = response.get("content", {})
    if not content:
        return [f"an answer with status {status} has a body"] if text else []
    if media_type not in content:
        return [f"{operation['operationId']} has no answer {status} as {media_type}"]
    if not media_type.endswith("json"):
        return []
    document = json.loads(text)
    errors = _validator(json.dumps(content[media_type]["schema"])).iter_errors(document)
    found = [f"{error.json_path}: {error.message}" for error in errors]
    if media_type == "application/problem+json" and document.get("type") not in types(response):
        found.append(f"{operation['operationId']} has no problem {status} of type {document.get('type')}")
    return found


def types(response: dict[str, Any]) -> set[str]:
    """Of the problems that a status may be, which its description names."""
    return {TYPE_PREFIX + kind for kind in response["description"].split(", ")}


@cache
def _validator(schema: str) -> Draft202012Validator:
    return Draft202012Validator({**json.loads(schema), "components": CONTRACT["components"]})
