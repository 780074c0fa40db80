"""What is known of a domain's windows: whether logs of them were counted, and whether what they say can still change."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from functools import cached_property

from cloudfront_extensions.metrics.windows import EARLIEST, LATEST_DELIVERY, Interval, folders_of_window, start_of

_HOUR = Interval.HOUR.seconds


@dataclass(frozen=True)
class Coverage:
    """Starts are in seconds since 1970."""

    now: int
    since: int | None
    """Start of the first hour in which the domain was counted; None: it never was."""
    counted: Set[int]
    """Starts of the five minutes in which its sources had any request of the account at all."""
    pending: Set[int]
    """Starts of the hours of the folders that have changed and were not scanned again yet."""
    rejected: Mapping[int, int] = field(default_factory=dict)
    """Lines of the account's logs that could not be counted, by the start of the hour of their folders."""

    @cached_property
    def _hours(self) -> frozenset[int]:
        return frozenset(start_of(window, Interval.HOUR) for window in self.counted)

    @cached_property
    def _last(self) -> int:
        return max(self.counted, default=0)

    def is_counted(self, start: int, interval: Interval) -> bool:
        """Whether logs of a window were counted: where the domain has no figures of it then, there were no requests.

        Within an hour whose logs are still coming in, only what lies before the last window that has any is counted.
        """
        end = start + interval.seconds
        if self.since is None or end <= self.since:
            return False
        if interval is not Interval.FIVE_MINUTES:
            return any(hour in self._hours for hour in range(start, end, _HOUR))
        return start_of(start, Interval.HOUR) in self._hours and (
            start <= self._last or end + LATEST_DELIVERY <= self.now
        )

    def is_final(self, start: int, interval: Interval) -> bool:
        """Whether logs of a window can no longer come, and all that came are counted."""
        return self.is_final_between(start, start + interval.seconds)

    def is_final_between(self, start: int, end: int) -> bool:
        """The same of the windows from `start` up to, but not at, `end`, together."""
        return end + LATEST_DELIVERY <= self.now and self.pending.isdisjoint(folders_of_window(start, end))

    def rejected_between(self, start: int, end: int) -> int:
        """Lines that could not be counted in the folders of the hours that touch this time."""
        return sum(lines for hour, lines in self.rejected.items() if start_of(start, Interval.HOUR) <= hour < end)

    @property
    def complete_through(self) -> int | None:
        """Up to where all figures are final, to the hour; None where the domain was never counted."""
        if self.since is None:
            return None
        latest = start_of(self.now - LATEST_DELIVERY, Interval.HOUR)
        return min([latest, *(hour - EARLIEST for hour in self.pending)])
