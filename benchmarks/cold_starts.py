"""Milliseconds that importing a function takes over bare Python, from the artefact that `sam build` made."""

from __future__ import annotations

import statistics
import subprocess
import zipfile
from io import BytesIO
from pathlib import Path

from localaws.deployment import build
from localaws.instance import FUNCTION_INTERPRETER

RUNS = 7
ENVIRONMENT = {
    "AWS_REGION": "us-east-1",
    "JOBS_TABLE": "jobs",
    "JOBS_BUCKET": "jobs",
    "INVENTORY_TABLE": "inventory",
    "NOTIFICATION_TOPIC": "arn:aws:sns:us-east-1:123456789012:jobs",
    "POWERTOOLS_TRACE_DISABLED": "true",
}


def import_milliseconds() -> dict[str, float]:
    """Median over bare Python of importing each function's `app`, by the function's name in the template."""
    built = build()
    layer = next(path for path in built.iterdir() if path.name.startswith("CoreLayer")) / "python"
    bare = _median_milliseconds("pass", [])
    functions = sorted(path.parent for path in built.glob("*/*/app.py"))
    return {folder.name: round(_median_milliseconds("import app", [folder, layer]) - bare, 1) for folder in functions}


def layer_bytes() -> dict[str, int]:
    """Size of the built layer, unzipped and zipped."""
    layer = next(path for path in build().iterdir() if path.name.startswith("CoreLayer"))
    files = [path for path in layer.rglob("*") if path.is_file()]
    zipped = BytesIO()
    with zipfile.ZipFile(zipped, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in files:
            archive.write(path, path.relative_to(layer))
    return {"unzipped": sum(path.stat().st_size for path in files), "zipped": len(zipped.getvalue())}


def _median_milliseconds(statement: str, paths: list[Path]) -> float:
    """Of the statement alone: the interpreter measures it from its own start, so that process creation is in both."""
    program = (
        "import sys, time; began = time.perf_counter(); "
        f"sys.path[:0] = {[str(path) for path in paths]!r}; {statement}; "
        "print((time.perf_counter() - began) * 1000)"
    )
    times = []
    for _ in range(RUNS):
        done = subprocess.run(
            [str(FUNCTION_INTERPRETER), "-c", program], env=ENVIRONMENT, capture_output=True, text=True, check=True
        )
        times.append(float(done.stdout))
    return statistics.median(times)
