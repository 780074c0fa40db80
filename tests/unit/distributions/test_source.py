"""The three kinds of sources, and what is none."""

from __future__ import annotations

import pytest

from cloudfront_extensions.distributions.source import (
    FileSource,
    InlineSource,
    LiveSource,
    live_distribution_id,
    parse_source,
)
from cloudfront_extensions.errors import InvalidInput


@pytest.mark.parametrize(
    ("value", "source", "distribution_id"),
    [
        ({"distributionId": "E2QWRUHAPOMQZL"}, LiveSource("E2QWRUHAPOMQZL"), "E2QWRUHAPOMQZL"),
        ({"bucket": "b", "key": "k.json"}, FileSource("b", "k.json"), None),
        (
            {"bucket": "b", "key": "k.json", "distributionId": "E2QWRUHAPOMQZL"},
            FileSource("b", "k.json", "E2QWRUHAPOMQZL"),
            "E2QWRUHAPOMQZL",
        ),
        ({"config": {"Comment": ""}}, InlineSource({"Comment": ""}), None),
    ],
)
def test_a_source_is_read(value: object, source: object, distribution_id: str | None) -> None:
    parsed = parse_source(value)

    assert parsed == source
    assert live_distribution_id(parsed) == distribution_id


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "it is missing"),
        ({}, "it is an empty object"),
        ("E2QWRUHAPOMQZL", "it is a str"),
        ({"bucket": "b"}, "it is an object with bucket"),
        ({"bucket": "", "key": "k"}, "it is an object with bucket, key"),
        ({"bucket": "b", "key": "k", "format": "json"}, "it is an object with bucket, format, key"),
        ({"config": {}}, "it is an object with config"),
        ({"config": {"Comment": ""}, "distributionId": "E2"}, "it is an object with config, distributionId"),
        ({"distributionId": "e2; drop"}, "distributionId must be a distribution's id"),
        ({"distributionId": 2}, "it is an object with distributionId"),
        ({"bucket": "b", "key": "k", "distributionId": 2}, "distributionId must be a distribution's id"),
    ],
)
def test_anything_else_is_refused_naming_the_field(value: object, words: str) -> None:
    with pytest.raises(InvalidInput, match=r"^distribution\.source.*" + words):
        parse_source(value, "distribution.source")


def test_a_refused_configuration_is_not_repeated_in_the_message() -> None:
    with pytest.raises(InvalidInput) as refusal:
        parse_source({"config": ["a secret header"], "key": "a secret"})

    assert "secret" not in str(refusal.value)
