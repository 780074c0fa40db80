"""The rows that one scan of the logs answers, of four kinds, each of one folder.

`edge_domain` is cs(Host), CloudFront's own name of the distribution (`d111111abcdef8.cloudfront.net`), lower-cased; None in
the rows that sum all distributions. `host` is x-host-header as viewers sent it, lower-cased and without a port, UNKNOWN
where it is missing; which domain it is counted under is decided after the scan (`known_domains`).
"""

from __future__ import annotations

from typing import NamedTuple

from cloudfront_extensions.metrics.facts import Cell, Measures
from cloudfront_extensions.metrics.sources import Folder


class FactsRow(NamedTuple):
    """The requests of one cell in one window of five minutes. With `edge_domain` None, of all distributions together."""

    folder: Folder
    edge_domain: str | None
    host: str | None
    window: int
    """Its start, in seconds since 1970."""
    cell: Cell
    measures: Measures


class UrlRow(NamedTuple):
    """One of the URLs of a host with most requests, or most bytes, in one hour."""

    folder: Folder
    edge_domain: str
    host: str
    hour: int
    """Its start, in seconds since 1970."""
    path: str
    """cs-uri-stem as logged, never decoded."""
    requests: int
    bytes: int


class SpeedRow(NamedTuple):
    """Requests of one hour by country, network and class of download speed."""

    folder: Folder
    edge_domain: str
    host: str
    hour: int
    country: str
    network: str
    """Number of the viewer's autonomous system, or UNKNOWN."""
    from_origin: bool
    """Whether the origin was used as FETCHED says."""
    speed: str
    """A name of `download_speeds.Speed`."""
    requests: int


class RejectedRow(NamedTuple):
    """Lines of a folder that can't be counted: their time or distribution can't be read, or lies elsewhere."""

    folder: Folder
    lines: int


Row = FactsRow | UrlRow | SpeedRow | RejectedRow
