"""The charts of the demo's third act, as a terminal without colours shows them."""

from __future__ import annotations

import io
from typing import Any

from rich.console import Console, RenderableType

from demo import charts


def shown(chart: RenderableType) -> str:
    console = Console(file=io.StringIO(), width=100, color_system=None, force_terminal=False)
    with console.capture() as capture:
        console.print(chart)
    return "\n".join(line.rstrip() for line in capture.get().splitlines())


def series(metric: str, *values: float | None, key: str | None = None) -> dict[str, Any]:
    return {"metric": metric, "key": key, "values": values}


def test_hours_are_bars_beside_what_is_told_of_them() -> None:
    answer = {
        "domain": "www.example.com",
        "windows": [{"start": f"2026-11-22T{hour:02}:00:00Z"} for hour in (22, 23)],
        "series": [
            series("request", 1234, 617),
            series("request", 5, 5, key="200"),
            series("chr", 91.25, None),
            series("requestLatency", 41.6, None),
            series("bandwidth", 1_234_567.0, 0),
        ],
    }
    assert (
        shown(charts.hours(answer))
        == """\
www.example.com, hour by hour (UTC)

  Hour    Requests                                        Cache hits   Latency        Bandwidth
 ───────────────────────────────────────────────────────────────────────────────────────────────
  22:00      1,234   ██████████████████████████████████       91.2 %     42 ms   1,234.6 kbit/s
  23:00        617   █████████████████                             -         -       0.0 kbit/s
"""
    )


def test_an_hour_of_which_nothing_is_known_has_no_bar() -> None:
    answer = {
        "domain": "www.example.com",
        "windows": [{"start": "2026-11-22T22:00:00Z"}],
        "series": [series(metric, None) for metric in ("request", "chr", "requestLatency", "bandwidth")],
    }
    assert (
        shown(charts.hours(answer))
        == """\
www.example.com, hour by hour (UTC)

  Hour    Requests                                        Cache hits   Latency   Bandwidth
 ──────────────────────────────────────────────────────────────────────────────────────────
  22:00          -                                                 -         -           -
"""
    )


def test_countries_are_shares_and_only_the_first_are_told() -> None:
    told = [("DE", 600, 60.0, 91.0), ("-", 300, 30.0, None), ("FR", 100, 10.0, 50.0)]
    answer = {
        "domain": "www.example.com",
        "countries": [
            {"country": country, "requests": requests, "percent": percent, "chr": ratio}
            for country, requests, percent, ratio in told
        ],
    }
    assert (
        shown(charts.countries(answer, 2))
        == """\
www.example.com, by country

  Country   Requests    Share                                        Cache hits
 ───────────────────────────────────────────────────────────────────────────────
  DE             600   60.0 %   ████████████████████▍                    91.0 %
  unknown        300   30.0 %   ██████████▏                                   -
"""
    )


def test_urls_stand_in_their_order() -> None:
    answer = {
        "domain": "www.example.com",
        "urls": [
            {"path": "/", "requests": 12_345, "bytes": 6_789_000},
            {"path": "/img/logo.svg", "requests": 7, "bytes": 0},
        ],
    }
    assert (
        shown(charts.urls(answer))
        == """\
www.example.com, URLs with most requests

  URL                                  Requests       Bytes
 ───────────────────────────────────────────────────────────
  /                                      12,345   6,789,000
  /img/logo.svg                               7           0
"""
    )
