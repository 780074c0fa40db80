"""The input of distribution_creation, field by field."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cloudfront_extensions.distributions.alias_dns import AliasDns, AliasDnsMode
from cloudfront_extensions.distributions.request import caller_reference, parse_request
from cloudfront_extensions.errors import InvalidInput

EVENTS = Path(__file__).parents[3] / "events/prepare_distribution"

REQUEST: dict[str, Any] = {
    "jobId": "spring-launch",
    "itemId": "row-00002",
    "aliases": ["shop.example.com"],
    "certificateArn": "arn:aws:acm:us-east-1:123456789012:certificate/1",
    "source": {"distributionId": "E2QWRUHAPOMQZL"},
}


@pytest.mark.parametrize("path", sorted(EVENTS.glob("*.json")), ids=lambda path: path.stem)
def test_every_example_is_a_valid_request(path: Path) -> None:
    assert parse_request(json.loads(path.read_text(encoding="utf-8"))).job_id == "spring-launch"


def test_what_is_left_out_has_a_default() -> None:
    request = parse_request(REQUEST)

    assert request.dns == AliasDns(AliasDnsMode.MANUAL)
    assert request.enabled
    assert not request.preflighted
    assert request.tags == {}


def test_a_caller_reference_is_of_job_item_and_attempt() -> None:
    assert caller_reference("spring-launch", "row-00002") == "spring-launch/row-00002"
    assert caller_reference("spring-launch", "row-00002", attempt=2) == "spring-launch/row-00002/2"


def test_the_tags_of_job_and_item_are_added() -> None:
    request = parse_request({**REQUEST, "tags": {"team": "shops"}})

    assert request.all_tags == {
        "team": "shops",
        "cloudfront-extensions:job": "spring-launch",
        "cloudfront-extensions:item": "row-00002",
    }


def test_aliases_are_normalised_and_none_is_there_twice() -> None:
    request = parse_request({**REQUEST, "aliases": ["Shop.Example.com", "bücher.example", "shop.example.com"]})

    assert request.aliases == ("shop.example.com", "xn--bcher-kva.example")


def test_the_execution_link_of_step_functions_is_passed_over() -> None:
    assert parse_request({**REQUEST, "AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID": "arn:x"})


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"jobId": None}, "jobId: "),
        ({"jobId": "a" * 49}, "jobId: "),
        ({"jobId": "../other"}, "jobId: "),
        ({"itemId": "row 2"}, "itemId: "),
        ({"itemId": 2}, "itemId: "),
        ({"aliases": []}, "aliases must be a list of at least one name"),
        ({"aliases": "shop.example.com"}, "aliases must be a list"),
        ({"aliases": ["shop.example.com", "https://x.example/"]}, r"aliases\[1\]: .*URL"),
        ({"aliases": [7]}, r"aliases\[0\]: "),
        ({"certificateArn": ""}, "certificateArn must be a text"),
        ({"source": None}, "source must be"),
        ({"originDomainName": "*.example.com"}, "originDomainName must be one host"),
        ({"originDomainName": "10.0.0.1"}, "originDomainName: .*IP address"),
        ({"comment": "x" * 129}, "comment must be a text of at most 128 characters"),
        ({"comment": 1}, "comment must be a text"),
        ({"tags": []}, "tags must be an object"),
        ({"dns": {"mode": "ours"}}, "dns must be"),
        ({"dns": {"hostedZoneId": "../x"}}, "dns must be"),
        ({"enabled": "yes"}, "enabled: .*give true or false"),
        ({"preflighted": None}, "preflighted: .*give true or false"),
        ({"alias": "x"}, "^alias: there is no such field"),
    ],
)
def test_a_wrong_field_is_named(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(InvalidInput, match=words):
        parse_request({**REQUEST, **changes})


def test_aliases_that_are_left_out_are_for_the_certificate_to_say() -> None:
    assert parse_request({name: value for name, value in REQUEST.items() if name != "aliases"}).aliases == ()


@pytest.mark.parametrize("field", ["jobId", "itemId", "certificateArn", "source"])
def test_a_missing_field_is_named(field: str) -> None:
    with pytest.raises(InvalidInput, match=field):
        parse_request({name: value for name, value in REQUEST.items() if name != field})
