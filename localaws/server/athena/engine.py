"""Runs a statement, as it is, over the objects of the partitions that it asks for.

Where definitions and objects come from is not known here: from Glue and S3 with a caller's permissions (`lake`), or from
local folders (`local`).
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import duckdb
from duckdb import DuckDBPyConnection

from localaws.server.athena import database, failures, planning, projection, tables
from localaws.server.athena.failures import SCHEMA, USER, QueryCancelled, QueryFailed
from localaws.server.athena.planning import Name, Scan
from localaws.server.athena.tables import Format, Table, View
from localaws.server.athena.values import can_be, trino_type

NAME = re.compile(r"[A-Za-z_$][\w$ -]*")


@dataclass(frozen=True, slots=True)
class LakeObject:
    """One object of a partition: its URI, such as `s3://bucket/key`, and its size in bytes."""

    uri: str
    size: int

    @property
    def bucket_and_key(self) -> tuple[str, str]:
        bucket, _, key = self.uri.removeprefix("s3://").partition("/")
        return bucket, key


class Lake(Protocol):
    """Where definitions and objects come from. Each may raise QueryFailed."""

    @property
    def folders(self) -> list[Path]:
        """Where objects lie on this machine that are read without a copy."""

    def table_input(self, name: Name) -> Mapping[str, Any]:
        """The definition of a table or a view, as Glue has it."""

    def registered_partitions(self, table: Table) -> list[tuple[tuple[str, ...], str]]:
        """Values and locations of the partitions that Glue knows."""

    def present(self, prefix: str) -> list[str]:
        """The URIs of what lies below a location, to see which partitions there are: no call of the caller's."""

    def listed(self, location: str) -> list[LakeObject]:
        """The objects at a location."""

    def fetch(self, one: LakeObject, table: Table, place: Path) -> Path:
        """Bring an object to a place on this machine; returns where it is."""


@dataclass(slots=True)
class Answer:
    """What a statement answers, row by row."""

    columns: list[tuple[str, str]]
    """Names and Trino's types."""
    rows: Iterator[tuple[Any, ...]]
    scanned_bytes: int


class Engine:
    def __init__(
        self,
        lake: Lake,
        folder: Path,
        *,
        memory: str = database.MEMORY,
        threads: int = 1,
        is_stopped: Callable[[], bool] = lambda: False,
    ) -> None:
        """`folder` is an empty one of the query's own, for copies of objects and what does not fit into memory."""
        self._lake, self._folder, self._memory, self._threads = lake, folder, memory, threads
        self._is_stopped = is_stopped
        self._running: DuckDBPyConnection | None = None

    def interrupt(self) -> None:
        """End what runs, from another thread."""
        running = self._running
        if running is not None:
            with suppress(duckdb.Error):
                running.interrupt()

    @contextmanager
    def answer(self, statement: str, default: str, *, most_bytes: int | None = None) -> Iterator[Answer]:
        """Raises QueryFailed; QueryCancelled when it is stopped, or more than `most_bytes` would be scanned."""
        with database.connected(self._folder, memory=self._memory, threads=self._threads) as connection:
            self._running = connection
            try:
                scanned = self._prepare(connection, statement, default, most_bytes)
                yield _answered(connection, statement, scanned)
            finally:
                self._running = None

    def _prepare(self, connection: DuckDBPyConnection, statement: str, default: str, most_bytes: int | None) -> int:
        """Define all that a statement names over local files; returns the bytes that it will scan."""
        relations = self._relations(connection, statement, default)
        scanned = 0
        for name, one in planning.in_order(connection, relations):
            if isinstance(one, View):
                _define_view(connection, one)
                continue
            scans = self._scans(one, statement, default, relations)
            files, read = self._fetched(one, scans, connection)
            scanned += read
            if most_bytes is not None and scanned > most_bytes:
                raise QueryCancelled("Query cancelled! : Bytes scanned limit was exceeded")
            _defined(connection, name, tables.relation(one, files, with_path=_names_path(statement, relations)))
        database.use(connection, default)
        database.closed_in(connection, [self._folder, *self._lake.folders])
        return scanned

    def _relations(self, connection: DuckDBPyConnection, statement: str, default: str) -> dict[Name, Table | View]:
        """All that a statement names, and all that views name, by name."""
        found: dict[Name, Table | View] = {}
        wanted = sorted(planning.named_tables(connection, statement, default))
        while wanted:
            name = wanted.pop()
            if name in found:
                continue
            found[name] = one = tables.definition(name[0], self._lake.table_input(name))
            if isinstance(one, View):
                wanted += sorted(planning.named_tables(connection, one.sql, one.database))
        return found

    def _scans(self, table: Table, statement: str, default: str, relations: Mapping[Name, Table | View]) -> list[Scan]:
        try:
            return planning.scans_of(table, statement, default, relations, self._folder)
        except duckdb.Error as error:
            raise failures.of_statement(_without_kind(error)) from error

    def _fetched(self, table: Table, scans: list[Scan], connection: DuckDBPyConnection) -> tuple[list[Path], int]:
        """The local files of a table that any scan needs, and the bytes that all scans read."""
        local: dict[str, Path] = {}
        read = 0
        candidates = self._partitions(table) if scans else {}
        listed: dict[str, list[LakeObject]] = {}
        for scan in scans:
            for values in _chosen(table, list(candidates), scan):
                location = candidates[values]
                if location not in listed:
                    listed[location] = [one for one in self._lake.listed(location) if _is_seen(one, location)]
                for one in listed[location]:
                    if self._is_stopped():
                        raise QueryCancelled("Query was cancelled by user")
                    if one.uri not in local:
                        place = self._folder / tables.folder_of_partition(table, values)
                        target = place / tables.name_of_object(*one.bucket_and_key)
                        local[one.uri] = self._lake.fetch(one, table, target)
                    read += _bytes_read(table, one, local[one.uri], scan, connection)
        files = list(local.values())
        if files and table.format is Format.PARQUET:
            pattern, writing = tables.pattern_file(table, self._folder)
            pattern.parent.mkdir(parents=True, exist_ok=True)
            connection.execute(writing)
            files.insert(0, pattern)
        return files, read

    def _partitions(self, table: Table) -> dict[tuple[str, ...], str]:
        """Values and locations of the partitions that have objects, or that Glue knows."""
        if not table.partition_keys:
            return {(): table.location}
        if not table.is_projected:
            return dict(self._lake.registered_partitions(table))
        found = {projection.values_in(table, uri) for uri in self._lake.present(projection.prefix_of(table))}
        known = sorted(values for values in found if values is not None)
        return {values: projection.location_of(table, values) for values in known}


def _chosen(table: Table, partitions: list[tuple[str, ...]], scan: Scan) -> list[tuple[str, ...]]:
    if not table.partition_keys:
        return partitions
    for key in projection.injected_keys(table):
        anywhere = tuple(projection.NOWHERE if one == key else "" for one in table.partition_keys)
        alone = Scan(scan.columns, tuple(one for one in scan.conditions if _is_about(key.name, one)))
        if planning.chosen(table, [anywhere], alone):
            raise QueryFailed(
                f"CONSTRAINT_VIOLATION: For the injected projected partition column {key.name}, the WHERE clause must "
                "contain only static equality conditions, and at least one such condition must be present.",
                USER,
                SCHEMA,
            )
    return planning.chosen(table, partitions, scan)


def _is_about(column: str, condition: str) -> bool:
    return column in condition.replace('"', "")


def _is_seen(one: LakeObject, location: str) -> bool:
    """Athena passes over empty objects that stand for folders, and over names that begin with `_` or `.`."""
    below = one.uri.removeprefix(location)
    return not below.endswith("/") and not any(part.startswith(("_", ".")) for part in below.split("/"))


def _bytes_read(table: Table, one: LakeObject, file: Path, scan: Scan, connection: DuckDBPyConnection) -> int:
    """A whole object of text; of Parquet, the footer and the chunks of the columns."""
    if table.format is Format.TEXT:
        return one.size
    try:
        chunks = connection.execute(
            "SELECT lower(path_in_schema), total_compressed_size FROM parquet_metadata(?)", [str(file)]
        ).fetchall()
    except duckdb.Error as error:
        raise QueryFailed(f"HIVE_BAD_DATA: Not valid Parquet file: {one.uri} {_without_kind(error)}") from error
    with file.open("rb") as content:
        content.seek(-8, os.SEEK_END)
        footer = int.from_bytes(content.read(4), "little") + 8
    return footer + sum(int(size) for name, size in chunks if name in scan.columns)


def _names_path(statement: str, relations: Mapping[Name, Table | View]) -> bool:
    return any(
        '"$path"' in text for text in [statement, *(one.sql for one in relations.values() if isinstance(one, View))]
    )


def _define_view(connection: DuckDBPyConnection, view: View) -> None:
    _defined(connection, (view.database, view.name), view.sql)
    described = connection.execute(f"DESCRIBE {tables.quoted(view.name)}").fetchall()
    has = [(str(row[0]).lower(), trino_type(str(row[1]))) for row in described]
    if len(has) != len(view.columns):
        raise QueryFailed(
            f"INVALID_VIEW: View '{view.name}' is stale or in invalid state: it has {len(has)} columns", USER
        )
    for place, ((name, kind), (told, wanted)) in enumerate(zip(has, view.columns, strict=True)):
        if name != told.lower() or not can_be(kind, wanted):
            raise QueryFailed(
                f"INVALID_VIEW: View '{view.name}' is stale or in invalid state: column [{name}] of type {kind} projected "
                f"from query view at position {place} cannot be coerced to column [{told}] of type {wanted} stored in view "
                "definition",
                USER,
                SCHEMA,
            )


def _defined(connection: DuckDBPyConnection, name: Name, select: str) -> None:
    try:
        database.define(connection, *name, select)
    except duckdb.Error as error:
        raise failures.of_statement(_without_kind(error)) from error


def _answered(connection: DuckDBPyConnection, statement: str, scanned: int) -> Answer:
    try:
        connection.execute(statement)
    except (
        duckdb.BinderException,
        duckdb.CatalogException,
        duckdb.ParserException,
        duckdb.PermissionException,
    ) as error:
        raise failures.of_statement(_without_kind(error)) from error
    except duckdb.Error as error:
        raise failures.while_running(_without_kind(error)) from error
    described = connection.description or []
    columns = [(_name(str(one[0]), place), trino_type(str(one[1]))) for place, one in enumerate(described)]
    if any(kind.endswith("time zone") for _, kind in columns):
        raise QueryFailed("NOT_SUPPORTED: a time with a zone in a result, in this embedded AWS", USER, SCHEMA)
    return Answer(columns, _rows(connection), scanned)


def _name(name: str, place: int) -> str:
    """A column without a name is called after its place."""
    return name if NAME.fullmatch(name) else f"_col{place}"


def _rows(connection: DuckDBPyConnection) -> Iterator[tuple[Any, ...]]:
    try:
        while rows := connection.fetchmany(5_000):
            yield from rows
    except duckdb.Error as error:
        raise failures.while_running(_without_kind(error)) from error


def _without_kind(error: duckdb.Error) -> str:
    return str(error).partition(": ")[2] or str(error)
