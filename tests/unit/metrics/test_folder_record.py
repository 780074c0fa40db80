"""Which folders a scan takes."""

from __future__ import annotations

import json

from cloudfront_extensions.metrics.folder_record import PendingFolder, chosen, claim_from, claim_json, rest_after
from cloudfront_extensions.metrics.sources import Folder, Source

ALL = tuple(Source)


def pending(source: Source, hour: str, since: str = "2026-11-22T15:00:00.000Z") -> PendingFolder:
    return PendingFolder(Folder(source, hour), since, "5f0c", 3)


OLD, NEW, REALTIME = (
    pending(Source.STANDARD, "2026-11-21-14"),
    pending(Source.STANDARD, "2026-11-22-14"),
    pending(Source.REALTIME, "2026-11-22-14"),
)


def test_the_newest_are_taken_first_and_the_others_are_left() -> None:
    assert chosen([OLD, NEW, REALTIME], (), ALL, 2) == ([NEW, REALTIME], True)


def test_those_that_wait_for_longest_are_taken_first_when_that_is_wanted() -> None:
    late = pending(Source.STANDARD, "2026-11-01-00", "2026-11-22T15:30:00.000Z")
    early = pending(Source.LEGACY, "2026-11-22-13", "2026-11-22T14:00:00.000Z")
    assert chosen([late, OLD, NEW, early], (), ALL, 3, longest_waiting=True) == ([early, NEW, OLD], True)


def test_nothing_is_left_when_all_are_taken() -> None:
    assert chosen([OLD, NEW], (), ALL, 2) == ([NEW, OLD], False)


def test_those_of_other_sources_are_neither_taken_nor_left() -> None:
    assert chosen([OLD, NEW, REALTIME], (), (Source.REALTIME,), 1) == ([REALTIME], False)


def test_those_that_were_asked_for_by_name_are_taken_alone() -> None:
    assert chosen([OLD, NEW, REALTIME], (OLD.folder,), ALL, 24) == ([OLD], False)


def test_a_claim_is_read_as_it_was_written() -> None:
    failed = REALTIME._replace(failures=2)
    assert claim_from(json.loads(json.dumps(claim_json(failed)))) == failed


def test_those_whose_query_failed_come_after_all_others_and_alone() -> None:
    twice, once = NEW._replace(failures=2), REALTIME._replace(failures=1)
    assert chosen([twice, once, OLD], (), ALL, 24) == ([OLD], True)
    assert chosen([twice, once], (), ALL, 24) == ([once], True)
    assert chosen([twice], (), ALL, 24, longest_waiting=True) == ([twice], False)


def test_a_folder_rests_longer_each_time_and_a_day_at_most() -> None:
    assert [rest_after(failures) // 3600 for failures in range(1, 8)] == [1, 2, 4, 8, 16, 24, 24]
