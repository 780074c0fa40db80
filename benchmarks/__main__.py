"""Run all measurements, print them, and write `build/bench.json`."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict

from rich.console import Console

from benchmarks import (
    acm_pace,
    apis,
    cleanup,
    cold_starts,
    config_baseline,
    config_capture,
    config_diff,
    edge_calls,
    extension_tables,
    extensions,
    imports,
    inventory,
    log_tables,
    logs,
    metrics_api,
    onboarding,
    rollbacks,
    tables,
)
from benchmarks.acm_pace import Pace
from benchmarks.log_files import place_of
from cloudfront_extensions.metrics.sources import Source
from demo.scene import prepare
from localaws.control import control
from localaws.deployment import build, deploy
from localaws.instance import PROJECT, Instance

SIZES = (24, 300, 1000)
PACE_ROWS = 1000
BUNDLES = 100
CLEANED_ROWS = 100
INVENTORIES = (500, 5000)
PLANNED_TARGETS = 100
CAPTURED_CHANGES = 1000
BASELINES = (1000,)
API_REQUESTS = 300
LOG_LINES = 5_000_000
TIME_SCALE = 0.0001
RAISED_QUOTAS = ("Web distributions per AWS account", "Distributions associated with the same origin access control")
ROOM = 5000
"""What AWS is asked to raise them to, before a batch of 1,000."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--rows", type=int, nargs="*", default=SIZES, help="batch sizes (default: %(default)s)")
    parser.add_argument(
        "--pace-rows", type=int, default=PACE_ROWS, help="certificates requested at ACM's rate; 0: none (%(default)s)"
    )
    parser.add_argument(
        "--bundles", type=int, default=BUNDLES, help="key bundles imported at ACM's rate; 0: none (%(default)s)"
    )
    parser.add_argument(
        "--cleaned-rows",
        type=int,
        default=CLEANED_ROWS,
        help="domains of a job that is cleaned up; 0: none (%(default)s)",
    )
    parser.add_argument(
        "--inventories",
        type=int,
        nargs="*",
        default=INVENTORIES,
        help="certificates in an account (default: %(default)s)",
    )
    parser.add_argument(
        "--baselines",
        type=int,
        nargs="*",
        default=BASELINES,
        help="distributions in an account (default: %(default)s)",
    )
    parser.add_argument(
        "--captured-changes",
        type=int,
        default=CAPTURED_CHANGES,
        help="changes of distributions that become versions; 0: none (%(default)s)",
    )
    parser.add_argument(
        "--planned-targets",
        type=int,
        default=PLANNED_TARGETS,
        help="distributions that a rollback is planned for, and some of them rolled back; 0: none (%(default)s)",
    )
    parser.add_argument(
        "--api-requests",
        type=int,
        default=API_REQUESTS,
        help="requests of each kind to each API; 0: none (%(default)s)",
    )
    parser.add_argument(
        "--log-lines",
        type=int,
        default=LOG_LINES,
        help="lines of logs of each kind, which become metrics; 0: none (%(default)s)",
    )
    parser.add_argument(
        "--extension-runs",
        type=int,
        default=edge_calls.RUNS,
        help="runs of the cases of each extension, whose median counts; 0: none (%(default)s)",
    )
    arguments = parser.parse_args()
    console = Console()
    build_seconds = seconds_of(build)
    console.print(f"Build: {build_seconds:.1f} s (next to none where nothing changed)")
    batches = [measure(console, count) for count in arguments.rows]
    if batches:
        console.print(tables.batches_table(batches))
    paces = measure_pace(console, arguments.pace_rows) if arguments.pace_rows else []
    if paces:
        console.print(tables.pace_table(paces))
    imported = measure_imports(console, arguments.bundles) if arguments.bundles else None
    if imported:
        console.print(tables.certificate_imports_table(imported))
    cleaned = measure_cleanup(console, arguments.cleaned_rows) if arguments.cleaned_rows else None
    if cleaned:
        console.print(tables.cleanup_table(cleaned))
    inventories = measure_inventories(console, arguments.inventories) if arguments.inventories else []
    if inventories:
        console.print(tables.inventories_table(inventories))
    rolled_back = measure_rollbacks(console, arguments.planned_targets) if arguments.planned_targets else None
    if rolled_back:
        console.print(tables.rollback_plan_table(rolled_back.plan))
        console.print(tables.rollouts_table(rolled_back.rollouts))
    captured = measure_capture(console, arguments.captured_changes) if arguments.captured_changes else None
    if captured:
        console.print(tables.config_capture_table(captured))
    config_diffs = config_diff.run()
    console.print(tables.config_diffs_table(config_diffs))
    baselines = [each for size in arguments.baselines for each in measure_baseline(console, size)]
    if baselines:
        console.print(tables.baselines_table(baselines))
    asked = measure_apis(console, arguments.api_requests) if arguments.api_requests else None
    if asked:
        console.print(tables.api_loads_table(asked))
        console.print(tables.api_calls_table(asked))
    counted, month = measure_logs(console, arguments.log_lines) if arguments.log_lines else (None, None)
    edge = measure_extensions(console, arguments.extension_runs) if arguments.extension_runs else None
    milliseconds, layer = cold_starts.import_milliseconds(), cold_starts.layer_bytes()
    console.print(tables.imports_table(milliseconds))
    console.print(f"Layer: {layer['unzipped'] / 1e6:.1f} MB, {layer['zipped'] / 1e6:.1f} MB zipped")
    result = PROJECT / "build" / "bench.json"
    result.parent.mkdir(exist_ok=True)
    document = {
        "buildSeconds": round(build_seconds, 1),
        "batches": [asdict(batch) for batch in batches],
        "acmPace": [asdict(pace) for pace in paces],
        "certificateImports": imported and asdict(imported),
        "cleanup": cleaned and asdict(cleaned),
        "inventories": [asdict(each) for each in inventories],
        "rollbacks": rolled_back and asdict(rolled_back),
        "configCapture": captured and asdict(captured),
        "configDiffs": [asdict(each) for each in config_diffs],
        "configBaselines": [asdict(each) for each in baselines],
        "apis": asked and asdict(asked),
        "logs": counted and asdict(counted),
        "metricsApi": month and asdict(month),
        "extensions": edge and asdict(edge),
        "importMilliseconds": milliseconds,
        "layerBytes": layer,
    }
    result.write_text(json.dumps(document, indent=2) + "\n")
    console.print(f"Written to {result.relative_to(PROJECT)}")
    statuses = [each.status for each in (*batches, imported, cleaned, *inventories, *baselines) if each]
    ended_well = all(status == "SUCCEEDED" for status in statuses) and all(pace.ended_well for pace in paces)
    said = [each.ended_well for each in (rolled_back, captured, asked, counted, month, edge) if each]
    return 0 if ended_well and all(said) else 1


def measure(console: Console, rows: int) -> onboarding.Measured:
    """One batch on an instance of its own, so that no batch carries another's memory."""
    console.print(f"{rows} rows …")
    with Instance(f"bench-{rows}", time_scale=TIME_SCALE, certificate_validation_timeout=3600) as instance:
        outputs: dict[str, str] = {}
        deploy_seconds = seconds_of(lambda: outputs.update(deploy(instance, parameters={"DomainConcurrency": "6"})))
        raise_quotas(instance)
        return onboarding.run(instance, outputs, prepare(instance), rows, deploy_seconds)


def measure_pace(console: Console, rows: int) -> list[Pace]:
    """Each on an instance of its own, whose buckets are full."""
    paces = []
    for run in (acm_pace.job_publishes, acm_pace.customers_publish):
        console.print(f"{rows} certificates at ACM's rate, {run.__name__.replace('_', ' ')} …")
        name = f"bench-{run.__name__.replace('_', '-')}"
        with Instance(name, time_scale=1, functions_at_once=acm_pace.FUNCTIONS_AT_ONCE) as instance:
            paces.append(run(instance, deploy(instance, parameters={"DomainConcurrency": "20"}), rows))
    return paces


def measure_imports(console: Console, bundles: int) -> imports.Imports:
    console.print(f"{bundles} key bundles at ACM's rate …")
    with Instance("bench-imports", time_scale=1, functions_at_once=imports.FUNCTIONS_AT_ONCE) as instance:
        return imports.run(instance, deploy(instance), bundles)


def measure_cleanup(console: Console, rows: int) -> cleanup.Cleanup:
    console.print(f"Cleanup of {rows} domains …")
    with Instance("bench-cleanup", time_scale=TIME_SCALE, certificate_validation_timeout=3600) as instance:
        outputs = deploy(instance, parameters={"DomainConcurrency": "6"})
        raise_quotas(instance)
        return cleanup.run(instance, outputs, prepare(instance), rows)


def measure_rollbacks(console: Console, targets: int) -> rollbacks.Rollbacks:
    console.print(f"Rollback of {targets} distributions …")
    with Instance("bench-rollbacks", time_scale=TIME_SCALE) as instance:
        outputs = deploy(instance)
        raise_quotas(instance)
        return rollbacks.run(instance, outputs, targets)


def measure_inventories(console: Console, sizes: Sequence[int]) -> list[inventory.Inventory]:
    """All on one instance, whose account grows; its waits are none, its rates those of AWS."""
    measured = []
    with Instance("bench-inventory", time_scale=TIME_SCALE, rate_time_scale=1) as instance:
        outputs = deploy(instance)
        for size in sorted(sizes):
            console.print(f"Inventory of {size} certificates …")
            measured.append(inventory.run(instance, outputs, size))
    return measured


def measure_capture(console: Console, changes: int) -> config_capture.Capture:
    console.print(f"Capture of {changes} changes …")
    with Instance("bench-capture", time_scale=TIME_SCALE) as instance:
        return config_capture.run(instance, deploy(instance), changes)


def measure_baseline(console: Console, distributions: int) -> list[config_baseline.Baseline]:
    console.print(f"Baseline of {distributions} distributions …")
    with Instance(f"bench-baseline-{distributions}", time_scale=TIME_SCALE) as instance:
        return config_baseline.run(instance, deploy(instance), distributions)


def measure_apis(console: Console, requests: int) -> apis.Apis:
    console.print(f"{requests} requests of each kind to each API, by {apis.CLIENTS} clients …")
    with Instance("bench-apis", time_scale=TIME_SCALE, functions_stay_warm=apis.FUNCTIONS_STAY_WARM) as instance:
        return apis.run(instance, deploy(instance, parameters=apis.PARAMETERS), requests)


def measure_logs(console: Console, lines: int) -> tuple[logs.Logs, metrics_api.MetricsApi]:
    """Behind the logs the API, of a domain with figures from them; each is told as soon as it is known."""
    console.print(f"{lines:,} lines of logs of each kind, and what else counts them …")
    counted = logs.run(lines)
    for table in log_tables.tables(counted):
        console.print(table)
    console.print("A month of metrics by REST …")
    result = logs.result_of(place_of(lines), Source.STANDARD)
    with Instance("bench-metrics", time_scale=TIME_SCALE, functions_stay_warm=apis.FUNCTIONS_STAY_WARM) as instance:
        month = metrics_api.run(instance, deploy(instance, parameters=apis.PARAMETERS), result)
    console.print(log_tables.metrics_api_table(month))
    return counted, month


def measure_extensions(console: Console, runs: int) -> extensions.Extensions:
    console.print("The extensions of the catalogue …")
    measured = extensions.run(runs)
    for table in extension_tables.tables(measured):
        console.print(table)
    return measured


def raise_quotas(instance: Instance) -> None:
    for name in RAISED_QUOTAS:
        control(instance, "PUT", "quotas", {"serviceCode": "cloudfront", "quotaName": name, "value": ROOM})


def seconds_of(work: Callable[[], object]) -> float:
    began = time.monotonic()
    work()
    return time.monotonic() - began


if __name__ == "__main__":
    sys.exit(main())
