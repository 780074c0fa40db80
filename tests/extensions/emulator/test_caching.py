"""What is answered from the cache, for how long, and for whom."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from extensions.harness.emulator.behaviors import Behavior, Distribution
from extensions.harness.emulator.cache import time_to_live
from extensions.harness.emulator.origins import origin_at
from extensions.harness.emulator.policies import ALL, NONE, CachePolicy, Selection
from extensions.harness.messages import Response
from tests.extensions.emulator.client import served
from tests.extensions.emulator.local_origin import LocalOrigin

NOW = datetime(2026, 1, 1, tzinfo=UTC)
POLICY = CachePolicy(minimum=5, default=100, maximum=1000)


def behind(origin: LocalOrigin, policy: CachePolicy | None = None) -> Distribution:
    return Distribution({"a": origin_at("a", origin.url)}, [Behavior("a", cache=policy or CachePolicy())])


@pytest.mark.parametrize(
    ("status", "headers", "seconds"),
    [
        (200, {}, 100),
        (200, {"cache-control": "max-age=50"}, 50),
        (200, {"cache-control": "public, max-age=50, s-maxage=60"}, 60),
        (200, {"cache-control": "max-age=1"}, 5),
        (200, {"cache-control": "max-age=100000"}, 1000),
        (200, {"cache-control": "no-store, max-age=50"}, 5),
        (200, {"cache-control": "private"}, 5),
        (200, {"cache-control": "max-age=soon"}, 100),
        (200, {"expires": "Thu, 01 Jan 2026 00:01:00 GMT"}, 60),
        (200, {"expires": "0"}, 5),
        (301, {}, 100),
        (206, {}, 0),
        (404, {}, 10),
        (503, {"cache-control": "max-age=60"}, 60),
        (401, {"cache-control": "max-age=60"}, 0),
    ],
)
def test_time_to_live_is_what_the_origin_says_within_the_bounds(
    status: int, headers: dict[str, str], seconds: int
) -> None:
    values = {name: (value,) for name, value in headers.items()}
    response = Response(status=status, headers=values, cookies={}, body=b"")

    assert time_to_live(POLICY, response, NOW) == seconds


def test_a_second_request_is_a_hit_with_its_age(origin: LocalOrigin) -> None:
    with served(behind(origin)) as edge:
        first = edge.get("/page")
        edge.clock.advance(7)
        second = edge.get("/page")

    assert (first.cache, second.cache) == ("Miss", "Hit")
    assert (second.body, second.headers["age"]) == ("/page", "7")
    assert "age" not in first.headers
    assert len(origin.asked) == 1


def test_what_is_stale_is_asked_again(origin: LocalOrigin) -> None:
    origin.answers["/page"] = (200, {"cache-control": "max-age=10"}, b"page")
    with served(behind(origin)) as edge:
        caches = []
        for wait in (0, 9, 1):
            edge.clock.advance(wait)
            caches.append(edge.get("/page").cache)

    assert caches == ["Miss", "Hit", "Miss"]


@pytest.mark.parametrize(
    ("policy", "second", "cache"),
    [
        (CachePolicy(query=ALL), {"target": "/?a=2&b=1"}, "Miss"),
        (CachePolicy(query=NONE), {"target": "/?a=2&b=1"}, "Hit"),
        (CachePolicy(query=Selection(names=frozenset({"b"}))), {"target": "/?a=2&b=1"}, "Hit"),
        (CachePolicy(query=Selection(names=frozenset({"a"}))), {"target": "/?a=2&b=1"}, "Miss"),
        (CachePolicy(headers=NONE), {"accept": "x"}, "Hit"),
        (CachePolicy(headers=Selection(names=frozenset({"accept"}))), {"accept": "x"}, "Miss"),
        (CachePolicy(cookies=NONE), {"cookie": "a=2"}, "Hit"),
        (CachePolicy(cookies=Selection(names=frozenset({"a"}))), {"cookie": "a=2"}, "Miss"),
        (CachePolicy(cookies=Selection(names=frozenset({"b"}))), {"cookie": "a=2"}, "Hit"),
        (
            CachePolicy(headers=Selection(names=frozenset({"cloudfront-viewer-country"}))),
            {"x_emulate_country": "FR"},
            "Miss",
        ),
    ],
)
def test_the_cache_key_holds_what_the_policy_names(
    origin: LocalOrigin, policy: CachePolicy, second: dict[str, str], cache: str
) -> None:
    with served(behind(origin, policy)) as edge:
        edge.get("/?a=1&b=1", accept="text/html", cookie="a=1")
        changed = {"target": "/?a=1&b=1", "accept": "text/html", "cookie": "a=1", **second}

        assert edge.get(**changed).cache == cache


def test_a_head_is_served_from_the_answer_to_a_get_but_not_the_other_way_round(origin: LocalOrigin) -> None:
    with served(behind(origin)) as edge:
        heads = [edge.get("/page", method="HEAD") for _ in range(2)]
        gets = [edge.get("/page") for _ in range(2)]
        edge.get("/other")
        head = edge.get("/other", method="HEAD")

    assert [got.cache for got in (*heads, *gets, head)] == ["Miss", "Hit", "Miss", "Hit", "Hit"]
    assert [got.headers["content-length"] for got in (*heads, *gets)] == ["5"] * 4
    assert {got.body for got in heads} == {""}


@pytest.mark.parametrize("method", ["POST", "PUT", "OPTIONS"])
def test_only_get_and_head_are_cached(origin: LocalOrigin, method: str) -> None:
    with served(behind(origin)) as edge:
        caches = [edge.get("/page", method=method, body=b"x").cache for _ in range(2)]

    assert caches == ["Miss", "Miss"]
    assert [asked.method for asked in origin.asked] == [method, method]


def test_a_viewer_that_has_the_object_is_told_so(origin: LocalOrigin) -> None:
    origin.answers["/page"] = (200, {"etag": '"1"', "last-modified": "Wed, 31 Dec 2025 00:00:00 GMT"}, b"page")
    with served(behind(origin)) as edge:
        by_tag = edge.get("/page", if_none_match='W/"0", "1"')
        by_other_tag = edge.get("/page", if_none_match='"2"', if_modified_since="Thu, 01 Jan 2026 00:00:00 GMT")
        by_date = edge.get("/page", if_modified_since="Wed, 31 Dec 2025 00:00:00 GMT")
        by_earlier_date = edge.get("/page", if_modified_since="Tue, 30 Dec 2025 00:00:00 GMT")
        by_no_date = edge.get("/page", if_modified_since="yesterday")

    answers = [by_tag, by_other_tag, by_date, by_earlier_date, by_no_date]
    assert [got.status for got in answers] == [304, 200, 304, 200, 200]
    assert "if-none-match" not in origin.asked[0].headers
    assert by_tag.body == ""


def test_an_error_is_kept_for_ten_seconds(origin: LocalOrigin) -> None:
    origin.answers["/page"] = (404, {}, b"none")
    with served(behind(origin)) as edge:
        for wait in (0, 9, 1):
            edge.clock.advance(wait)
            assert edge.get("/page").cache == "Error"

    assert len(origin.asked) == 2
