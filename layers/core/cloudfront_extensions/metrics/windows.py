"""Windows of time: half-open, labelled by their start, in seconds since 1970 (UTC).

A window of five minutes that begins at 14:05:00 has what was answered from 14:05:00 up to, but not at, 14:10:00.
"""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum

SMALLEST = 300
"""Seconds of the windows in which requests are counted; all others are sums of these."""
LATEST_DELIVERY = 24 * 3600
"""Seconds for which CloudFront may deliver log files late (Developer Guide, timing of standard log file delivery)."""


class Interval(StrEnum):
    FIVE_MINUTES = "5m"
    HOUR = "1h"
    DAY = "1d"

    @property
    def seconds(self) -> int:
        return {Interval.FIVE_MINUTES: SMALLEST, Interval.HOUR: 3600, Interval.DAY: 86_400}[self]


EARLIEST = Interval.HOUR.seconds
"""Seconds before the hour of its folder in which a line may have been answered; before them, it is rejected. Whole hours."""
LATEST = Interval.HOUR.seconds
"""Seconds after that hour in which it may have been; behind them, it is rejected. Whole hours too."""


def start_of(second: int, interval: Interval) -> int:
    """The start of the window in which a second lies."""
    return second - second % interval.seconds


def hours_of_folder(begins: int) -> range:
    """The starts of the hours in which the lines of a folder were answered, by the start of the folder's hour."""
    hour = Interval.HOUR.seconds
    return range(begins - EARLIEST, begins + hour + LATEST, hour)


def folders_of_window(start: int, end: int) -> range:
    """The starts of the hours of all folders that may have lines of a window."""
    return range(start_of(start, Interval.HOUR) - LATEST, end + EARLIEST, Interval.HOUR.seconds)


def label(start: int) -> str:
    """A start as RFC 3339, which sorts as the starts do."""
    return datetime.fromtimestamp(start, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def start_labelled(text: str) -> int:
    """The start that has this label."""
    return int(datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC).timestamp())
