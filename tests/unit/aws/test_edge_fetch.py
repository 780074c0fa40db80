"""GETs through servers on this machine that stand in for points of presence."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest

from cloudfront_extensions.aws.edge_fetch import TRIES, fetch
from cloudfront_extensions.prewarming.fetches import Fetch
from cloudfront_extensions.prewarming.urls import Url
from tests.bundles import key_pem, new_key, public_root
from tests.points_of_presence import PAGE, PointsOfPresence, points_of_presence

POP, HOST, HERE = "FRA56-P4", "www.example.com", "127.0.0.1"
NOBODY = "127.0.0.3"
"""The server's address as well, but by no PoP's name."""


@pytest.fixture
def pop() -> Iterator[PointsOfPresence]:
    with points_of_presence({HERE: POP}) as world:
        yield world


@pytest.fixture
def secure_pop(tmp_path: Path) -> Iterator[PointsOfPresence]:
    key = new_key()
    chain, own = tmp_path / "chain.pem", tmp_path / "key.pem"
    authority = public_root()
    leaf = authority.issue(HOST, key=key)
    chain.write_bytes(type(authority)(leaf, key).pem + authority.pem)
    own.write_bytes(key_pem(key))
    with points_of_presence({HERE: POP}, (str(chain), str(own))) as world:
        yield world


def get(pop: PointsOfPresence, path: str, *addresses: str, **more: object) -> Fetch:
    return fetch(Url("http", HOST, pop.port, path), POP, addresses or (HERE,), {}, **more)  # type: ignore[arg-type]


def test_a_page_is_fetched_whole_by_its_host_name(pop: PointsOfPresence) -> None:
    first, second = get(pop, "/film.mp4?a=1"), get(pop, "/film.mp4?a=1")

    assert (first["outcome"], first["status"], first["bytes"], first["attempts"]) == ("warm", 200, len(PAGE), 1)
    assert (first["cache"], second["cache"]) == ("Miss from cloudfront", "Hit from cloudfront")
    (asked, _) = pop.asked
    assert asked.path == "/film.mp4?a=1"
    assert asked.headers["host"] == f"{HOST}:{pop.port}"
    assert asked.headers["accept-encoding"] == "br, gzip"


def test_headers_of_the_request_go_with_it(pop: PointsOfPresence) -> None:
    fetch(Url("http", HOST, pop.port, "/"), POP, (HERE,), {"accept-encoding": "gzip", "x-variant": "b"})
    assert (pop.asked[0].headers["accept-encoding"], pop.asked[0].headers["x-variant"]) == ("gzip", "b")


@pytest.mark.parametrize(
    ("path", "outcome", "reason"),
    [
        ("/404", "badStatus", "the answer has status 404"),
        ("/elsewhere", "answeredElsewhere", "LHR61-P3 answered"),
        ("/nowhere", "answeredElsewhere", "the answer names no PoP: that is not CloudFront"),
    ],
)
def test_an_answer_that_warms_nothing_is_told_and_not_asked_for_again(
    pop: PointsOfPresence, path: str, outcome: str, reason: str
) -> None:
    fetched = get(pop, path)
    assert (fetched["outcome"], fetched["reason"], fetched["attempts"]) == (outcome, reason, 1)
    assert len(pop.asked) == 1


def test_an_answer_that_ends_too_early_is_asked_for_again(pop: PointsOfPresence) -> None:
    fetched = get(pop, "/cut")
    assert (fetched["outcome"], fetched["attempts"]) == ("unreachable", TRIES)
    assert "IncompleteRead" in str(fetched["reason"])


def test_an_answer_that_takes_too_long_is_left(pop: PointsOfPresence) -> None:
    fetched = get(pop, "/slow", longest=0.1)
    assert (fetched["outcome"], fetched["attempts"]) == ("unreachable", 1)
    assert fetched["reason"] == "TimeoutError: the answer was not whole after 0.1 s"


def test_addresses_are_tried_in_turn(pop: PointsOfPresence) -> None:
    fetched = get(pop, "/cut", HERE, NOBODY)
    assert fetched["attempts"] == TRIES
    assert [asked.address for asked in pop.asked] == [HERE, NOBODY, HERE]


def test_a_server_that_takes_no_connection_is_unreachable() -> None:
    with socket.socket() as taken:  # bound, and not listening: it refuses
        taken.bind((HERE, 0))
        fetched = fetch(Url("http", HOST, taken.getsockname()[1], "/"), POP, (HERE,), {})
    assert (fetched["outcome"], fetched["attempts"]) == ("unreachable", TRIES)
    assert str(fetched["reason"]).startswith("ConnectionRefusedError: ")


def test_https_names_the_host_and_trusts_its_certificate(secure_pop: PointsOfPresence) -> None:
    trusted = ssl.create_default_context(cadata=public_root().pem.decode())
    fetched = fetch(Url("https", HOST, secure_pop.port, "/"), POP, (HERE,), {}, context=trusted)

    assert fetched["outcome"] == "warm", fetched
    assert secure_pop.asked[0].server_name == HOST


@pytest.mark.parametrize("host", [HOST, "shop.example.com"])
def test_a_certificate_that_nobody_trusts_or_of_another_name_is_refused(
    secure_pop: PointsOfPresence, host: str
) -> None:
    trusted = None if host == HOST else ssl.create_default_context(cadata=public_root().pem.decode())
    fetched = fetch(Url("https", host, secure_pop.port, "/"), POP, (HERE,), {}, context=trusted)

    assert fetched["outcome"] == "unreachable"
    assert "CERTIFICATE_VERIFY_FAILED" in str(fetched["reason"])
    assert secure_pop.asked == []
