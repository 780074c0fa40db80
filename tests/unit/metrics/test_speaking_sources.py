"""Where several kinds of logs saw the same hour, one speaks for it."""

from __future__ import annotations

from cloudfront_extensions.metrics.domain_figures import DomainFigures
from cloudfront_extensions.metrics.facts import Facts, total
from cloudfront_extensions.metrics.sources import Folder, Source
from cloudfront_extensions.metrics.speaking_sources import spoken
from cloudfront_extensions.metrics.stored_items import Kind, StoredItem, facts_of, items_of
from tests.unit.metrics.lines import FOLDER, HOUR, Line
from tests.unit.metrics.lines import facts_of as facts_of_lines

REALTIME = Folder(Source.REALTIME, FOLDER.hour)
NEXT = Folder(Source.STANDARD, "2026-11-21-15")


def seen(folder: Folder, largest: int = 350_000, **requests: int) -> list[StoredItem]:
    """The items of five minutes: so many requests, by minutes after the hour as in `m5=3`."""
    windows: dict[int, Facts] = {
        HOUR + int(minutes[1:]) * 60: facts_of_lines([Line()] * count) for minutes, count in requests.items()
    }
    found = DomainFigures("E1", folder, windows=windows)  # type: ignore[arg-type]
    return [item for item in items_of(found, largest) if item.kind is Kind.FIVE_MINUTES]


def requests(items: list[StoredItem]) -> dict[int, int]:
    """By minutes after the hour."""
    found = spoken(items, lambda item: facts_of(item, countries=False), lambda facts: total(facts).requests)
    return {
        (start - HOUR) // 60: sum(total(facts).requests for facts in parts) for start, parts in sorted(found.items())
    }


def test_the_source_with_most_requests_of_the_hour_speaks_for_all_of_it() -> None:
    assert requests([*seen(FOLDER, m0=5, m5=1), *seen(REALTIME, m0=4, m10=3)]) == {0: 4, 10: 3}


def test_standard_logs_speak_where_they_saw_as_much() -> None:
    assert requests([*seen(REALTIME, m0=2), *seen(FOLDER, m5=2)]) == {5: 2}


def test_the_folders_of_one_source_add_up() -> None:
    assert requests([*seen(FOLDER, m0=5, m55=1), *seen(NEXT, m55=2)]) == {0: 5, 55: 3}


def test_each_hour_has_its_own() -> None:
    assert requests([*seen(FOLDER, m0=1), *seen(REALTIME, m0=2), *seen(FOLDER, m60=2), *seen(REALTIME, m60=1)]) == {
        0: 2,
        60: 2,
    }


def test_what_is_left_of_an_earlier_larger_item_is_passed_over() -> None:
    facts = facts_of_lines([Line(status=str(status)) for status in range(200, 230)])
    large = list(items_of(DomainFigures("E1", FOLDER, windows={HOUR: facts}), 200))
    large = [item for item in large if item.kind is Kind.FIVE_MINUTES]
    assert len(large) > 2
    assert requests(large) == {0: 30}
    assert requests([*seen(FOLDER, m0=7), *large[1:]]) == {0: 7}
