"""Tables and views of the Glue catalog as relations of DuckDB, by the `TableInput` that CloudFormation gives to Glue.

No server and no AWS: the same definitions run on local files (`local`). Two kinds of tables are read, as Athena reads
them: delimited text by LazySimpleSerDe (quotes mean nothing, missing columns are null, columns too many are dropped, what
is no number is null), and Parquet, whose columns are found by name.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any
from urllib.parse import quote

from localaws.server.athena.failures import SCHEMA, USER, QueryFailed

LAZY_SIMPLE = "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe"
PARQUET = "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe"
PRESTO_VIEW = re.compile(r"^\s*/\*\s*Presto View:\s*([A-Za-z0-9+/=\s]+?)\s*\*/\s*$")
LONGEST_LINE = 2 * 1024 * 1024
READ_AT_ONCE = 4 * LONGEST_LINE
"""Bytes of text that DuckDB holds of a file; by itself it would be four times as many."""
TYPES = {
    "string": "VARCHAR",
    "varchar": "VARCHAR",
    "char": "VARCHAR",
    "boolean": "BOOLEAN",
    "tinyint": "TINYINT",
    "smallint": "SMALLINT",
    "int": "INTEGER",
    "integer": "INTEGER",
    "bigint": "BIGINT",
    "float": "FLOAT",
    "real": "FLOAT",
    "double": "DOUBLE",
    "date": "DATE",
    "timestamp": "TIMESTAMP",
}
KEY_MARK = "/@/"
"""In the name of a local file, before the bucket and the key of the object that it is."""
UNPACKED = ".unpacked"
"""What the name of a local file ends with when it is text out of gzip."""


class Format(Enum):
    TEXT = "text"
    PARQUET = "parquet"


@dataclass(frozen=True, slots=True)
class Column:
    name: str
    type: str
    """Hive's, such as `bigint`."""

    @property
    def duckdb_type(self) -> str:
        base, bracket, rest = self.type.strip().lower().partition("(")
        if base == "decimal":
            return f"DECIMAL{bracket}{rest}"
        if base not in TYPES:
            raise QueryFailed(
                f"NOT_SUPPORTED: type {self.type} of column {self.name} in this embedded AWS", kind=SCHEMA
            )
        return TYPES[base]


@dataclass(frozen=True, slots=True)
class Table:
    database: str
    name: str
    columns: tuple[Column, ...]
    partition_keys: tuple[Column, ...]
    location: str
    """Such as `s3://bucket/prefix/`."""
    format: Format
    delimiter: str
    null_text: str
    header_lines: int
    parameters: Mapping[str, str]

    @property
    def is_projected(self) -> bool:
        return self.parameters.get("projection.enabled", "").lower() == "true"

    @property
    def folder(self) -> str:
        return f"{self.database}.{self.name}"


@dataclass(frozen=True, slots=True)
class View:
    database: str
    name: str
    sql: str
    columns: tuple[tuple[str, str], ...]
    """Names and Trino's types, as the view declares them."""


def definition(database: str, table_input: Mapping[str, Any]) -> Table | View:
    """A table or a view from Glue's `Table` or CloudFormation's `TableInput`. Raises QueryFailed for what is neither."""
    name = str(table_input["Name"]).lower()
    if table_input.get("TableType") == "VIRTUAL_VIEW":
        return _view(database, name, str(table_input.get("ViewOriginalText") or ""))
    storage = table_input.get("StorageDescriptor") or {}
    serde = storage.get("SerdeInfo") or {}
    parameters = {str(key): str(value) for key, value in (table_input.get("Parameters") or {}).items()}
    texts = {str(key): str(value) for key, value in (serde.get("Parameters") or {}).items()}
    formats = {LAZY_SIMPLE: Format.TEXT, PARQUET: Format.PARQUET}
    if serde.get("SerializationLibrary") not in formats:
        raise QueryFailed(f"NOT_SUPPORTED: the SerDe of {database}.{name} in this embedded AWS", kind=SCHEMA)
    return Table(
        database=database,
        name=name,
        columns=_columns(storage.get("Columns")),
        partition_keys=_columns(table_input.get("PartitionKeys")),
        location=str(storage.get("Location", "")).rstrip("/") + "/",
        format=formats[serde["SerializationLibrary"]],
        delimiter=_unescaped(texts.get("field.delim") or texts.get("serialization.format") or "\x01"),
        null_text=texts.get("serialization.null.format") or parameters.get("serialization.null.format") or "\\N",
        header_lines=int(parameters.get("skip.header.line.count", 0)),
        parameters=parameters,
    )


def _view(database: str, name: str, text: str) -> View:
    found = PRESTO_VIEW.match(text)
    try:
        decoded = json.loads(base64.b64decode(found[1])) if found else {}
        return View(
            (decoded.get("schema") or database).lower(),
            name,
            decoded["originalSql"],
            tuple((column["name"], column["type"]) for column in decoded["columns"]),
        )
    except (ValueError, KeyError) as error:
        raise QueryFailed(f"INVALID_VIEW: Invalid view JSON of {database}.{name}: {error}", USER, SCHEMA) from error


def _columns(listed: Sequence[Mapping[str, str]] | None) -> tuple[Column, ...]:
    return tuple(Column(str(one["Name"]).lower(), str(one.get("Type", "string"))) for one in listed or ())


def _unescaped(delimiter: str) -> str:
    return {"\\t": "\t", "9": "\t", "1": "\x01"}.get(delimiter, delimiter)


def view_text(sql: str, columns: Sequence[tuple[str, str]], database: str) -> str:
    """The `ViewOriginalText` of a view, as Athena writes it into Glue."""
    content = {
        "originalSql": sql,
        "catalog": "awsdatacatalog",
        "schema": database,
        "columns": [{"name": name, "type": kind} for name, kind in columns],
    }
    return f"/* Presto View: {base64.b64encode(json.dumps(content).encode()).decode()} */"


def folder_of_partition(table: Table, values: Sequence[str]) -> str:
    """The folder for files of a partition, as Hive names it: DuckDB reads the values from there."""
    pairs = zip(table.partition_keys, values, strict=True)
    return "/".join([table.folder, *(f"{key.name}={quote(value, safe='')}" for key, value in pairs)])


def name_of_object(bucket: str, key: str) -> str:
    """What a local copy of an object is called below the folder of its partition; `$path` is read from it."""
    return f"{KEY_MARK}{bucket}/{key.replace('%', '%25').replace('=', '%3D')}".lstrip("/")


def relation(table: Table, files: Sequence[Path], *, with_path: bool) -> str:
    """The SELECT that a table stands for, over local files that lie as `folder_of_partition` says."""
    if not files:
        every = [
            f"CAST(NULL AS {one.duckdb_type}) AS {quoted(one.name)}" for one in (*table.columns, *table.partition_keys)
        ]
        return f"SELECT {', '.join([*every, *_path(with_path, is_empty=True)])} WHERE false"
    reader = _text_reader(table, files) if table.format is Format.TEXT else _parquet_reader(table, files)
    columns = [_read(table, one) for one in table.columns] + [quoted(one.name) for one in table.partition_keys]
    return f"SELECT {', '.join([*columns, *_path(with_path)])} FROM {reader}"  # noqa: S608


def _read(table: Table, column: Column) -> str:
    if table.format is Format.PARQUET or column.duckdb_type == "VARCHAR":
        return quoted(column.name)
    return f"TRY_CAST({quoted(column.name)} AS {column.duckdb_type}) AS {quoted(column.name)}"


def _text_reader(table: Table, files: Sequence[Path]) -> str:
    columns = ", ".join(f"{literal(one.name)}: 'VARCHAR'" for one in table.columns)
    return (
        f"read_csv({_list(files)}, delim={literal(table.delimiter)}, quote='', escape='', header=false, "
        f"skip={table.header_lines}, null_padding=true, strict_mode=false, auto_detect=false, "
        f"nullstr={literal(table.null_text)}, max_line_size={LONGEST_LINE}, buffer_size={READ_AT_ONCE}, "
        f"columns={{{columns}}}, filename=true{_hive(table)})"
    )


def _parquet_reader(table: Table, files: Sequence[Path]) -> str:
    """By name: what a file lacks is null. `pattern_file` is the first of the files and has every column."""
    return f"read_parquet({_list(files)}, union_by_name=true, filename=true{_hive(table)})"


def pattern_file(table: Table, root: Path) -> tuple[Path, str]:
    """An empty Parquet file with every column of a table: where it goes, and the statement that writes it."""
    place = root / folder_of_partition(table, ["0"] * len(table.partition_keys)) / "columns.parquet"
    columns = ", ".join(f"CAST(NULL AS {one.duckdb_type}) AS {quoted(one.name)}" for one in table.columns)
    return place, f"COPY (SELECT {columns} WHERE false) TO {literal(str(place))} (FORMAT parquet)"


def _hive(table: Table) -> str:
    if not table.partition_keys:
        return ", hive_partitioning=false"
    types = ", ".join(f"{quoted(one.name)}: {one.duckdb_type}" for one in table.partition_keys)
    return f", hive_partitioning=true, hive_types_autocast=false, hive_types={{{types}}}"


def _path(with_path: bool, *, is_empty: bool = False) -> list[str]:
    if not with_path:
        return []
    key = f"regexp_replace(string_split(filename, '{KEY_MARK}')[2], '{re.escape(UNPACKED)}$', '')"
    value = "CAST(NULL AS VARCHAR)" if is_empty else f"'s3://' || replace(replace({key}, '%3D', '='), '%25', '%')"
    return [f'{value} AS "$path"']


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _list(files: Sequence[Path]) -> str:
    return "[" + ", ".join(literal(str(file)) for file in files) + "]"
