"""Which configurations mean the same, and which do not."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cloudfront_extensions.versions.content import canonical, content_hash

SOURCE_FILE = Path(__file__).parents[3] / "events/distribution_creation/source_config.json"
ACM = {"ACMCertificateArn": "arn:1", "SSLSupportMethod": "sni-only", "MinimumProtocolVersion": "TLSv1.2_2021"}

Config = dict[str, Any]


@pytest.fixture
def config() -> Config:
    read: Config = json.loads(SOURCE_FILE.read_text(encoding="utf-8"))
    return read


def origin(config: Config) -> Config:
    first: Config = config["Origins"]["Items"][0]
    return first


def default(config: Config) -> Config:
    behavior: Config = config["DefaultCacheBehavior"]
    return behavior


SAME: dict[str, Callable[[Config], object]] = {
    "another order of a set": lambda c: c["Restrictions"]["GeoRestriction"]["Items"].reverse(),
    "another order of origins": lambda c: c["Origins"]["Items"].reverse(),
    "another order of headers": lambda c: origin(c)["CustomHeaders"]["Items"].reverse(),
    "another order of error responses": lambda c: c["CustomErrorResponses"]["Items"].reverse(),
    "a wrong Quantity": lambda c: c["Origins"].update(Quantity=9),
    "no Quantity": lambda c: c["Origins"].pop("Quantity"),
    "empty Items": lambda c: c["Aliases"].update(Items=[]),
    "no block where it is empty": lambda c: c.pop("Aliases"),
    "no text where CloudFront makes it empty": lambda c: c.pop("DefaultRootObject"),
    "no web ACL": lambda c: c.pop("WebACLId"),
    "no staging flag": lambda c: c.pop("Staging"),
    "no path of an origin": lambda c: origin(c).pop("OriginPath"),
    "no time-out of an origin": lambda c: origin(c)["CustomOriginConfig"].pop("OriginReadTimeout"),
    "no trusted signers": lambda c: default(c).pop("TrustedSigners"),
    "no cached methods": lambda c: default(c)["AllowedMethods"].pop("CachedMethods"),
    "no certificate": lambda c: c.pop("ViewerCertificate"),
    "CloudFront's certificate alone": lambda c: c.update(ViewerCertificate={"CloudFrontDefaultCertificate": True}),
}
DIFFERENT: dict[str, Callable[[Config], object]] = {
    "another order of behaviors": lambda c: c["CacheBehaviors"]["Items"].reverse(),
    "no logging where there was": lambda c: c.pop("Logging"),
    "no price class where it was another": lambda c: c.pop("PriceClass"),
    "no HTTP version where it was another": lambda c: c.pop("HttpVersion"),
    "no comment": lambda c: c.pop("Comment"),
    "an empty text that CloudFront does not fill in": lambda c: default(c).update(RealtimeLogConfigArn=""),
    "an unknown member": lambda c: c.update(FutureMember=None),
    "an unknown empty block": lambda c: c.update(FutureMember={"Quantity": 0}),
    "null for a block": lambda c: c.update(Aliases=None),
    "null for a text": lambda c: c.update(WebACLId=None),
    "a fraction": lambda c: origin(c).update(ConnectionAttempts=3.5),
    "2 for true": lambda c: c.update(IsIPV6Enabled=2),
    "a text for a number": lambda c: origin(c).update(ConnectionAttempts="3"),
    "an element twice": lambda c: c["Restrictions"]["GeoRestriction"]["Items"].append("KP"),
    "a certificate": lambda c: c.update(ViewerCertificate=ACM),
}


@pytest.mark.parametrize("name", SAME)
def test_it_means_the_same_with(config: Config, name: str) -> None:
    changed = copy.deepcopy(config)
    SAME[name](changed)

    assert changed != config
    assert canonical(changed) == canonical(config)
    assert content_hash(changed) == content_hash(config)


@pytest.mark.parametrize("name", DIFFERENT)
def test_it_means_something_else_with(config: Config, name: str) -> None:
    changed = copy.deepcopy(config)
    DIFFERENT[name](changed)

    assert content_hash(changed) != content_hash(config)


def test_what_cloudfront_answers_for_a_certificate_only_repeats_what_it_was_sent(config: Config) -> None:
    answered = ACM | {"CloudFrontDefaultCertificate": False, "Certificate": "arn:1", "CertificateSource": "acm"}

    assert content_hash(config | {"ViewerCertificate": answered}) == content_hash(config | {"ViewerCertificate": ACM})


@pytest.mark.parametrize("odd", [{"Certificate": "arn:2"}, {"CertificateSource": "iam"}])
def test_a_certificate_named_twice_and_differently_is_kept_as_it_is(config: Config, odd: Config) -> None:
    config["ViewerCertificate"] = ACM | odd

    assert canonical(config)["ViewerCertificate"].items() >= odd.items()


def test_a_certificate_of_iam_is_repeated_as_well(config: Config) -> None:
    sent = {"IAMCertificateId": "ASCA1", "SSLSupportMethod": "vip", "MinimumProtocolVersion": "TLSv1"}
    answered = sent | {"CloudFrontDefaultCertificate": False, "Certificate": "ASCA1", "CertificateSource": "iam"}

    assert content_hash(config | {"ViewerCertificate": answered}) == content_hash(config | {"ViewerCertificate": sent})


def test_one_chosen_by_the_deprecated_members_alone_is_not_taken_for_cloudfronts_own(config: Config) -> None:
    old = {"Certificate": "arn:1", "CertificateSource": "acm", "MinimumProtocolVersion": "TLSv1"}
    config["ViewerCertificate"] = old

    assert canonical(config)["ViewerCertificate"] == old


def test_an_unknown_member_is_kept_to_the_letter(config: Config) -> None:
    future = {"Quantity": 7, "Items": [{"Id": "b"}, {"Id": "a"}], "Aliases": {"Quantity": 5}}
    config["FutureMember"] = future
    default(config)["FutureMember"] = future

    assert canonical(config)["FutureMember"] == future
    assert canonical(config)["DefaultCacheBehavior"]["FutureMember"] == future


def test_the_hash_of_a_configuration_never_changes() -> None:
    assert content_hash({"Comment": "Größe"}) == "9413eb5dd9e8414ce0c4aeb35f6ae2f7728f237fd1b147ac3b2450df4688a3d7"


def test_numbers_are_compared_by_value_as_python_does(config: Config) -> None:
    other = copy.deepcopy(config) | {"IsIPV6Enabled": 1, "Staging": 0.0}
    origin(other)["ConnectionAttempts"] = 3.0

    assert canonical(other) == canonical(config)
    assert content_hash(other) == content_hash(config)
