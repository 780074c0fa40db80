"""What the raw lines of log files add up to, counted line by line in plain Python: no SQL, and nothing of the statement."""

from __future__ import annotations

import gzip
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from pathlib import Path

import duckdb

from cloudfront_extensions.metrics.rows import FactsRow, RejectedRow, Row, SpeedRow, UrlRow
from cloudfront_extensions.metrics.sources import Folder, folder_of

V1 = (  # noqa: SIM905 - in the order of a line
    "date time x_edge_location sc_bytes c_ip cs_method cs_host cs_uri_stem sc_status cs_referer cs_user_agent cs_uri_query "
    "cs_cookie x_edge_result_type x_edge_request_id x_host_header cs_protocol cs_bytes time_taken x_forwarded_for "
    "ssl_protocol ssl_cipher x_edge_response_result_type cs_protocol_version fle_status fle_encrypted_fields c_port "
    "time_to_first_byte x_edge_detailed_result_type sc_content_type sc_content_len sc_range_start sc_range_end"
).split()
REALTIME = (  # noqa: SIM905
    "timestamp sc_status sc_bytes cs_host cs_uri_stem x_host_header time_taken x_edge_response_result_type "
    "x_edge_detailed_result_type c_country asn"
).split()
NOT_DOWNLOADS = {"LimitExceeded", "CapacityExceeded", "Error", "Redirect"}
SPEEDS = {
    "250K": 256000, "500K": 512000, "750K": 768000, "1M": 1048576, "2M": 2097152, "3M": 3145728, "4M": 4194304
}  # fmt: skip
Line = Mapping[str, str | None]


@dataclass
class Counts:
    """Sums by key: of facts and totals, six measures; of URLs, requests and bytes; of speeds and rejected, lines."""

    facts: dict[tuple[object, ...], list[int]] = field(default_factory=lambda: defaultdict(lambda: [0] * 6))
    urls: dict[tuple[object, ...], list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0]))
    speeds: Counter[tuple[object, ...]] = field(default_factory=Counter)
    rejected: Counter[Folder] = field(default_factory=Counter)

    def told(self) -> Counts:
        """The same, of URLs only those that are told."""
        return Counts(self.facts, self._top_urls(100), self.speeds, self.rejected)

    def _top_urls(self, most: int) -> dict[tuple[object, ...], list[int]]:
        """Of each host and hour the first by requests, and the first by bytes."""
        lists: dict[tuple[object, ...], list[tuple[str, int, int]]] = defaultdict(list)
        for key, (requests, sent) in self.urls.items():
            lists[key[:-1]].append((str(key[-1]), requests, sent))
        told: dict[tuple[object, ...], list[int]] = {}
        for key, found in lists.items():
            by_requests = sorted(found, key=lambda url: (-url[1], url[0].encode()))[:most]
            by_bytes = sorted(found, key=lambda url: (-url[2], url[0].encode()))[:most]
            told |= {(*key, path): [requests, sent] for path, requests, sent in by_requests + by_bytes}
        return told


def count_files(root: Path) -> Counts:
    """All log files below a folder that stands for the logs bucket."""
    counts = Counts()
    for path in sorted(path for path in root.rglob("*") if path.is_file()):
        folder = folder_of(path.relative_to(root).as_posix())
        assert folder is not None
        for line in _parquet_lines(path) if path.suffix == ".parquet" else _text_lines(path, folder):
            _count(counts, folder, line)
    return counts


def summed(rows: list[Row]) -> Counts:
    """The rows of a result by the same keys, so that both can be compared. No key may come twice."""
    counts = Counts()
    for row in rows:
        match row:
            case FactsRow():
                key = (row.folder, row.edge_domain, row.host, row.window, *row.cell[:3], row.cell.origin.value)
                assert key not in counts.facts
                counts.facts[key] = list(row.measures)
            case UrlRow():
                assert row[:5] not in counts.urls
                counts.urls[row[:5]] = [row.requests, row.bytes]
            case SpeedRow():
                assert row[:8] not in counts.speeds
                counts.speeds[row[:8]] = row.requests
            case RejectedRow():
                assert row.folder not in counts.rejected
                counts.rejected[row.folder] = row.lines
    return counts


def _text_lines(path: Path, folder: Folder) -> Iterator[Line | None]:
    """The lines of a file; None for one that has too many fields or too few."""
    names = REALTIME if folder.source == "realtime" else V1
    data = path.read_bytes()
    for raw in re.split("\r\n|\n|\r", gzip.decompress(data).decode("utf-8", "replace")) if data else ():
        if raw == "" or raw.startswith("#"):
            continue
        fields = [None if text == "\\N" else text for text in raw.split("\t")]
        yield dict(zip(names, fields, strict=True)) if len(fields) == len(names) else None


def _parquet_lines(path: Path) -> Iterator[Line]:
    with duckdb.connect() as engine:
        found = engine.execute("SELECT * FROM read_parquet(?, hive_partitioning = false)", [str(path)])
        names = [column[0].lower() for column in found.description or ()]
        for row in found.fetchall():
            yield dict(zip(names, row, strict=True))


def _count(counts: Counts, folder: Folder, line: Line | None) -> None:
    second = None if line is None else _second(line)
    begins = int(folder.begins.timestamp())
    if line is None or second is None or not begins - 3600 <= second < begins + 2 * 3600:
        counts.rejected[folder] += 1
        return
    edge_domain, host = line.get("cs_host") or "", line.get("x_host_header") or ""
    if folder.source == "realtime":
        if host.lower().split(":")[0].endswith((".cloudfront.net", ".cloudfront.cn")):
            edge_domain, host = host, edge_domain
        edge_domain = edge_domain.split(":")[0]
    if not 2 <= len(edge_domain) <= 253:
        counts.rejected[folder] += 1
        return
    edge_domain, host = edge_domain.lower(), host.lower().split(":")[0] or "-"
    host = host if len(host) <= 253 else "-"
    country = line.get("c_country") or "-"
    status = line.get("sc_status") or "-"
    result = (line.get("x_edge_response_result_type") or "-")[:255]
    detailed = (line.get("x_edge_detailed_result_type") or "-")[:255]
    fetched = detailed == "Miss" or ("Origin" in detailed and detailed != "OriginShieldHit")
    cell = (
        country.upper() if len(country) == 2 else "-",
        status if len(status) == 3 else "-",
        result,
        "fetched" if fetched else "revalidated" if detailed == "RefreshHit" else "none",
    )
    sent, taken = _number(line.get("sc_bytes"), 0), _number(line.get("time_taken"), 3)
    measures = [1, sent or 0, taken or 0, 0, 0, 0]
    if taken is not None and taken >= 300:
        measures[3 if taken >= 1000 else 4 if taken >= 600 else 5] = 1
    window, hour = second // 300 * 300, second // 3600 * 3600
    for key in ((folder, edge_domain, host, window, *cell), (folder, None, None, window, *cell)):
        counts.facts[key] = [one + other for one, other in zip(counts.facts[key], measures, strict=True)]
    path = line.get("cs_uri_stem") or "-"
    if folder.source == "realtime":
        path = path.partition("?")[0] or "-"
    url = counts.urls[folder, edge_domain, host, hour, path[:2048] + " [cut]" if len(path) > 2048 else path]
    url[0] += 1
    url[1] += sent or 0
    if folder.source != "legacy" and sent is not None and taken is not None and result not in NOT_DOWNLOADS:
        speed = next((name for name, limit in SPEEDS.items() if sent * 1000 < limit * taken), "Other")
        counts.speeds[folder, edge_domain, host, hour, cell[0], (line.get("asn") or "-")[:255], fetched, speed] += 1


def _second(line: Line) -> int | None:
    if "timestamp" in line:
        text = line["timestamp"] or ""
        return int(text.partition(".")[0]) if re.fullmatch(r"\d{10}(\.\d{1,3})?", text) else None
    text = f"{line.get('date')} {line.get('time')}"
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}", text):
        return None
    try:
        return int(datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC).timestamp())
    except ValueError:
        return None


def _number(text: str | None, places: int) -> int | None:
    """A number that is not below zero, in units of its last decimal place; None where it can't be read."""
    try:
        number = Decimal(text or "-").scaleb(places).quantize(Decimal(1), ROUND_HALF_UP)
    except InvalidOperation:
        return None
    return int(number) if number.is_finite() and 0 <= number < 10**12 else None
