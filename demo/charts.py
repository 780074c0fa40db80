"""Metrics as charts of the terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.bar import Bar
from rich.box import SIMPLE_HEAD
from rich.table import Table

WIDTH = 34
"""Characters of a full bar."""


def hours(answer: Mapping[str, Any]) -> Table:
    """A day of one domain: each hour's requests as a bar, and what is told beside it."""
    series = {one["metric"]: one for one in answer["series"] if one["key"] is None}
    table = Table(title=f"{answer['domain']}, hour by hour (UTC)", title_justify="left", box=SIMPLE_HEAD)
    for column in ("Hour", "Requests", ""):
        table.add_column(column, justify="right" if column == "Requests" else "left")
    for column in ("Cache hits", "Latency", "Bandwidth"):
        table.add_column(column, justify="right")
    most = max(filter(None, series["request"]["values"]), default=1)
    for place, window in enumerate(answer["windows"]):
        requests = series["request"]["values"][place]
        table.add_row(
            window["start"][11:16],
            _told(requests, "{:,.0f}"),
            Bar(most, 0, requests or 0, width=WIDTH, color="cyan"),
            _told(series["chr"]["values"][place], "{:.1f} %"),
            _told(series["requestLatency"]["values"][place], "{:.0f} ms"),
            _told(_kilobits(series["bandwidth"]["values"][place]), "{:,.1f} kbit/s"),
        )
    return table


def countries(answer: Mapping[str, Any], most: int) -> Table:
    table = Table(title=f"{answer['domain']}, by country", title_justify="left", box=SIMPLE_HEAD)
    for column in ("Country", "Requests", "Share", "", "Cache hits"):
        table.add_column(column, justify="right" if column in ("Requests", "Share", "Cache hits") else "left")
    for one in answer["countries"][:most]:
        table.add_row(
            "unknown" if one["country"] == "-" else one["country"],
            f"{one['requests']:,}",
            f"{one['percent']:.1f} %",
            Bar(100, 0, one["percent"], width=WIDTH, color="cyan"),
            _told(one["chr"], "{:.1f} %"),
        )
    return table


def urls(answer: Mapping[str, Any]) -> Table:
    table = Table(title=f"{answer['domain']}, URLs with most requests", title_justify="left", box=SIMPLE_HEAD)
    table.add_column("URL", overflow="fold", min_width=WIDTH)
    for column in ("Requests", "Bytes"):
        table.add_column(column, justify="right")
    found: Sequence[Mapping[str, Any]] = answer["urls"]
    for one in found:
        table.add_row(one["path"], f"{one['requests']:,}", f"{one['bytes']:,}")
    return table


def _told(number: float | None, form: str) -> str:
    return "-" if number is None else form.format(number)


def _kilobits(bits: float | None) -> float | None:
    return None if bits is None else bits / 1000
