"""An API's URLs lead to this AWS, its settings are those that AppSync takes, and its providers are those embedded here.

MiniStack names URLs of the real AWS, takes any setting, and forgets most of those of UpdateGraphqlApi.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from ministack.core.responses import error_response_json
from ministack.services import appsync
from ministack.services.cloudformation import provisioners

from localaws.server.appsync.callers import COGNITO, IAM
from localaws.server.seams import wrap
from localaws.server.settings import Settings

RESOURCE_TYPE = "AWS::AppSync::GraphQLApi"
DEEPEST, MOST_RESOLVERS = 75, 10_000
LIMITS = {"queryDepthLimit": DEEPEST, "resolverCountLimit": MOST_RESOLVERS}
DENY_AND_OTHERS = (
    "When specifying Cognito user pools as the default authentication, you must set the value for DefaultAction to ALLOW "
    "if specifying AdditionalAuthenticationProviders"
)
KEPT = ("introspectionConfig", *LIMITS)
"""Members of UpdateGraphqlApi that MiniStack forgets."""

Json = dict[str, Any]
Handler = Callable[..., Any]


def install(settings: Settings) -> None:
    endpoint = f"http://127.0.0.1:{settings.port}"
    wrap(appsync, "_create_graphql_api", lambda stock: created(stock, endpoint))
    wrap(appsync, "_update_graphql_api", updated)
    handlers = provisioners._RESOURCE_HANDLERS[RESOURCE_TYPE]
    handlers["create"] = created_in_stacks(handlers["create"], endpoint)
    handlers["update"] = updated_in_stacks(handlers["update"])


def objection_to(api: Mapping[str, Any]) -> str | None:
    """Why AppSync, or this AWS, takes no API with these members."""
    others = api.get("additionalAuthenticationProviders") or []
    kinds = [api.get("authenticationType"), *(other.get("authenticationType") for other in others)]
    if foreign := [str(kind) for kind in kinds if kind not in (COGNITO, IAM)]:
        return f"the embedded AWS has no authorization of AppSync by {', '.join(foreign)}"
    if api.get("apiType", "GRAPHQL") != "GRAPHQL" or api.get("visibility", "GLOBAL") != "GLOBAL":
        return "the embedded AWS has no merged or private APIs of AppSync"
    if others and (api.get("userPoolConfig") or {}).get("defaultAction") == "DENY":
        return DENY_AND_OTHERS
    for name, most in LIMITS.items():
        if not 0 <= int(api.get(name) or 0) <= most:
            return f"Invalid value for {name}: it is from 0 to {most}"
    return None


def created(stock: Handler, endpoint: str) -> Handler:
    def create_graphql_api(body: Json) -> Any:
        if objection := objection_to(body):
            return error_response_json("BadRequestException", objection, 400)
        api_id = json.loads(stock(body)[2])["graphqlApi"]["apiId"]
        appsync._apis[api_id]["uris"] = uris(endpoint, api_id)
        return appsync._get_graphql_api(api_id)

    return create_graphql_api


def updated(stock: Handler) -> Handler:
    def update_graphql_api(api_id: str, body: Json) -> Any:
        api = appsync._apis.get(api_id) or {}
        if api and (objection := objection_to({**api, **body})):
            return error_response_json("BadRequestException", objection, 400)
        api.update({name: body[name] for name in KEPT if name in body})
        return stock(api_id, body)

    return update_graphql_api


def created_in_stacks(stock: Handler, endpoint: str) -> Handler:
    def create(logical_id: str, properties: Json, stack_name: str) -> Any:
        check(properties)
        api_id, attributes = stock(logical_id, properties, stack_name)
        appsync._apis[api_id]["uris"] = uris(endpoint, api_id)
        return api_id, {**attributes, **attributes_of(api_id)}

    return create


def updated_in_stacks(stock: Handler) -> Handler:
    def update(physical_id: str, old: Json, new: Json, *more: Any, **named: Any) -> Any:
        check(new)
        api_id, attributes = stock(physical_id, old, new, *more, **named)
        return api_id, {**attributes, **attributes_of(api_id)}

    return update


def check(properties: Json) -> None:
    if objection := objection_to(provisioners._appsync_api_members(properties)):
        raise ValueError(objection)


def uris(endpoint: str, api_id: str) -> dict[str, str]:
    """That of subscribers leads to where no WebSocket is, as they find when they connect."""
    address = f"{endpoint.removeprefix('http')}/v1/apis/{api_id}/graphql"
    return {"GRAPHQL": f"http{address}", "REALTIME": f"ws{address}"}


def attributes_of(api_id: str) -> dict[str, str]:
    urls = appsync._apis[api_id]["uris"]
    return {"GraphQLUrl": urls["GRAPHQL"], "RealtimeUrl": urls["REALTIME"]}
