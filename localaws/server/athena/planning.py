"""What a statement reads: the tables that it names, and of each the columns and the partitions.

DuckDB plans the statement over empty tables, and its plan tells which predicates reach a table. Those on partition
columns choose the partitions, as Athena's planner does; where a predicate can't be told, more is read, never less.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
from duckdb import DuckDBPyConnection

from localaws.server.athena import database
from localaws.server.athena.failures import SYNTAX, USER, QueryFailed
from localaws.server.athena.tables import Table, View, literal, quoted

Name = tuple[str, str]
"""Database and table, in small letters."""
THIS, OTHER = "READ_JSON", "READ_CSV"
"""How the table in question and the others are read in a plan, so that it can tell them apart."""
KEPT_AS_WRITTEN = "in_clause,statistics_propagation"
"""Optimizers that would turn predicates into something else."""


@dataclass(frozen=True, slots=True)
class Scan:
    """One reading of a table: the columns that it needs, and the conditions that its rows must meet."""

    columns: frozenset[str]
    conditions: tuple[str, ...]


def named_tables(connection: DuckDBPyConnection, statement: str, default: str) -> set[Name]:
    """The tables and views that a statement names. Raises QueryFailed when it is no SELECT of this dialect."""
    row = connection.execute("SELECT json_serialize_sql(?)", [statement]).fetchone()
    tree = json.loads(row[0]) if row else {}
    if tree.get("error"):
        if tree["error_type"] == "parser":
            position = f"position {tree['position']}: " if tree.get("position") else ""
            raise QueryFailed(f"SYNTAX_ERROR: {position}{tree['error_message']}", USER, SYNTAX)
        raise QueryFailed(f"NOT_SUPPORTED: {tree['error_message']}", USER, SYNTAX)
    if len(tree["statements"]) != 1:
        raise QueryFailed("SYNTAX_ERROR: Only one sql statement is allowed", USER, SYNTAX)
    nodes = list(_nodes(tree))
    of_with = {str(one["key"]).lower() for node in nodes for one in (node.get("cte_map") or {}).get("map", [])}
    return {
        ((node["schema_name"] or default).lower(), node["table_name"].lower())
        for node in nodes
        if node.get("type") == "BASE_TABLE" and (node["schema_name"] or node["table_name"].lower() not in of_with)
    }


def scans_of(
    table: Table, statement: str, default: str, relations: Mapping[Name, Table | View], folder: Path
) -> list[Scan]:
    """How often and how a statement reads a table. Raises QueryFailed when DuckDB does not understand the statement."""
    empty = folder / "empty"
    empty.touch()
    with database.connected(folder) as connection:
        connection.execute(f"SET disabled_optimizers = '{KEPT_AS_WRITTEN}'")
        for name, one in in_order(connection, relations):
            if isinstance(one, View):
                database.define(connection, one.database, one.name, one.sql)
            else:
                reader = THIS if name == (table.database, table.name) else OTHER
                database.define(connection, one.database, one.name, _placeholder(one, reader, empty))
        database.use(connection, default)
        row = connection.execute(f"EXPLAIN (FORMAT json) {statement}").fetchone()
    plan = json.loads(row[1]) if row else []
    return [scan for root in plan for scan in _scans(root, "")]


def in_order(connection: DuckDBPyConnection, relations: Mapping[Name, Table | View]) -> list[tuple[Name, Table | View]]:
    """Tables first, and each view after what it reads. Raises QueryFailed for views that read each other."""
    ordered: list[tuple[Name, Table | View]] = [
        (name, one) for name, one in relations.items() if isinstance(one, Table)
    ]
    waiting = {name: one for name, one in relations.items() if isinstance(one, View)}
    while waiting:
        ready = [
            name
            for name, view in waiting.items()
            if not (named_tables(connection, view.sql, view.database) & waiting.keys())
        ]
        if not ready:
            raise QueryFailed(f"INVALID_VIEW: View is recursive: {', '.join('.'.join(name) for name in waiting)}", USER)
        ordered += [(name, waiting.pop(name)) for name in ready]
    return ordered


def chosen(table: Table, partitions: Sequence[tuple[str, ...]], scan: Scan) -> list[tuple[str, ...]]:
    """The partitions that may have rows for a scan."""
    with duckdb.connect() as connection:
        columns = ", ".join(f"{quoted(key.name)} {key.duckdb_type}" for key in table.partition_keys)
        connection.execute(f"CREATE TABLE partitions (place INTEGER, {columns})")
        for place, values in enumerate(partitions):
            texts = ", ".join(
                f"TRY_CAST({literal(value)} AS {key.duckdb_type})" for key, value in _pairs(table, values)
            )
            connection.execute(f"INSERT INTO partitions VALUES ({place}, {texts})")  # noqa: S608 - literals
        places = set(range(len(partitions)))
        for condition in scan.conditions:
            try:
                rows = connection.execute(f"SELECT place FROM partitions WHERE {condition}").fetchall()  # noqa: S608
            except duckdb.Error:
                continue
            places &= {row[0] for row in rows}
    return [partitions[place] for place in sorted(places)]


def _pairs(table: Table, values: tuple[str, ...]) -> list[tuple[Any, str]]:
    return list(zip(table.partition_keys, values, strict=True))


def _placeholder(table: Table, reader: str, empty: Path) -> str:
    columns = ", ".join(f"{literal(one.name)}: '{one.duckdb_type}'" for one in (*table.columns, *table.partition_keys))
    of_json = f"read_json({literal(str(empty))}, format='newline_delimited', columns={{{columns}}})"
    of_csv = f"read_csv({literal(str(empty))}, auto_detect=false, delim=',', columns={{{columns}}})"
    return f'SELECT *, CAST(NULL AS VARCHAR) AS "$path" FROM {of_json if reader == THIS else of_csv}'  # noqa: S608


def _nodes(tree: Any) -> Iterator[dict[str, Any]]:
    if isinstance(tree, dict):
        yield tree
        for member in tree.values():
            yield from _nodes(member)
    elif isinstance(tree, list):
        for member in tree:
            yield from _nodes(member)


def _scans(node: dict[str, Any], above: str) -> Iterator[Scan]:
    told = node["extra_info"]
    if node["name"] == THIS:
        columns = told.get("Projections") or []
        yield Scan(frozenset([columns] if isinstance(columns, str) else columns), tuple(conjuncts(above)))
    expression = told.get("Expression", "") if node["name"] == "FILTER" else ""
    for child in node["children"]:
        yield from _scans(child, " AND ".join(expression) if isinstance(expression, list) else expression)


def conjuncts(expression: str) -> list[str]:
    """The conditions of `((a = 'x') AND (b = 'y'))`; what is no such chain is one condition."""
    if not expression:
        return []
    parts, depth, start, in_text = [], 0, 0, False
    inner = expression[1:-1] if _is_enclosed(expression) else expression
    for place, letter in enumerate(inner):
        if letter == "'":
            in_text = not in_text
        elif not in_text:
            depth += {"(": 1, ")": -1}.get(letter, 0)
            if depth == 0 and inner.startswith(" AND ", place):
                parts.append(inner[start:place])
                start = place + len(" AND ")
    parts.append(inner[start:])
    return [expression] if any(" BETWEEN " in part and not _is_enclosed(part) for part in parts) else parts


def _is_enclosed(expression: str) -> bool:
    """Whether one pair of parentheses is around all of it."""
    depth, in_text = 0, False
    for place, letter in enumerate(expression):
        if letter == "'":
            in_text = not in_text
        elif not in_text:
            depth += {"(": 1, ")": -1}.get(letter, 0)
            if depth == 0:
                return place == len(expression) - 1 and expression.startswith("(")
    return False
