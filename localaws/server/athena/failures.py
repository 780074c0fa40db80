"""Why a query fails: the sentence that GetQueryExecution tells, and its place in Athena's error catalog."""

from __future__ import annotations

import re

SYSTEM, USER, OTHER = 1, 2, 3
"""Error categories (Athena user guide, error catalog)."""
EXHAUSTED, INTERNAL, DATA, SCHEMA, SYNTAX = 1, 200, 1001, 1004, 1006
GLUE_PERMISSION, S3_PERMISSION, THROTTLED = 1500, 1501, 1400
"""Error types (the same page)."""

_LOCAL_COPY = re.compile(r"/@/([^\s'\"]+?)(?:\.unpacked)?(?=[\s'\"]|$)")
_QUOTED = re.compile(r'"([^"]+)"')


class QueryFailed(Exception):
    """The query ends as FAILED with this reason."""

    def __init__(self, reason: str, category: int = USER, kind: int = DATA, *, is_retryable: bool = False) -> None:
        super().__init__(reason)
        self.reason, self.category, self.kind, self.is_retryable = reason, category, kind, is_retryable


class QueryCancelled(Exception):
    """The query ends as CANCELLED, for this reason."""


def of_statement(message: str) -> QueryFailed:
    """What DuckDB has against a statement, in the words of Athena where it has the same words."""
    first = message.partition("\n")[0]
    quoted = _QUOTED.search(first)
    if "Referenced column" in first and quoted:
        reason = (
            f"COLUMN_NOT_FOUND: Column '{quoted[1]}' cannot be resolved or requester is not authorized to access "
            "requested resources"
        )
        return QueryFailed(reason, USER, SCHEMA)
    if "Function with name" in first:
        return QueryFailed(f"FUNCTION_NOT_FOUND: {first}", USER, SYNTAX)
    return QueryFailed(f"SYNTAX_ERROR: {first}", USER, SYNTAX)


def while_running(message: str) -> QueryFailed:
    """What DuckDB met while it read and counted."""
    first = message.partition("\n")[0]
    if first.startswith("Out of Memory"):
        return QueryFailed(f"EXCEEDED_LOCAL_MEMORY_LIMIT: {first}", SYSTEM, EXHAUSTED)
    if "Error when converting column" in message or first.startswith("Could not convert"):
        return QueryFailed(f"INVALID_CAST_ARGUMENT: {first}", USER, DATA)
    read = _LOCAL_COPY.search(message)
    where = f" in s3://{read[1]}" if read else ""
    return QueryFailed(f"HIVE_BAD_DATA: {first}{where}", USER, DATA)
