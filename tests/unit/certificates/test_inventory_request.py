"""What may be asked of the inventory."""

from __future__ import annotations

from typing import Any

import pytest

from cloudfront_extensions.certificates.inventory_request import parse_request
from cloudfront_extensions.errors import InvalidInput


def test_nothing_asked_for_is_a_daily_run() -> None:
    assert parse_request({}) == {"reminders": True, "forecast": {"months": 48, "importedDaysBeforeEnd": None}}


@pytest.mark.parametrize(
    ("document", "field"),
    [
        ({"reminder": True}, "reminder"),
        ({"reminders": "no"}, "reminders"),
        ({"forecast": 12}, "forecast"),
        ({"forecast": {"years": 4}}, "forecast.years"),
        ({"forecast": {"months": 0}}, "forecast.months"),
        ({"forecast": {"months": 121}}, "forecast.months"),
        ({"forecast": {"months": True}}, "forecast.months"),
        ({"forecast": {"importedDaysBeforeEnd": 91}}, "forecast.importedDaysBeforeEnd"),
        ({"forecast": {"importedDaysBeforeEnd": None}}, "forecast.importedDaysBeforeEnd"),
    ],
)
def test_a_wrong_field_is_named(document: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInput, match=rf"^{field}: "):
        parse_request(document)
