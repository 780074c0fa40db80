"""Fields that all who ask for metrics have in common: each error names the field, what it is, and what to give instead."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from cloudfront_extensions.errors import InvalidInput
from cloudfront_extensions.fields import described, host_name
from cloudfront_extensions.metrics.known_domains import ALL_DISTRIBUTIONS
from cloudfront_extensions.metrics.windows import start_labelled

EARLIEST_MOMENT = start_labelled("2008-11-18T00:00:00Z")
"""CloudFront's first day."""
LATEST_MOMENT = start_labelled("2100-01-01T00:00:00Z")
"""One beyond which nobody will ask."""

_DISTRIBUTION_ID = re.compile(r"E[A-Z0-9]{1,31}")
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2}))?", re.ASCII | re.IGNORECASE)


def counted_domain(value: object, field: str) -> str:
    """A domain as it is counted: `*`, a distribution's id, or a name, normalised. Raises InvalidInput, InvalidDomainName."""
    if isinstance(value, str) and (value == ALL_DISTRIBUTIONS or _DISTRIBUTION_ID.fullmatch(value)):
        return value
    return host_name(value, field)


def moment(value: object, field: str) -> int:
    """Seconds since 1970. Raises InvalidInput unless it is a date, or a moment as RFC 3339 writes it."""
    try:
        if not (isinstance(value, str) and _MOMENT.fullmatch(value)):
            raise ValueError
        found = datetime.fromisoformat(value.upper())
        seconds = int(found.replace(tzinfo=found.tzinfo or UTC).timestamp())
        if not EARLIEST_MOMENT <= seconds <= LATEST_MOMENT:
            raise ValueError
    except (ValueError, OverflowError):
        raise InvalidInput(
            f"{field}: {described(value)}; give a date or a moment, such as 2026-11-22 or 2026-11-22T08:00:00Z"
        ) from None
    return seconds
