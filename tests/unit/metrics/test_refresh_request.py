"""What metrics_refresh is asked."""

from __future__ import annotations

from typing import Any

import pytest

from cloudfront_extensions.errors import InvalidInput
from cloudfront_extensions.metrics.refresh_request import RefreshRequest, parse_request
from cloudfront_extensions.metrics.sources import Folder, Source

HOUR = "2026-11-22-14"


def test_nothing_asks_for_all_sources() -> None:
    assert parse_request({}) == RefreshRequest(tuple(Source), ())


def test_folders_are_asked_for_by_source_and_hour() -> None:
    request = parse_request({"folders": [{"source": "legacy", "hour": HOUR}]})
    assert request == RefreshRequest(tuple(Source), (Folder(Source.LEGACY, HOUR),))


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ({"source": "legacy"}, "source: there is no such field"),
        ({"sources": []}, "sources: it has 0 entries"),
        ({"sources": "legacy"}, "sources: 'legacy'; give a list"),
        ({"sources": ["v1"]}, r"sources\[0\]: 'v1'; give one of standard, legacy, realtime"),
        ({"folders": [HOUR]}, r"folders\[0\]: '2026-11-22-14'; give an object"),
        ({"folders": [{"source": "legacy"}]}, r"folders\[0\].hour: it is missing"),
        (
            {"folders": [{"source": "legacy", "hour": "2026-02-30-14"}]},
            r"folders\[0\].hour: '2026-02-30-14'; give an hour",
        ),
        ({"folders": [{"source": "legacy", "hour": HOUR, "day": 1}]}, r"folders\[0\].day: there is no such field"),
        ({"folders": [{"source": "legacy", "hour": f"{HOUR}/x"}]}, r"folders\[0\].hour"),
        ({"folders": [{"source": "legacy", "hour": HOUR}] * 49}, "folders: it has 49 entries"),
        ({"folders": [{"source": "legacy", "hour": HOUR}], "sources": ["legacy"]}, "give one of the two"),
    ],
)
def test_what_can_not_be_is_refused_by_the_name_of_its_field(document: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        parse_request(document)
