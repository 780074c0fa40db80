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


class ClaimJson(TypedDict):
    source: str
    hour: str
    since: str
    mark: str
    arrived: int


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

    Args:
        pending: all that there are.
        wanted: those alone that were asked for by name; empty: all.
        sources: those alone that have folders in question.
        most: how many a scan takes.
        longest_waiting: begin with those that have been pending for longest, not with the newest hours.
    """
    in_question = [one for one in pending if one.folder.source in sources and (not wanted or one.folder in wanted)]
    in_order = sorted(in_question, key=lambda one: (one.folder.hour, one.folder.source), reverse=True)
    if longest_waiting:
        in_order.sort(key=lambda one: one.since)
    return in_order[:most], len(in_order) > most


def claim_json(claim: PendingFolder) -> ClaimJson:
    return {
        "source": claim.folder.source.value,
        "hour": claim.folder.hour,
        "since": claim.since,
        "mark": claim.mark,
        "arrived": claim.arrived,
    }


def claim_from(document: ClaimJson) -> PendingFolder:
    folder = Folder(Source(document["source"]), document["hour"])
    return PendingFolder(folder, document["since"], document["mark"], document["arrived"])
