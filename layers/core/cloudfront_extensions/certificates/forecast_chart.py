"""The renewal forecast as a picture: imports in the last 365 days, month by month, against the quota.

An SVG that needs nothing else: it stands in a page or alone, follows the reader's light or dark, and says in words
(`title`, `desc`) what it shows. Whatever has a text has a lane of its own, so that no two texts meet.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from math import ceil, log10
from xml.sax.saxutils import escape

from cloudfront_extensions.certificates.renewal_forecast import Forecast, Month

WIDTH, HEIGHT = 960, 440
LEFT, RIGHT, TOP, BOTTOM = 84, 876, 124, 372
"""The edges of the plot; around it are the lanes of the texts."""
HEADING, SUBHEADING, RUNS_OUT_LANE = 30, 52, 108
LIFETIME_LANES = (74, 90)
"""Neighbours take turns, so that steps that lie close don't touch."""
LABELLED_MONTHS = 8

STYLE = """
.forecast { --paper: #ffffff; --ink: #1b2330; --soft: #5a6577; --grid: #e3e7ee; --bar: #4a7fc1; --over: #c8372d; }
@media (prefers-color-scheme: dark) {
.forecast { --paper: #12161d; --ink: #e8ecf3; --soft: #9aa6b8; --grid: #2a323e; --bar: #6ea0dd; --over: #ef6a5e; }
}
.forecast text { font: 12px system-ui, "Segoe UI", Helvetica, Arial, sans-serif; fill: var(--soft);
  paint-order: stroke; stroke: var(--paper); stroke-width: 8px; stroke-linejoin: round; }
.forecast .heading { font-size: 18px; font-weight: 600; fill: var(--ink); }
.forecast .paper { fill: var(--paper); }
.forecast .grid { stroke: var(--grid); }
.forecast .bar { fill: var(--bar); }
.forecast .over { fill: var(--over); }
.forecast .quota { stroke: var(--ink); stroke-width: 1.5; }
.forecast .limit { fill: var(--ink); font-weight: 600; }
.forecast .step { stroke: var(--soft); stroke-dasharray: 3 4; }
.forecast .alarm { fill: var(--over); font-weight: 600; }
"""


def forecast_svg(forecasted: Forecast) -> str:
    heading = "Certificate imports in the last 365 days"
    body = "\n".join((*frame(forecasted), *bars(forecasted), *lifetime_steps(forecasted), *running_out(forecasted)))
    return f"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" class="forecast" role="img" \
aria-labelledby="forecast-title forecast-desc">
<title id="forecast-title">{heading}</title>
<desc id="forecast-desc">{escape(description(forecasted))}</desc>
<style>{STYLE}</style>
<rect class="paper" width="{WIDTH}" height="{HEIGHT}" rx="8"/>
{text(LEFT, HEADING, heading, kind="heading")}
{text(LEFT, SUBHEADING, summary(forecasted))}
{body}
</svg>
"""


def summary(forecasted: Forecast) -> str:
    most = max(forecasted.months, key=lambda month: month.imports_last_365_days)
    return (
        f"At most {most.imports_last_365_days:,} of {most.quota:,} ({most.share:.0%}), in {month_name(most)}; "
        "each bar is the day of its month with the most"
    )


def description(forecasted: Forecast) -> str:
    first, last = forecasted.months[0], forecasted.months[-1]
    outcome = " ".join(forecasted.reasons) or "The account does not run out."
    return f"A bar for each month from {month_name(first)} to {month_name(last)}. {summary(forecasted)}. {outcome}"


def frame(forecasted: Forecast) -> Iterator[str]:
    """The axes and the quota."""
    top = scale_top(forecasted)
    step = tick_step(top)
    for value in range(0, top + 1, step):
        yield line("grid", LEFT, y_of(value, top), RIGHT, y_of(value, top))
        yield text(LEFT - 10, y_of(value, top) + 4, f"{value:,}", anchor="end")
    middle = (TOP + BOTTOM) / 2
    yield (
        f'<text x="22" y="{middle}" text-anchor="middle" transform="rotate(-90 22 {middle})">'
        "imports in the last 365 days</text>"
    )
    every = ceil(len(forecasted.months) / LABELLED_MONTHS)
    for index, month in enumerate(forecasted.months):
        if index % every == 0:
            yield text(x_of(index + 0.5, forecasted), BOTTOM + 20, month_name(month), anchor="middle")
    yield text((LEFT + RIGHT) / 2, BOTTOM + 48, "month", anchor="middle")
    quota = y_of(forecasted.quotas.imports_a_year, top)
    yield text(RIGHT + 8, quota - 3, "quota", kind="limit")
    yield text(RIGHT + 8, quota + 12, f"{forecasted.quotas.imports_a_year:,}", kind="limit")


def bars(forecasted: Forecast) -> Iterator[str]:
    top = scale_top(forecasted)
    slot = (RIGHT - LEFT) / len(forecasted.months)
    for index, month in enumerate(forecasted.months):
        if not month.imports_last_365_days:
            continue
        height = max(1.0, BOTTOM - y_of(month.imports_last_365_days, top))
        kind = "over" if month.imports_last_365_days > month.quota else "bar"
        yield (
            f'<rect class="{kind}" x="{x_of(index, forecasted) + slot * 0.1:.1f}" y="{BOTTOM - height:.1f}" '
            f'width="{slot * 0.8:.1f}" height="{height:.1f}"><title>{month_name(month)}: '
            f"{month.imports_last_365_days:,} of {month.quota:,}</title></rect>"
        )
    yield line(
        "quota", LEFT, y_of(forecasted.quotas.imports_a_year, top), RIGHT, y_of(forecasted.quotas.imports_a_year, top)
    )


def lifetime_steps(forecasted: Forecast) -> Iterator[str]:
    """A line at each day from which certificates last less long; all lines lie under all texts."""
    steps = [(x_of_day(step.start, forecasted), step) for step in forecasted.lifetimes.steps]
    shown = [(x, LIFETIME_LANES[index % 2], step) for index, (x, step) in enumerate(steps) if x is not None]
    for x, lane, _ in shown:
        yield line("step", x, lane + 6, x, BOTTOM)
    for x, lane, step in shown:
        yield beside(x, lane, f"{step.days} days from {step.start.day} {step.start:%B %Y}")


def running_out(forecasted: Forecast) -> Iterator[str]:
    day = forecasted.runs_out
    if day is not None and (x := x_of_day(day, forecasted)) is not None:
        yield f'<path class="alarm" d="M {x:.1f} {TOP - 2} l -6 -10 h 12 z"/>'
        yield beside(x, RUNS_OUT_LANE, f"runs out on {day.day} {day:%B %Y}", gap=10, kind="alarm")


def scale_top(forecasted: Forecast) -> int:
    """The end of the axis: a round number that the quota and every bar stay under."""
    highest = max(forecasted.quotas.imports_a_year, *(month.imports_last_365_days for month in forecasted.months))
    step = tick_step(highest)
    return ceil(highest * 1.02 / step) * step


def tick_step(top: int) -> int:
    """1, 2 or 5 times a power of ten, so that the axis has four to nine steps."""
    power: int = 10 ** max(0, int(log10(max(top, 1) / 5)))
    return next(factor * power for factor in (1, 2, 5, 10) if top / (factor * power) <= 8)


def y_of(value: float, top: int) -> float:
    return BOTTOM - (BOTTOM - TOP) * value / top


def x_of(index: float, forecasted: Forecast) -> float:
    """The left edge of a month's slot; fractions lie within it."""
    return LEFT + (RIGHT - LEFT) * index / len(forecasted.months)


def x_of_day(day: date, forecasted: Forecast) -> float | None:
    """Where a day is; None outside the months shown."""
    names = [month.month for month in forecasted.months]
    if f"{day:%Y-%m}" not in names:
        return None
    next_month = (day.replace(day=28) + timedelta(days=4)).replace(day=1)
    length = (next_month - day.replace(day=1)).days
    return x_of(names.index(f"{day:%Y-%m}") + (day.day - 1) / length, forecasted)


def month_name(month: Month) -> str:
    return f"{date.fromisoformat(month.month + '-01'):%b %Y}"


def beside(x: float, y: float, words: str, gap: int = 0, kind: str = "") -> str:
    """On the side of a line on which there is more room."""
    if x < (LEFT + RIGHT) / 2:
        return text(x + gap, y, words, kind=kind)
    return text(x - gap, y, words, kind=kind, anchor="end")


def text(x: float, y: float, words: str, kind: str = "", anchor: str = "start") -> str:
    return f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(words)}</text>'


def line(kind: str, x1: float, y1: float, x2: float, y2: float) -> str:
    return f'<line class="{kind}" x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"/>'
