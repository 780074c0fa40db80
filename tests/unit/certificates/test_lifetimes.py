from __future__ import annotations

from datetime import date

import pytest

from cloudfront_extensions.certificates.lifetimes import published_lifetimes

LIFETIMES = published_lifetimes()


@pytest.mark.parametrize(
    ("day", "days"),
    [
        ("2020-01-01", 198),
        ("2026-11-22", 198),
        ("2027-03-14", 198),
        ("2027-03-15", 100),
        ("2029-03-14", 100),
        ("2029-03-15", 47),
        ("2040-01-01", 47),
    ],
)
def test_a_certificate_lasts_as_long_as_the_rules_of_its_first_day_allow(day: str, days: int) -> None:
    assert LIFETIMES.on(date.fromisoformat(day)) == days


def test_steps_are_in_order_and_shrink() -> None:
    assert sorted(LIFETIMES.steps, key=lambda step: step.start) == list(LIFETIMES.steps)
    assert sorted(LIFETIMES.steps, key=lambda step: -step.days) == list(LIFETIMES.steps)


@pytest.mark.parametrize(("day", "lead"), [("2026-11-22", 45), ("2027-03-15", 33), ("2029-03-15", 15)])
def test_acm_renews_45_days_before_the_end_or_in_the_last_third(day: str, lead: int) -> None:
    assert LIFETIMES.lead(LIFETIMES.managed_lead, date.fromisoformat(day)) == lead


def test_every_assumption_says_something_and_most_have_a_source() -> None:
    assert all(each.text.endswith(".") for each in LIFETIMES.assumptions)
    assert [each.text for each in LIFETIMES.assumptions if not each.url] == [LIFETIMES.assumptions[-1].text]
