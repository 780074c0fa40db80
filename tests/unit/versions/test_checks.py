"""Good and bad configurations: each case is the example configuration, changed by a JSON Patch."""

from __future__ import annotations

import copy
import json
import re
from pathlib import Path
from typing import Any

import pytest

from cloudfront_extensions.errors import InvalidDistributionConfig
from cloudfront_extensions.versions.applying import apply
from cloudfront_extensions.versions.checks import check_config
from cloudfront_extensions.versions.content import canonical
from cloudfront_extensions.versions.diff import diff
from tests.json_patching import patched
from tests.unit.versions.shop_config import Config, shop_config

CASES = json.loads((Path(__file__).parent / "cases/configs.json").read_text(encoding="utf-8"))
GOOD, BAD = ({case["case"]: case for case in CASES[kind]} for kind in ("good", "bad"))


def config_of(case: dict[str, Any]) -> Config:
    config: Config = patched(shop_config(), case["change"])
    return config


def of_behaviors(number: int) -> Config:
    config = shop_config()
    behavior = config["CacheBehaviors"]["Items"][0]
    items = [{**behavior, "PathPattern": f"/shop-{index}/*"} for index in range(number)]
    return config | {"CacheBehaviors": {"Quantity": number, "Items": items}}


@pytest.mark.parametrize("name", GOOD)
def test_it_takes(name: str) -> None:
    check_config(config_of(GOOD[name]), "v1")


@pytest.mark.parametrize("number", [75, 300])
def test_it_takes_many_behaviors_for_the_quota_can_be_raised(number: int) -> None:
    check_config(of_behaviors(number), "v1")


@pytest.mark.parametrize("name", BAD)
def test_it_refuses_and_says_where_and_what(name: str) -> None:
    with pytest.raises(InvalidDistributionConfig, match=f"^v1: (.*; )?{re.escape(BAD[name]['says'])}"):
        check_config(config_of(BAD[name]), "v1")


@pytest.mark.parametrize("name", [*GOOD, *BAD])
def test_good_or_bad_it_can_be_compared_and_brought_about(name: str) -> None:
    before, after = shop_config(), config_of((GOOD | BAD)[name])

    assert apply(diff(before, after), before) == canonical(after)
    assert apply(diff(after, before), after) == canonical(before)
    assert diff(after, copy.deepcopy(after)) == ()


def test_an_unknown_member_is_kept_to_the_letter() -> None:
    after = config_of(GOOD["an unknown new member of a behavior"])

    made = apply(diff(shop_config(), after), shop_config())

    assert made["CacheBehaviors"]["Items"][0]["FutureMember"] == {"Quantity": 3, "Items": [1]}


def test_of_many_faults_ten_are_shown() -> None:
    config = of_behaviors(13)
    for behavior in config["CacheBehaviors"]["Items"]:
        behavior["TargetOriginId"] = "gone"

    with pytest.raises(InvalidDistributionConfig, match=r"; and 3 more$"):
        check_config(config, "v1")


def test_no_value_of_a_header_is_quoted() -> None:
    config = shop_config()
    headers = config["Origins"]["Items"][0]["CustomHeaders"]
    headers |= {"Quantity": 7, "Items": [*headers["Items"], {"HeaderValue": "hunter2"}, headers["Items"][0]]}

    with pytest.raises(InvalidDistributionConfig) as refusal:
        check_config(config, "v1")

    assert not re.search("hunter2|replace-with", str(refusal.value))


def test_there_are_no_fewer_than_sixty_cases() -> None:
    assert len(GOOD) + len(BAD) == len(CASES["good"]) + len(CASES["bad"]) >= 60
