"""AWS copies functions of Lambda@Edge to its Regions; while there are copies, the function can't be deleted.

The copies of a version are there as long as a distribution names it, and go some time after the last one let it go
("typically within a few hours", says CloudFront's guide): `replica_lifetime` of the settings.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from typing import Any

from ministack.core.responses import error_response_json, get_account_id

from localaws.server.seams import on_reset, wrap
from localaws.server.settings import Settings

VERSION = re.compile(r"LambdaFunctionARN>([^<]+)<")
FUNCTION, FUNCTION_VERSION = "AWS::Lambda::Function", "AWS::Lambda::Version"

Answer = tuple[int, dict[str, str], bytes]

_copied: set[str] = set()
"""The ARNs of versions that a distribution names."""
_let_go: dict[str, float] = {}
"""When the last distribution let a version go, on this machine's clock."""


def install(settings: Settings) -> None:
    from ministack.services import cloudfront, lambda_svc
    from ministack.services.cloudformation import provisioners

    on_reset(cloudfront, _copied.clear)
    on_reset(cloudfront, _let_go.clear)
    lifetime = settings.wall_seconds(settings.replica_lifetime)
    wrap(lambda_svc, "_delete_function", unless_replicated(lifetime))
    for resource_type in (FUNCTION, FUNCTION_VERSION):
        stock = provisioners._RESOURCE_HANDLERS[resource_type]
        stock["delete"] = failing_while_replicated(stock["delete"], lifetime)


def versions_in(config: str) -> list[str]:
    return VERSION.findall(config) if "LambdaFunctionARN" in config else []


def note() -> None:
    """Look which versions are named now; to be called after every change of a distribution."""
    from ministack.services import cloudfront

    named = {
        version.strip()
        for distribution in list(cloudfront._distributions._data.values())
        for version in versions_in(distribution["config_xml"] or "")
    }
    now = time.time()
    _let_go.update(dict.fromkeys(_copied - named, now))
    for version in named:
        _let_go.pop(version, None)
    _copied.clear()
    _copied.update(named)


def copy_of(function_arn: str, lifetime: float) -> str | None:
    """The version that is copied of a function, or of one of its versions, if there is one."""
    note()
    recent = {version for version, gone in _let_go.items() if time.time() < gone + lifetime}
    found = sorted(each for each in _copied | recent if each == function_arn or each.startswith(f"{function_arn}:"))
    return found[0] if found else None


def unless_replicated(lifetime: float) -> Callable[[Callable[..., Answer]], Callable[..., Answer]]:
    def wrapper(stock: Callable[..., Answer]) -> Callable[..., Answer]:
        def delete(name: str, query: Mapping[str, Any], path_qualifier: str | None = None) -> Answer:
            from ministack.services import lambda_svc

            qualifier = lambda_svc._qualifier_from_path_or_query(path_qualifier, query)
            if version := copy_of(_arn(name, qualifier), lifetime):
                answer: Answer = error_response_json("InvalidParameterValueException", _refusal(version), 400)
                return answer
            return stock(name, query, path_qualifier)

        return delete

    return wrapper


def failing_while_replicated(stock: Callable[..., Any], lifetime: float) -> Callable[..., Any]:
    """Deletion by a stack, of a function by its name or of a version by its ARN."""

    def delete(physical_id: str, properties: Mapping[str, Any], *more: Any) -> Any:
        arn = physical_id if physical_id.startswith("arn:") else _arn(physical_id, None)
        if version := copy_of(arn, lifetime):
            raise ValueError(
                f'Resource handler returned message: "{_refusal(version)}" (HandlerErrorCode: InvalidRequest)'
            )
        return stock(physical_id, properties, *more)

    return delete


def _arn(name: str, qualifier: str | None) -> str:
    """Functions of Lambda@Edge are in us-east-1."""
    arn = f"arn:aws:lambda:us-east-1:{get_account_id()}:function:{name}"
    return f"{arn}:{qualifier}" if qualifier and qualifier != "$LATEST" else arn


def _refusal(version: str) -> str:
    return (
        f"Lambda was unable to delete {version} because it is a replicated function. "
        "Please see our documentation for Deleting Lambda@Edge Functions and Replicas."
    )
