"""What a deployment asks of distributions, as `config_rollback` reads it."""

from __future__ import annotations

import pytest

from cloudfront_extensions.errors import InvalidInput
from cloudfront_extensions.extensions.deployment_records import AttachedFunction
from cloudfront_extensions.extensions.deployment_request import Attachment
from cloudfront_extensions.extensions.wanted_functions import Wanted, attached, detached, followed
from cloudfront_extensions.versions.edge_functions import EdgeEvent
from cloudfront_extensions.versions.function_associations import reasons_against_functions, with_associations
from cloudfront_extensions.versions.function_source import WantedFunction, parse_functions

FUNCTION = "arn:aws:cloudfront::123456789012:function/shop-x-index-viewer-request"
FOREIGN = "arn:aws:cloudfront::123456789012:function/somebody-elses"
LAMBDA = "arn:aws:lambda:us-east-1:123456789012:function:shop-x-pages-OriginResponse"
FIRST = Attachment("E1SHOP", "*", EdgeEvent.VIEWER_REQUEST)
SECOND = Attachment("E1SHOP", "/api/*", EdgeEvent.VIEWER_REQUEST)
ORIGIN = Attachment("E1SHOP", "*", EdgeEvent.ORIGIN_RESPONSE)
FUNCTIONS = {"viewer-request": FUNCTION}
CONFIG = {
    "DefaultCacheBehavior": {"TargetOriginId": "shop"},
    "CacheBehaviors": {"Quantity": 1, "Items": [{"PathPattern": "/api/*", "TargetOriginId": "shop"}]},
}


def read(wanted: list[Wanted]) -> tuple[WantedFunction, ...]:
    return parse_functions(wanted).wanted


def test_functions_are_attached_where_asked() -> None:
    wanted = read(attached([FIRST, SECOND], FUNCTIONS, extension="index"))
    assert [(one.path_pattern, one.function_arn, one.replaces) for one in wanted] == [
        ("*", FUNCTION, ()),
        ("/api/*", FUNCTION, ()),
    ]


@pytest.mark.parametrize(("replace", "refused"), [(False, ["ForeignFunctionAttached"]), (True, [])])
def test_somebody_elses_function_goes_only_when_it_may(replace: bool, refused: list[str]) -> None:
    theirs = with_associations(CONFIG, read(attached([FIRST], {"viewer-request": FOREIGN}, extension="other")))
    wanted = read(attached([FIRST], FUNCTIONS, extension="index", replace=replace))
    assert [type(reason).__name__ for reason in reasons_against_functions(theirs, wanted)] == refused


def test_an_event_that_the_extension_has_nothing_for_is_named() -> None:
    with pytest.raises(
        InvalidInput, match=r"attach\[1\].eventType: index has no function for origin-response; it has viewer-"
    ):
        attached([FIRST, ORIGIN], FUNCTIONS, extension="index")


def test_a_new_version_follows_wherever_an_earlier_one_is() -> None:
    standing = [AttachedFunction("pages", ORIGIN, f"{LAMBDA}:3")]
    (wanted,) = read(followed(standing, {"origin-response": f"{LAMBDA}:4"}))
    assert (wanted.function_arn, wanted.replaces) == (f"{LAMBDA}:4", (LAMBDA,))
    assert wanted.may_replace(f"{LAMBDA}:2")
    assert followed(standing, {"origin-response": f"{LAMBDA}:3"}) == []


def test_where_the_extension_has_no_function_any_more_none_is_left() -> None:
    (wanted,) = read(followed([AttachedFunction("pages", ORIGIN, f"{LAMBDA}:3")], {}))
    assert wanted.function_arn is None


def test_what_was_attached_and_is_detached_leaves_the_configuration_as_it_was() -> None:
    places = [FIRST, SECOND]
    before = with_associations(with_associations(CONFIG, read(attached(places, FUNCTIONS, extension="index"))), ())
    standing = [AttachedFunction("index", place, FUNCTION) for place in places]
    after = with_associations(before, read(detached(standing)))
    assert with_associations(after, read(attached(places, FUNCTIONS, extension="index"))) == before
    assert list(reasons_against_functions(before, read(detached(standing)))) == []


def test_one_place_is_detached_alone() -> None:
    standing = [AttachedFunction("index", place, FUNCTION) for place in (FIRST, SECOND)]
    (wanted,) = read(detached(standing, [SECOND]))
    assert (wanted.path_pattern, wanted.function_arn, wanted.replaces) == ("/api/*", None, (FUNCTION,))
