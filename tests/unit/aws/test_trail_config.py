"""CloudTrail's spelling of a configuration, turned back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cloudfront_extensions.aws import clients
from cloudfront_extensions.aws.trail_config import HIDDEN, told_config

EVENTS = Path(__file__).parents[3] / "events"
SOURCE: dict[str, Any] = json.loads((EVENTS / "distribution_creation" / "source_config.json").read_text())


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    clients.client.cache_clear()
    yield
    clients.client.cache_clear()


def as_told(value: Any) -> Any:
    """As CloudTrail tells it: each member with a small first letter."""
    if isinstance(value, dict):
        return {f"{name[0].lower()}{name[1:]}": as_told(member) for name, member in value.items()}
    return [as_told(element) for element in value] if isinstance(value, list) else value


def test_what_is_told_whole_is_the_configuration_itself() -> None:
    told = told_config(as_told(SOURCE))
    assert told
    assert (told.config, told.hidden) == (SOURCE, ())


def test_the_example_of_the_guide_is_read() -> None:
    event = json.loads((EVENTS / "config_capture" / "update.json").read_text())
    told = told_config(event["detail"]["responseElements"]["distribution"]["distributionConfig"])
    assert told
    assert told.config["Origins"]["Items"][0]["CustomOriginConfig"]["HTTPPort"] == 80
    assert (told.config["WebACLId"], told.config["IsIPV6Enabled"]) == ("", True)
    assert told.hidden == ("Comment",)


def test_what_is_hidden_is_left_out_and_named() -> None:
    document = as_told(SOURCE) | {"comment": HIDDEN}
    header = {"headerName": "X-Key", "headerValue": HIDDEN}
    document["origins"]["items"][0]["customHeaders"] = {"quantity": 1, "items": [header]}
    told = told_config(document)
    assert told
    assert set(told.hidden) == {"Comment", "Origins.Items[0].CustomHeaders.Items[0].HeaderValue"}
    assert "Comment" not in told.config
    assert told.config["Origins"]["Items"][0]["CustomHeaders"]["Items"] == [{"HeaderName": "X-Key"}]
    assert HIDDEN not in json.dumps(told.config)


def test_a_member_that_the_api_does_not_have_is_left_out() -> None:
    document = as_told(SOURCE)
    document["origins"]["items"][0]["oacSigningBehavior"] = "never"
    told = told_config(document)
    assert told
    assert told.config == SOURCE


@pytest.mark.parametrize(
    "cut_short", [{}, {"comment": "only"}, as_told(SOURCE) | {"origins": HIDDEN}, as_told(SOURCE) | {"enabled": "yes"}]
)
def test_what_is_no_configuration_is_none(cut_short: dict[str, Any]) -> None:
    assert told_config(cut_short) is None
