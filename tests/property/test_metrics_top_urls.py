"""Laws of top URLs: what is kept is what is on top, and what may be missing from sums of lists has a known bound."""

from __future__ import annotations

from collections import Counter
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from cloudfront_extensions.metrics.top_urls import (
    UrlFigures,
    UrlList,
    UrlSums,
    added_urls,
    by_bytes,
    by_requests,
    kept,
    told,
)

paths = st.sampled_from([f"/{name}" for name in "abcdefghijkl"])
hits = st.lists(st.tuples(paths, st.integers(1, 9), st.integers(0, 9)), max_size=60)
Hits = list[tuple[str, int, int]]


def summed(logged: Hits) -> list[UrlFigures]:
    requests: Counter[str] = Counter()
    sent: Counter[str] = Counter()
    for path, count, size in logged:
        requests[path] += count
        sent[path] += size
    return [UrlFigures(path, requests[path], sent[path]) for path in requests]


def added_one_by_one(logged: Hits, candidates: int) -> UrlSums:
    sums = UrlSums(candidates)
    for path, requests, sent in logged:
        sums.add(path, requests, sent)
    return sums


@given(hits, st.integers(1, 6))
def test_the_first_by_requests_and_the_first_by_bytes_are_kept(logged: Hits, most: int) -> None:
    every = summed(logged)
    found = added_one_by_one(logged, 100).kept(most).urls
    assert by_requests(found)[:most] == by_requests(every)[:most]
    assert by_bytes(found)[:most] == by_bytes(every)[:most]
    assert len(found) <= 2 * most
    assert found == by_requests(found)


@given(hits, st.integers(1, 6), st.randoms(use_true_random=False))
def test_the_order_in_which_urls_come_changes_nothing(logged: Hits, most: int, random: Random) -> None:
    shuffled = list(logged)
    random.shuffle(shuffled)
    assert added_one_by_one(shuffled, 100).kept(most) == added_one_by_one(logged, 100).kept(most)


@given(hits, st.integers(4, 8))
def test_urls_held_at_once_are_bounded_and_never_counted_too_high(logged: Hits, candidates: int) -> None:
    every = {url.path: url for url in summed(logged)}
    found = added_one_by_one(logged, candidates).kept(100)
    assert len(found.urls) <= candidates
    assert_lacks_at_most_what_it_says(found, list(every.values()))


@given(st.lists(st.lists(hits, max_size=4), max_size=4), st.integers(1, 6), st.integers(1, 6), st.integers(4, 12))
def test_a_sum_of_lists_lacks_at_most_what_it_says(
    hours: list[list[Hits]], most_told: int, most_kept: int, candidates: int
) -> None:
    """Each hour has a list of each host, which is cut, and their sum is cut again."""
    lists = []
    for hosts in hours:
        sums = UrlSums(candidates)
        for logged in hosts:
            sums.add_list(told(kept(summed(logged), most_told).urls, most_told))
        lists.append(sums.kept(most_kept))
    every = summed([hit for hosts in hours for logged in hosts for hit in logged])
    assert_lacks_at_most_what_it_says(added_urls(lists), every)


@given(hits, hits)
def test_whole_lists_add_up_to_the_whole_list(first: Hits, second: Hits) -> None:
    lists = [UrlList(summed(first)), UrlList(summed(second))]
    assert added_urls(lists) == UrlList(by_requests(summed([*first, *second])))


def assert_lacks_at_most_what_it_says(found: UrlList, every: list[UrlFigures]) -> None:
    """And no figure of it is too large."""
    listed = {url.path: url for url in found.urls}
    for url in every:
        of_list = listed.get(url.path, UrlFigures(url.path, 0, 0))
        assert of_list.requests <= url.requests <= of_list.requests + found.lack.requests
        assert of_list.bytes <= url.bytes <= of_list.bytes + found.lack.bytes
