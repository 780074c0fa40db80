"""The input of `extension_deployment`."""

from __future__ import annotations

import re
from typing import Any

import pytest

from cloudfront_extensions.errors import InvalidInput
from cloudfront_extensions.extensions.deployment_request import Attachment, Mode, parse_request
from cloudfront_extensions.versions.edge_functions import EdgeEvent

PLACE = {"distributionId": "E2QWRUHAPOMQZL", "pathPattern": "*", "eventType": "viewer-request"}
DEPLOY: dict[str, Any] = {"requestToken": "index-1", "extension": "directory-index", "mode": "deploy"}


def test_a_deployment_goes_by_the_name_of_its_extension() -> None:
    request = parse_request({**DEPLOY, "attach": [PLACE]})
    assert (request.deployment, request.extension, request.mode) == ("directory-index", "directory-index", Mode.DEPLOY)
    assert request.attach == (Attachment("E2QWRUHAPOMQZL", "*", EdgeEvent.VIEWER_REQUEST),)
    assert (request.replace, request.needs_approval, request.parameters, request.version) == (False, False, {}, None)


def test_an_extension_can_be_deployed_under_other_names() -> None:
    assert parse_request({**DEPLOY, "deployment": "shop-index"}).deployment == "shop-index"


@pytest.mark.parametrize("mode", [mode for mode in Mode if mode is not Mode.DEPLOY])
def test_what_is_deployed_is_named_by_its_own_name_alone(mode: Mode) -> None:
    attach = {"attach": [PLACE]} if mode is Mode.ATTACH else {}
    request = parse_request({"requestToken": "a", "deployment": "shop-index", "mode": mode.value, **attach})
    assert (request.deployment, request.extension) == ("shop-index", None)


def test_a_token_stands_for_everything_else() -> None:
    asked = parse_request(DEPLOY)
    assert asked.body_hash == parse_request({**DEPLOY, "requestToken": "other"}).body_hash
    assert asked.body_hash != parse_request({**DEPLOY, "parameters": {"IndexDocument": "home.html"}}).body_hash
    assert asked.body_hash != parse_request({**DEPLOY, "replace": True}).body_hash


@pytest.mark.parametrize(
    ("document", "says"),
    [
        ({**DEPLOY, "mode": "install"}, "mode: 'install'; give deploy, update, attach, detach, remove"),
        ({**DEPLOY, "requestToken": ""}, "requestToken: "),
        ({**DEPLOY, "stack": "x"}, "stack: there is no such field"),
        ({"requestToken": "a", "mode": "deploy", "deployment": "x"}, "extension: it is missing"),
        ({"requestToken": "a", "mode": "remove"}, "or deployment, the name of what is deployed"),
        ({**DEPLOY, "extension": "Directory Index"}, "extension: 'Directory Index'; give at most 40 small letters"),
        ({**DEPLOY, "deployment": "a--b"}, "deployment: "),
        ({**DEPLOY, "deployment": "a" * 41}, "deployment: "),
        ({**DEPLOY, "version": "1"}, "version: '1'; give a version such as 1.0.0"),
        ({**DEPLOY, "parameters": ["a"]}, "parameters: it is a list"),
        ({**DEPLOY, "parameters": dict.fromkeys(map(str, range(61)), "")}, "parameters: it has 61 parameters"),
        ({**DEPLOY, "approval": True}, "approval: it is true or false; give none or required"),
        ({**DEPLOY, "replace": "yes"}, "replace: 'yes'; give true or false"),
        ({**DEPLOY, "mode": "attach"}, "attach: it is missing"),
        ({**DEPLOY, "mode": "attach", "attach": [PLACE], "parameters": {}}, "parameters: attach does not take it"),
        ({**DEPLOY, "mode": "detach", "replace": True}, "replace: detach does not take it"),
        ({**DEPLOY, "mode": "remove", "attach": [PLACE]}, "attach: remove does not take it"),
        ({**DEPLOY, "mode": "update", "attach": [PLACE]}, "attach: update does not take it"),
        ({**DEPLOY, "attach": PLACE}, "attach: it is an object"),
        ({**DEPLOY, "attach": [PLACE] * 101}, "attach: it has 101 elements"),
        ({**DEPLOY, "attach": ["*"]}, "attach[0]: '*'; give an object with distributionId, eventType, pathPattern"),
        ({**DEPLOY, "attach": [PLACE, PLACE]}, "attach[1]: it is in the list already"),
        ({**DEPLOY, "attach": [{**PLACE, "stage": "LIVE"}]}, "attach[0].stage: there is no such field"),
        ({**DEPLOY, "attach": [{**PLACE, "distributionId": "x"}]}, "attach[0].distributionId: "),
        ({**DEPLOY, "attach": [{**PLACE, "pathPattern": ""}]}, "attach[0].pathPattern: "),
        (
            {**DEPLOY, "attach": [{**PLACE, "eventType": "request"}]},
            "attach[0].eventType: 'request'; give viewer-request",
        ),
    ],
)
def test_a_field_that_is_wrong_is_named(document: dict[str, Any], says: str) -> None:
    with pytest.raises(InvalidInput, match=re.escape(says)):
        parse_request(document)
