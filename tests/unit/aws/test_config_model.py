"""The shape of a DistributionConfig, by CloudFront's model."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from botocore.session import get_session
from botocore.validate import ParamValidator

from cloudfront_extensions.aws import clients
from cloudfront_extensions.aws.config_model import checked_config
from cloudfront_extensions.errors import InvalidDistributionConfig

EVENTS = Path(__file__).parents[3] / "events"
SOURCE_FILE = EVENTS / "distribution_creation/source_config.json"


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    clients.client.cache_clear()


@pytest.fixture
def source() -> dict[str, Any]:
    config: dict[str, Any] = json.loads(SOURCE_FILE.read_text(encoding="utf-8"))
    return config


def test_the_example_is_valid_by_botocores_own_validator(source: dict[str, Any]) -> None:
    shape = get_session().get_service_model("cloudfront").shape_for("DistributionConfig")

    assert ParamValidator().validate(source, shape).generate_report() == ""
    assert checked_config(source, "the example") == source


def test_a_short_config_that_leaves_out_what_may_be_left_out_is_valid() -> None:
    event = json.loads((EVENTS / "prepare_distribution/from-inline-config.json").read_text(encoding="utf-8"))

    assert checked_config(event["source"]["config"], "source.config") == event["source"]["config"]


def first_origin(config: dict[str, Any]) -> dict[str, Any]:
    origin: dict[str, Any] = config["Origins"]["Items"][0]
    return origin


@pytest.mark.parametrize(
    ("spoil", "complaint"),
    [
        (lambda c: c.pop("Comment"), "Comment is missing"),
        (lambda c: c["DefaultCacheBehavior"].pop("TargetOriginId"), r"DefaultCacheBehavior\.TargetOriginId is missing"),
        (lambda c: c.update(Coment=""), "Coment is no member of DistributionConfig"),
        (
            lambda c: first_origin(c).update(DomainName=7),
            r"Origins\.Items\[0\]\.DomainName must be of type string, not int",
        ),
        (lambda c: c.update(Enabled="true"), "Enabled must be of type boolean, not text"),
        (
            lambda c: first_origin(c).update(ConnectionTimeout=True),
            r"ConnectionTimeout must be of type integer, not bool",
        ),
        (lambda c: c.update(Origins=[]), "Origins must be an object, not a list"),
        (lambda c: c["Aliases"].update(Items="a"), r"Aliases\.Items must be a list, not text"),
        (
            lambda c: c["Aliases"].update(Items=[None], Quantity=1),
            r"Aliases\.Items\[0\] must be of type string, not null",
        ),
        (lambda c: c["Aliases"].update(Quantity=3), r"Aliases\.Quantity is not the number of Items, which is 0"),
        (lambda c: c["Origins"].update(Quantity=0, Items=[]), r"Origins\.Items must have at least 1 element"),
        (
            lambda c: first_origin(c)["OriginShield"].update(OriginShieldRegion=""),
            "OriginShieldRegion must not be empty",
        ),
    ],
)
def test_the_path_of_what_is_wrong_is_named(
    source: dict[str, Any], spoil: Callable[[dict[str, Any]], object], complaint: str
) -> None:
    spoil(source)

    with pytest.raises(InvalidDistributionConfig, match=rf"^s3://b/k: .*{complaint}"):
        checked_config(source, "s3://b/k")


def test_values_are_kept_out_of_the_message_as_headers_may_be_secrets(source: dict[str, Any]) -> None:
    header = source["Origins"]["Items"][0]["CustomHeaders"]["Items"][0]
    header["HeaderValue"] = {"secret": "hunter2"}

    with pytest.raises(InvalidDistributionConfig) as refusal:
        checked_config(source, "s3://b/k")

    assert "hunter2" not in str(refusal.value)
    assert "Origins.Items[0].CustomHeaders.Items[0].HeaderValue" in str(refusal.value)


def test_of_many_complaints_ten_are_shown(source: dict[str, Any]) -> None:
    source |= {f"Unknown{number}": 1 for number in range(13)}

    with pytest.raises(InvalidDistributionConfig, match="; and 3 more"):
        checked_config(source, "s3://b/k")
