"""Parquet of rows, by DuckDB, which is imported when it is first needed: an export as CSV starts without it."""

from __future__ import annotations

from pathlib import Path

from cloudfront_extensions.metrics.export import COLUMNS

_MEMORY = "512MB"


def to_parquet(rows: Path, parquet: Path) -> None:
    """A Parquet file, compressed with zstd, of a CSV file with a line of column names. Empty values are null."""
    import duckdb

    types = ", ".join(f"'{name}': '{kind}'" for name, kind in COLUMNS.items())
    settings = {"autoinstall_known_extensions": "false", "memory_limit": _MEMORY, "threads": "1"}
    with duckdb.connect(":memory:", config=settings) as connection:
        connection.execute(
            f"COPY (SELECT * FROM read_csv('{rows}', header = true, columns = {{{types}}}, nullstr = ''))"  # noqa: S608
            f" TO '{parquet}' (FORMAT parquet, COMPRESSION zstd)"
        )
