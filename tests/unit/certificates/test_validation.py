from __future__ import annotations

from typing import Any

import pytest

from cloudfront_extensions.certificates.validation import (
    Validation,
    ValidationMode,
    ValidationRecord,
    complete_records,
    named_records,
    parse_validation,
    possible_zones,
)
from cloudfront_extensions.errors import ValidationRecordsNotReady


def option(name: str, token: str | None) -> dict[str, Any]:
    """A member of DomainValidationOptions, with its record or, at first, without."""
    record = {
        "Name": f"_{token}.{name.removeprefix('*.')}.",
        "Type": "CNAME",
        "Value": f"_{token}.acm-validations.aws.",
    }
    return {"DomainName": name, "ValidationMethod": "DNS", **({"ResourceRecord": record} if token else {})}


@pytest.mark.parametrize(
    ("document", "validation"),
    [
        ({"mode": "auto"}, Validation(ValidationMode.AUTO)),
        ({"mode": "manual"}, Validation(ValidationMode.MANUAL)),
        ({"hostedZoneId": "Z0AB1"}, Validation(ValidationMode.HOSTED_ZONE, "Z0AB1")),
    ],
)
def test_the_choice_survives_the_way_through_json(document: dict[str, str], validation: Validation) -> None:
    assert parse_validation(document) == validation
    assert parse_validation(validation.as_json()) == validation


def test_a_zone_id_may_come_with_route_53s_prefix() -> None:
    assert parse_validation({"hostedZoneId": "/hostedzone/Z0AB1"}).hosted_zone_id == "Z0AB1"


def test_a_wildcard_and_its_apex_share_one_record() -> None:
    records = named_records([option("example.com", "a"), option("*.example.com", "a")])

    assert complete_records(["example.com", "*.example.com"], records) == (
        ValidationRecord("example.com", "_a.example.com.", "CNAME", "_a.acm-validations.aws."),
    )


def test_every_name_has_its_record() -> None:
    records = named_records([option("a.example.com", "a"), option("b.example.com", "b")])

    assert [record.name for record in complete_records(["a.example.com", "b.example.com"], records)] == [
        "_a.a.example.com.",
        "_b.b.example.com.",
    ]


@pytest.mark.parametrize(
    "options", [[], [option("a.example.com", "a")], [option("a.example.com", "a"), option("b.example.com", None)]]
)
def test_records_are_not_ready_until_every_name_has_one(options: list[dict[str, Any]]) -> None:
    with pytest.raises(ValidationRecordsNotReady, match=r"b\.example\.com"):
        complete_records(["a.example.com", "b.example.com"], named_records(options))


def test_the_message_does_not_list_a_hundred_names() -> None:
    with pytest.raises(ValidationRecordsNotReady) as refused:
        complete_records([f"n{n}.example.com" for n in range(100)], ())

    assert "n4.example.com and others" in str(refused.value)
    assert "n5.example.com" not in str(refused.value)


def test_possible_zones_begin_with_the_longest_and_end_above_the_top_level() -> None:
    record = ValidationRecord("www.shop.example.com", "_a.www.shop.example.com.", "CNAME", "_b.acm-validations.aws.")

    assert possible_zones(record) == ("www.shop.example.com", "shop.example.com", "example.com")
