"""What preflight found, for machines (JSON) and for people (plain text)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from cloudfront_extensions.jobs.preflight import Decision, Judgement
from cloudfront_extensions.jobs.quotas import QuotaLine
from cloudfront_extensions.jobs.request import InvalidRows, OnboardingRequest
from cloudfront_extensions.jobs.rows import Fault, RowWarning

_LISTED = 50
"""Faults and warnings that the text lists; the JSON has all."""


def preflight_report(
    request: OnboardingRequest,
    judgement: Judgement,
    certificates: Sequence[Mapping[str, Any]],
    groups: Sequence[Mapping[str, Any]],
) -> dict[str, Any]:
    """Everything that was found and what would be made; `certificates` and `groups` are the manifests.

    Its counts of certificates, imports and distributions are of those still to be requested, imported and created. Names
    and aliases of an import row are null where its certificate is to say them.
    """
    counts = judgement.counts
    served: dict[str, int] = {}
    for group in groups:
        owner = group["certificate"]["itemId"]
        served[owner] = served.get(owner, 0) + len(group["distributions"])
    return {
        "jobId": request.job_id,
        "decision": judgement.decision.value,
        "wouldStart": not judgement.refusals,
        "reasons": list(judgement.refusals),
        "faultyRowsAre": "skipped" if request.invalid_rows is InvalidRows.SKIP else "refused",
        "counts": {
            "rows": counts.rows,
            "usable": counts.usable,
            "faulty": counts.faulty,
            "faults": len(judgement.faults),
            "warnings": len(judgement.warnings),
            "certificates": counts.certificates,
            "imports": counts.imports,
            "distributions": counts.distributions,
            "groups": len(groups),
        },
        "faults": [_fault(fault) for fault in judgement.faults],
        "warnings": [_warning(warning) for warning in judgement.warnings],
        "quotas": [_quota(line) for line in judgement.quota_lines],
        "certificates": [
            {
                "itemId": certificate["itemId"],
                "names": [certificate["domainName"], *certificate["subjectAlternativeNames"]],
                "validation": certificate["validation"],
                "distributions": served.get(certificate["itemId"], 0),
            }
            for certificate in certificates
        ],
        "imports": [
            {
                "itemId": certificate["itemId"],
                "keyBundle": certificate["keyBundle"],
                "certificateArn": certificate.get("certificateArn"),
                "names": certificate.get("aliases"),
                "distributions": served[certificate["itemId"]],
            }
            for certificate in (group["certificate"] for group in groups if group["method"] == "import")
        ],
        "distributions": [
            {
                "itemId": distribution["itemId"],
                "aliases": distribution.get("aliases"),
                "certificateItemId": group["certificate"]["itemId"],
                "dns": distribution["dns"],
            }
            for group in groups
            for distribution in group["distributions"]
        ],
    }


def preflight_text(report: Mapping[str, Any]) -> str:
    """The report's essence as plain text, for a terminal or a mail."""
    return "\n".join(_lines(report)) + "\n"


def _lines(report: Mapping[str, Any]) -> Iterator[str]:
    yield f"Preflight of job {report['jobId']}: {_verdict(report)}"
    for reason in report["reasons"]:
        yield f"  {reason}"
    counts = report["counts"]
    yield f"{counts['rows']} rows: {counts['usable']} usable, {counts['faulty']} faulty ({report['faultyRowsAre']})"
    yield from _section("Faults", [_fault_text(fault) for fault in report["faults"]])
    yield from _section(
        "Warnings", [f"{_place(warning)}: {warning['message']} [{warning['code']}]" for warning in report["warnings"]]
    )
    yield from _section("Quotas", [_quota_text(line) for line in report["quotas"]])
    yield ""
    imports = f", {counts['imports']} imports" if counts["imports"] else ""
    yield f"To make: {counts['certificates']} certificates{imports} and {counts['distributions']} distributions"


def _verdict(report: Mapping[str, Any]) -> str:
    if report["decision"] == Decision.DRY_RUN:
        return "a dry run; it would start" if report["wouldStart"] else "a dry run; it would be refused"
    return "it starts" if report["wouldStart"] else "refused, nothing was created"


def _section(title: str, entries: Sequence[str]) -> Iterator[str]:
    if not entries:
        return
    yield ""
    yield f"{title} ({len(entries)})"
    for entry in entries[:_LISTED]:
        yield f"  {entry}"
    if len(entries) > _LISTED:
        yield f"  and {len(entries) - _LISTED} more, all in the report"


def _fault_text(fault: Mapping[str, Any]) -> str:
    return f"{_place(fault)}: {fault['message']} [{fault['code']}]"


def _place(entry: Mapping[str, Any]) -> str:
    line = "the batch" if entry["line"] is None else f"line {entry['line']}"
    return f"{line}, {entry['column']}" if entry.get("column") else line


def _quota_text(line: Mapping[str, Any]) -> str:
    code = f" ({line['code']})" if line["code"] else ""
    resource = f" {line['resource']}" if line["resource"] else ""
    exceeded = "  EXCEEDED" if line["exceeded"] else ""
    return f"{line['name']}{code}{resource}: {line['used']} used + {line['needed']} needed of {line['limit']}{exceeded}"


def _fault(fault: Fault) -> dict[str, Any]:
    return {
        "line": fault.line,
        "column": fault.column,
        "position": fault.position,
        "code": fault.code,
        "message": fault.message,
        "nextAction": fault.error.next_action,
    }


def _warning(warning: RowWarning) -> dict[str, Any]:
    return {
        "line": warning.line,
        "column": warning.column,
        "code": warning.code.value,
        "message": warning.message,
    }


def _quota(line: QuotaLine) -> dict[str, Any]:
    return {
        "name": line.quota.name.value,
        "service": line.quota.service_code,
        "code": line.quota.code,
        "resource": line.resource,
        "limit": line.limit,
        "used": line.used,
        "needed": line.needed,
        "exceeded": line.is_exceeded,
    }
