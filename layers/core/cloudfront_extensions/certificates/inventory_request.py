"""What the workflow certificate_inventory is asked: nothing, as a rule."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypedDict

from cloudfront_extensions.errors import InvalidInput
from cloudfront_extensions.fields import described, flag, refuse_unknown

DEFAULT_MONTHS = 48
MOST_MONTHS = 120
MOST_DAYS_BEFORE_END = 90

_FIELDS = frozenset({"reminders", "forecast"})
_FORECAST_FIELDS = frozenset({"months", "importedDaysBeforeEnd"})


class ForecastJson(TypedDict):
    months: int
    """How far the renewal forecast looks, this month the first."""
    importedDaysBeforeEnd: int | None
    """When imported certificates are imported again; None: as `lifetimes.json` assumes."""


class InventoryRequest(TypedDict):
    reminders: bool
    """Whether people are reminded of what this run finds."""
    forecast: ForecastJson


def parse_request(document: Mapping[str, Any]) -> InventoryRequest:
    """The request with every default written out. Raises InvalidInput."""
    refuse_unknown(document, _FIELDS)
    forecast = document.get("forecast", {})
    if not isinstance(forecast, dict):
        raise InvalidInput(f"forecast: {described(forecast)}; give an object")
    refuse_unknown(forecast, _FORECAST_FIELDS, "forecast.")
    return {
        "reminders": flag(document, "reminders", default=True),
        "forecast": {
            "months": _number(forecast, "months", MOST_MONTHS) or DEFAULT_MONTHS,
            "importedDaysBeforeEnd": _number(forecast, "importedDaysBeforeEnd", MOST_DAYS_BEFORE_END),
        },
    }


def _number(forecast: Mapping[str, Any], name: str, most: int) -> int | None:
    if name not in forecast:
        return None
    value = forecast[name]
    if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= most:
        return value
    raise InvalidInput(f"forecast.{name}: {described(value)}; give a whole number from 1 to {most}")
