"""From the rows of a scan to the figures of domains, one distribution in memory at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby

from cloudfront_extensions.errors import RowsOutOfOrder
from cloudfront_extensions.metrics.download_speeds import Speed, SpeedCell
from cloudfront_extensions.metrics.facts import UNKNOWN, Cell, Measures
from cloudfront_extensions.metrics.known_domains import ALL_DISTRIBUTIONS, KnownDomains
from cloudfront_extensions.metrics.rows import FactsRow, RejectedRow, Row, UrlRow
from cloudfront_extensions.metrics.sources import Folder
from cloudfront_extensions.metrics.top_urls import UrlFigures, UrlList, UrlSums, told

__all__ = ["DomainFigures", "SpeedCell", "UrlFigures", "figures"]


@dataclass
class DomainFigures:
    """All that one folder has of one domain."""

    domain: str
    """An alias, a distribution's id, the edge domain of an unknown distribution, or ALL_DISTRIBUTIONS."""
    folder: Folder
    windows: dict[int, dict[Cell, Measures]] = field(default_factory=dict)
    """By start of five minutes, in seconds since 1970. Some may lie a little outside the folder's hour."""
    urls: dict[int, UrlList] = field(default_factory=dict)
    """By start of the hour: those of `top_urls.kept`. None for ALL_DISTRIBUTIONS, where a path would name many URLs."""
    speeds: dict[int, dict[SpeedCell, int]] = field(default_factory=dict)
    """Requests by start of the hour; none for ALL_DISTRIBUTIONS."""
    rejected: int = 0
    """Lines of the folder that can't be counted; told for ALL_DISTRIBUTIONS only."""


def figures(rows: Iterable[Row], known: KnownDomains) -> Iterator[DomainFigures]:
    """The figures of every domain of every folder, each once.

    Args:
        rows: ordered by folder, edge domain and host, so that those of one distribution follow each other, and within it
            those of one host; within that, and whether the rows of all distributions come first or last, in any order.
        known: what hosts are folded to.

    Raises:
        RowsOutOfOrder: a distribution comes again after another one. Figures are written whole, so its first ones would be
            lost; nothing is guessed.
    """
    seen: set[tuple[Folder, str | None]] = set()
    for part, group in groupby(rows, _part):
        if part in seen:
            raise _out_of_order(*part)
        seen.add(part)
        yield from _of_one_part(*part, group, known)


def _out_of_order(folder: Folder, edge_domain: str | None) -> RowsOutOfOrder:
    return RowsOutOfOrder(
        f"the rows of {edge_domain or 'all distributions'} in {folder.prefix} do not follow each other in the result of the "
        "query; order it by folder and edge domain, and start metrics_refresh again"
    )


def _part(row: Row) -> tuple[Folder, str | None]:
    return row.folder, None if isinstance(row, RejectedRow) else row.edge_domain


def _of_one_part(
    folder: Folder, edge_domain: str | None, rows: Iterable[Row], known: KnownDomains
) -> Iterator[DomainFigures]:
    found: dict[str, DomainFigures] = {}
    urls: dict[tuple[str, int], UrlSums] = {}
    for host, of_host in groupby(rows, _host):
        domain = ALL_DISTRIBUTIONS if edge_domain is None else known.fold(edge_domain, host or UNKNOWN)
        if domain not in found:
            found[domain] = DomainFigures(domain, folder)
        for hour, of_hour in _add_host(found[domain], of_host).items():
            urls.setdefault((domain, hour), UrlSums()).add_list(told(of_hour))
    for (domain, hour), sums in urls.items():
        found[domain].urls[hour] = sums.kept()
    yield from found.values()


def _host(row: Row) -> str | None:
    return None if isinstance(row, RejectedRow) else row.host


def _add_host(of_domain: DomainFigures, rows: Iterable[Row]) -> dict[int, list[UrlFigures]]:
    """Add the rows of one host; its URLs are answered by the start of the hour, for its lists are whole only together."""
    urls: dict[int, list[UrlFigures]] = {}
    for row in rows:
        if isinstance(row, FactsRow):
            window = of_domain.windows.setdefault(row.window, {})
            present = window.get(row.cell)
            window[row.cell] = present.plus(row.measures) if present else row.measures
        elif isinstance(row, UrlRow):
            urls.setdefault(row.hour, []).append(UrlFigures(row.path, row.requests, row.bytes))
        elif isinstance(row, RejectedRow):
            of_domain.rejected += row.lines
        else:
            hour = of_domain.speeds.setdefault(row.hour, {})
            cell = SpeedCell(row.country, row.network, row.from_origin, Speed(row.speed))
            hour[cell] = hour.get(cell, 0) + row.requests
    return urls
