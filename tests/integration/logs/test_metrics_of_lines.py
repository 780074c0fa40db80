"""From log files by the statement, the figures and the items to metrics: they are those of the raw lines."""

from __future__ import annotations

import gzip
from collections import Counter
from random import Random

import pytest

from cloudfront_extensions.metrics.definitions import value
from cloudfront_extensions.metrics.domain_figures import DomainFigures, figures
from cloudfront_extensions.metrics.download_speeds import NO_DOWNLOADS, SpeedCell, added_speeds, speed_of
from cloudfront_extensions.metrics.facts import OriginUse
from cloudfront_extensions.metrics.rows import Row
from cloudfront_extensions.metrics.sources import Folder, Source
from cloudfront_extensions.metrics.stored_items import Kind
from cloudfront_extensions.metrics.windows import Interval
from tests.integration.logs.catalog import counted
from tests.property.stored_figures import DOMAINS, KNOWN, Table, by_hand, read, store
from tests.unit.metrics.lines import FACTS_METRICS, FOLDER, HOUR, Line, metric_of, origin_use

REALTIME = Folder(Source.REALTIME, FOLDER.hour)
RESULTS = (
    ("Hit", "Hit"),
    ("Hit", "OriginShieldHit"),
    ("RefreshHit", "RefreshHit"),
    ("Miss", "Miss"),
    ("Error", "OriginConnectError"),
    ("Error", "ClientCommError"),
    ("Redirect", "Redirect"),
    ("LimitExceeded", "LimitExceeded"),
)


def drawn(random: Random) -> Line:
    result, detailed = random.choice(RESULTS)
    return Line(
        second=HOUR - 3600 + random.randrange(3 * 3600),
        edge_domain=f"{random.choice(['d1', 'd2', 'd3', 'unknown'])}.cloudfront.net",
        host=random.choice(
            ["shop.example.com", "a.shop.example.com", "a.example.com", "example.com", "elsewhere.test"]
        ),
        country=random.choice(["DE", "FR", "US", "-"]),
        status=random.choice(["200", "304", "404", "503", "000"]),
        result=result,
        detailed=detailed,
        sent_bytes=random.choice([0, 1, 299, 300, random.randrange(10_000_000)]),
        taken_ms=random.choice([0, 299, 300, 599, 600, 999, 1000, random.randrange(3000)]),
        path=random.choice(["/", "/a", "/%2520", '/"quoted"', "/a,b"]),
        network=random.choice(["3320", "64496", "-"]),
    )


def as_logged(line: Line) -> str:
    """One line of real-time logs, host names as viewers may write them."""
    return "\t".join(
        (
            f"{line.second}.{line.taken_ms % 1000:03}",
            line.status,
            str(line.sent_bytes),
            line.host.title() + ":443",
            line.path,
            line.edge_domain,
            f"{line.taken_ms / 1000:.3f}",
            line.result,
            line.detailed,
            line.country,
            line.network,
        )
    )


@pytest.fixture(scope="module")
def lines() -> list[Line]:
    random = Random(7)  # noqa: S311 - the same lines in every run
    return [drawn(random) for _ in range(3000)]


@pytest.fixture(scope="module")
def rows(lines: list[Line], tmp_path_factory: pytest.TempPathFactory) -> list[Row]:
    root = tmp_path_factory.mktemp("logs")
    folder = root / REALTIME.prefix
    folder.mkdir(parents=True)
    for number in range(3):
        content = "".join(as_logged(line) + "\n" for line in lines[number::3])
        (folder / f"{number}.gz").write_bytes(gzip.compress(content.encode(), mtime=0))
    return counted(root, {REALTIME})


@pytest.fixture(scope="module")
def of_domain(rows: list[Row]) -> dict[str, DomainFigures]:
    return {each.domain: each for each in figures(rows, KNOWN)}


@pytest.mark.parametrize("domain", DOMAINS)
@pytest.mark.parametrize(
    ("kind", "interval"),
    [(Kind.FIVE_MINUTES, Interval.FIVE_MINUTES), (Kind.HOUR, Interval.HOUR), (Kind.HOUR_COUNTRIES, Interval.DAY)],
)
def test_metrics_of_files_are_those_of_their_lines(
    lines: list[Line], rows: list[Row], domain: str, kind: Kind, interval: Interval
) -> None:
    table: Table = {}
    store(table, rows)
    windows = read(table, domain, kind, interval, countries=True)
    expected = by_hand(lines, domain, interval)
    assert set(windows) == set(expected)
    for start, within in expected.items():
        for metric in FACTS_METRICS:
            assert value(metric, windows[start], interval.seconds) == metric_of(metric, within, interval.seconds)


@pytest.mark.parametrize("domain", DOMAINS[1:])
def test_urls_and_speeds_of_files_are_those_of_their_lines(
    lines: list[Line], of_domain: dict[str, DomainFigures], domain: str
) -> None:
    own = by_hand(lines, domain, Interval.DAY).popitem()[1]
    requests, sent = Counter[str](), Counter[str]()
    for urls, _ in of_domain[domain].urls.values():
        for url in urls:
            requests[url.path] += url.requests
            sent[url.path] += url.bytes
    assert requests == Counter(line.path for line in own)
    assert sent == {path: sum(line.sent_bytes for line in own if line.path == path) for path in requests}
    assert added_speeds(of_domain[domain].speeds.values()) == Counter(
        SpeedCell(
            line.country,
            line.network,
            origin_use(line) is OriginUse.FETCHED,
            speed_of(line.sent_bytes, line.taken_ms),
        )
        for line in own
        if line.result not in NO_DOWNLOADS
    )
