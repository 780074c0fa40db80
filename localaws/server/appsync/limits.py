"""How much a request may ask: its size, its document's, the depth of its fields, how many resolvers, and introspection.

MiniStack keeps the API's limits and applies none. Sources: "Configuring GraphQL run complexity, query depth, and
introspection" in AppSync's guide; the limits of a document are those of graphql-java's parser, which nests to 500 rules,
three for each level of fields.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from graphql import NoSchemaIntrospectionCustomRule, Source, specified_rules
from graphql.language import Lexer, TokenKind
from graphql.pyutils import Path

from localaws.server.appsync.errors import FieldFailed, RequestRefused, malformed

LARGEST_REQUEST = 1024 * 1024
"""Bytes; AppSync's own limit is not documented, but EventBridge can send it documents of this size."""
MOST_TOKENS = 15_000
DEEPEST_NESTING = 150
"""Of brackets of any kind. The API's own limit of depth is 75 at most."""
OPENING = {TokenKind.BRACE_L, TokenKind.BRACKET_L, TokenKind.PAREN_L}
CLOSING = {TokenKind.BRACE_R, TokenKind.BRACKET_R, TokenKind.PAREN_R}


@dataclass(slots=True)
class Counter:
    """The resolvers that one request has run. Its fields are resolved on one thread."""

    most: int
    """0 for any number."""
    run: int = 0

    def one_more(self) -> None:
        if self.most and self.run >= self.most:
            raise FieldFailed("ResolverExecutionLimitReached", f"A request may run {self.most} resolvers.")
        self.run += 1


def check_size(body: bytes) -> None:
    if len(body) > LARGEST_REQUEST:
        raise RequestRefused(
            413, "RequestEntityTooLargeException", f"The request is larger than {LARGEST_REQUEST} bytes."
        )


def check_document(query: str) -> None:
    """Before it is parsed, which goes as deep as it does. Raises RequestRefused, and GraphQLSyntaxError."""
    lexer, tokens, nesting = Lexer(Source(query)), 0, 0
    while (token := lexer.advance()).kind != TokenKind.EOF:
        tokens += 1
        nesting += (token.kind in OPENING) - (token.kind in CLOSING)
        if tokens > MOST_TOKENS or nesting > DEEPEST_NESTING:
            raise malformed("The document is too large or too deeply nested.")


def check_depth(api: Mapping[str, Any], path: Path) -> None:
    """Fields beyond the API's depth have no value; those above them do."""
    most = int(api.get("queryDepthLimit") or 0)
    if most and depth_of(path) > most:
        raise FieldFailed("QueryDepthLimitReached", f"A request may be {most} levels deep.")


def depth_of(path: Path) -> int:
    return sum(isinstance(key, str) for key in path.as_list())


def rules_for(api: Mapping[str, Any]) -> list[Any]:
    """What a document is held against: without introspection, its fields are as if they were not there."""
    is_hidden = api.get("introspectionConfig") == "DISABLED"
    return [*specified_rules, *([NoSchemaIntrospectionCustomRule] if is_hidden else [])]
