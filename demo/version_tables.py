"""Versions of a distribution, and what changed between them, as tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from cloudfront_extensions.versions.diff import diff
from cloudfront_extensions.versions.records import Version
from cloudfront_extensions.versions.text import lines
from demo.callers import Callers

COLOURS = {"high": "red", "medium": "yellow", "low": "green"}


def heading(version: Version, callers: Callers) -> Text:
    """Who wrote it, when, and by which call."""
    write = version.writes[0]
    return Text.assemble(
        (f"Version {version.number}", "bold"),
        f": {write.event_name} by {callers.of(version)} from {write.source_ip} at {write.time}",
    )


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> Table:
    """The lines of the diff, their parts below each other."""
    table = Table(title="What that changed, and how much harm it can do", title_justify="left", box=SIMPLE_HEAD)
    for column in ("Risk", "What", "Where"):
        table.add_column(column, overflow="fold")
    for line in lines(diff(before, after)):
        risk, what, where = line.split(maxsplit=2)
        table.add_row(Text(risk, style=COLOURS[risk]), what, Text(where))
    return table


def history(
    contents: Iterable[tuple[Version, Mapping[str, Any] | None]], good: Version, live: Version, callers: Callers
) -> Table:
    """Each version, and how far it is from the good one."""
    contents = list(contents)
    (best,) = (content for version, content in contents if version.number == good.number)
    table = Table(box=SIMPLE_HEAD)
    for column in ("Version", "Written by", f"Differs from version {good.number} in"):
        table.add_column(column, overflow="fold")
    for version, content in contents:
        table.add_row(
            f"{version.number}{', live' if version.number == live.number else ''}",
            f"rollback {version.rollback}" if version.rollback else callers.of(version),
            _difference(version, best or {}, content),
        )
    return table


def further_reading(pages: Mapping[str, str]) -> Table:
    table = Table(title="Read on", title_justify="left", box=None, show_header=False)
    for page, subject in pages.items():
        table.add_row(page, subject)
    return table


def _difference(version: Version, good: Mapping[str, Any], content: Mapping[str, Any] | None) -> Text:
    """The members that differ; what an event does not tell is no difference."""
    if content is None:
        return Text("(unknown)", style="dim")
    hidden = {place.rpartition(".")[2] for place in version.hidden}
    members = {str(change.path[0]) for change in diff(good, content) if str(change.path[-1]) not in hidden}
    return Text(", ".join(sorted(members)), style="red") if members else Text("nothing", style="green")
