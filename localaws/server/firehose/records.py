"""A record on its way through a delivery stream, and what the stream says of its way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from localaws.server.permissions import enforcement, trust
from localaws.server.permissions.required import Permission

FIREHOSE = "firehose.amazonaws.com"
MEGABYTE = 1024**2

Json = dict[str, Any]
"""A delivery stream, a destination or its configuration, as MiniStack keeps them."""


@dataclass(frozen=True, slots=True)
class Record:
    id: str
    data: bytes
    arrived: float
    """Seconds since 1970."""
    metadata: Json | None = None
    """`kinesisRecordMetadata` of a record that comes from a stream of Kinesis."""


def may(role_arn: str, stream: Json, *permissions: Permission) -> bool:
    """Whether Firehose, as this role, may do all this for a delivery stream; what was decided is on record."""
    return trust.may_assume(role_arn, FIREHOSE) and all(
        enforcement.is_allowed(role_arn, stream["name"], permission) for permission in permissions
    )


def processor(configuration: Json) -> Json | None:
    """The parameters of the function that transforms records, by name; None where none does."""
    processing = configuration.get("ProcessingConfiguration") or {}
    if str(processing.get("Enabled", "false")).lower() != "true":
        return None
    for one in processing.get("Processors") or []:
        if one.get("Type") == "Lambda":
            return {each["ParameterName"]: each["ParameterValue"] for each in one.get("Parameters") or []}
    return None
