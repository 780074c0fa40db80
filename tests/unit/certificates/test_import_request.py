"""What certificate_import is asked, and where bundles may be."""

from __future__ import annotations

from typing import Any

import pytest

from cloudfront_extensions.certificates.import_request import (
    ImportRequest,
    StagingPlaces,
    check_place,
    parse_import,
    parse_state,
    state_of,
)
from cloudfront_extensions.certificates.key_bundle_reference import ObjectReference, SecretReference
from cloudfront_extensions.errors import CertificateInWrongRegion, InvalidInput, KeyBundleNotStaged

PREFIX = "cloudfront-extensions/key-bundles/stack/"
PLACES = StagingPlaces(PREFIX, "jobs-bucket")
SECRET = {"secretId": f"{PREFIX}shop"}
ARN = "arn:aws:acm:us-east-1:123456789012:certificate/11111111-2222-4333-8444-555555555555"


def request(**more: Any) -> ImportRequest:
    return parse_import({"jobId": "job-1", "itemId": "shop", "keyBundle": SECRET, **more})


def test_names_wanted_are_normalised_and_none_is_wanted_twice() -> None:
    wanted = request(aliases=["SHOP.example.com", "münchen.example", "shop.example.com"])
    assert wanted.aliases == ("shop.example.com", "xn--mnchen-3ya.example")


def test_a_certificate_to_replace_is_in_the_region_of_cloudfront() -> None:
    assert request(certificateArn=ARN).certificate_arn == ARN
    with pytest.raises(CertificateInWrongRegion):
        request(certificateArn=ARN.replace("us-east-1", "eu-west-1"))


@pytest.mark.parametrize("value", [7, ["arn"], "", "arn:aws:iam::123456789012:role/x"])
def test_what_is_no_arn_is_refused(value: object) -> None:
    with pytest.raises(InvalidInput, match="certificateArn"):
        request(certificateArn=value)


@pytest.mark.parametrize(
    "more", [{}, {"certificateArn": ARN, "aliases": ["shop.example.com"], "tags": {"team": "web"}}]
)
def test_the_state_says_what_the_request_said(more: dict[str, Any]) -> None:
    asked = request(**more)
    state = state_of(asked, wait_seconds=7)

    assert state["wait"] == {"seconds": 7}
    assert parse_state(state) == asked


@pytest.mark.parametrize(
    "place",
    [
        SecretReference(f"{PREFIX}shop"),
        SecretReference(f"arn:aws:secretsmanager:us-east-1:123456789012:secret:{PREFIX}shop-Xy12Za"),
        ObjectReference("jobs-bucket", "key-bundles/shop.pem", "1"),
    ],
)
def test_bundles_are_read_where_this_deployment_stages_them(place: SecretReference | ObjectReference) -> None:
    check_place(place, PLACES)


@pytest.mark.parametrize(
    "place",
    [
        SecretReference("cloudfront-extensions/key-bundles/shop"),
        SecretReference("cloudfront-extensions/key-bundles/stack-2/shop"),
        SecretReference("cloudfront-extensions/key-bundles/other/stack/shop"),
        SecretReference(
            "arn:aws:secretsmanager:us-east-1:123456789012:secret:cloudfront-extensions/key-bundles/x/shop"
        ),
        ObjectReference("somebody-elses", "key-bundles/shop.pem", "1"),
        ObjectReference("jobs-bucket", "jobs/key-bundles/shop.pem", "1"),
    ],
)
def test_bundles_are_read_nowhere_else(place: SecretReference | ObjectReference) -> None:
    with pytest.raises(KeyBundleNotStaged) as refused:
        check_place(place, PLACES)
    assert str(place) not in str(refused.value)
