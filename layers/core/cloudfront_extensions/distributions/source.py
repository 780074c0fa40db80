"""Where the configuration of a new distribution comes from."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from cloudfront_extensions.errors import InvalidInput

_DISTRIBUTION_ID = re.compile(r"[A-Z0-9]{1,32}")


@dataclass(frozen=True, slots=True)
class LiveSource:
    """A distribution of this account, as it is configured now."""

    distribution_id: str


@dataclass(frozen=True, slots=True)
class FileSource:
    """A JSON file in S3: a DistributionConfig, or what GetDistributionConfig answers.

    `distribution_id` is the live distribution that the file was taken from, where there is one.
    """

    bucket: str
    key: str
    distribution_id: str | None = None


@dataclass(frozen=True, slots=True)
class InlineSource:
    """The configuration itself, in the input."""

    config: dict[str, Any]


Source = LiveSource | FileSource | InlineSource


def parse_source(value: object, field: str = "source") -> Source:
    """Read a source as workflows are given it. `field` is its place in the input, for messages.

    Raises:
        InvalidInput: it is none of the three kinds.
    """
    fields = value if isinstance(value, dict) else {}
    match fields:
        case {"distributionId": str(distribution_id), **rest} if not rest:
            return LiveSource(_distribution_id(distribution_id, field))
        case {"bucket": str(bucket), "key": str(key), **rest} if bucket and key and rest.keys() <= {"distributionId"}:
            taken_from = rest.get("distributionId")
            return FileSource(bucket, key, None if taken_from is None else _distribution_id(taken_from, field))
        case {"config": dict(config), **rest} if config and not rest:
            return InlineSource(config)
    raise InvalidInput(
        f'{field} must be {{"distributionId": ...}}, {{"bucket": ..., "key": ...}} or {{"config": {{...}}}}; '
        f"it is {_described(value)}"
    )


def live_distribution_id(source: Source) -> str | None:
    """The live distribution behind a source, if there is one."""
    return None if isinstance(source, InlineSource) else source.distribution_id


def _distribution_id(value: object, field: str) -> str:
    if isinstance(value, str) and _DISTRIBUTION_ID.fullmatch(value):
        return value
    raise InvalidInput(f"{field}.distributionId must be a distribution's id, such as E2QWRUHAPOMQZL; it is {value!r}")


def _described(value: object) -> str:
    """What was given instead, without its values: a configuration may hold an origin's secret header."""
    if isinstance(value, dict):
        return f"an object with {', '.join(sorted(map(str, value)))}" if value else "an empty object"
    return "missing" if value is None else f"a {type(value).__name__}"
