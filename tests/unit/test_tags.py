"""A user's tags beside the library's own."""

from __future__ import annotations

import pytest

from cloudfront_extensions.aws.deployment_tag import with_deployment
from cloudfront_extensions.errors import InvalidInput
from cloudfront_extensions.tags import USED_BY_TAG, parse_tags, used_by, with_own_tags


def test_tags_are_taken_as_they_are() -> None:
    assert parse_tags({"team": "shops", "cost centre": "a/b:c=1+2@x_y-z."}) == {
        "team": "shops",
        "cost centre": "a/b:c=1+2@x_y-z.",
    }


def test_nothing_given_is_no_tags() -> None:
    assert parse_tags(None) == {}


def test_46_fit_beside_the_librarys_four(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JOBS_TABLE", "jobs")
    tags = {f"key-{number}": "" for number in range(46)}

    own = with_deployment(with_own_tags(parse_tags(tags), "job", "row-00002"))
    assert len({**own, USED_BY_TAG: used_by("another-job", "row-00002")}) == 50
    with pytest.raises(InvalidInput, match="tags: 47 tags; 46 fit"):
        parse_tags({**tags, "one": "too many"})


@pytest.mark.parametrize(
    ("tags", "words"),
    [
        ("team", "must be an object"),
        ({"team": 1}, "must be an object of texts"),
        ({"": "x"}, "1 to 128"),
        ({"k" * 129: "x"}, "1 to 128"),
        ({"k": "v" * 257}, "at most 256"),
        ({"k": "a<b"}, "letters, digits"),
        ({"AWS:team": "x"}, "must not begin with aws:"),
        ({"cloudfront-extensions:job": "x"}, "must not begin with aws: or cloudfront-extensions:"),
    ],
)
def test_what_aws_would_refuse_is_refused_by_name(tags: object, words: str) -> None:
    with pytest.raises(InvalidInput, match=r"^distribution\.tags.*" + words):
        parse_tags(tags, "distribution.tags")
