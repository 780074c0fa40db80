"""Of each host and hour the statement tells the URLs that are first, wherever the steps lie by which others are left out."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from cloudfront_extensions.metrics.sources import Folder, Source
from cloudfront_extensions.metrics.top_urls import KEPT
from tests.integration.logs.bad_files import BEGINS, GOOD_REALTIME, HOUR, text
from tests.integration.logs.catalog import counted
from tests.integration.logs.raw_lines import count_files, summed

STEP = 4
"""The first one of requests; that of bytes is 4,096."""
Url = tuple[str, int, int]
"""A path, its requests, and the bytes of each."""


def at_a_step(reaching: int) -> list[Url]:
    """So many URLs reach a step, and others are all below it, alike."""
    return [
        *((f"/reaching-{number}", STEP, 4096) for number in range(reaching)),
        *((f"/below-{number}", STEP - 1, 10) for number in range(50)),
    ]


def at_one_step() -> list[Url]:
    """As many as are told are just at a step by requests, as many just at one by bytes, and none at both."""
    return [
        *((f"/asked-{number}", STEP, 1) for number in range(KEPT)),
        *((f"/large-{number}", 1, 65_536) for number in range(KEPT)),
        *((f"/neither-{number}", STEP - 1, 10) for number in range(50)),
    ]


def by_chance() -> Iterator[Url]:
    """Few requests and many, few bytes and many, of either more than are told."""
    random = Random(7)  # noqa: S311 - the same URLs in every run
    for number in range(600):
        yield f"/{number}", int(1 + 1.5 ** random.uniform(0, 9)), int(2 ** random.uniform(0, 34))


@pytest.mark.parametrize(
    "urls",
    [
        pytest.param(at_a_step(KEPT - 1), id="one too few reach a step"),
        pytest.param(at_a_step(KEPT), id="just enough reach a step"),
        pytest.param(at_a_step(KEPT + 1), id="one too many reach a step"),
        pytest.param(at_one_step(), id="at a step by requests or by bytes"),
        pytest.param([(f"/{number}", 1, 5) for number in range(3 * KEPT)], id="all alike"),
        pytest.param([(f"/{number}", 1, 0) for number in range(3 * KEPT)], id="nothing sent"),
        pytest.param([(f"/{number}", 1, 10**9 + number) for number in range(3 * KEPT)], id="all above every step"),
        pytest.param(list(by_chance()), id="by chance"),
    ],
)
def test_the_first_urls_of_each_host_are_told_and_no_others(urls: list[Url], tmp_path: Path) -> None:
    folder = Folder(Source.REALTIME, HOUR)
    place = tmp_path / folder.prefix
    place.mkdir(parents=True)
    lines = [
        GOOD_REALTIME
        | {"timestamp": f"{BEGINS}.000", "x_host_header": host, "cs_uri_stem": path, "sc_bytes": str(sent)}
        for host in ("one.example.com", "other.example.com")
        for path, requests, sent in (urls if host.startswith("one") else urls[::2])
        for _ in range(requests)
    ]
    (place / "lines.gz").write_bytes(gzip.compress(text(*(list(line.values()) for line in lines))))
    expected = count_files(tmp_path).told().urls
    assert summed(counted(tmp_path, {folder})).urls == expected
    assert len({key[-1] for key in expected}) >= KEPT
