"""What all questions about metrics have in common: of which domain, from when to when, in which windows, of which country."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass

from cloudfront_extensions.errors import InvalidInput
from cloudfront_extensions.fields import described
from cloudfront_extensions.metrics.facts import UNKNOWN
from cloudfront_extensions.metrics.fields import counted_domain, moment
from cloudfront_extensions.metrics.windows import Interval, label, start_of

_COUNTRY = re.compile(rf"[A-Z]{{2}}|{UNKNOWN}")
_DAY = Interval.DAY.seconds
_KEPT = "windows of five minutes are kept for {} days"

MOST_DAYS: Mapping[Interval, int] = {Interval.FIVE_MINUTES: 3, Interval.HOUR: 31, Interval.DAY: 400}
"""Days that one question spans at most: 864, 744 or 400 points."""
MOST_DAYS_OF_COUNTRY = 92
"""Days, in windows of a day of one country: the facts of countries are ten times as large."""
USUAL_SECONDS: Mapping[Interval, int] = {
    Interval.FIVE_MINUTES: 3 * 3600,
    Interval.HOUR: _DAY,
    Interval.DAY: 30 * _DAY,
}
"""What a question without `from` spans."""


@dataclass(frozen=True, slots=True)
class Range:
    """From `first` up to, but not at, `end`: starts of windows, in seconds since 1970."""

    first: int
    end: int
    interval: Interval

    @property
    def starts(self) -> range:
        return range(self.first, self.end, self.interval.seconds)

    @property
    def before(self) -> Range:
        """The range of the same length that ends where this one begins."""
        return Range(2 * self.first - self.end, self.first, self.interval)

    @property
    def labels(self) -> tuple[str, str]:
        return label(self.first), label(self.end)


def checked_domain(value: object, field: str = "domain") -> str:
    """A domain as it is counted: `*`, a distribution's id, or a name, normalised. Raises InvalidInput, InvalidDomainName."""
    return counted_domain(value, field)


def checked_country(value: object, field: str = "country") -> str | None:
    """Raises InvalidInput unless it is an ISO code, UNKNOWN or None, which stands for all."""
    if value is None:
        return None
    if isinstance(value, str) and _COUNTRY.fullmatch(value):
        return value
    raise InvalidInput(
        f"{field}: {described(value)}; give two capital letters such as DE (ISO 3166-1), or {UNKNOWN} for unknown"
    )


def checked_interval(value: object) -> Interval:
    if isinstance(value, str) and value in tuple(Interval):
        return Interval(value)
    raise InvalidInput(f"interval: {described(value)}; give one of {', '.join(Interval)}")


def range_of(
    from_time: str | None,
    to_time: str | None,
    interval: Interval,
    now: int,
    *,
    of_country: bool = False,
    has_interval: bool = False,
    has_before: bool = False,
) -> Range:
    """The whole windows that touch the time asked for, up to now unless `to_time` says otherwise.

    `has_interval`: whoever asks can choose the interval; `has_before`: the range before is told too.

    Raises:
        InvalidInput: a moment is none, there is nothing between the two, there is too much, or it is kept no more.
    """
    given_end = now if to_time is None else moment(to_time, "to")
    end = start_of(given_end + interval.seconds - 1, interval)
    given_first = end - USUAL_SECONDS[interval] if from_time is None else moment(from_time, "from")
    fields = "from", "to"
    asked = range_between(given_first, given_end, interval, fields, of_country=of_country, has_interval=has_interval)
    if interval is Interval.FIVE_MINUTES and asked.first < five_minutes_kept_since(now):
        raise InvalidInput(f"from: {_KEPT.format(five_minutes_days())}; choose the interval 1h or 1d")
    if interval is Interval.FIVE_MINUTES and has_before and asked.before.first < five_minutes_kept_since(now):
        raise InvalidInput(
            f"compare: the time before begins at {label(asked.before.first)}, and {_KEPT.format(five_minutes_days())}; "
            "choose the interval 1h or 1d, or leave compare out"
        )
    return asked


def range_between(
    given_first: int,
    given_end: int,
    interval: Interval,
    fields: tuple[str, str],
    *,
    of_country: bool = False,
    has_interval: bool = False,
) -> Range:
    """The whole windows that touch the time between two moments, which whoever asks gives in two `fields`.

    Raises:
        InvalidInput: there is nothing between the two, or too much.
    """
    if given_first >= given_end:
        raise InvalidInput(
            f"{', '.join(fields)}: nothing lies from the one up to the other; give a later `{fields[1]}`"
        )
    asked = Range(start_of(given_first, interval), start_of(given_end + interval.seconds - 1, interval), interval)
    most = MOST_DAYS_OF_COUNTRY if of_country and interval is Interval.DAY else MOST_DAYS[interval]
    if asked.end - asked.first > most * _DAY:
        longer = [str(one) for one in Interval if one.seconds > interval.seconds] if has_interval else []
        advice = (
            f"choose the interval {' or '.join(longer)}, or ask for less at once" if longer else "ask for less at once"
        )
        raise InvalidInput(
            f"{', '.join(fields)}: windows of {interval} are told for up to {most} days at once; {advice}"
        )
    return asked


def five_minutes_days() -> int:
    """Days for which figures of five minutes are kept."""
    return int(os.environ.get("FIVE_MINUTES_DAYS", "35"))


def five_minutes_kept_since(now: int) -> int:
    """Windows of five minutes that began earlier may be gone."""
    return now - five_minutes_days() * _DAY
