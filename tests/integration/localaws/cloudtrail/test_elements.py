"""What calls ask and get, in CloudTrail's spelling."""

from __future__ import annotations

import re

from localaws.instance import Instance
from tests.integration.localaws import edge
from tests.integration.localaws.listening import Listener

HIDDEN = "HIDDEN_DUE_TO_SECURITY_REASONS"


def test_only_the_first_letter_is_made_small(instance: Instance, trail: Listener) -> None:
    edge.distribution(instance)
    (event,) = trail.heard(1)
    distribution = event["detail"]["responseElements"]["distribution"]
    config = distribution["distributionConfig"]
    assert {"aRN", "domainName", "inProgressInvalidationBatches"} <= set(distribution)
    assert {"viewerCertificate", "webACLId", "httpVersion"} <= set(config)
    assert config["viewerCertificate"]["sSLSupportMethod"] == "vip"
    assert config["origins"]["items"][0]["customOriginConfig"]["hTTPSPort"] == 443


def test_an_empty_list_is_asked_for_as_it_was_sent_and_answered_without_items(
    instance: Instance, trail: Listener
) -> None:
    edge.distribution(instance, CacheBehaviors={"Quantity": 0, "Items": []})
    (event,) = trail.heard(1)
    asked, got = event["detail"]["requestParameters"], event["detail"]["responseElements"]["distribution"]
    assert asked["distributionConfig"]["cacheBehaviors"] == {"quantity": 0, "items": []}
    assert got["distributionConfig"]["cacheBehaviors"] == {"quantity": 0}


def test_times_are_written_in_words(instance: Instance, trail: Listener) -> None:
    edge.distribution(instance)
    (event,) = trail.heard(1)
    modified = event["detail"]["responseElements"]["distribution"]["lastModifiedTime"]
    assert re.fullmatch(r"[A-Z][a-z]{2} \d{1,2}, \d{4} \d{1,2}:\d\d:\d\d [AP]M", modified), modified


def test_comments_and_the_values_of_origin_headers_are_hidden(instance: Instance, trail: Listener) -> None:
    (origin,) = edge.distribution_config()["Origins"]["Items"]
    headers = edge.block({"HeaderName": "X-Shared-Secret", "HeaderValue": "open sesame"})
    edge.distribution(instance, Comment="the shop", Origins=edge.block(origin | {"CustomHeaders": headers}))
    (event,) = trail.heard(1)
    asked = event["detail"]["requestParameters"]["distributionConfig"]
    got = event["detail"]["responseElements"]["distribution"]["distributionConfig"]
    for config in (asked, got):
        assert config["comment"] == HIDDEN
        assert config["origins"]["items"][0]["customHeaders"]["items"] == [
            {"headerName": "X-Shared-Secret", "headerValue": HIDDEN}
        ]


def test_the_code_of_a_function_is_hidden(instance: Instance, trail: Listener) -> None:
    config = {"Comment": "redirects", "Runtime": "cloudfront-js-2.0"}
    instance.client("cloudfront").create_function(Name=edge.new_token(), FunctionConfig=config, FunctionCode=b"//")
    (event,) = trail.heard(1)
    assert event["detail"]["requestParameters"]["functionCode"] == HIDDEN
    assert event["detail"]["requestParameters"]["functionConfig"]["comment"] == "redirects"
