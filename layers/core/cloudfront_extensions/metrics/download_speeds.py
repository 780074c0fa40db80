"""Classes of download speed: sc-bytes by time-taken of one answer, in bytes a second.

A class is named by the speed below which it lies, in units of 1,024 as the predecessor has them: `500K` is from 256,000 up
to, but not, 512,000 bytes a second. An answer that took no time at all is in `Other`, with the fastest.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import NamedTuple


class Speed(StrEnum):
    """A class, in the order of speeds."""

    BELOW_250K = "250K"
    BELOW_500K = "500K"
    BELOW_750K = "750K"
    BELOW_1M = "1M"
    BELOW_2M = "2M"
    BELOW_3M = "3M"
    BELOW_4M = "4M"
    OTHER = "Other"
    """4 MiB a second and faster."""


LIMITS: Mapping[Speed, int] = {
    Speed.BELOW_250K: 256_000,
    Speed.BELOW_500K: 512_000,
    Speed.BELOW_750K: 768_000,
    Speed.BELOW_1M: 1_048_576,
    Speed.BELOW_2M: 2_097_152,
    Speed.BELOW_3M: 3_145_728,
    Speed.BELOW_4M: 4_194_304,
}
"""Bytes a second below which a speed is in a class, ascending: the first that holds is the class. OTHER has no limit."""

NO_DOWNLOADS = ("LimitExceeded", "CapacityExceeded", "Error", "Redirect")
"""Values of x-edge-response-result-type whose answers are no downloads: their speeds are not counted."""


class SpeedCell(NamedTuple):
    """What the answers of one hour are told apart by."""

    country: str
    """ISO 3166-1 alpha-2, or UNKNOWN."""
    network: str
    """Number of the viewer's autonomous system, or UNKNOWN."""
    from_origin: bool
    """Whether the origin was used as `OriginUse.FETCHED` says."""
    speed: Speed


Speeds = Mapping[SpeedCell, int]
"""Requests by cell."""


def speed_of(sent_bytes: int, taken_ms: int) -> Speed:
    """The class of one answer. In integers, so that no engine rounds differently."""
    for speed, limit in LIMITS.items():
        if sent_bytes * 1000 < limit * taken_ms:
            return speed
    return Speed.OTHER


def added_speeds(parts: Iterable[Speeds]) -> dict[SpeedCell, int]:
    """The sum of parts, cell by cell."""
    total: dict[SpeedCell, int] = {}
    for part in parts:
        for cell, requests in part.items():
            total[cell] = total.get(cell, 0) + requests
    return total


def shares(speeds: Speeds, *, from_origin: bool = False) -> dict[str, dict[str, dict[Speed, float]]]:
    """Percent of answers in each class, by country and network; with `from_origin` of those alone that the origin gave.

    All eight classes of a network add up to 100. A network without answers is left out.
    """
    counts: dict[tuple[str, str], dict[Speed, int]] = {}
    for cell, requests in speeds.items():
        if requests and (cell.from_origin or not from_origin):
            classes = counts.setdefault((cell.country, cell.network), dict.fromkeys(Speed, 0))
            classes[cell.speed] += requests
    found: dict[str, dict[str, dict[Speed, float]]] = {}
    for (country, network), classes in sorted(counts.items()):
        answers = sum(classes.values())
        found.setdefault(country, {})[network] = {speed: 100 * count / answers for speed, count in classes.items()}
    return found
