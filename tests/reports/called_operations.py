"""The AWS operations that the product's source calls, found without running it.

In Python: the methods of clients, by name, in each module that makes one with `client("…")`; a name that is only written
as text (`getattr`, `get_paginator`) counts too. In state machines: the resources of tasks, readers and writers.
"""

from __future__ import annotations

import ast
import functools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from botocore import xform_name
from botocore.loaders import Loader

ROOT = Path(__file__).resolve().parents[2]
MODULES = sorted(
    path for folder in ("layers/core/cloudfront_extensions", "functions") for path in ROOT.glob(f"{folder}/**/*.py")
)
STATE_MACHINES = sorted(ROOT.glob("statemachines/*.asl.json"))
CLIENTS_OF_TASKS = {"states": "stepfunctions", "sfn": "stepfunctions", "eventbridge": "events"}
"""boto3's name of a service where a task's resource has another one."""

Operation = tuple[str, str]
"""The service as requests are signed for it and as policies call it, and the operation as the API does."""


def called_by_python() -> set[Operation]:
    return {operation for path in MODULES for operation in called_in(path.read_text())}


def called_by_state_machines() -> set[Operation]:
    return {
        called_by_resource(resource)
        for path in STATE_MACHINES
        for resource in resources_in(json.loads(path.read_text()))
        if resource.startswith("arn:aws:states:::")
    }


def called_in(source: str) -> set[Operation]:
    """What a module calls with the clients that it makes."""
    nodes = list(ast.walk(ast.parse(source)))
    names = {node.func.attr for node in nodes if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)}
    names |= {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    return {
        (signed_for(service), operation)
        for service in clients_in(nodes)
        for method, operation in methods_of(service).items()
        if method in names
    }


def clients_in(nodes: list[ast.AST]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "client":
            assert isinstance(node.args[0], ast.Constant), "the service of a client is written out where it is made"
            yield str(node.args[0].value)


def resources_in(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if isinstance(part.get("Resource"), str):
            yield part["Resource"]
        for member in part.values():
            yield from resources_in(member)
    elif isinstance(part, list):
        for member in part:
            yield from resources_in(member)


def called_by_resource(resource: str) -> Operation:
    """`arn:aws:states:::states:startExecution.sync:2` calls states:StartExecution."""
    integration = resource.removeprefix("arn:aws:states:::").removeprefix("aws-sdk:")
    service, _, called = integration.partition(":")
    name = called.partition(".")[0]
    return signed_for(CLIENTS_OF_TASKS.get(service, service)), name[:1].upper() + name[1:]


@functools.cache
def signed_for(service: str) -> str:
    metadata = _model(service)["metadata"]
    return str(metadata.get("signingName", metadata["endpointPrefix"]))


@functools.cache
def methods_of(service: str) -> dict[str, str]:
    return {xform_name(operation): operation for operation in _model(service)["operations"]}


@functools.cache
def _model(service: str) -> Any:
    return Loader().load_service_model(service, "service-2")
