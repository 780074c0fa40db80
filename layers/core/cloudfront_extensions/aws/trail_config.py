"""A configuration as CloudTrail writes it down, turned back into CloudFront's own structure by botocore's model.

Members that the model does not know are left out, as botocore leaves them out of CloudFront's answers.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from cloudfront_extensions.aws.clients import client
from cloudfront_extensions.aws.config_model import checked_config
from cloudfront_extensions.distributions.config import DistributionConfig
from cloudfront_extensions.errors import InvalidDistributionConfig

HIDDEN = "HIDDEN_DUE_TO_SECURITY_REASONS"
"""What stands in CloudTrail's events in the place of a text that may be a secret."""


class ToldConfig(NamedTuple):
    config: DistributionConfig
    hidden: tuple[str, ...]
    """The members that are left out of it because CloudTrail hides them."""


def told_config(document: Mapping[str, Any]) -> ToldConfig | None:
    """None where CloudTrail has left out so much that it is no configuration."""
    shape = client("cloudfront").meta.service_model.shape_for("DistributionConfig")
    config = _renamed(shape, document)
    try:
        checked_config(config, "the event")
    except InvalidDistributionConfig:
        return None
    hidden: list[str] = []
    return ToldConfig(_without_hidden(config, "", hidden), tuple(hidden))


def _renamed(shape: Any, value: Any) -> Any:
    if shape.type_name == "structure" and isinstance(value, dict):
        spelt = {f"{name[0].lower()}{name[1:]}": name for name in shape.members}
        return {
            spelt[name]: _renamed(shape.members[spelt[name]], member)
            for name, member in value.items()
            if name in spelt and member is not None
        }
    if shape.type_name == "list" and isinstance(value, list):
        return [_renamed(shape.member, element) for element in value]
    return value


def _without_hidden(value: Any, path: str, hidden: list[str]) -> Any:
    if isinstance(value, list):
        return [_without_hidden(element, f"{path}[{index}]", hidden) for index, element in enumerate(value)]
    if not isinstance(value, dict):
        return value
    kept = {}
    for name, member in value.items():
        where = f"{path}.{name}".removeprefix(".")
        if member == HIDDEN or (isinstance(member, list) and HIDDEN in member):
            hidden.append(where)
        else:
            kept[name] = _without_hidden(member, where, hidden)
    return kept
