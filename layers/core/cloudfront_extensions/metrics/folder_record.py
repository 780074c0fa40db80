"""What is known of a folder of log files: that files have arrived in it, and what became of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypedDict

from cloudfront_extensions.metrics.sources import Folder, Source


class PendingFolder(NamedTuple):
    """A folder in which files have arrived that no refresh has counted."""

    folder: Folder
    since: str
    """When the first of them was noted."""
    mark: str
    """Given to the folder when it became pending, and to no other."""
    arrived: int
    """How often an arrival was noted since. Together with the mark it says whether anything arrived meanwhile."""
    failures: int = 0
    """How often a query of this folder alone has failed since."""
    retry_at: int = 0
    """In seconds since 1970: until then it is left alone."""


class ClaimJson(TypedDict):
    source: str
    hour: str
    since: str
    mark: str
    arrived: int
    failures: int


LONGEST_REST = 24
"""Hours."""


def rest_after(failures: int) -> int:
    """Seconds for which a folder is left alone whose query has failed so often: an hour, then two, four, up to a day."""
    return 3600 * min(LONGEST_REST, 1 << (failures - 1))


@dataclass(frozen=True, slots=True)
class FolderRecord:
    """What the last refresh of a folder found."""

    folder: Folder
    refreshed_at: str | None = None
    """When the figures of the folder were stored last; None: never yet."""
    rejected_lines: int = 0
    """Lines that could not be counted."""
    unreadable: tuple[str, ...] = ()
    """Keys of the files that were set aside, as they were before."""


def chosen(
    pending: Iterable[PendingFolder],
    wanted: Sequence[Folder],
    sources: Sequence[Source],
    most: int,
    *,
    longest_waiting: bool = False,
) -> tuple[list[PendingFolder], bool]:
    """The folders that one scan takes, and whether any are left for another one.

    A folder whose query has failed comes after all others, and alone: it can keep none of them from being counted.

    Args:
        pending: all that there are.
        wanted: those alone that were asked for by name; empty: all.
        sources: those alone that have folders in question.
        most: how many a scan takes.
        longest_waiting: begin with those that have been pending for longest, not with the newest hours.
    """
    in_question = [one for one in pending if one.folder.source in sources and (not wanted or one.folder in wanted)]
    failing = sorted((one for one in in_question if one.failures), key=lambda one: (one.failures, one.since))
    if len(failing) == len(in_question):
        return failing[:1], len(failing) > 1
    sound = (one for one in in_question if not one.failures)
    in_order = sorted(sound, key=lambda one: (one.folder.hour, one.folder.source), reverse=True)
    if longest_waiting:
        in_order.sort(key=lambda one: one.since)
    return in_order[:most], len(in_order) > most or bool(failing)


def claim_json(claim: PendingFolder) -> ClaimJson:
    return {
        "source": claim.folder.source.value,
        "hour": claim.folder.hour,
        "since": claim.since,
        "mark": claim.mark,
        "arrived": claim.arrived,
        "failures": claim.failures,
    }


def claim_from(document: ClaimJson) -> PendingFolder:
    folder = Folder(Source(document["source"]), document["hour"])
    return PendingFolder(folder, document["since"], document["mark"], document["arrived"], document["failures"])
