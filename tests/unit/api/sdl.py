"""api/schema.graphql as data: as far as its rules want it, and as it is written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tests.templates import PROJECT

SCHEMA = (PROJECT / "api" / "schema.graphql").read_text()
ROOTS = ("Query", "Mutation", "Subscription")

_TYPE = re.compile(
    r'^(?:"(?P<description>[^"\n]*)"\n)?(?P<kind>type|input|enum) (?P<name>\w+)(?P<directives>[^{\n]*) \{\n(?P<body>.*?)^\}',
    re.DOTALL | re.MULTILINE,
)
_FIELD = re.compile(
    r'^  (?:"(?P<description>[^"\n]*)"\n  )?(?P<name>\w+)(?P<arguments>\((?:[^()]*)\))?: (?P<type>[\w!\[\]]+)'
    r"(?P<directives>(?:\s+@\w+(?:\([^)]*\))?)*)$",
    re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class Field:
    name: str
    type: str
    """Without brackets and exclamation marks."""
    described: bool
    directives: str

    @property
    def groups(self) -> list[str]:
        """Of the user pool, that may ask for it."""
        named = re.search(r"@aws_cognito_user_pools\(cognito_groups: \[([^\]]*)\]\)", self.directives)
        return re.findall(r'"(\w+)"', named[1]) if named else []


@dataclass(frozen=True, slots=True)
class Type:
    kind: str
    name: str
    described: bool
    directives: str
    fields: dict[str, Field]
    """Of an enum there are none."""


def types() -> dict[str, Type]:
    return {each.name: each for each in _types()}


def _types() -> Iterator[Type]:
    for found in _TYPE.finditer(SCHEMA):
        body = found["body"]
        fields = {} if found["kind"] == "enum" else {field.name: field for field in _fields(body)}
        yield Type(found["kind"], found["name"], bool(found["description"]), found["directives"].strip(), fields)


def _fields(body: str) -> Iterator[Field]:
    # Arguments may have descriptions of their own, which may have brackets.
    plain = re.sub(r"^ {4}\"[^\n]*\n", "", body, flags=re.MULTILINE)
    for found in _FIELD.finditer(plain):
        directives = " ".join(found["directives"].split())
        yield Field(found["name"], re.sub(r"\W", "", found["type"]), bool(found["description"]), directives)
