"""What every answer about metrics says of how much of it is known."""

from __future__ import annotations

from typing import TypedDict

from cloudfront_extensions.metrics.coverage import Coverage
from cloudfront_extensions.metrics.windows import label
from cloudfront_extensions.operations.metric_ranges import Range


class Covered(TypedDict):
    completeThrough: str | None
    """Up to where all figures are final. None: the domain was never counted."""
    final: bool
    """Whether none of the figures asked for can change."""
    rejected: int
    """Lines in the account's logs of these hours that could not be counted. Of which domain they were nobody can say."""


def covered(coverage: Coverage, asked: Range) -> Covered:
    through = coverage.complete_through
    return {
        "completeThrough": None if through is None else label(through),
        "final": coverage.is_final_between(asked.first, asked.end),
        "rejected": coverage.rejected_between(asked.first, asked.end),
    }
