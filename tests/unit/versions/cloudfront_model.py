"""Every place of a DistributionConfig, as the model that ships with botocore knows it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import botocore.session


@cache
def places() -> dict[str, Any]:
    """Place, as the tables of the product write it → its shape. A block of Quantity and Items is its list."""
    model = botocore.session.get_session().get_service_model("cloudfront")
    return dict(_below(model.shape_for("DistributionConfig"), ""))


def _below(shape: Any, place: str) -> Iterator[tuple[str, Any]]:
    if shape.type_name == "list":
        yield f"{place}[]", shape.member
        yield from _below(shape.member, f"{place}[]")
    elif shape.type_name == "structure":
        for name, member in shape.members.items():
            if name == "Items":
                yield from _below(member, place)
            elif name != "Quantity":
                below = f"{place}.{name}" if place else name
                yield below, member
                yield from _below(member, below)
