"""Response headers policies say with an empty list that they name no header or method: the model requires the list."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from xml.etree.ElementTree import Element, SubElement

from localaws.server.seams import wrap


def install() -> None:
    from ministack.services import cloudfront

    wrap(cloudfront, "_build_str_list_block", with_empty_lists)


def with_empty_lists(stock: Callable[..., None]) -> Callable[..., None]:
    def build(parent: Element, block_tag: str, item_tag: str, items: list[Any]) -> None:
        stock(parent, block_tag, item_tag, items)
        if not items:
            SubElement(parent[-1], "Items")

    return build
