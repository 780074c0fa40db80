"""The three kinds of logs, and the folders of the logs bucket in which their files lie, one an hour.

A folder is what is scanned, counted and overwritten whole. A file lies in the folder of the hour in which its requests
were answered (standard logs) or delivered (real-time logs).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

_HOUR = "%Y-%m-%d-%H"
_STANDARD = re.compile(r"standard/year=(\d{4})/month=(\d{2})/day=(\d{2})/hour=(\d{2})/[^/]+")
_BY_HOUR = re.compile(r"(legacy|realtime)/hour=(\d{4}-\d{2}-\d{2}-\d{2})/[^/]+")


class Source(StrEnum):
    """A kind of logs, by the prefix under which its files lie."""

    STANDARD = "standard"
    """Standard logging v2, Parquet."""
    LEGACY = "legacy"
    """Standard logging v1, gzipped TSV with two header lines."""
    REALTIME = "realtime"
    """Real-time logs, gzipped TSV without header, by way of Kinesis and Firehose."""


@dataclass(frozen=True, slots=True, order=True)
class Folder:
    """The files of one source for one hour."""

    source: Source
    hour: str
    """UTC, such as `2026-11-22-14`."""

    @property
    def begins(self) -> datetime:
        return datetime.strptime(self.hour, _HOUR).replace(tzinfo=UTC)

    @property
    def ends(self) -> datetime:
        """The first moment after it."""
        return self.begins + timedelta(hours=1)

    @property
    def prefix(self) -> str:
        """What the keys of its files begin with."""
        if self.source is not Source.STANDARD:
            return f"{self.source}/hour={self.hour}/"
        year, month, day, hour = self.hour.split("-")
        return f"{self.source}/year={year}/month={month}/day={day}/hour={hour}/"


def folder_of(key: str) -> Folder | None:
    """The folder in which an object of the logs bucket lies; None: it is no log file."""
    if found := _STANDARD.fullmatch(key):
        return _folder(Source.STANDARD, "-".join(found.groups()))
    if found := _BY_HOUR.fullmatch(key):
        return _folder(Source(found[1]), found[2])
    return None


def folder_at(source: Source, moment: datetime) -> Folder:
    """The folder of the hour in which a moment lies."""
    return Folder(source, moment.astimezone(UTC).strftime(_HOUR))


def _folder(source: Source, hour: str) -> Folder | None:
    folder = Folder(source, hour)
    try:
        folder.ends  # noqa: B018 - a 31st of February is no hour, nor is 24 o'clock
    except (ValueError, OverflowError):
        return None
    return folder
