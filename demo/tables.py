"""What preflight found and how each row ended, as tables."""

from __future__ import annotations

from typing import Any

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

COLOURS = {"done": "green", "failed": "red", "unknown": "yellow", "unfinished": "yellow"}


def preflight(report: dict[str, Any]) -> Table:
    table = Table(
        title="Preflight: every fault of the batch, before anything is created", title_justify="left", box=SIMPLE_HEAD
    )
    for column in ("Line", "Column", "What is wrong"):
        table.add_column(column, overflow="fold")
    for fault in report["faults"]:
        table.add_row(str(fault["line"] or ""), fault["column"] or "", fault["message"], style="red")
    for warning in report["warnings"]:
        table.add_row(str(warning["line"] or ""), warning["column"] or "", warning["message"], style="yellow")
    return table


def quotas(report: dict[str, Any]) -> Table:
    table = Table(title="Quotas", title_justify="left", box=SIMPLE_HEAD)
    for column in ("Quota", "Limit", "Used", "Needed", ""):
        table.add_column(column, justify="left" if column in ("Quota", "") else "right")
    for line in report["quotas"]:
        verdict = Text("exceeded", style="red") if line["exceeded"] else Text("ok", style="green")
        table.add_row(line["name"], str(line["limit"]), str(line["used"]), str(line["needed"]), verdict)
    return table


def result(report: dict[str, Any]) -> Table:
    title = f"Job {report['jobId']}: what became of every row"
    table = Table(
        title=title, title_justify="left", box=SIMPLE_HEAD, pad_edge=False
    )  # 80 columns hold a name of CloudFront
    for column in ("Line", "Domain", "Outcome", "Live at, or what is wrong and what to do next"):
        table.add_column(column, overflow="fold")
    for item in report["items"]:
        table.add_row(
            str(item["line"] or ""),
            item["domainName"],
            Text(item["outcome"], style=COLOURS[item["outcome"]]),
            item["distribution"]["domainName"] if item["outcome"] == "done" else _trouble(item),
        )
    return table


def _trouble(item: dict[str, Any]) -> str:
    return f"{item['reason']}\n[bold]→ {item['nextAction']}[/bold]"
