"""Writes `<state directory>/news.jsonl`: what subscribers would be told, for there is no WebSocket here that takes it to them.

One line for each subscription that a mutation's answer is for: `subscription`, and its `value`, which on AWS reaches those
whose arguments are fields of it; `errors`, how many the answer has.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graphql import GraphQLSchema
from ministack.core.responses import now_iso

from localaws.server.appsync import directives
from localaws.server.records.json_lines import JsonLines
from localaws.server.settings import Settings

_lines: JsonLines


def install(settings: Settings) -> None:
    global _lines
    _lines = JsonLines(settings.state_directory / "news.jsonl")


def tell(schema: GraphQLSchema, fields: Mapping[str, str], data: Mapping[str, Any] | None, errors: int) -> None:
    """`fields` are those of the root type by their keys in the answer, such as `Mutation.set`. Where there is no value,
    there are no news."""
    subscriptions = schema.subscription_type.fields if schema.subscription_type else {}
    for key, field in fields.items():
        root, _, mutation = field.partition(".")
        value = (data or {}).get(key)
        if schema.mutation_type is None or root != schema.mutation_type.name or value is None:
            continue
        for name, subscription in subscriptions.items():
            if mutation in directives.mutations_told_by(subscription):
                _lines.append({"time": now_iso(), "subscription": name, "value": value, "errors": errors})
