"""Changes made to a configuration, and refused where it is not what they were made from."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from cloudfront_extensions.errors import ChangeDoesNotApply
from cloudfront_extensions.versions.applying import apply
from cloudfront_extensions.versions.content import canonical
from cloudfront_extensions.versions.diff import diff
from cloudfront_extensions.versions.paths import text_of
from tests.unit.versions.shop_config import Config, patterns, shop_config


@pytest.fixture
def before() -> Config:
    return shop_config()


def changed(before: Config, change: Callable[[Config], object]) -> Config:
    after = copy.deepcopy(before)
    change(after)
    return after


def behaviors(config: Config) -> list[Config]:
    items: list[Config] = config["CacheBehaviors"]["Items"]
    return items


def test_no_changes_give_the_canonical_form(before: Config) -> None:
    assert apply((), before) == canonical(before)


def test_behaviors_come_go_and_move_all_at_once(before: Config) -> None:
    def change(config: Config) -> None:
        api, assets, icons = behaviors(config)
        new = [{**api, "PathPattern": pattern} for pattern in ("/first", "/middle", "/last")]
        config["CacheBehaviors"]["Items"] = [new[0], icons, new[1], assets, new[2]]

    after = changed(before, change)

    assert patterns(apply(diff(before, after), before)) == ["/first", "*.ico", "/middle", "/assets/*", "/last"]


def test_changes_apply_to_another_configuration_that_is_the_same_there(before: Config) -> None:
    changes = diff(before, changed(before, lambda c: c.update(Comment="new")))
    other = changed(before, lambda c: c.update(PriceClass="PriceClass_All"))

    made = apply(changes, other)

    assert (made["Comment"], made["PriceClass"]) == ("new", "PriceClass_All")


def test_some_of_the_changes_may_be_left_out(before: Config) -> None:
    after = changed(before, lambda c: c.update(Comment="new", Enabled=False))
    kept = [change for change in diff(before, after) if text_of(change.path) != "Enabled"]

    made = apply(kept, before)

    assert (made["Comment"], made["Enabled"]) == ("new", True)


def test_a_new_behavior_whose_neighbours_are_left_out_comes_as_near_to_its_place_as_it_can(before: Config) -> None:
    def change(config: Config) -> None:
        new = [{**behaviors(config)[0], "PathPattern": pattern} for pattern in ("/x", "/y")]
        behaviors(config).extend(new)

    kept = [change for change in diff(before, changed(before, change)) if "/y" in text_of(change.path)]

    assert patterns(apply(kept, before)) == ["/api/*", "/assets/*", "*.ico", "/y"]


REFUSED: dict[str, tuple[Callable[[Config], Any], Callable[[Config], Any], str]] = {
    "a member that has changed": (
        lambda c: c.update(Comment="new"),
        lambda c: c.update(Comment="other"),
        r"Comment .* can't be changed",
    ),
    "one that is of another type": (
        lambda c: c.update(Enabled=False),
        lambda c: c.update(Enabled="true"),
        r"Enabled .* can't be changed",
    ),
    "a member to remove that is gone": (
        lambda c: behaviors(c)[0].pop("CachePolicyId"),
        lambda c: behaviors(c)[0].pop("CachePolicyId"),
        r"CacheBehaviors\[/api/\*\]\.CachePolicyId .* can't be removed",
    ),
    "a member to add that is there": (
        lambda c: behaviors(c)[2].update(ResponseHeadersPolicyId="a"),
        lambda c: behaviors(c)[2].update(ResponseHeadersPolicyId="b"),
        r"CacheBehaviors\[\*\.ico\]\.ResponseHeadersPolicyId .* can't be added",
    ),
    "an element whose behavior is gone": (
        lambda c: behaviors(c)[0].update(ViewerProtocolPolicy="allow-all"),
        lambda c: behaviors(c).pop(0),
        r"CacheBehaviors\[/api/\*\]\.ViewerProtocolPolicy .* can't be changed",
    ),
    "an element to remove that has changed": (
        lambda c: behaviors(c).pop(0),
        lambda c: behaviors(c)[0].update(ViewerProtocolPolicy="allow-all"),
        r"CacheBehaviors\[/api/\*\] .* can't be removed",
    ),
    "an element to add that is there": (
        lambda c: c.update(Aliases={"Items": ["shop.example.com"]}),
        lambda c: c.update(Aliases={"Items": ["shop.example.com", "www.example.com"]}),
        r"Aliases\[shop\.example\.com\] .* can't be added",
    ),
    "an order that is another already": (
        lambda c: behaviors(c).reverse(),
        lambda c: behaviors(c).append(behaviors(c).pop(0)),
        r"CacheBehaviors .* can't be moved",
    ),
    "a list whose elements can't be told apart": (
        lambda c: c["Origins"]["Items"].pop(0),
        lambda c: c["Origins"]["Items"].append(c["Origins"]["Items"][0]),
        r"Origins\[storefront\] .* can't be removed",
    ),
    "something else where a structure was": (
        lambda c: c["Logging"].update(Prefix="new"),
        lambda c: c.update(Logging="off"),
        r"Logging\.Prefix .* can't be changed",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_it_refuses(before: Config, name: str) -> None:
    wanted, meanwhile, says = REFUSED[name]
    changes = diff(before, changed(before, wanted))
    now = changed(before, meanwhile)
    untouched = copy.deepcopy(now)

    with pytest.raises(ChangeDoesNotApply, match=says):
        apply(changes, now)
    assert now == untouched


def test_a_refusal_quotes_no_value(before: Config) -> None:
    def set_secret(value: str) -> Callable[[Config], None]:
        def change(config: Config) -> None:
            config["Origins"]["Items"][0]["CustomHeaders"]["Items"][0]["HeaderValue"] = value

        return change

    changes = diff(before, changed(before, set_secret("hunter2")))

    with pytest.raises(ChangeDoesNotApply) as refusal:
        apply(changes, changed(before, set_secret("hunter3")))
    assert "hunter" not in str(refusal.value)
    assert "X-Origin-Verify" in str(refusal.value)


def test_what_a_change_holds_is_not_shared_with_what_it_made(before: Config) -> None:
    after = changed(before, lambda c: c.update(FutureMember={"list": [1]}))
    changes = diff(before, after)

    apply(changes, before)["FutureMember"]["list"].append(2)

    assert apply(changes, before)["FutureMember"] == {"list": [1]}
