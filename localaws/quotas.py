"""`python -m localaws quotas` and `quota`: what an instance enforces, and another value for it until the next reset."""

from __future__ import annotations

import argparse
from typing import Any

from localaws.control import control
from localaws.instance import Instance

BACK_TO_AWS = "default"


def add_commands(commands: Any) -> None:
    """To the subcommands of `python -m localaws`."""
    listing = commands.add_parser("quotas", help="the quotas and rates of an instance, with their sources")
    listing.set_defaults(run=show)
    listing.add_argument("--service", help="as in IAM policies: acm, states, lambda")

    changing = commands.add_parser("quota", help="give a quota another value until the next reset")
    changing.set_defaults(run=change)
    changing.add_argument("quota", metavar="service/name", help='as `quotas` lists it: "acm/ACM certificates"')
    changing.add_argument("value", type=_value, help=f"a number, or `{BACK_TO_AWS}` for AWS's own")


def show(instance: Instance, chosen: argparse.Namespace) -> None:
    for quota in control(instance, "GET", "quotas"):
        if chosen.service in (None, quota["serviceCode"]):
            print(in_words(quota))


def change(instance: Instance, chosen: argparse.Namespace) -> None:
    service_code, _, name = chosen.quota.partition("/")
    changed = {"serviceCode": service_code, "quotaName": name, "value": chosen.value}
    print(in_words(control(instance, "PUT", "quotas", changed)))


def in_words(quota: dict[str, Any]) -> str:
    value, default = (_number(quota[name]) for name in ("value", "default"))
    changed = "" if value == default else f" (AWS: {default})"
    return f"{quota['serviceCode']}/{quota['quotaName']}: {value} {quota['unit']}{changed}  {quota['source']}"


def _number(value: float | None) -> str:
    return "unlimited" if value is None else f"{value:g}" if value < 1 else f"{value:,.0f}"


def _value(text: str) -> float | None:
    return None if text == BACK_TO_AWS else float(text)
