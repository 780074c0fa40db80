"""URLs, each once, as they go over the wire."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloudfront_extensions.errors import InvalidInput
from cloudfront_extensions.prewarming.urls import Url, parse_url, parse_urls

HOST = "d111111abcdef8.cloudfront.net"


@pytest.mark.parametrize(
    ("given", "wire"),
    [
        ("https://www.example.com/film.mp4", "https://www.example.com/film.mp4"),
        ("https://WWW.Example.com", "https://www.example.com/"),
        ("/film.mp4", f"https://{HOST}/film.mp4"),
        ("http://www.example.com:8080/a?b=c&d", "http://www.example.com:8080/a?b=c&d"),
        ("https://www.example.com:443/a", "https://www.example.com/a"),
        ("https://www.example.com/two words[1].jpg", "https://www.example.com/two%20words%5B1%5D.jpg"),
        ("https://www.example.com/%E2%82%AC?q=€", "https://www.example.com/%E2%82%AC?q=%E2%82%AC"),
        ("https://www.example.com/a#part", "https://www.example.com/a"),
        ("https://www.example.com?a=1", "https://www.example.com/?a=1"),
    ],
)
def test_a_url_is_written_as_it_goes_over_the_wire(given: str, wire: str) -> None:
    assert str(parse_url(given, HOST, "urls[0]")) == wire


def test_the_host_header_has_the_port_that_the_scheme_does_not_tell() -> None:
    assert Url("http", "www.example.com", 8080, "/").authority == "www.example.com:8080"
    assert Url("https", "www.example.com", 443, "/").authority == "www.example.com"


def test_urls_that_are_the_same_on_the_wire_are_one() -> None:
    assert len(parse_urls(["/a b", "/a%20b", f"https://{HOST}/a%20b"], HOST)) == 1


@pytest.mark.parametrize(
    "given",
    [
        7,
        None,
        "",
        "www.example.com/a",
        "ftp://www.example.com/a",
        "https://",
        "https:///a",
        "https://user:secret@www.example.com/",
        "https://www.example.com:port/",
        "https://[::1/",
        "\ud800",
        "/" + "a" * 8_192,
    ],
)
def test_what_is_no_url_is_named(given: object) -> None:
    with pytest.raises(InvalidInput, match=re.escape("urls[1]: ")):
        parse_urls(["/a", given], HOST)


@pytest.mark.parametrize("count", [0, 10_001])
def test_there_are_1_to_10000_urls(count: int) -> None:
    with pytest.raises(InvalidInput, match="give 1 to 10,000"):
        parse_urls([f"/{n}" for n in range(count)], HOST)


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
def test_what_goes_over_the_wire_is_one_line_of_ascii_and_reads_as_itself(text: str) -> None:
    url = parse_url(f"/{text.lstrip('/')}", HOST, "url")
    assert re.fullmatch(r"[!-~]+", url.target)
    assert parse_url(str(url), "other.example.com", "url") == url
