"""The end of a run of `certificate_inventory`: totals, reports and forecast, and readers see what it saw."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TypedDict

from cloudfront_extensions.aws.certificate_inventory import CertificateInventory, entry_from
from cloudfront_extensions.aws.inventory_beginning import BegunRun
from cloudfront_extensions.aws.inventory_looking import batch_key
from cloudfront_extensions.aws.objects import get_json, put_json, put_text
from cloudfront_extensions.aws.service_quotas import limits
from cloudfront_extensions.certificates.forecast_chart import forecast_svg
from cloudfront_extensions.certificates.inventory import Entry
from cloudfront_extensions.certificates.inventory_report import (
    Run,
    by_end,
    certificates_csv,
    counts,
    imports_by_day,
    renewables,
    report_html,
    report_json,
)
from cloudfront_extensions.certificates.inventory_request import ForecastJson
from cloudfront_extensions.certificates.renewal_forecast import Forecast, RenewalQuotas, forecast, forecast_csv
from cloudfront_extensions.errors import CloudFrontExtensionsError
from cloudfront_extensions.jobs.quotas import QuotaName


class _BatchNotThere(CloudFrontExtensionsError):
    """A batch has written nothing down; never leaves this module."""


class FinishedRun(TypedDict):
    """What the workflow ends with, but for `reminders`, which say whether people are to be reminded."""

    runId: str
    startedAt: str
    reminders: bool
    counts: dict[str, int]
    runsOut: str | None
    report: dict[str, str]


def finish(begun: BegunRun) -> FinishedRun:
    """Total up the run from what its batches have written, write the reports, and let readers see it."""
    inventory = CertificateInventory()
    run = _run(begun)
    inventory.carry_over(run.not_read, run.run_id)
    forecasted = _forecast(run, begun["forecast"])
    report = _write_reports(begun, run, forecasted)
    inventory.finish_run(run.run_id)
    return {
        "runId": run.run_id,
        "startedAt": run.started_at,
        "reminders": begun["reminders"],
        "counts": counts(run),
        "runsOut": forecasted.runs_out.isoformat() if forecasted.runs_out else None,
        "report": report,
    }


def _run(begun: BegunRun) -> Run:
    entries: list[Entry] = []
    not_read: dict[str, str] = {}
    for batch in get_json(begun["bucket"], begun["manifestKey"]):
        try:
            found = get_json(begun["bucket"], batch_key(begun["prefix"], batch["number"]), not_found=_BatchNotThere)
        except _BatchNotThere:
            not_read.update(dict.fromkeys(batch["arns"], "its batch failed; the child of the Map Run has the cause"))
            continue
        entries += map(entry_from, found["entries"])
        not_read.update(found["notRead"])
    return Run(begun["runId"], begun["startedAt"], datetime.now(UTC), by_end(entries), not_read)


def _forecast(run: Run, wanted: ForecastJson) -> Forecast:
    quotas = limits((QuotaName.CERTIFICATES, QuotaName.IMPORTED_CERTIFICATES, QuotaName.IMPORTS_A_YEAR))
    return forecast(
        renewables(run.entries),
        RenewalQuotas(
            imports_a_year=quotas[QuotaName.IMPORTS_A_YEAR],
            certificates=quotas[QuotaName.CERTIFICATES],
            imported=quotas[QuotaName.IMPORTED_CERTIFICATES],
        ),
        run.finished_at.date(),
        months=wanted["months"],
        imports_before=imports_by_day(run.entries),
        imported_lead=wanted["importedDaysBeforeEnd"],
    )


def _write_reports(begun: BegunRun, run: Run, forecasted: Forecast) -> dict[str, str]:
    """Where they are."""
    bucket, prefix = begun["bucket"], begun["prefix"]
    put_json(bucket, f"{prefix}report.json", report_json(run, forecasted))
    put_json(bucket, f"{prefix}forecast.json", forecasted.as_json())
    texts: Sequence[tuple[str, str, str]] = (
        ("certificates.csv", certificates_csv(run), "text/csv; charset=utf-8"),
        ("forecast.csv", forecast_csv(forecasted), "text/csv; charset=utf-8"),
        ("forecast.svg", forecast_svg(forecasted), "image/svg+xml"),
        ("report.html", report_html(run, forecasted), "text/html; charset=utf-8"),
    )
    for name, text, content_type in texts:
        put_text(bucket, f"{prefix}{name}", text, content_type)
    return {
        "bucket": bucket,
        "htmlKey": f"{prefix}report.html",
        "jsonKey": f"{prefix}report.json",
        "csvKey": f"{prefix}certificates.csv",
    }
