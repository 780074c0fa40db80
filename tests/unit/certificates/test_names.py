"""Host names are written in one way, and a wildcard stands for exactly one label."""

from __future__ import annotations

import pytest

from cloudfront_extensions.certificates.names import covered_by, covers, deepest_zone, inside, normalise, uncovered
from cloudfront_extensions.errors import InvalidDomainName


@pytest.mark.parametrize(
    ("written", "normalised"),
    [
        ("shop.example.com", "shop.example.com"),
        ("Shop.EXAMPLE.Com", "shop.example.com"),
        ("example.com", "example.com"),
        ("*.Example.com", "*.example.com"),
        ("straße.example.com", "xn--strae-oqa.example.com"),
        ("BÜCHER.example.org", "xn--bcher-kva.example.org"),
        ("XN--Bcher-KVA.example.org", "xn--bcher-kva.example.org"),
        ("*.bücher.example.org", "*.xn--bcher-kva.example.org"),
        ("ｓｈｏｐ．example。com", "shop.example.com"),
        ("bu\u0308cher.example.org", "xn--bcher-kva.example.org"),
        ("r3---sn.example.com", "r3---sn.example.com"),
        ("7.example.com", "7.example.com"),
        ("例え.テスト", "xn--r8jz45g.xn--zckzah"),
    ],
)
def test_a_name_is_written_in_one_way(written: str, normalised: str) -> None:
    assert normalise(written) == normalised


def test_longest_label_and_longest_name_are_allowed() -> None:
    assert normalise(f"{'a' * 63}.example.com")
    longest = ".".join(["a" * 49] * 4) + f".{'b' * 49}.com"
    assert len(longest) == 253
    assert normalise(longest) == longest


def test_a_wildcard_counts_towards_the_length() -> None:
    longest = ".".join(["a" * 49] * 4) + f".{'b' * 49}.com"
    with pytest.raises(InvalidDomainName, match="255 characters"):
        normalise(f"*.{longest}")


def test_position_is_left_out_where_mapping_moved_the_characters() -> None:
    with pytest.raises(InvalidDomainName) as raised:
        normalise("bu\u0308cher_shop.example.org")
    assert raised.value.position is None


def test_control_characters_are_escaped_in_messages() -> None:
    with pytest.raises(InvalidDomainName, match=r"'a\\u0000\.example\.com'"):
        normalise("a\0.example.com")


@pytest.mark.parametrize(
    ("pattern", "name", "covered"),
    [
        ("shop.example.com", "shop.example.com", True),
        ("shop.example.com", "shop.example.org", False),
        ("*.example.com", "shop.example.com", True),
        ("*.example.com", "*.example.com", True),
        ("*.example.com", "a.shop.example.com", False),
        ("*.example.com", "*.shop.example.com", False),
        ("*.example.com", "example.com", False),
        ("*.example.com", "shop.notexample.com", False),
        ("*.example.com", "shopXexample.com", False),
        ("example.com", "shop.example.com", False),
    ],
)
def test_cover(pattern: str, name: str, covered: bool) -> None:
    assert covers(pattern, name) is covered


def test_names_are_covered_when_every_one_is() -> None:
    certificate = ("example.com", "*.example.com")
    assert covered_by(("example.com", "shop.example.com"), certificate)
    assert not covered_by(("shop.example.com", "a.shop.example.com"), certificate)
    assert uncovered(("a.b.example.com", "shop.example.com", "example.org"), certificate) == (
        "a.b.example.com",
        "example.org",
    )


def test_no_names_are_never_covered() -> None:
    assert not covered_by((), ("*.example.com",))


def test_a_zone_holds_its_apex_and_everything_below() -> None:
    assert inside("example.com", "example.com")
    assert inside("a.b.example.com", "example.com")
    assert inside("*.example.com", "example.com")
    assert not inside("notexample.com", "example.com")


def test_the_deepest_zone_that_holds_all_names() -> None:
    zones = {"example.com", "shop.example.com", "example.org"}
    assert deepest_zone(("a.shop.example.com",), zones) == "shop.example.com"
    assert deepest_zone(("a.shop.example.com", "www.example.com"), zones) == "example.com"
    assert deepest_zone(("*.shop.example.com",), zones) == "shop.example.com"
    assert deepest_zone(("www.example.com", "www.example.org"), zones) is None
    assert deepest_zone(("example.net",), zones) is None
    assert deepest_zone((), zones) is None
