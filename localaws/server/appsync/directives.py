"""Whom a field is open to: what its own directives say, else those of its type, else the API's first provider.

Source: "Using additional authorization modes" in AppSync's guide. `@aws_auth` counts only where Cognito is the one provider;
beside a second one AppSync ignores it without a word, and so is it here. MiniStack reads no directive.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from graphql import GraphQLField, GraphQLObjectType
from graphql.language import DirectiveNode, ListValueNode

from localaws.server.appsync.callers import COGNITO, IAM, Caller

PROVIDERS = {"aws_cognito_user_pools": COGNITO, "aws_iam": IAM}
OTHER_PROVIDERS = {"aws_api_key", "aws_oidc", "aws_lambda"}
"""Which no API here can have: what is open to them alone is closed to everybody."""


def is_open(caller: Caller, api: Mapping[str, Any], parent: GraphQLObjectType, field: GraphQLField) -> bool:
    ours = of_authorization(field, api) or of_authorization(parent, api)
    if not ours:
        return caller.provider == api["authenticationType"] and not denies_by_default(api)
    return any(lets_in(directive, caller) for directive in ours)


def of_authorization(element: Any, api: Mapping[str, Any]) -> list[DirectiveNode]:
    """The directives of a field or a type, and of a type's extensions, that say who is let in."""
    names = {*PROVIDERS, *OTHER_PROVIDERS}
    if not api.get("additionalAuthenticationProviders"):
        names.add("aws_auth")
    return [directive for directive in _directives(element) if directive.name.value in names]


def lets_in(directive: DirectiveNode, caller: Caller) -> bool:
    name = directive.name.value
    if name != "aws_auth" and PROVIDERS.get(name) != caller.provider:
        return False
    groups = _texts(directive, "cognito_groups")
    return not groups or not caller.groups.isdisjoint(groups)


def denies_by_default(api: Mapping[str, Any]) -> bool:
    return (api.get("userPoolConfig") or {}).get("defaultAction") == "DENY"


def mutations_told_by(subscription: GraphQLField) -> list[str]:
    found = [one for one in _directives(subscription) if one.name.value == "aws_subscribe"]
    return [name for directive in found for name in _texts(directive, "mutations")]


def _directives(element: Any) -> Iterator[DirectiveNode]:
    for node in (element.ast_node, *getattr(element, "extension_ast_nodes", ())):
        if node is not None:
            yield from node.directives


def _texts(directive: DirectiveNode, argument: str) -> list[str]:
    """A list of texts; GraphQL takes a single one for a list of it."""
    for given in directive.arguments:
        if given.name.value == argument:
            values = given.value.values if isinstance(given.value, ListValueNode) else [given.value]
            return [value.value for value in values]
    return []
