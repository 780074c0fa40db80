"""CloudFront Functions: what CloudFront asks of one before MiniStack stores it, and what it tells of one.

Whether code is JavaScript is not looked at here: where CloudFront says so, when a function is made or when it runs, is not
documented. TestFunction (`function_tests`) runs it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from xml.etree.ElementTree import Element, SubElement

from localaws.server import quotas
from localaws.server.cloudfront import distributions, key_value_stores
from localaws.server.cloudfront.answers import RefusedError
from localaws.server.cloudfront.configuration import Config, items
from localaws.server.cloudfront.pages import page_of
from localaws.server.seams import wrap
from localaws.server.shapes import unpacked

DEVELOPMENT, LIVE = "DEVELOPMENT", "LIVE"

Function = dict[str, Any]


def install() -> None:
    from ministack.services import cloudfront

    wrap(cloudfront, "_function_summary_builder", with_status_of_live_stage)


def with_status_of_live_stage(stock: Callable[..., Any]) -> Callable[..., Any]:
    """MiniStack says of everything that is live that it is deployed, whether a distribution uses it or not."""

    def summary_builder(function: Function, stage: str, status: str, last_modified: str) -> Any:
        told = status if stage == DEVELOPMENT else "DEPLOYED" if users(function) else "UNASSOCIATED"
        return stock(function, stage, told, last_modified)

    return summary_builder


def mine() -> dict[str, Function]:
    """The caller's functions by name."""
    from ministack.services import cloudfront

    return dict(cloudfront._functions.items())


def existing(name: str, stage: str = DEVELOPMENT) -> Function:
    """One of the caller's that has this stage. Raises RefusedError."""
    function = mine().get(name)
    if function is None or (stage == LIVE and not function["live_etag"]):
        raise RefusedError("NoSuchFunctionExists", "The specified function does not exist.")
    return function


def etag_of(function: Function, stage: str) -> str:
    return str(function["live_etag"] if stage == LIVE else function["dev_etag"])


def users(function: Function) -> list[str]:
    """The ids of the distributions that use it."""
    return [user["Id"] for user in distributions.users_of(function["arn"])]


def check_new(wanted: Config) -> None:
    """Raises RefusedError."""
    if wanted["Name"] not in mine() and len(mine()) >= quotas.limit(quotas.FUNCTIONS):
        raise RefusedError("TooManyFunctions", f"The account has {len(mine())} functions, as many as its quota")
    check(wanted, wanted["Name"])


def check(wanted: Config, name: str) -> None:
    """Raises RefusedError."""
    code = unpacked(wanted["FunctionCode"]) or b""
    greatest = quotas.limit(quotas.FUNCTION_BYTES)
    if len(code) > greatest:
        raise RefusedError("FunctionSizeLimitExceeded", f"The function has {len(code)} bytes, and may have {greatest}")
    stores = [each["KeyValueStoreARN"] for each in items(wanted["FunctionConfig"].get("KeyValueStoreAssociations"))]
    if len(stores) > 1:
        raise RefusedError("InvalidArgument", "A function can be associated with one key value store")
    for store in stores:
        key_value_stores.check_room_for_function(store, name)


def listed(query: dict[str, Any], stage: str | None) -> Element:
    """A page of the caller's functions, in one stage or in both, by name. Raises RefusedError."""
    from ministack.services import cloudfront

    if stage not in (None, DEVELOPMENT, LIVE):
        raise RefusedError("InvalidArgument", f"Stage is {DEVELOPMENT} or {LIVE}, not {stage!r}")
    found = {
        f"{name}/{each}": (function, each)
        for name, function in mine().items()
        for each in ([stage] if stage else [DEVELOPMENT, LIVE])
        if each == DEVELOPMENT or function["live_etag"]
    }
    page = page_of(found, query)
    root = Element("FunctionList")
    if page.next_marker:
        SubElement(root, "NextMarker").text = page.next_marker
    SubElement(root, "MaxItems").text = str(page.size)
    SubElement(root, "Quantity").text = str(len(page.items))
    summaries = SubElement(root, "Items")
    for function, each in page.items.values():
        status, modified = cloudfront._function_dev_status(function), function[f"last_modified_{short(each)}"]
        cloudfront._function_summary_builder(function, each, status, modified)(SubElement(summaries, "FunctionSummary"))
    return root


def short(stage: str) -> str:
    """A stage as MiniStack's fields have it."""
    return "live" if stage == LIVE else "dev"
