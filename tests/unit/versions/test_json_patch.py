"""Differences as JSON Patch. That every patch does what it should is a law of tests/property/test_config_diff.py."""

from __future__ import annotations

import copy

import pytest

from cloudfront_extensions.versions.json_patch import json_patch
from tests.unit.versions.shop_config import Config, shop_config


@pytest.fixture
def before() -> Config:
    return shop_config()


@pytest.fixture
def after(before: Config) -> Config:
    return copy.deepcopy(before)


def test_a_value_is_replaced_where_it_stands_in_the_canonical_form(before: Config, after: Config) -> None:
    after["Origins"]["Items"][0]["DomainName"] = "new.example.com"

    assert json_patch(before, after) == [
        {"op": "replace", "path": "/Origins/Items/1/DomainName", "value": "new.example.com"}
    ]


def test_a_behavior_is_moved_and_not_written_again(before: Config, after: Config) -> None:
    after["CacheBehaviors"]["Items"].reverse()

    assert json_patch(before, after) == [
        {"op": "move", "from": "/CacheBehaviors/Items/2", "path": "/CacheBehaviors/Items/0"},
        {"op": "move", "from": "/CacheBehaviors/Items/2", "path": "/CacheBehaviors/Items/1"},
    ]


def test_an_alias_is_put_in_its_place_and_counted(before: Config, after: Config) -> None:
    before["Aliases"] = {"Items": ["a.example.com", "c.example.com"]}
    after["Aliases"] = {"Items": ["c.example.com", "b.example.com", "a.example.com"]}

    assert json_patch(before, after) == [
        {"op": "replace", "path": "/Aliases/Quantity", "value": 3},
        {"op": "add", "path": "/Aliases/Items/1", "value": "b.example.com"},
    ]


def test_names_with_slashes_and_tildes_are_escaped(before: Config, after: Config) -> None:
    after["a/b~c"] = 1

    assert json_patch(before, after) == [{"op": "add", "path": "/a~1b~0c", "value": 1}]
