"""When will this account run out of imports? Its certificates, played forward day by day against ACM's quotas.

Lifetimes shrink from 198 days to 100 and to 47 (`lifetimes.json`), so that the same certificates need ever more
renewals. Those of managed certificates are ACM's own; each of an imported one is an ImportCertificate, of which an
account has so many in 365 days and so many in a second.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import accumulate, groupby
from typing import Any, Literal

from cloudfront_extensions.certificates.lifetimes import Lifetimes, published_lifetimes

Kind = Literal["imported", "managed"]

WINDOW = 365
"""Days that ACM's yearly quotas look back, today among them."""
SECONDS_A_DAY = 86_400


@dataclass(frozen=True, slots=True)
class Renewable:
    kind: Kind
    not_after: date
    renews: bool = True
    """Whether anybody will: ACM renews what is in use, people import again what they need."""


@dataclass(frozen=True, slots=True)
class RenewalQuotas:
    """ACM's defaults, https://docs.aws.amazon.com/acm/latest/userguide/acm-limits.html; an account may have others."""

    imports_a_year: int = 5_000
    imports_a_second: float = 1.0
    certificates: int = 2_500
    imported: int = 2_500


@dataclass(frozen=True, slots=True)
class Day:
    date: date
    imports: int
    managed_renewals: int
    imports_last_365_days: int

    def fits(self, quotas: RenewalQuotas) -> bool:
        """Whether what is to be imported on this day can be."""
        return self.imports == 0 or (
            self.imports_last_365_days <= quotas.imports_a_year and self.seconds(quotas) <= SECONDS_A_DAY
        )

    def seconds(self, quotas: RenewalQuotas) -> float:
        """How long its imports take at the rate that ACM allows."""
        return self.imports / quotas.imports_a_second


@dataclass(frozen=True, slots=True)
class Month:
    month: str
    """2026-11"""
    imports: int
    managed_renewals: int
    imports_last_365_days: int
    """On the day of this month on which they are most."""
    quota: int
    share: float
    """Of the quota; 1.0 is all of it."""
    busiest_day: date | None
    """None: nothing is imported in this month."""
    busiest_day_imports: int
    busiest_day_seconds: float
    exceeded: bool
    """Whether the imports of some day don't fit."""

    def as_json(self) -> dict[str, Any]:
        return {
            "month": self.month,
            "imports": self.imports,
            "managedRenewals": self.managed_renewals,
            "importsLast365Days": self.imports_last_365_days,
            "quota": self.quota,
            "share": self.share,
            "busiestDay": self.busiest_day and self.busiest_day.isoformat(),
            "busiestDayImports": self.busiest_day_imports,
            "busiestDaySeconds": self.busiest_day_seconds,
            "exceeded": self.exceeded,
        }


@dataclass(frozen=True, slots=True)
class Standing:
    """Certificates that there are: renewals leave their number as it is, a new one needs room under the quota."""

    kind: Kind
    certificates: int
    quota: int


@dataclass(frozen=True, slots=True)
class Forecast:
    today: date
    months: Sequence[Month]
    standing: Sequence[Standing]
    runs_out: date | None
    """The first day whose imports don't fit; None: not within these months."""
    reasons: Sequence[str]
    """What the account runs out of, and what to do."""
    quotas: RenewalQuotas
    lifetimes: Lifetimes
    """With the assumptions that all of this rests on."""

    def as_json(self) -> dict[str, Any]:
        return {
            "today": self.today.isoformat(),
            "runsOut": self.runs_out and self.runs_out.isoformat(),
            "reasons": list(self.reasons),
            "months": [month.as_json() for month in self.months],
            "standing": [
                {"kind": each.kind, "certificates": each.certificates, "quota": each.quota} for each in self.standing
            ],
            "quotas": {
                "importsAYear": self.quotas.imports_a_year,
                "importsASecond": self.quotas.imports_a_second,
            },
            "lifetimes": [{"from": step.start.isoformat(), "days": step.days} for step in self.lifetimes.steps],
            "managedDaysBeforeEnd": self.lifetimes.managed_lead,
            "importedDaysBeforeEnd": self.lifetimes.imported_lead,
            "assumptions": [{"text": each.text, "url": each.url} for each in self.lifetimes.assumptions],
        }


def forecast(
    certificates: Sequence[Renewable],
    quotas: RenewalQuotas,
    today: date,
    months: int = 48,
    imports_before: Mapping[date, int] | None = None,
    lifetimes: Lifetimes | None = None,
    imported_lead: int | None = None,
) -> Forecast:
    """From today to the end of the last of so many months, of which today's is the first.

    `imports_before` are the imports of each day until today, as far as they are known: ACM tells of each certificate
    the last import only. `imported_lead`: how many days before the end imports are made again, if not 15.
    """
    lifetimes = lifetimes or published_lifetimes()
    if imported_lead is not None:
        lifetimes = replace(lifetimes, imported_lead=imported_lead)
    days = play(certificates, today, months, imports_before or {}, lifetimes)
    refused = next((day for day in days if not day.fits(quotas)), None)
    return Forecast(
        today=today,
        months=[month_of(list(group), quotas) for _, group in groupby(days, key=lambda day: f"{day.date:%Y-%m}")],
        standing=[
            Standing("managed", sum(each.kind == "managed" for each in certificates), quotas.certificates),
            Standing("imported", sum(each.kind == "imported" for each in certificates), quotas.imported),
        ],
        runs_out=refused.date if refused else None,
        reasons=list(reasons_of(refused, quotas)) if refused else [],
        quotas=quotas,
        lifetimes=lifetimes,
    )


def play(
    certificates: Sequence[Renewable],
    today: date,
    months: int,
    imports_before: Mapping[date, int],
    lifetimes: Lifetimes,
) -> list[Day]:
    """Every day of so many months, and what is renewed on it."""
    last_month = today.year * 12 + today.month - 1 + months  # counted from 0, the one after the last
    length = (date(last_month // 12, last_month % 12 + 1, 1) - today).days
    dates = [today + timedelta(days=offset) for offset in range(length)]
    imports = renewals(certificates, "imported", lifetimes.imported_lead, dates, lifetimes)
    managed = renewals(certificates, "managed", lifetimes.managed_lead, dates, lifetimes)

    known = [imports_before.get(today - timedelta(days=back), 0) for back in range(WINDOW - 1, 0, -1)]
    until = list(accumulate([*known, imports_before.get(today, 0) + imports[0], *imports[1:]], initial=0))
    within_window = [until[day + WINDOW] - until[day] for day in range(length)]
    return [Day(*day) for day in zip(dates, imports, managed, within_window, strict=True)]


def renewals(
    certificates: Sequence[Renewable], kind: Kind, days_before_end: int, dates: Sequence[date], lifetimes: Lifetimes
) -> list[int]:
    """How many certificates of a kind are renewed on each of the days, which follow each other.

    Certificates that are renewed on one day are renewed together ever after: they are counted, not followed.
    """
    due = [0] * len(dates)
    lead = lifetimes.lead(days_before_end, dates[0])
    for certificate in certificates:
        if certificate.kind == kind and certificate.renews:
            day = max(0, (certificate.not_after - dates[0]).days - lead)
            if day < len(due):
                due[day] += 1
    for day, issued in enumerate(dates):
        if due[day]:
            again = day + lifetimes.on(issued) - lifetimes.lead(days_before_end, issued)
            if again < len(due):
                due[again] += due[day]
    return due


def month_of(days: Sequence[Day], quotas: RenewalQuotas) -> Month:
    busiest = max(days, key=lambda day: day.imports)
    most = max(day.imports_last_365_days for day in days)
    return Month(
        month=f"{days[0].date:%Y-%m}",
        imports=sum(day.imports for day in days),
        managed_renewals=sum(day.managed_renewals for day in days),
        imports_last_365_days=most,
        quota=quotas.imports_a_year,
        share=round(most / quotas.imports_a_year, 4),
        busiest_day=busiest.date if busiest.imports else None,
        busiest_day_imports=busiest.imports,
        busiest_day_seconds=busiest.seconds(quotas),
        exceeded=not all(day.fits(quotas) for day in days),
    )


def reasons_of(refused: Day, quotas: RenewalQuotas) -> Iterator[str]:
    if refused.imports_last_365_days > quotas.imports_a_year:
        yield (
            f"By {refused.date} the account needs {refused.imports_last_365_days:,} imports within 365 days; its quota "
            f"'Imported certificates in last 365 days' is {quotas.imports_a_year:,}. Ask for more in Service Quotas "
            "(L-3808DC70), or move names to certificates that ACM issues and renews."
        )
    if refused.seconds(quotas) > SECONDS_A_DAY:
        yield (
            f"On {refused.date} the account needs {refused.imports:,} imports; at {quotas.imports_a_second:g} a second "
            "they take longer than the day. Spread the days on which certificates end."
        )


def forecast_csv(forecasted: Forecast) -> str:
    """One line a month, the fields of its JSON."""
    rows = [month.as_json() | {"exceeded": "yes" if month.exceeded else "no"} for month in forecasted.months]
    lines = io.StringIO()
    writer = csv.DictWriter(lines, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return lines.getvalue()
