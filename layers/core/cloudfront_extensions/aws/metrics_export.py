"""The work of `metrics_export`: facts of domains become files in the results bucket, part by part.

One invocation makes one part. What is asked, and of which domains, is written down by the first one; which parts there are
stands in the manifest, which is written after its part: an invocation that died is done again and overwrites both.
"""

from __future__ import annotations

import csv
import gzip
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterable, Mapping
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple, TypedDict

from cloudfront_extensions.aws.clients import client
from cloudfront_extensions.aws.clock import epoch_seconds
from cloudfront_extensions.aws.failures import aws_call
from cloudfront_extensions.aws.known_distributions import known_domains
from cloudfront_extensions.aws.metrics_store import MetricsStore
from cloudfront_extensions.aws.objects import get_json, put_json
from cloudfront_extensions.errors import InvalidInput
from cloudfront_extensions.metrics.coverage import Coverage
from cloudfront_extensions.metrics.export import COLUMNS, Place, Row, Stretch, after, rows, stretches
from cloudfront_extensions.metrics.export_request import (
    ExportJson,
    ExportRequest,
    Format,
    parse_request,
    refuse_expired,
)
from cloudfront_extensions.metrics.known_domains import ALL_DISTRIBUTIONS
from cloudfront_extensions.metrics.windows import Interval

ROWS_A_PART = 500_000
"""Rows after which a part is closed: some 60 MB as text, 4 MB gzipped."""

ROWS_AT_ONCE = 10_000
"""Rows in memory: a stretch of all distributions by country may have hundreds of thousands."""
LARGEST_REQUEST = 100_000_000
"""Bytes of what is asked with the names of all domains: some three million aliases."""

_EXPORT_ID = re.compile(r"[A-Za-z0-9_-]{1,80}")

Convert = Callable[[Path, Path], None]
"""Makes a Parquet file, the second, of a CSV file with the columns of `COLUMNS`, the first."""


class Part(TypedDict):
    key: str
    rows: int
    bytes: int


class Manifest(TypedDict):
    exportId: str
    complete: bool
    request: ExportJson
    domains: int
    """How many were looked at; those of which nothing is stored have no rows."""
    columns: list[str]
    rows: int
    parts: list[Part]


class ExportState(TypedDict):
    """The state of the workflow: references alone."""

    exportId: str
    done: bool
    domain: int
    start: int
    part: int
    """Number of the next part; of the first one 1."""
    rows: int
    bucket: str
    manifestKey: str


class _Export(NamedTuple):
    prefix: str
    request: ExportRequest
    domains: list[str]


def begin_export(document: Mapping[str, Any], export_id: str) -> ExportState:
    """Write down what is asked, and of which domains.

    Raises:
        InvalidInput, InvalidDomainName: the request does not say what is wanted, or asks for what is kept no more.
    """
    if not _EXPORT_ID.fullmatch(export_id):
        raise InvalidInput("the execution's name: give 1 to 80 letters, digits, hyphens and underscores")
    request = parse_request(document)
    refuse_expired(request, epoch_seconds(), int(os.environ["FIVE_MINUTES_DAYS"]))
    domains = [ALL_DISTRIBUTIONS, *known_domains().domains()] if request.domains is None else list(request.domains)
    put_json(_bucket(), f"{prefix_of(export_id)}request.json", {"request": dict(document), "domains": domains})
    return _state(export_id, Place(0, request.first), part=1, rows=0, done=False)


def export_part(state: ExportState, convert: Convert, has_time: Callable[[], bool]) -> ExportState:
    """Make the next part, of as many rows as it may have, or as there is time for; the state behind it."""
    export_id, number = state["exportId"], state["part"]
    export = _read(export_id)
    with tempfile.TemporaryDirectory() as folder:
        text = Path(folder) / "rows.csv"
        count, place = _write_rows(export, Place(state["domain"], state["start"]), text, has_time)
        key = f"{export.prefix}part-{number:05}.{'csv.gz' if export.request.format is Format.CSV else 'parquet'}"
        size = _upload(key, _packed(text, export.request.format, convert))
    done = place.domain == len(export.domains)
    manifest = _manifest(export_id, export, {"key": key, "rows": count, "bytes": size}, number, done=done)
    put_json(_bucket(), f"{export.prefix}manifest.json", manifest)
    return _state(export_id, place, part=number + 1, rows=manifest["rows"], done=done)


def prefix_of(export_id: str) -> str:
    return f"exports/{export_id}/"


def _state(export_id: str, place: Place, *, part: int, rows: int, done: bool) -> ExportState:
    return {
        "exportId": export_id,
        "done": done,
        "domain": place.domain,
        "start": place.start,
        "part": part,
        "rows": rows,
        "bucket": _bucket(),
        "manifestKey": f"{prefix_of(export_id)}manifest.json",
    }


def _read(export_id: str) -> _Export:
    prefix = prefix_of(export_id)
    document = get_json(_bucket(), f"{prefix}request.json", not_found=InvalidInput, limit=LARGEST_REQUEST)
    return _Export(prefix, parse_request(document["request"]), document["domains"])


def _write_rows(export: _Export, place: Place, path: Path, has_time: Callable[[], bool]) -> tuple[int, Place]:
    """Rows from a place on until there are enough for a part, or the time is over; how many, and the place behind them.

    At least those of one stretch: every part goes on.
    """
    count, enough = 0, int(os.environ.get("EXPORT_ROWS_A_PART", ROWS_A_PART))
    store = MetricsStore()
    is_final = _is_final(store, export.request.interval)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        for stretch in stretches(export.request, len(export.domains), place):
            found = iter(_rows(store, export, stretch, is_final))
            while batch := list(islice(found, ROWS_AT_ONCE)):
                writer.writerows(batch)
                count += len(batch)
            place = after(stretch, export.request)
            if count >= enough or not has_time():
                break
    return count, place


def _is_final(store: MetricsStore, interval: Interval) -> Callable[[int], bool]:
    """Whether a window is final: asked once a part, before its facts are read, so that none is called so that changes yet."""
    coverage = Coverage(epoch_seconds(), since=None, counted=frozenset(), pending=store.pending())
    return lambda start: coverage.is_final(start, interval)


def _rows(store: MetricsStore, export: _Export, stretch: Stretch, is_final: Callable[[int], bool]) -> Iterable[Row]:
    domain, request = export.domains[stretch.domain], export.request
    series = store.facts(domain, stretch.first, stretch.end, request.interval, countries=request.countries)
    return rows(domain, series.facts, request, is_final)


def _packed(text: Path, wanted: Format, convert: Convert) -> Path:
    if wanted is Format.PARQUET:
        packed = text.with_suffix(".parquet")
        convert(text, packed)
        return packed
    packed = text.with_suffix(".csv.gz")
    # Without a time: the same rows are the same bytes.
    with text.open("rb") as source, packed.open("wb") as file, gzip.GzipFile("", "wb", 6, file, mtime=0) as target:
        shutil.copyfileobj(source, target, 1 << 20)
    return packed


def _upload(key: str, path: Path) -> int:
    with path.open("rb") as file, aws_call("PutObject", f"s3://{_bucket()}/{key}"):
        client("s3").put_object(Bucket=_bucket(), Key=key, Body=file)
    return path.stat().st_size


def _manifest(export_id: str, export: _Export, part: Part, number: int, *, done: bool) -> Manifest:
    """The manifest with this part in its place, and none behind it."""
    earlier: list[Part] = []
    if number > 1:
        before: Manifest = get_json(_bucket(), f"{export.prefix}manifest.json", not_found=InvalidInput)
        earlier = before["parts"][: number - 1]
    parts = [*earlier, part]
    return {
        "exportId": export_id,
        "complete": done,
        "request": export.request.as_json(),
        "domains": len(export.domains),
        "columns": list(COLUMNS),
        "rows": sum(one["rows"] for one in parts),
        "parts": parts,
    }


def _bucket() -> str:
    return os.environ["RESULTS_BUCKET"]
