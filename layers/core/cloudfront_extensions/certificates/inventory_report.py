"""What a run of the inventory found, as people and programs get it: JSON, a table as CSV, and one page as HTML."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from html import escape
from typing import Any

from cloudfront_extensions.certificates.forecast_chart import forecast_svg
from cloudfront_extensions.certificates.inventory import Entry, Origin, Renews, user_in_words
from cloudfront_extensions.certificates.outcome import FAILURE_REASONS
from cloudfront_extensions.certificates.renewal_forecast import Forecast, Renewable
from cloudfront_extensions.spreadsheets import cell

SOON = timedelta(days=45)
LARGEST_PAGE = 2_000
"""Certificates that the page lists; the CSV file has all."""
MOST_URGENT = 50
"""Certificates that the page names as needing attention; the forecast follows them, and then come all."""
_CSV_HEADER = (
    "domainName",
    "names",
    "arn",
    "origin",
    "madeBy",
    "status",
    "keyAlgorithm",
    "usedBy",
    "notBefore",
    "notAfter",
    "renewsItself",
    "because",
    "renewalEligible",
    "renewalStatus",
    "renewalReason",
    "readAt",
)
_STYLE = """
:root { color-scheme: light dark; --ink: #1b2330; --soft: #5a6577; --paper: #ffffff; --line: #dfe4ec; --alarm: #c8372d; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e8ecf3; --soft: #9aa6b8; --paper: #12161d; --line: #2a323e; --alarm: #ef6a5e; }
}
body { margin: 0 auto; max-width: 72rem; padding: 2rem 1rem; background: var(--paper); color: var(--ink);
  font: 15px/1.5 system-ui, "Segoe UI", Helvetica, Arial, sans-serif; }
h1 { font-size: 1.6rem; margin: 0; } h2 { margin: 2.5rem 0 0.75rem; font-size: 1.2rem; }
p, td small { color: var(--soft); } .alarm { color: var(--alarm); font-weight: 600; }
dl { display: flex; flex-wrap: wrap; gap: 1rem 2.5rem; } dt { color: var(--soft); } dd { margin: 0; font-size: 1.5rem; }
.wide { overflow-x: auto; } table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: 0.4rem 0.75rem 0.4rem 0; border-bottom: 1px solid var(--line); }
td:first-child { white-space: nowrap; } th { font-weight: 600; }
td small { display: block; overflow-wrap: anywhere; } svg { width: 100%; height: auto; }
"""


@dataclass(frozen=True, slots=True)
class Run:
    """One run of the inventory, over."""

    run_id: str
    started_at: str
    finished_at: datetime
    entries: Sequence[Entry]
    """Those that were read, by their end."""
    not_read: Mapping[str, str]
    """ARN → why this run could not read it."""


def by_end(entries: Iterable[Entry]) -> list[Entry]:
    """Ordered by when they end; those that ACM tells no end of come last."""
    return sorted(entries, key=lambda entry: (entry.not_after is None, entry.not_after or "", entry.arn))


def renewables(entries: Iterable[Entry]) -> list[Renewable]:
    """What the renewal forecast counts: those that end, and whether anybody will renew them.

    Private ones are passed over: their renewals count towards no quota of imports.
    """
    return [
        Renewable(
            "imported" if entry.origin is Origin.IMPORTED else "managed",
            entry.ends.date(),
            renews=entry.renews is not Renews.NOT_NEEDED,
        )
        for entry in entries
        if entry.ends and entry.origin is not Origin.PRIVATE
    ]


def imports_by_day(entries: Iterable[Entry]) -> Mapping[date, int]:
    """Imports of the past that can be seen: the last one of each certificate that there is."""
    return Counter(datetime.fromisoformat(entry.imported_at).date() for entry in entries if entry.imported_at)


def counts(run: Run) -> dict[str, int]:
    return {
        "certificates": len(run.entries) + len(run.not_read),
        "read": len(run.entries),
        "notRead": len(run.not_read),
        "inUse": sum(bool(entry.in_use_by) for entry in run.entries),
        **{f"{origin.value}": sum(entry.origin is origin for entry in run.entries) for origin in Origin},
        "renewThemselves": sum(entry.renews is Renews.YES for entry in run.entries),
        "endWithin45Days": sum(_ends_soon(entry, run) for entry in run.entries),
        "needAttention": len(attention(run)),
    }


def attention(run: Run) -> list[Entry]:
    """Those that end soon and won't renew themselves, and those that something keeps from being renewed, however far."""
    return [
        entry
        for entry in run.entries
        if entry.renews is Renews.NO and (entry.origin is not Origin.IMPORTED or _ends_soon(entry, run))
    ]


def report_json(run: Run, forecasted: Forecast) -> dict[str, Any]:
    return {
        "runId": run.run_id,
        "startedAt": run.started_at,
        "finishedAt": _rfc3339(run.finished_at),
        "counts": counts(run),
        "forecast": {"runsOut": forecasted.runs_out and forecasted.runs_out.isoformat(), "reasons": forecasted.reasons},
        "needAttention": [entry.arn for entry in attention(run)],
        "notRead": [{"arn": arn, "reason": reason} for arn, reason in run.not_read.items()],
        "certificates": [entry_json(entry) for entry in run.entries],
    }


def entry_json(entry: Entry) -> dict[str, Any]:
    meaning = FAILURE_REASONS.get(entry.renewal_reason or "")
    return {
        "arn": entry.arn,
        "names": list(entry.names),
        "origin": entry.origin.value,
        "madeBy": {"jobId": entry.job_id, "itemId": entry.item_id} if entry.is_ours else None,
        "status": entry.status,
        "keyAlgorithm": entry.key_algorithm,
        "inUseBy": [{"arn": user, "what": user_in_words(user)} for user in entry.in_use_by],
        "notBefore": entry.not_before,
        "notAfter": entry.not_after,
        "importedAt": entry.imported_at,
        "renewal": {
            "itself": entry.renews.value,
            "because": entry.because,
            "eligible": entry.eligible,
            "status": entry.renewal_status,
            "reason": entry.renewal_reason,
            "meaning": meaning and meaning.what,
        },
        "validation": {
            "method": entry.validation_method,
            "records": [
                {"name": record.name, "type": record.type, "value": record.value, "inDns": record.in_dns.value}
                for record in entry.validation_records
            ],
        },
        "readAt": entry.read_at,
    }


def certificates_csv(run: Run) -> str:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(_CSV_HEADER)
    writer.writerows([cell(value) for value in _cells(entry)] for entry in run.entries)
    return text.getvalue()


def report_html(run: Run, forecasted: Forecast) -> str:
    """One page that needs nothing else: what needs attention, the forecast as a picture, and every certificate."""
    return "\n".join(
        (
            "<!doctype html>",
            '<html lang="en">',
            '<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>Certificates on {run.finished_at:%Y-%m-%d}</title><style>{_STYLE}</style></head>",
            f"<body><h1>Certificates on {run.finished_at:%Y-%m-%d}</h1>",
            f"<p>Looked at from {escape(run.started_at)} to {_rfc3339(run.finished_at)}.</p>",
            *_summary(run),
            "<h2>Needs attention</h2>",
            *_table(
                attention(run)[:MOST_URGENT], "Nothing: every certificate renews itself, or ends in more than 45 days."
            ),
            *_left_out(len(attention(run)) - MOST_URGENT),
            *_not_read(run),
            "<h2>Renewal forecast</h2>",
            *(f'<p class="alarm">{escape(reason)}</p>' for reason in forecasted.reasons),
            forecast_svg(forecasted),
            "<h2>All certificates, by their end</h2>",
            *_table(run.entries[:LARGEST_PAGE], "There are none."),
            *_left_out(len(run.entries) - LARGEST_PAGE),
            "</body></html>",
            "",
        )
    )


def _summary(run: Run) -> Iterator[str]:
    told = counts(run)
    words = {
        "certificates": "certificates",
        "inUse": "in use",
        "imported": "imported",
        "renewThemselves": "renew themselves",
        "endWithin45Days": "end within 45 days",
        "needAttention": "need attention",
    }
    yield "<dl>"
    for name, label in words.items():
        alarming = ' class="alarm"' if name == "needAttention" and told[name] else ""
        yield f"<div><dt>{label}</dt><dd{alarming}>{told[name]:,}</dd></div>"
    yield "</dl>"


def _table(entries: Sequence[Entry], none: str) -> Iterator[str]:
    if not entries:
        yield f"<p>{none}</p>"
        return
    yield '<div class="wide"><table><thead><tr><th>ends</th><th>names</th><th>used by</th><th>renews itself</th></tr></thead>'
    yield "<tbody>"
    for entry in entries:
        missing = "".join(
            f"<small>publish {escape(f'{record.name} {record.type} {record.value}')}</small>"
            for record in entry.missing_records
        )
        others = f"<small>{escape(', '.join(entry.names[1:]))}</small>" if len(entry.names) > 1 else ""
        users = escape(", ".join(map(user_in_words, entry.in_use_by))) or "nothing"
        yield (
            f"<tr><td>{escape((entry.not_after or '')[:10]) or escape(entry.status)}</td>"
            f"<td>{escape(entry.title)}{others}<small>{escape(entry.origin.value)}, {escape(entry.key_algorithm)}, "
            f"{escape(entry.arn)}</small></td><td>{users}</td>"
            f"<td>{escape(entry.renews.value)}<small>{escape(entry.because)}</small>{missing}</td></tr>"
        )
    yield "</tbody></table></div>"


def _not_read(run: Run) -> Iterator[str]:
    if run.not_read:
        told = list(run.not_read.items())[:MOST_URGENT]
        yield f'<p class="alarm">Could not be read in this run: {len(run.not_read):,}</p><ul>'
        yield from (f"<li>{escape(arn)}: {escape(reason)}</li>" for arn, reason in told)
        yield "</ul>"
        if len(told) < len(run.not_read):
            yield f"<p>and {len(run.not_read) - len(told):,} more, in report.json beside this page.</p>"


def _left_out(number: int) -> Iterator[str]:
    if number > 0:
        yield f"<p>and {number:,} more, in certificates.csv beside this page.</p>"


def _cells(entry: Entry) -> Iterable[Any]:
    return (
        entry.title,
        " ".join(entry.names),
        entry.arn,
        entry.origin.value,
        f"{entry.job_id}/{entry.item_id}" if entry.is_ours else "elsewhere",
        entry.status,
        entry.key_algorithm,
        ", ".join(map(user_in_words, entry.in_use_by)),
        entry.not_before,
        entry.not_after,
        entry.renews.value,
        entry.because,
        "yes" if entry.eligible else "no",
        entry.renewal_status,
        entry.renewal_reason,
        entry.read_at,
    )


def _ends_soon(entry: Entry, run: Run) -> bool:
    return entry.ends is not None and entry.ends - run.finished_at <= SOON


def _rfc3339(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")
