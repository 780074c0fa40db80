"""Whether a document has the shape of CloudFront's DistributionConfig, by the model that ships with botocore."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from cloudfront_extensions.aws.clients import client
from cloudfront_extensions.distributions.config import DistributionConfig, bare_config
from cloudfront_extensions.errors import InvalidDistributionConfig

SHOWN_COMPLAINTS = 10

_SCALARS: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "boolean": (bool,),
    "integer": (int,),
    "long": (int,),
    "float": (int, float),
    "double": (int, float),
}


def checked_config(document: object, where: str) -> DistributionConfig:
    """The DistributionConfig in a document from `where`, once its shape is right.

    Raises:
        InvalidDistributionConfig: naming the path of every wrong member, and no value: custom headers of origins are
            secrets.
    """
    config = bare_config(document)
    if complaints := list(_complaints(_shape(), config, "")):
        more = f"; and {len(complaints) - SHOWN_COMPLAINTS} more" if len(complaints) > SHOWN_COMPLAINTS else ""
        raise InvalidDistributionConfig(f"{where}: {'; '.join(complaints[:SHOWN_COMPLAINTS])}{more}")
    return config


@cache
def _shape() -> Any:
    return client("cloudfront").meta.service_model.shape_for("DistributionConfig")


def _complaints(shape: Any, value: object, path: str) -> Iterator[str]:
    if shape.type_name == "structure":
        yield from _structure_complaints(shape, value, path)
    elif shape.type_name == "list":
        yield from _list_complaints(shape, value, path)
    elif not _is_scalar(value, shape.type_name):
        yield f"{path} must be of type {shape.type_name}, not {_type(value)}"
    elif isinstance(value, str) and len(value) < shape.metadata.get("min", 0):
        yield f"{path} must not be empty"


def _list_complaints(shape: Any, value: object, path: str) -> Iterator[str]:
    if not isinstance(value, list):
        yield f"{path} must be a list, not {_type(value)}"
        return
    least = shape.metadata.get("min", 0)
    if len(value) < least:
        yield f"{path} must have at least {least} element{'s' if least > 1 else ''}"
    for index, element in enumerate(value):
        yield from _complaints(shape.member, element, f"{path}[{index}]")


def _structure_complaints(shape: Any, value: object, path: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{path} must be an object, not {_type(value)}"
        return
    before = f"{path}." if path else ""
    for name in shape.required_members:
        if name not in value:
            yield f"{before}{name} is missing"
    for name, member in value.items():
        if name not in shape.members:
            yield f"{before}{name} is no member of {shape.name}"
        else:
            yield from _complaints(shape.members[name], member, f"{before}{name}")
    items = value.get("Items", [])
    if "Items" in shape.members and isinstance(items, list) and value.get("Quantity", len(items)) != len(items):
        yield f"{before}Quantity is not the number of Items, which is {len(items)}"


def _is_scalar(value: object, type_name: str) -> bool:
    if isinstance(value, bool):
        return type_name == "boolean"
    return isinstance(value, _SCALARS[type_name])


def _type(value: object) -> str:
    return {"dict": "an object", "list": "a list", "str": "text", "NoneType": "null"}.get(
        type(value).__name__, type(value).__name__
    )
