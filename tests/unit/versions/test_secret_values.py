"""What is kept out of sight, held against CloudFront's model."""

from __future__ import annotations

from cloudfront_extensions.versions.paths import Element
from cloudfront_extensions.versions.secret_values import SECRETS, concealed
from tests.unit.versions.cloudfront_model import places
from tests.unit.versions.shop_config import shop_config


def test_secrets_are_what_cloudfronts_model_marks_as_sensitive_but_for_comments() -> None:
    sensitive = {place for place, shape in places().items() if shape.metadata.get("sensitive")}

    assert {place for place in sensitive if not place.endswith("Comment")} == SECRETS


def test_the_header_values_of_a_whole_configuration_are_concealed_and_nothing_else() -> None:
    config = shop_config()

    shown = concealed(config)

    headers = shown["Origins"]["Items"][0]["CustomHeaders"]["Items"]
    assert headers == [
        {"HeaderName": "X-Origin-Verify", "HeaderValue": "(secret)"},
        {"HeaderName": "X-Forwarded-Platform", "HeaderValue": "(secret)"},
    ]
    shown["Origins"]["Items"][0]["CustomHeaders"] = config["Origins"]["Items"][0]["CustomHeaders"]
    assert shown == config


def test_those_of_one_origin_and_of_one_header_too() -> None:
    origin = shop_config()["Origins"]["Items"][0]
    header = origin["CustomHeaders"]["Items"][0]

    assert "replace-with" not in str(concealed(origin, ("Origins", Element("storefront"))))
    assert "replace-with" not in str(concealed([origin], ("Origins", "Items")))
    assert concealed(
        header["HeaderValue"], ("Origins", Element("x"), "CustomHeaders", Element("y"), "HeaderValue")
    ) == ("(secret)")
