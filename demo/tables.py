"""What preflight found and how each row ended, as tables."""

from __future__ import annotations

from typing import Any

from rich.table import Table
from rich.text import Text

COLOURS = {"done": "green", "failed": "red", "unknown": "yellow", "unfinished": "yellow"}


def preflight(report: dict[str, Any]) -> Table:
    table = Table(title="Preflight: every fault of the batch, before anything is created", title_justify="left")
    for column in ("Line", "Column", "What is wrong"):
        table.add_column(column, overflow="fold")
    for fault in report["faults"]:
        table.add_row(str(fault["line"] or ""), fault["column"] or "", fault["message"], style="red")
    for warning in report["warnings"]:
        table.add_row(str(warning["line"] or ""), warning["column"] or "", warning["message"], style="yellow")
    return table


def quotas(report: dict[str, Any]) -> Table:
    table = Table(title="Quotas", title_justify="left")
    for column in ("Quota", "Limit", "Used", "Needed", ""):
        table.add_column(column, justify="left" if column in ("Quota", "") else "right")
    for line in report["quotas"]:
        verdict = Text("exceeded", style="red") if line["exceeded"] else Text("ok", style="green")
        table.add_row(line["name"], str(line["limit"]), str(line["used"]), str(line["needed"]), verdict)
    return table


def result(report: dict[str, Any]) -> Table:
    table = Table(title=f"Job {report['jobId']}: what became of every row", title_justify="left")
    for column, ratio in (("Line", 1), ("Domain", 5), ("Outcome", 2), ("Certificate", 3), ("Distribution", 4), ("What to do next", 9)):
        table.add_column(column, overflow="fold", ratio=ratio)
    for item in report["items"]:
        certificate, distribution = item["certificate"], item["distribution"]
        table.add_row(
            str(item["line"] or ""),
            item["domainName"],
            Text(item["outcome"], style=COLOURS[item["outcome"]]),
            certificate["status"],
            distribution.get("domainName") or distribution["status"],
            item.get("nextAction") or "",
        )
    return table
