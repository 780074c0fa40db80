"""The deployed GraphQL API as a test asks it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest

from tests.apis.world import Caller, World, send
from tests.unit.api.sdl import types

Json = dict[str, Any]
TYPES = types()


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    data: Json | None
    errors: list[Json]

    @property
    def problems(self) -> list[str]:
        """The last words of the types of what the function refused."""
        return [
            error["message"].split("\n")[0].removeprefix("urn:cloudfront-extensions:problem:") for error in self.errors
        ]

    @property
    def kinds(self) -> list[str]:
        """What AppSync itself calls the errors."""
        return [str(error.get("errorType")) for error in self.errors]


def ask(world: World, caller: str | Caller, document: str, **variables: Any) -> Answer:
    """One request; with `query`, `mutation` or `subscription` at its beginning."""
    who = caller if isinstance(caller, Caller) else asking(world, caller)
    return sent(world, who, json.dumps({"query": document, "variables": variables}).encode())


def sent(world: World, who: Caller, body: bytes) -> Answer:
    url = world.application.outputs["GraphqlUrl"]
    headers = {"Content-Type": "application/json", **({"Authorization": who.token} if who.token else {})}
    if who.keys:
        request = AWSRequest(method="POST", url=url, data=body, headers=headers)
        SigV4Auth(who.keys, "appsync", "us-east-1").add_auth(request)
        headers = dict(request.headers.items())
    answer = send("POST", url, body, headers)
    document = json.loads(answer.text)
    return Answer(answer.status, document.get("data"), document.get("errors") or [])


def asking(world: World, name: str) -> Caller:
    """One of the world's callers; `machine` may ask for everything here, whatever it may there."""
    if name != "machine":
        return world.caller(name)
    if "graphql machine" not in world._callers:
        everything = f"{world.application.outputs['GraphqlApiArn']}/*"
        statement = {"Effect": "Allow", "Action": "appsync:GraphQL", "Resource": everything}
        world._callers["graphql machine"] = world.machine("graphql-machine", statement)
    return world._callers["graphql machine"]


def told(world: World, caller: str | Caller, document: str, **variables: Any) -> Any:
    """The value of the one field that is asked for; nothing went wrong."""
    answer = ask(world, caller, document, **variables)
    assert not answer.errors, answer.errors
    assert answer.data is not None
    (value,) = answer.data.values()
    return value


def whole(type_name: str) -> str:
    """A selection of every field of a type, so that each is held against what the schema says of it."""
    if type_name not in TYPES or TYPES[type_name].kind != "type":
        return ""
    fields = (f"{field.name} {whole(field.type)}".strip() for field in TYPES[type_name].fields.values())
    return f"{{ {' '.join(fields)} }}"
