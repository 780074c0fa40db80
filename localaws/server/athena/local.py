"""Statements over local folders, with the definitions that the template gives to Glue: no server, no AWS.

with LocalLake(tables, {"logs-bucket": Path("…")}) as lake:
    rows, scanned = lake.run(statement, "logs")
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

from localaws.server.athena import objects, projection
from localaws.server.athena.engine import Engine, LakeObject
from localaws.server.athena.failures import SCHEMA, USER, QueryFailed
from localaws.server.athena.planning import Name
from localaws.server.athena.tables import Table


class LocalLake:
    """`definitions` are pairs of a database and a `TableInput`; `buckets` says which folder stands for a bucket.

    Objects are read where they are, unless `as_athena` wants bytes that are no UTF-8, and broken gzip, treated as the
    embedded Athena treats them, for which text is unpacked first.
    """

    def __init__(
        self,
        definitions: Iterable[tuple[str, Mapping[str, Any]]],
        buckets: Mapping[str, Path],
        *,
        as_athena: bool = False,
        memory: str = "256MB",
        threads: int = 1,
    ) -> None:
        self._definitions: dict[Name, Mapping[str, Any]] = {
            (database.lower(), str(one["Name"]).lower()): one for database, one in definitions
        }
        self._buckets = {name: folder.resolve() for name, folder in buckets.items()}
        self._as_athena, self._memory, self._threads = as_athena, memory, threads
        self._temporary = tempfile.TemporaryDirectory()
        self._numbers = 0

    @property
    def folders(self) -> list[Path]:
        return list(self._buckets.values())

    def __enter__(self) -> LocalLake:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._temporary.cleanup()

    def run(self, statement: str, database: str) -> tuple[list[dict[str, Any]], int]:
        """The rows by column, and the bytes scanned. Raises QueryFailed."""
        with self.engine().answer(statement, database) as answer:
            names = [name for name, _ in answer.columns]
            return [dict(zip(names, row, strict=True)) for row in answer.rows], answer.scanned_bytes

    def engine(self) -> Engine:
        """One for one statement, whose `answer` streams its rows."""
        self._numbers += 1
        folder = Path(self._temporary.name) / str(self._numbers)
        folder.mkdir()
        return Engine(self, folder, memory=self._memory, threads=self._threads)

    def table_input(self, name: Name) -> Mapping[str, Any]:
        if name not in self._definitions:
            reason = f"TABLE_NOT_FOUND: Table 'awsdatacatalog.{'.'.join(name)}' does not exist"
            raise QueryFailed(reason, USER, SCHEMA)
        return self._definitions[name]

    def registered_partitions(self, table: Table) -> list[tuple[tuple[str, ...], str]]:
        found = {projection.values_in(table, uri) for uri in self.present(table.location)}
        return [(values, projection.location_of(table, values)) for values in found if values is not None]

    def present(self, prefix: str) -> list[str]:
        return [one.uri for one in self.listed(prefix)]

    def listed(self, location: str) -> list[LakeObject]:
        bucket, _, prefix = location.removeprefix("s3://").partition("/")
        root = self._buckets[bucket]
        below = root / prefix.rpartition("/")[0]
        files = sorted(path for path in below.rglob("*") if path.is_file())
        found = [(path, path.relative_to(root).as_posix()) for path in files]
        return [
            LakeObject(f"s3://{bucket}/{key}", path.stat().st_size) for path, key in found if key.startswith(prefix)
        ]

    def fetch(self, one: LakeObject, table: Table, place: Path) -> Path:
        bucket, key = one.bucket_and_key
        source = self._buckets[bucket] / key
        if self._as_athena:
            return objects.unpacked(source.open("rb"), one.uri, table, place)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.symlink_to(source)
        return place
