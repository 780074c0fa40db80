"""Which AWS operation an HTTP request is, by botocore's service models."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

from botocore.exceptions import UnknownServiceError
from botocore.loaders import Loader

from localaws.server import models

CREDENTIAL = re.compile(r"Credential=(?P<access_key>[^/]+)/[^/]*/[^/]*/(?P<service>[^/]+)/")
UNSIGNED = {"AWSCognitoIdentityProviderService": "cognito-idp"}
"""Services of which some operations are for people who have no credentials yet, by the target that these name."""
GRAPHQL = re.compile(r"/v1/apis/[^/]+/graphql")
"""Where AppSync's APIs are asked, signed or not; of an operation that no model has."""
LABEL = r"(?:arn:aws:(?:cloudfront|serverlessrepo):[^/]*/[^/]+|[^/]+)"
"""A variable part of a path. Some are ARNs with a slash, which a client encodes and the server decodes."""
SMITHY_PATH = re.compile(r"^/service/[^/]+/operation/(\w+)$")
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Request:
    """The parts of a request that name its operation. `form` is the start of a form-encoded body, else empty."""

    method: str
    path: str
    query: Mapping[str, list[str]]
    headers: Mapping[str, str]
    form: str = ""

    @property
    def access_key(self) -> str | None:
        return self._credential("access_key")

    @property
    def service(self) -> str | None:
        """The service that the request is signed for, which is also its prefix in IAM policies."""
        target = self.headers.get("x-amz-target", "").partition(".")[0]
        return "appsync" if self.is_graphql else self._credential("service") or UNSIGNED.get(target)

    @property
    def is_graphql(self) -> bool:
        return self.method == "POST" and GRAPHQL.fullmatch(self.path) is not None

    def _credential(self, part: str) -> str | None:
        presigned = f"Credential={self.query.get('X-Amz-Credential', [''])[0]}"
        found = CREDENTIAL.search(self.headers.get("authorization", "")) or CREDENTIAL.search(presigned)
        return found[part] if found else None


@dataclass(frozen=True, slots=True)
class Route:
    """The HTTP form of one operation of a REST service."""

    operation: str
    method: str
    path: re.Pattern[str]
    literal_query: Mapping[str, list[str]]
    required_query: frozenset[str]
    required_headers: frozenset[str]
    fixed_characters: int

    def matches(self, request: Request) -> bool:
        return (
            request.method == self.method
            and self.path.fullmatch(request.path) is not None
            and all(request.query.get(name) == values for name, values in self.literal_query.items())
            and self.required_query <= request.query.keys()
            and self.required_headers <= request.headers.keys()
        )

    @property
    def precision(self) -> tuple[int, int]:
        """The most demanding of several matching routes is meant."""
        return len(self.literal_query) + len(self.required_query) + len(self.required_headers), self.fixed_characters


def operation_of(request: Request) -> str | None:
    """The operation by botocore's name, such as CreateDistributionWithTags; None when it cannot be told."""
    if request.is_graphql:
        return "GraphQL"
    if target := request.headers.get("x-amz-target"):
        return target.rpartition(".")[2]
    if action := parse_qs(request.form).get("Action") or request.query.get("Action"):
        return action[0]
    if smithy := SMITHY_PATH.match(request.path):
        return smithy[1]
    matching = [route for route in routes(request.service or "") if route.matches(request)]
    return max(matching, key=lambda route: route.precision).operation if matching else None


@functools.cache
def routes(service: str) -> tuple[Route, ...]:
    """Every REST operation of a service, by the name that requests are signed for."""
    names = ("apigateway", "apigatewayv2") if service == "apigateway" else (models.NAMES.get(service, service),)
    return tuple(route for name in names if name for route in _routes_of_model(name))


def _routes_of_model(name: str) -> list[Route]:
    try:
        model = Loader().load_service_model(name, "service-2")
    except UnknownServiceError:
        return []
    return [_route(operation, model["shapes"]) for operation in model["operations"].values()]


def _route(operation: Mapping[str, Any], shapes: Mapping[str, Any]) -> Route:
    path, _, query = operation["http"]["requestUri"].partition("?")
    pattern = re.sub(r"\\{\w+(\\\+)?\\}", lambda found: ".+" if found[1] else LABEL, re.escape(path))
    inputs = shapes[operation["input"]["shape"]] if "input" in operation else {}
    return Route(
        operation=re.sub(r"\d{4}_\d{2}_\d{2}$", "", operation["name"]),
        method=operation["http"]["method"],
        path=re.compile(pattern.rstrip("/") + "/?", re.DOTALL),
        literal_query=parse_qs(query, keep_blank_values=True),
        required_query=_required(inputs, "querystring"),
        required_headers=_required(inputs, "header"),
        fixed_characters=len(re.sub(r"\{[^}]+\}", "", path)),
    )


def _required(inputs: Mapping[str, Any], location: str) -> frozenset[str]:
    members = inputs.get("members", {})
    names = [members[name] for name in inputs.get("required", ()) if members[name].get("location") == location]
    return frozenset(name["locationName"].lower() if location == "header" else name["locationName"] for name in names)
