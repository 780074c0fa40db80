"""Log files with the requests of some hours, at the keys that they have in the logs bucket."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

import duckdb

from cloudfront_extensions.metrics.columns import FIELDS, column
from cloudfront_extensions.metrics.sources import Folder, Source, folder_at
from logs.requests import Distribution, requests

LEGACY_HEADER = f"#Version: 1.0\n#Fields: {' '.join(FIELDS[Source.LEGACY])}\n".encode()
WITH_QUERY = "cs_uri_stem || CASE WHEN cs_uri_query = '-' THEN '' ELSE '?' || cs_uri_query END"
"""The path in real-time logs, which have the query string in it (Developer Guide, real-time log fields)."""
LARGEST_FILE = 50_000
"""Lines of one file."""


def generate(
    out: Path,
    source: Source,
    distributions: Sequence[Distribution],
    *,
    seed: int,
    lines: int,
    start: datetime,
    hours: int,
    largest_file: int = LARGEST_FILE,
) -> Iterator[Path]:
    """Write files and name each, folder by folder. Each has lines of one distribution; all hours have as many lines.

    The same seed, lines and hours make the same requests, whatever the source.
    """
    with duckdb.connect(config={"threads": 1}) as engine:
        for hour, of_hour in enumerate(_shares(lines, [1.0] * hours)):
            begins = start + timedelta(hours=hour)
            folder = folder_at(source, begins)
            weights = [1 / (place + 1) for place in range(len(distributions))]
            for distribution, of_distribution in zip(distributions, _shares(of_hour, weights), strict=True):
                if not of_distribution:
                    continue
                files = -(-of_distribution // largest_file)
                for number, count in enumerate(_shares(of_distribution, [1.0] * files)):
                    name = hashlib.sha256(f"{seed} {distribution.id} {folder.hour} {number}".encode()).hexdigest()[:8]
                    path = out / folder.prefix / _name(source, distribution, folder, name)
                    path.parent.mkdir(parents=True, exist_ok=True)
                    length = 3600 // files
                    part = begins + timedelta(seconds=length * number)
                    first = hour * 1_000_000_000 + number * largest_file
                    _write(engine, path, source, requests(distribution, seed, part, length, first, count))
                    yield path


def _shares(total: int, weights: Sequence[float]) -> list[int]:
    """The total in whole parts as the weights are, exactly."""
    ends = [round(total * sum(weights[:place]) / sum(weights)) for place in range(len(weights) + 1)]
    return [end - begin for begin, end in pairwise(ends)]


def _name(source: Source, distribution: Distribution, folder: Folder, name: str) -> str:
    match source:
        case Source.STANDARD:
            return f"{distribution.id}.{folder.hour}.{name}.parquet"
        case Source.LEGACY:
            return f"{distribution.id}.{folder.hour}.{name}.gz"
        case Source.REALTIME:
            return f"realtime-1-{folder.hour}-{distribution.id}-{name}.gz"


def _write(engine: duckdb.DuckDBPyConnection, path: Path, source: Source, query: str) -> None:
    names = [column(field) for field in FIELDS[source]]
    if source is Source.REALTIME:
        names[names.index("cs_uri_stem")] = WITH_QUERY
    if source is Source.STANDARD:
        engine.execute(
            f"COPY (SELECT {', '.join(names)} FROM ({query})) TO '{path}' (FORMAT parquet, COMPRESSION snappy)"
        )
        return
    found = engine.execute(f"SELECT concat_ws(chr(9), {', '.join(names)}) FROM ({query})").fetchall()
    text = "".join(f"{line}\n" for (line,) in found).encode("latin-1")  # bytes that are not UTF-8, as viewers send them
    header = LEGACY_HEADER if source is Source.LEGACY else b""
    path.write_bytes(gzip.compress(header + text, compresslevel=6, mtime=0))
