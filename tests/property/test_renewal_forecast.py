"""Laws of the renewal forecast."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import accumulate

from hypothesis import given
from hypothesis import strategies as st

from cloudfront_extensions.certificates.lifetimes import Lifetime, Lifetimes, published_lifetimes
from cloudfront_extensions.certificates.renewal_forecast import Forecast, Renewable, RenewalQuotas, forecast

TODAY = date(2026, 11, 22)
NEVER = date.max

renewables = st.builds(
    Renewable,
    kind=st.sampled_from(("imported", "managed")),
    not_after=st.integers(-30, 400).map(lambda days: TODAY + timedelta(days=days)),
    renews=st.booleans(),
)
accounts = st.lists(renewables, max_size=30)
quotas = st.builds(RenewalQuotas, imports_a_year=st.integers(1, 60), imports_a_second=st.sampled_from((0.0001, 1.0)))
pasts = st.dictionaries(
    st.integers(0, 400).map(lambda days: TODAY - timedelta(days=days)), st.integers(0, 9), max_size=9
)
months = st.integers(1, 30)


def constant(days: int) -> Lifetimes:
    return replace(published_lifetimes(), steps=(Lifetime(TODAY, days),))


def renewals_of(renewable: Renewable, until: date) -> list[date]:
    """One certificate followed by itself, which is what the forecast does not do."""
    lifetimes = published_lifetimes()
    lead = lifetimes.imported_lead if renewable.kind == "imported" else lifetimes.managed_lead
    day = max(TODAY, renewable.not_after - timedelta(days=lifetimes.lead(lead, TODAY)))
    days = []
    while renewable.renews and day <= until:
        days.append(day)
        day += timedelta(days=lifetimes.on(day) - lifetimes.lead(lead, day))
    return days


def last_day(forecasted: Forecast) -> date:
    year, month = map(int, forecasted.months[-1].month.split("-"))
    return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)


@given(accounts, months)
def test_the_months_are_the_renewals_of_each_certificate_by_itself(account: list[Renewable], count: int) -> None:
    forecasted = forecast(account, RenewalQuotas(), TODAY, count)

    for kind, counted in (("imported", "imports"), ("managed", "managed_renewals")):
        days = [day for each in account if each.kind == kind for day in renewals_of(each, until=last_day(forecasted))]
        for month in forecasted.months:
            assert getattr(month, counted) == sum(f"{day:%Y-%m}" == month.month for day in days)


@given(accounts, pasts, months)
def test_a_month_knows_the_most_imports_in_365_days(
    account: list[Renewable], past: dict[date, int], count: int
) -> None:
    forecasted = forecast(account, RenewalQuotas(), TODAY, count, past)
    imported = [each for each in account if each.kind == "imported"]
    days = [day for each in imported for day in renewals_of(each, until=last_day(forecasted))]
    days += [day for day, made in past.items() for _ in range(made)]

    for month in forecasted.months:
        first = max(TODAY, date.fromisoformat(f"{month.month}-01"))
        shown = [first + timedelta(days=offset) for offset in range(31)]
        assert month.imports_last_365_days == max(
            sum(day - timedelta(days=365) < made <= day for made in days)
            for day in shown
            if f"{day:%Y-%m}" == month.month
        )


@given(accounts, accounts, quotas, pasts)
def test_more_certificates_never_run_out_later(
    account: list[Renewable], more: list[Renewable], limits: RenewalQuotas, past: dict[date, int]
) -> None:
    fewer = forecast(account, limits, TODAY, imports_before=past)
    both = forecast([*account, *more], limits, TODAY, imports_before=past)

    assert (both.runs_out or NEVER) <= (fewer.runs_out or NEVER)


@given(accounts, quotas, st.integers(1, 20), pasts)
def test_a_higher_quota_never_runs_out_earlier(
    account: list[Renewable], limits: RenewalQuotas, more: int, past: dict[date, int]
) -> None:
    low = forecast(account, limits, TODAY, imports_before=past)
    high = forecast(account, replace(limits, imports_a_year=limits.imports_a_year + more), TODAY, imports_before=past)

    assert (low.runs_out or NEVER) <= (high.runs_out or NEVER)


@given(accounts, quotas, st.integers(1, 5))
def test_an_account_many_times_as_large_needs_many_times_as_many(
    account: list[Renewable], limits: RenewalQuotas, times: int
) -> None:
    large = forecast(account * times, replace(limits, imports_a_year=limits.imports_a_year * times), TODAY)
    small = forecast(account, limits, TODAY)

    for many, few in zip(large.months, small.months, strict=True):
        assert many.imports == few.imports * times
        assert many.managed_renewals == few.managed_renewals * times
        assert many.imports_last_365_days == few.imports_last_365_days * times
        assert many.share == few.share


@given(accounts, st.integers(45, 398), st.integers(0, 200))
def test_shorter_lifetimes_never_mean_fewer_renewals_so_far(account: list[Renewable], days: int, longer: int) -> None:
    """Of imports made again 15 days before each end. So far: a window of 365 days alone may hold fewer, as the one
    renewal more can have happened just before it."""

    def so_far(lifetime: int) -> list[int]:
        forecasted = forecast(account, RenewalQuotas(), TODAY, lifetimes=constant(lifetime))
        return list(accumulate(month.imports for month in forecasted.months))

    assert all(short >= long for short, long in zip(so_far(days), so_far(days + longer), strict=True))


@given(accounts, quotas, pasts)
def test_the_day_on_which_it_runs_out_is_in_the_first_month_that_is_exceeded(
    account: list[Renewable], limits: RenewalQuotas, past: dict[date, int]
) -> None:
    forecasted = forecast(account, limits, TODAY, imports_before=past)
    exceeded = [month.month for month in forecasted.months if month.exceeded]

    assert exceeded[:1] == ([f"{forecasted.runs_out:%Y-%m}"] if forecasted.runs_out else [])
    assert bool(forecasted.reasons) == bool(exceeded)
