"""A DuckDB that stands in for Athena's engine: its catalog's name, Trino's functions where they differ, its limits.

Nothing that a statement says reaches a file outside the given folder or the network.
"""

from __future__ import annotations

from pathlib import Path

import duckdb
from duckdb import DuckDBPyConnection

from localaws.server.athena.tables import literal, quoted

CATALOG = "awsdatacatalog"
MEMORY = "256MB"
MACROS = (
    # Trino answers null where DuckDB answers the empty text.
    """regexp_extract(text, pattern) AS
         CASE WHEN regexp_matches(text, pattern) THEN system.main.regexp_extract(text, pattern) END,
       (text, pattern, part) AS
         CASE WHEN regexp_matches(text, pattern) THEN system.main.regexp_extract(text, pattern, part) END""",
    """split_part(text, separator, place) AS
         list_extract(string_split(text, separator), CAST(place AS BIGINT))""",
    "regexp_like(text, pattern) AS regexp_matches(text, pattern)",
    "to_unixtime(moment) AS CAST(epoch(moment) AS DOUBLE)",
    "from_unixtime(seconds) AS make_timestamp(CAST(seconds * 1000000 AS BIGINT))",
    "from_iso8601_timestamp(text) AS CAST(text AS TIMESTAMP WITH TIME ZONE)",
    "from_iso8601_date(text) AS CAST(text AS DATE)",
    "element_at(list, place) AS list_extract(list, place)",
    "cardinality(list) AS len(list)",
)


def connected(temporary: Path, *, memory: str = MEMORY, threads: int = 1) -> DuckDBPyConnection:
    """An empty catalog. `temporary` is where what does not fit into memory goes."""
    connection = duckdb.connect(
        config={
            "memory_limit": memory,
            "threads": threads,
            "temp_directory": str(temporary),
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        }
    )
    connection.execute(f"ATTACH ':memory:' AS {CATALOG}")
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute("SET integer_division = true")
    connection.execute("SET enable_progress_bar = false")
    for macro in MACROS:
        connection.execute(f"CREATE TEMP MACRO {macro}")
    return connection


def closed_in(connection: DuckDBPyConnection, folders: list[Path]) -> None:
    """Let statements read these folders and nothing else, from now on."""
    connection.execute(f"SET allowed_directories = [{', '.join(literal(str(folder)) for folder in folders)}]")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")


def use(connection: DuckDBPyConnection, database: str) -> None:
    """Make a database, if it is not there, and look for names without one in it."""
    connection.execute(f"CREATE SCHEMA IF NOT EXISTS {CATALOG}.{quoted(database)}")
    connection.execute(f"USE {CATALOG}.{quoted(database)}")


def define(connection: DuckDBPyConnection, database: str, name: str, select: str) -> None:
    use(connection, database)
    connection.execute(f"CREATE VIEW {CATALOG}.{quoted(database)}.{quoted(name)} AS {select}")
