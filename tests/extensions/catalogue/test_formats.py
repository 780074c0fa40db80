"""What is right in each format, and what is told of the rest."""

from __future__ import annotations

import pytest

from cloudfront_extensions.extensions.formats import Format, complaints, countries

RIGHT = {
    Format.CIDR_LIST: ["", "203.0.113.7", "203.0.113.0/24,2001:db8::/32", "0.0.0.0/0, ::/0"],
    Format.COUNTRY_LIST: ["", "DE", "DE,FR,US"],
    Format.HEADER_LIST: ["", "x-tenant", "X-Tenant,accept"],
    Format.HOST_LIST: ["", "example.com", "*.example.com,shop.example.com", "xn--bcher-kva.example"],
    Format.JSON_ARRAY: ["[]", '[{"a": "ü"}]'],
    Format.JSON_OBJECT: ["{}", '{"a": [1]}'],
    Format.PATH_LIST: ["", "/", "/images/*,/a%20b", "/:id"],
    Format.REGEX: ["", "^/a(b|c)$"],
    Format.URL: ["", "https://example.com", "https://example.com:8443/.well-known/jwks.json?v=1"],
}
WRONG = {
    Format.CIDR_LIST: ["203.0.113.7/24", "300.0.0.1", "fe80::1%eth0", "10.0.0.0/8,", "example.com"],
    Format.COUNTRY_LIST: ["de", "UK", "EU", "DE,,FR", "DEU"],
    Format.HEADER_LIST: ["x tenant", "x:y", ",", "größe"],
    Format.HOST_LIST: ["https://example.com", "Example.com", "bücher.example", "a b", "example.com:443", "*"],
    Format.JSON_ARRAY: ["", "{}", "[1,]", "null", "[Infinity]"],
    Format.JSON_OBJECT: ["", "[]", "{'a': 1}", '"x"'],
    Format.PATH_LIST: ["images", "/a b", "/a?b", "/a#b", "/a,b", "/ü"],
    Format.REGEX: ["(", "a**", "[z-a]"],
    Format.URL: [
        "http://example.com",
        "example.com",
        "https://",
        "https://a b",
        "https://a:99999/",
        "javascript:alert(1)",
    ],
}


@pytest.mark.parametrize(("format_", "value"), [(format_, value) for format_ in Format for value in RIGHT[format_]])
def test_right_values_pass(format_: Format, value: str) -> None:
    assert list(complaints(value, format_, "parameters.P")) == []


@pytest.mark.parametrize(("format_", "value"), [(format_, value) for format_ in Format for value in WRONG[format_]])
def test_wrong_values_are_told_with_what_to_give_instead(format_: Format, value: str) -> None:
    told = list(complaints(value, format_, "parameters.P"))

    assert told
    assert all(one.startswith("parameters.P") and ("give " in one or "write it as " in one) for one in told)


def test_a_host_name_is_shown_as_browsers_send_it() -> None:
    assert list(complaints("bücher.example", Format.HOST_LIST, "P")) == [
        "P, entry 1: 'bücher.example' is no host name as browsers send it; write it as xn--bcher-kva.example"
    ]


def test_there_are_the_countries_of_iso_3166() -> None:
    assert len(countries()) == 249
    assert {"AQ", "DE", "GB", "SS", "XK"} - countries() == {"XK"}
