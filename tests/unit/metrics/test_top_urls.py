"""The URLs on top of an hour, and of the sum of hours."""

from __future__ import annotations

from cloudfront_extensions.metrics.top_urls import (
    KEPT,
    NO_LACK,
    Lack,
    UrlFigures,
    UrlList,
    UrlSums,
    added_urls,
    by_bytes,
    by_requests,
    kept,
    told,
)

POPULAR = UrlFigures("/popular", 900, 10)
LARGE = UrlFigures("/large", 1, 9_000_000)
MIDDLING = UrlFigures("/middling", 30, 3000)


def test_the_most_requested_and_the_largest_are_both_kept() -> None:
    assert kept([MIDDLING, LARGE, POPULAR], 1) == ([POPULAR, LARGE], Lack(30, 3000))
    assert kept([MIDDLING, LARGE, POPULAR]) == ([POPULAR, MIDDLING, LARGE], NO_LACK)


def test_equal_figures_are_ordered_by_path() -> None:
    urls = [UrlFigures(path, 5, 5) for path in ("/c", "/a", "/b")]
    assert [url.path for url in by_requests(urls)] == ["/a", "/b", "/c"]
    assert [url.path for url in by_bytes(urls)] == ["/a", "/b", "/c"]
    assert [url.path for url in kept(urls, 2).urls] == ["/a", "/b"]


def test_paths_are_told_apart_as_they_were_logged() -> None:
    sums = UrlSums()
    for path in ("/%20", "/%2520", "/ ", "/%20"):
        sums.add(path, 1, 1)
    assert [(url.path, url.requests) for url in sums.kept().urls] == [("/%20", 2), ("/ ", 1), ("/%2520", 1)]


def test_the_same_path_of_several_hours_is_added() -> None:
    lists = [UrlList([POPULAR, LARGE], Lack(3, 9)), UrlList([POPULAR], Lack(4, 0)), UrlList([])]
    assert added_urls(lists) == ([UrlFigures("/popular", 1800, 20), LARGE], Lack(7, 9))


def test_a_list_that_was_cut_may_lack_a_url_like_its_last() -> None:
    urls = [UrlFigures(f"/{number}", 5 + number, 2000 - number) for number in range(KEPT)]
    assert told(urls).lack == Lack(5, 2000 - KEPT + 1)
    assert told(urls[1:]).lack == NO_LACK


def test_a_days_top_ten_from_hourly_lists_is_the_top_ten_of_the_day() -> None:
    hours = [
        [UrlFigures(f"/{rank}", 100_000 // (rank + hour % 3), rank) for rank in range(1, 2000)] for hour in range(24)
    ]
    from_lists = added_urls(kept(hour) for hour in hours)
    of_day = added_urls(UrlList(hour) for hour in hours).urls
    assert by_requests(from_lists.urls)[:10] == by_requests(of_day)[:10]
    assert by_bytes(from_lists.urls)[:10] == by_bytes(of_day)[:10]
    assert len(from_lists.urls) <= 2 * KEPT + 2


def test_a_flood_of_urls_is_bounded_and_leaves_the_top() -> None:
    sums = UrlSums(candidates=400)
    for number in range(10_000):
        sums.add(f"/flood/{number}", 1, 1)
        sums.add("/popular", 1, 1)
    assert sums.kept(1).urls == [UrlFigures("/popular", 10_000, 10_000)]
    assert len(sums.kept(1_000_000).urls) <= 400
