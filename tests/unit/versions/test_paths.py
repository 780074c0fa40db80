"""Paths as people read them, and as tables are looked up by them."""

from __future__ import annotations

import pytest

from cloudfront_extensions.versions.paths import Element, Path, place_of, text_of


@pytest.mark.parametrize(
    ("path", "text", "place"),
    [
        (("Comment",), "Comment", "Comment"),
        (("Aliases", Element("shop.example.com")), "Aliases[shop.example.com]", "Aliases[]"),
        (
            ("CacheBehaviors", Element("/api/*"), "ViewerProtocolPolicy"),
            "CacheBehaviors[/api/*].ViewerProtocolPolicy",
            "CacheBehaviors[].ViewerProtocolPolicy",
        ),
        (
            ("Origins", Element("web"), "CustomHeaders", Element("X-Key"), "HeaderValue"),
            "Origins[web].CustomHeaders[X-Key].HeaderValue",
            "Origins[].CustomHeaders[].HeaderValue",
        ),
        (("CustomErrorResponses", Element(404)), "CustomErrorResponses[404]", "CustomErrorResponses[]"),
        (("Aliases", "Items"), "Aliases.Items", "Aliases"),
    ],
)
def test_a_path_reads_as_people_write_it(path: Path, text: str, place: str) -> None:
    assert text_of(path) == text
    assert place_of(path) == place


@pytest.mark.parametrize("key", ["a]b", "a[b", 'a"b', "a b", "", "a\nb", "\u202eb"])
def test_a_key_that_could_be_misread_stands_in_quotes(key: str) -> None:
    text = text_of(("Origins", Element(key)))

    assert text.startswith('Origins["')
    assert text.isprintable()


def test_different_paths_never_read_the_same() -> None:
    keys = ["a", '"a"', "a]", "a].b[c", ""]
    assert len({text_of(("Origins", Element(key))) for key in keys}) == len(keys)
