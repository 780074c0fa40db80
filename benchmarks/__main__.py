"""Run all measurements, print them, and write `build/bench.json`."""

from __future__ import annotations

import argparse
import json
import os
import sys

from rich.console import Console
from rich.table import Table

from benchmarks import cold_starts, onboarding
from demo.scene import prepare
from localaws.control import control
from localaws.deployment import deploy
from localaws.instance import PROJECT, Instance

SIZES = (24, 300, 1000)
TIME_SCALE = 0.0001
RAISED_QUOTAS = ("Web distributions per AWS account", "Distributions associated with the same origin access control")
ROOM = 5000
"""What AWS is asked to raise them to, before a batch of 1,000."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--rows", type=int, nargs="+", default=SIZES, help="batch sizes (default: %(default)s)")
    rows = parser.parse_args().rows
    console = Console()
    batches = [measure(console, count) for count in rows]
    console.print(batches_table(batches))
    imports, layer = cold_starts.import_milliseconds(), cold_starts.layer_bytes()
    console.print(imports_table(imports))
    console.print(f"Layer: {layer['unzipped'] / 1e6:.1f} MB, {layer['zipped'] / 1e6:.1f} MB zipped")
    result = PROJECT / "build" / "bench.json"
    result.parent.mkdir(exist_ok=True)
    document = {
        "batches": [onboarding.as_dict(batch) for batch in batches],
        "importMilliseconds": imports,
        "layerBytes": layer,
    }
    result.write_text(json.dumps(document, indent=2) + "\n")
    console.print(f"Written to {result.relative_to(PROJECT)}")
    return 0 if all(batch.status == "SUCCEEDED" for batch in batches) else 1


def measure(console: Console, rows: int) -> onboarding.Measured:
    """One batch on an instance of its own, so that no batch carries another's memory."""
    console.print(f"{rows} rows …")
    with Instance(f"bench-{rows}", time_scale=TIME_SCALE, certificate_validation_timeout=3600) as instance:
        outputs = deploy(instance, parameters={"DomainConcurrency": "6"})
        os.environ.update(instance.environment)
        for name in RAISED_QUOTAS:
            control(instance, "PUT", "quotas", {"serviceCode": "cloudfront", "quotaName": name, "value": ROOM})
        return onboarding.run(instance, outputs, prepare(instance), rows)


def batches_table(batches: list[onboarding.Measured]) -> Table:
    table = Table(
        title="One job, all its domains with a certificate and a distribution of their own", title_justify="left"
    )
    table.add_column("")
    for batch in batches:
        table.add_column(f"{batch.rows} rows", justify="right")
    for label, field in (
        ("ended", "status"),
        ("wall seconds, waits shortened", "wall_seconds"),
        ("transitions a domain", "transitions_per_domain"),
        ("function invocations a domain", "invocations_per_domain"),
        ("AWS calls a domain", "aws_calls_per_domain"),
        ("ACM calls a certificate", "acm_calls_per_certificate"),
        ("parent history events (25,000 at most)", "parent_history_events"),
        ("largest parent state, bytes", "largest_parent_state_bytes"),
        ("largest state anywhere, bytes (262,144 at most)", "largest_state_bytes"),
    ):
        table.add_row(label, *(str(getattr(batch, field)) for batch in batches))
    for name in sorted({name for batch in batches for name in batch.list_calls}):
        table.add_row(f"{name}, whole job", *(str(batch.list_calls.get(name, 0)) for batch in batches))
    return table


def imports_table(imports: dict[str, float]) -> Table:
    table = Table(title="Importing a function, over bare Python", title_justify="left")
    table.add_column("function")
    table.add_column("milliseconds", justify="right")
    for name, milliseconds in imports.items():
        table.add_row(name, str(milliseconds))
    return table


if __name__ == "__main__":
    sys.exit(main())
