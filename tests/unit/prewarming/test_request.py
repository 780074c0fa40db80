"""The input of `cache_prewarm`."""

from __future__ import annotations

import re
from typing import Any

import pytest

from cloudfront_extensions.distributions.source import FileSource
from cloudfront_extensions.errors import InvalidInput
from cloudfront_extensions.prewarming.pops import known_pops
from cloudfront_extensions.prewarming.request import parse_request

KNOWN = known_pops()
REQUEST: dict[str, Any] = {"requestToken": "sale-2026", "distributionId": "E2QWRUHAPOMQZL", "urls": ["/film.mp4"]}


def test_the_least_request_has_defaults() -> None:
    request = parse_request(REQUEST, KNOWN)
    assert (request.source, request.headers, request.invalidate, request.timeout_seconds) == (None, {}, False, 3600)
    assert len(request.pops) > 20


def test_urls_can_stand_in_a_file() -> None:
    document = {**REQUEST, "source": {"bucket": "b", "key": "urls.txt"}}
    del document["urls"]
    assert parse_request(document, KNOWN).source == FileSource("b", "urls.txt")


def test_headers_are_lower_case_and_paths_are_named_once() -> None:
    document = {**REQUEST, "headers": {"Accept-Encoding": "br"}, "invalidate": ["/a/*", "/a/*"]}
    request = parse_request(document, KNOWN)
    assert (request.headers, request.invalidate) == ({"accept-encoding": "br"}, ("/a/*",))


def test_a_token_stands_for_what_is_fetched_and_where() -> None:
    same = parse_request({**REQUEST, "requestToken": "other"}, KNOWN).as_json()
    assert same == parse_request(REQUEST, KNOWN).as_json()
    assert same != parse_request({**REQUEST, "target": {"pops": ["FRA56-P4"]}}, KNOWN).as_json()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"pops": []}, "pops: there is no such field"),
        ({"requestToken": "a b"}, "requestToken: "),
        ({"distributionId": None}, "distributionId: it is missing"),
        ({"urls": []}, "urls: it has 0 URLs; give 1 to 100 here"),
        ({"urls": ["/a"] * 101}, "urls: it has 101 URLs"),
        ({"urls": "/a"}, "urls: "),
        ({"urls": ["/a", "ftp://www.example.com/b"]}, "urls[1]: "),
        ({"source": {"bucket": "b", "key": "k"}}, "urls: give either urls, or source"),
        ({"headers": ["a"]}, "headers: it is a list"),
        ({"headers": {"Host": "other.example.com"}}, "headers: 'Host' is no header that can be set here"),
        ({"headers": {"a b": "c"}}, "headers: 'a b' is no header"),
        ({"headers": {"a": "b\r\nc: d"}}, "headers.a: "),
        ({"headers": {f"x-{n}": "" for n in range(11)}}, "headers: it has 11 headers"),
        ({"invalidate": "yes"}, "invalidate: "),
        ({"invalidate": []}, "invalidate: it is a list"),
        ({"invalidate": ["/a", "b"]}, "invalidate[1]: "),
        ({"timeoutSeconds": 59}, "timeoutSeconds: it is a number; give whole seconds from 60 to 86,400"),
        ({"timeoutSeconds": True}, "timeoutSeconds: it is true or false"),
    ],
)
def test_a_field_that_is_wrong_is_named(change: dict[str, Any], says: str) -> None:
    with pytest.raises(InvalidInput, match=re.escape(says)):
        parse_request({**REQUEST, **change}, KNOWN)


def test_a_source_without_a_key_is_named() -> None:
    document = {**REQUEST, "source": {"bucket": "b"}}
    del document["urls"]
    with pytest.raises(InvalidInput, match="source: it is an object; give bucket and key"):
        parse_request(document, KNOWN)
