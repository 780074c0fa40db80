from __future__ import annotations

from datetime import date, timedelta
from xml.etree import ElementTree

import pytest

from cloudfront_extensions.certificates.forecast_chart import WIDTH, forecast_svg
from cloudfront_extensions.certificates.renewal_forecast import Renewable, RenewalQuotas, forecast

SVG = "{http://www.w3.org/2000/svg}"
TODAY = date(2026, 11, 22)


def chart(imports: int, months: int = 48, quotas: RenewalQuotas | None = None) -> ElementTree.Element:
    certificates = [Renewable("imported", TODAY + timedelta(days=number % 198)) for number in range(imports)]
    svg = forecast_svg(forecast(certificates, quotas or RenewalQuotas(), TODAY, months))
    return ElementTree.fromstring(svg)  # noqa: S314 - our own


def words(drawn: ElementTree.Element) -> list[str]:
    return [str(text.text) for text in drawn.iter(f"{SVG}text")]


def bars(drawn: ElementTree.Element, kind: str) -> list[ElementTree.Element]:
    return [bar for bar in drawn.iter(f"{SVG}rect") if bar.get("class") == kind]


def test_it_says_in_words_what_it_shows() -> None:
    drawn = chart(2_000)

    assert drawn.findtext(f"{SVG}title") == "Certificate imports in the last 365 days"
    description = drawn.findtext(f"{SVG}desc") or ""
    assert "from Nov 2026 to Oct 2030" in description
    assert "Ask for more in Service Quotas" in description


def test_every_month_has_a_bar_that_tells_its_numbers() -> None:
    drawn = chart(2_000)

    assert len(bars(drawn, "bar")) + len(bars(drawn, "over")) == 48
    assert "of 5,000" in (bars(drawn, "bar")[0].findtext(f"{SVG}title") or "")


def test_what_is_over_the_quota_looks_different_and_the_day_is_named() -> None:
    drawn = chart(2_000)

    assert len(bars(drawn, "over")) == 48 - len(bars(drawn, "bar")) > 0
    assert "runs out on 5 October 2027" in words(drawn)


def test_what_stays_under_the_quota_raises_no_alarm() -> None:
    drawn = chart(20)

    assert bars(drawn, "over") == []
    assert not [text for text in words(drawn) if text.startswith("runs out")]


def test_the_steps_of_the_lifetimes_are_marked_where_they_are_in_view() -> None:
    assert {"100 days from 15 March 2027", "47 days from 15 March 2029"} <= set(words(chart(20)))
    assert "47 days from 15 March 2029" not in words(chart(20, months=12))


def test_the_quota_is_named() -> None:
    assert {"quota", "7,777"} <= set(words(chart(20, quotas=RenewalQuotas(imports_a_year=7_777))))


@pytest.mark.parametrize("imports", [0, 1, 20, 2_000, 100_000])
@pytest.mark.parametrize("months", [1, 6, 12, 48, 120])
def test_no_two_texts_meet(imports: int, months: int) -> None:
    """Each is as high as its font and as wide as its letters: 8 units, the widest of a common font at this size."""
    boxes = []
    for text in chart(imports, months).iter(f"{SVG}text"):
        if text.get("transform"):
            continue
        size = 18 if text.get("class") == "heading" else 12
        width = len(str(text.text)) * size * 0.6
        shift = {"start": 0.0, "middle": 0.5, "end": 1.0}[text.get("text-anchor", "start")]
        left, baseline = float(text.get("x", 0)) - shift * width, float(text.get("y", 0))
        boxes.append((left, left + width, baseline - size * 0.8, baseline + size * 0.2, text.text))

    assert all(left >= 0 and right <= WIDTH for left, right, *_ in boxes)
    for number, (left, right, top, bottom, one) in enumerate(boxes):
        for other_left, other_right, other_top, other_bottom, other in boxes[number + 1 :]:
            meet = left < other_right and other_left < right and top < other_bottom and other_top < bottom
            assert not meet, f"{one!r} meets {other!r}"


def test_it_needs_nothing_from_elsewhere() -> None:
    svg = forecast_svg(forecast([], RenewalQuotas(), TODAY))

    assert "http" not in svg.replace("http://www.w3.org/2000/svg", "")
    assert "prefers-color-scheme: dark" in svg
