"""Lines of logs as they are found in the metrics table: what a refresh of their folders stores."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime

import pytest

from cloudfront_extensions.aws.metrics_store import MetricsStore
from cloudfront_extensions.metrics.domain_figures import figures
from cloudfront_extensions.metrics.known_domains import KnownDistribution, KnownDomains
from cloudfront_extensions.metrics.sources import Folder, Source, folder_at
from tests.unit.conftest import create_table
from tests.unit.metrics.lines import Line, rows_of

SHOP = "shop.example.com"
KNOWN: list[KnownDistribution] = [
    {"distributionId": "E1SHOP00000000", "edgeDomain": "d1.cloudfront.net", "aliases": [SHOP]},
    {"distributionId": "E2OTHER0000000", "edgeDomain": "d2.cloudfront.net", "aliases": []},
]


def create_metrics_table(monkeypatch: pytest.MonkeyPatch) -> None:
    """The table, and the environment in which functions find it."""
    create_table("metrics", "metrics", "MetricsTable")
    monkeypatch.setenv("METRICS_TABLE", "metrics")
    monkeypatch.setenv("FIVE_MINUTES_DAYS", "35")


def store(logged: Iterable[Line], source: Source = Source.STANDARD, known: Iterable[KnownDistribution] = KNOWN) -> None:
    """Each line in the folder of its hour."""
    by_folder: dict[Folder, list[Line]] = defaultdict(list)
    for line in logged:
        by_folder[folder_at(source, datetime.fromtimestamp(line.second, UTC))].append(line)
    domains = KnownDomains(known)
    for folder, lines in by_folder.items():
        MetricsStore().write(figures(rows_of(lines, folder), domains))
