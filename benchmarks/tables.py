"""The measurements as tables for a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.table import Table

from benchmarks.acm_pace import AIM, Pace
from benchmarks.apis import Apis
from benchmarks.cleanup import Cleanup
from benchmarks.config_baseline import Baseline
from benchmarks.config_capture import Capture
from benchmarks.config_diff import AIM as DIFF_AIM
from benchmarks.config_diff import ConfigDiff
from benchmarks.imports import Imports
from benchmarks.inventory import Inventory
from benchmarks.memory import Memory
from benchmarks.onboarding import Measured
from benchmarks.rollbacks import RollbackPlanning, Rollout

NOT_MEASURED = "not measured"


def batches_table(batches: Sequence[Measured]) -> Table:
    table = _table("One job, all its domains with a certificate and a distribution of their own", "")
    for batch in batches:
        table.add_column(f"{batch.rows} rows", justify="right")
    for label, field in (
        ("ended", "status"),
        ("deploy seconds, without the build", "deploy_seconds"),
        ("wall seconds, waits shortened", "wall_seconds"),
        ("transitions a domain", "transitions_per_domain"),
        ("transitions a second", "transitions_per_second"),
        ("function invocations a domain", "invocations_per_domain"),
        ("function invocations a second", "invocations_per_second"),
        ("AWS calls a domain", "aws_calls_per_domain"),
        ("ACM calls a certificate", "acm_calls_per_certificate"),
        ("parent history events (25,000 at most)", "parent_history_events"),
        ("largest parent state, bytes", "largest_parent_state_bytes"),
        ("largest state anywhere, bytes (262,144 at most)", "largest_state_bytes"),
    ):
        table.add_row(label, *(str(getattr(batch, field)) for batch in batches))
    _add_memory(table, [batch.memory for batch in batches])
    for name in sorted({name for batch in batches for name in batch.list_calls}):
        table.add_row(f"{name}, whole job", *(str(batch.list_calls.get(name, 0)) for batch in batches))
    return table


def pace_table(paces: Sequence[Pace]) -> Table:
    title = f"Certificates of {paces[0].rows} domains, ACM's and Route 53's rates and the workflow's waits in real time"
    table = _table(title, "validation records published by")
    for pace in paces:
        table.add_column(pace.records, justify="right")
    table.add_row("ended", *(pace.status for pace in paces))
    table.add_row("floor: seconds at 5 requests a second", *(str(pace.floor_seconds) for pace in paces))
    table.add_row("seconds from first to last request", *(str(pace.measured_seconds) for pace in paces))
    table.add_row(f"efficiency (aim: {AIM:.0%})", *(f"{pace.efficiency:.1%}" for pace in paces))
    for which in ("shortest", "median", "longest"):
        table.add_row(f"{which} child, seconds", *(str(pace.children_seconds[which]) for pace in paces))
    table.add_row("DescribeCertificate calls a certificate", *(str(pace.describes_per_certificate) for pace in paces))
    table.add_row("Route 53 calls a domain", *(str(pace.route53_calls_per_domain) for pace in paces))
    for name in sorted({name for pace in paces for name in pace.throttled}):
        table.add_row(f"throttled: {name}", *(str(pace.throttled.get(name, 0)) for pace in paces))
    for name in dict.fromkeys(name for pace in paces for name in pace.phase_seconds):
        table.add_row(f"seconds of “{name}”", *(str(pace.phase_seconds.get(name, "-")) for pace in paces))
    table.add_row("seconds of the whole job", *(str(pace.job_seconds) for pace in paces))
    table.add_row("function invocations a second", *(str(pace.invocations_per_second) for pace in paces))
    _add_memory(table, [pace.memory for pace in paces])
    return table


def certificate_imports_table(measured: Imports) -> Table:
    table = _one(f"Import of {measured.bundles} key bundles, ACM's rates in real time")
    _add_fields(
        table,
        measured,
        ("ended", "status"),
        ("floor: seconds at 1 import a second", "floor_seconds"),
        ("seconds from first to last import", "measured_seconds"),
        ("efficiency", "efficiency"),
        ("shortest time between two imports, seconds", "closest_seconds"),
        ("AWS calls an import", "calls_per_import"),
        ("ACM calls an import", "acm_calls_per_import"),
        ("transitions an import", "transitions_per_import"),
        ("function invocations an import", "invocations_per_import"),
        ("bundles still staged at the end", "staged_left"),
    )
    for name, count in measured.throttled.items():
        table.add_row(f"throttled: {name}", str(count))
    return table


def cleanup_table(measured: Cleanup) -> Table:
    table = _one(f"Cleanup of a job of {measured.rows} domains")
    _add_fields(
        table,
        measured,
        ("ended", "status"),
        ("wall seconds, waits shortened", "wall_seconds"),
        ("transitions a domain", "transitions_per_domain"),
        ("function invocations a domain", "invocations_per_domain"),
        ("AWS calls a domain", "aws_calls_per_domain"),
        ("parent history events (25,000 at most)", "parent_history_events"),
        ("certificates and distributions left", "left"),
    )
    return table


def inventories_table(inventories: Sequence[Inventory]) -> Table:
    table = _table("Certificate inventory, ACM's rates in real time", "certificates in the account")
    for inventory in inventories:
        table.add_column(str(inventory.certificates), justify="right")
    for label, field in (
        ("ended", "status"),
        ("wall seconds", "wall_seconds"),
        ("seconds for 1,000 certificates", "seconds_per_1000"),
        ("ACM calls a certificate", "acm_calls_per_certificate"),
        ("AWS calls a certificate", "calls_per_certificate"),
        ("ListCertificates calls", "list_calls"),
        ("DescribeCertificate calls throttled", "throttled_describes"),
        ("transitions", "transitions"),
        ("function invocations", "invocations"),
        ("largest state anywhere, bytes (262,144 at most)", "largest_state_bytes"),
    ):
        table.add_row(label, *(str(getattr(inventory, field)) for inventory in inventories))
    return table


def rollback_plan_table(planned: RollbackPlanning) -> Table:
    table = _table(f"Plan of a rollback of {planned.targets} distributions, each with 20 changed behaviors", "")
    table.add_column("", justify="right")
    for label, field in (
        ("ended", "status"),
        ("wall seconds", "wall_seconds"),
        ("AWS calls a target", "aws_calls_per_target"),
        ("bytes of the plan", "plan_bytes"),
    ):
        table.add_row(label, str(getattr(planned, field)))
    for name, count in planned.calls.items():
        table.add_row(name, str(count))
    return table


def rollouts_table(rollouts: Sequence[Rollout]) -> Table:
    table = _table("Distributions rolled back, capture's own calls apart", "")
    for rollout in rollouts:
        table.add_column(f"{rollout.targets} targets, {rollout.strategy}", justify="right")
    for label, field in (
        ("ended", "status"),
        ("wall seconds, waits shortened", "wall_seconds"),
        ("AWS calls a target", "aws_calls_per_target"),
        ("CloudFront calls a target", "cloudfront_calls_per_target"),
        ("of these, writes", "cloudfront_writes_per_target"),
    ):
        table.add_row(label, *(str(getattr(rollout, field)) for rollout in rollouts))
    return table


def config_capture_table(captured: Capture) -> Table:
    table = _one(f"Capture of {captured.changes} changes of {captured.distributions} distributions")
    _add_fields(
        table,
        captured,
        ("versions", "versions"),
        ("seconds from the first change to the last version", "seconds"),
        ("AWS calls a change", "calls_per_change"),
        ("CloudFront calls a change", "cloudfront_calls_per_change"),
        ("transitions a change", "transitions_per_change"),
        ("transactions canceled, and made again", "canceled_transactions"),
    )
    for kind, count in captured.kinds.items():
        table.add_row(f"versions of kind {kind}", str(count))
    return table


def config_diffs_table(measured: Sequence[ConfigDiff]) -> Table:
    table = _table("Difference between two configurations", "")
    for each in measured:
        table.add_column(f"{each.pair} pair", justify="right")
    for label, field in (
        ("bytes of a configuration", "bytes"),
        ("cache behaviors", "behaviors"),
        ("changes", "changes"),
        (f"milliseconds (aim: under {DIFF_AIM})", "diff_milliseconds"),
        ("milliseconds of difflib on the same pair", "difflib_milliseconds"),
        ("difflib's time in times of ours", "ratio"),
    ):
        table.add_row(label, *(str(getattr(each, field)) for each in measured))
    return table


def baselines_table(baselines: Sequence[Baseline]) -> Table:
    table = _table("Baseline of all configurations", "distributions")
    for baseline in baselines:
        table.add_column(f"{baseline.distributions}, {baseline.what}", justify="right")
    for label, field in (
        ("ended", "status"),
        ("captured", "captured"),
        ("wall seconds", "wall_seconds"),
        ("CloudFront calls", "cloudfront_calls"),
        ("ListDistributions calls", "list_calls"),
        ("DynamoDB queries", "queries"),
        ("AWS calls a captured distribution", "calls_per_captured"),
        ("transitions", "transitions"),
        ("function invocations", "invocations"),
        ("largest state anywhere, bytes (262,144 at most)", "largest_state_bytes"),
    ):
        table.add_row(label, *(str(getattr(baseline, field)) for baseline in baselines))
    return table


def api_loads_table(measured: Apis) -> Table:
    title = f"Requests of {measured.clients} clients at once, milliseconds, on one machine with the embedded AWS"
    table = _table(title, "request")
    for label in ("requests", "failed", "a second", "p50", "p99", "function, p50", "p99"):
        table.add_column(label, justify="right")
    for load in measured.loads:
        seen = (load.requests, load.failed, load.requests_per_second, load.p50, load.p99)
        table.add_row(f"{load.request}, {load.api}", *map(str, (*seen, load.function_p50, load.function_p99)))
    return table


def api_calls_table(measured: Apis) -> Table:
    table = _table("Calls to AWS a request, lists of 50 where there are as many", "request")
    for api in ("REST", "GraphQL"):
        table.add_column(api, justify="right")
    for name, calls in measured.calls.items():
        table.add_row(name, str(calls["REST"]), str(calls["GraphQL"]))
    return table


def imports_table(imports: Mapping[str, float]) -> Table:
    table = _table("Importing a function, over bare Python", "function")
    table.add_column("milliseconds", justify="right")
    for name, milliseconds in imports.items():
        table.add_row(name, str(milliseconds))
    return table


def _one(title: str) -> Table:
    """A table of a single measurement."""
    table = _table(title, "")
    table.add_column("", justify="right")
    return table


def _add_fields(table: Table, measured: Any, *fields: tuple[str, str]) -> None:
    for label, field in fields:
        table.add_row(label, str(getattr(measured, field)))


def _table(title: str, first_column: str) -> Table:
    table = Table(title=title, title_justify="left")
    table.add_column(first_column)
    return table


def _add_memory(table: Table, peaks: Sequence[Memory | None]) -> None:
    for label, field in (
        ("most memory of the server, MB", "server"),
        ("most memory of all functions, MB", "functions"),
        ("most memory together, MB", "together"),
    ):
        table.add_row(label, *(f"{getattr(peak, field) / 1e6:.0f}" if peak else NOT_MEASURED for peak in peaks))
    table.add_row(
        "most function processes", *(str(peak.function_processes) if peak else NOT_MEASURED for peak in peaks)
    )
