"""The measurements as tables for a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.table import Table

from benchmarks.acm_pace import AIM, Pace
from benchmarks.cleanup import Cleanup
from benchmarks.imports import Imports
from benchmarks.inventory import Inventory
from benchmarks.memory import Memory
from benchmarks.onboarding import Measured

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
