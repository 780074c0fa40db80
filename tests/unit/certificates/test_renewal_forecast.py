from __future__ import annotations

import json
from datetime import date, timedelta

import pytest

from cloudfront_extensions.certificates.renewal_forecast import (
    Forecast,
    Month,
    Renewable,
    RenewalQuotas,
    forecast,
    forecast_csv,
)

TODAY = date(2026, 11, 22)
QUOTAS = RenewalQuotas()


def imported(count: int, not_after: str = "2027-01-15") -> list[Renewable]:
    return [Renewable("imported", date.fromisoformat(not_after))] * count


def month(forecasted: Forecast, name: str) -> Month:
    return next(month for month in forecasted.months if month.month == name)


def months_with_imports(forecasted: Forecast) -> dict[str, date | None]:
    return {month.month: month.busiest_day for month in forecasted.months if month.imports}


def test_an_import_is_made_again_15_days_before_each_end() -> None:
    """198 days while they last, 100 for what is issued from 2027-03-15 on."""
    assert months_with_imports(forecast(imported(1), QUOTAS, TODAY, months=15)) == {
        "2026-12": date(2026, 12, 31),
        "2027-07": date(2027, 7, 2),
        "2027-09": date(2027, 9, 25),
        "2027-12": date(2027, 12, 19),
    }


def test_from_2029_an_import_is_made_every_32_days() -> None:
    forecasted = forecast(imported(1, "2029-05-01"), QUOTAS, date(2029, 4, 1), months=4)

    assert [month.busiest_day for month in forecasted.months] == [
        date(2029, 4, 16),
        date(2029, 5, 18),
        date(2029, 6, 19),
        date(2029, 7, 21),
    ]


def test_who_imports_earlier_imports_more_often() -> None:
    forecasted = forecast(imported(1), QUOTAS, TODAY, months=9, imported_lead=30)

    assert list(months_with_imports(forecasted).values()) == [date(2026, 12, 16), date(2027, 6, 2)]


def test_acm_renews_managed_certificates_45_days_before_their_end_at_no_cost_of_imports() -> None:
    forecasted = forecast([Renewable("managed", date(2027, 1, 15))], QUOTAS, TODAY, months=8)

    assert [month.month for month in forecasted.months if month.managed_renewals] == ["2026-12", "2027-05"]
    assert months_with_imports(forecasted) == {}


def test_what_nobody_renews_is_not_renewed() -> None:
    forecasted = forecast([Renewable("managed", date(2027, 1, 15), renews=False)], QUOTAS, TODAY)

    assert sum(month.managed_renewals for month in forecasted.months) == 0


def test_what_is_overdue_is_renewed_today() -> None:
    assert forecast(imported(3, "2026-10-01"), QUOTAS, TODAY, months=1).months[0].busiest_day == TODAY


def test_the_first_month_is_what_is_left_of_this_one_and_the_last_is_whole() -> None:
    forecasted = forecast([], QUOTAS, TODAY, months=2)

    assert [month.month for month in forecasted.months] == ["2026-11", "2026-12"]
    on_the_last_day = forecast(imported(1, "2027-01-15"), QUOTAS, TODAY, months=2)
    assert on_the_last_day.months[-1].imports == 1


def test_months_cross_the_year() -> None:
    assert [month.month for month in forecast([], QUOTAS, date(2026, 12, 31), months=3).months] == [
        "2026-12",
        "2027-01",
        "2027-02",
    ]


@pytest.mark.parametrize(("days_ago", "counted"), [(0, 1), (364, 1), (365, 0)])
def test_the_quota_looks_back_365_days_today_among_them(days_ago: int, counted: int) -> None:
    forecasted = forecast([], QUOTAS, TODAY, months=1, imports_before={TODAY - timedelta(days=days_ago): 1})

    assert forecasted.months[0].imports_last_365_days == counted


def test_an_import_leaves_the_count_365_days_later() -> None:
    forecasted = forecast(
        imported(1, "2026-12-07"), QUOTAS, TODAY, months=14, lifetimes=None, imports_before={date(2025, 12, 1): 7}
    )

    assert month(forecasted, "2026-11").imports_last_365_days == 8
    assert month(forecasted, "2026-12").imports_last_365_days == 1


def test_an_account_runs_out_on_the_first_day_whose_imports_do_not_fit() -> None:
    """2,500 in December, 2,500 again in July; in September the third time within 365 days."""
    forecasted = forecast(imported(2_500), QUOTAS, TODAY)

    assert forecasted.runs_out == date(2027, 9, 25)
    assert month(forecasted, "2027-07").share == 1.0
    assert not month(forecasted, "2027-07").exceeded
    assert month(forecasted, "2027-09").exceeded
    assert month(forecasted, "2027-09").imports_last_365_days == 7_500
    (reason,) = forecasted.reasons
    assert "7,500 imports within 365 days" in reason
    assert "5,000" in reason


def test_a_raised_quota_moves_the_day_or_takes_it_away() -> None:
    assert forecast(imported(100), QUOTAS, TODAY).runs_out is None
    assert forecast(imported(2_500), RenewalQuotas(imports_a_year=7_500), TODAY).runs_out == date(2027, 12, 19)


def test_a_day_is_measured_at_the_rate_that_acm_allows() -> None:
    forecasted = forecast(imported(2_500), RenewalQuotas(imports_a_second=0.5), TODAY, months=2)

    assert forecasted.months[1].busiest_day_imports == 2_500
    assert forecasted.months[1].busiest_day_seconds == 5_000


def test_an_account_runs_out_when_a_day_is_too_short_for_its_imports() -> None:
    quotas = RenewalQuotas(imports_a_year=1_000_000)
    forecasted = forecast(imported(86_401), quotas, TODAY, months=2)

    assert forecasted.runs_out == date(2026, 12, 31)
    assert "longer than the day" in forecasted.reasons[0]
    assert forecast(imported(86_400), quotas, TODAY, months=2).runs_out is None


def test_a_quota_that_is_exceeded_already_runs_out_with_the_next_import() -> None:
    forecasted = forecast(imported(1), QUOTAS, TODAY, months=2, imports_before={TODAY: 5_000})

    assert forecasted.runs_out == date(2026, 12, 31)
    assert not forecasted.months[0].exceeded


def test_certificates_that_there_are_stand_beside_their_quotas() -> None:
    forecasted = forecast([*imported(3), Renewable("managed", TODAY, renews=False)], QUOTAS, TODAY)

    assert [(each.kind, each.certificates, each.quota) for each in forecasted.standing] == [
        ("managed", 1, 2_500),
        ("imported", 3, 2_500),
    ]


def test_its_json_is_json_and_names_what_it_assumes() -> None:
    document = forecast(imported(2_500), QUOTAS, TODAY).as_json()

    assert json.loads(json.dumps(document)) == document
    assert document["runsOut"] == "2027-09-25"
    assert document["months"][1] == {
        "month": "2026-12",
        "imports": 2_500,
        "managedRenewals": 0,
        "importsLast365Days": 2_500,
        "quota": 5_000,
        "share": 0.5,
        "busiestDay": "2026-12-31",
        "busiestDayImports": 2_500,
        "busiestDaySeconds": 2_500.0,
        "exceeded": False,
    }
    assert document["lifetimes"][-1] == {"from": "2029-03-15", "days": 47}
    assert any("counts towards" in assumption["text"] for assumption in document["assumptions"])


def test_its_csv_has_a_line_a_month() -> None:
    header, *lines = forecast_csv(forecast(imported(2_500), QUOTAS, TODAY, months=12)).splitlines()

    assert header == (
        "month,imports,managedRenewals,importsLast365Days,quota,share,"
        "busiestDay,busiestDayImports,busiestDaySeconds,exceeded"
    )
    assert lines[0] == "2026-11,0,0,0,5000,0.0,,0,0.0,no"
    assert lines[10] == "2027-09,2500,0,7500,5000,1.5,2027-09-25,2500,2500.0,yes"
    assert len(lines) == 12
