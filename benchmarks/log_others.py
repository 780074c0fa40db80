"""Other ways to count the same v1 log files: a script, a pipeline, and goaccess where it is installed."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from benchmarks.log_files import HOURS, files, folders
from benchmarks.process import Taken, measured
from cloudfront_extensions.metrics.sources import Source

PYTHON_SECONDS = 20
GOACCESS_LINES = 200_000
"""It is slow."""
SIX_COUNTERS = """!/^#/ {
    lines++; bytes += $4; status[$9]++; hosts[$16]++; results[$23]++; if ($19 >= 1) slow++
} END { print "{\\"lines\\": " lines "}" }"""
LINES_OF_FILES = 'count=$1; shift; zcat "$@" | grep -v "^#" | head -n "$count"'


def python(root: Path) -> tuple[int, Taken]:
    """Lines, and what they took."""
    taken = measured(sys.executable, "-m", "benchmarks.log_python", str(root), str(HOURS), str(PYTHON_SECONDS))
    return taken.answer["lines"], taken


def pipeline(root: Path) -> tuple[int, Taken] | None:
    """zcat and awk with six counters; None where there is no awk."""
    awk = _awk()
    if awk is None:
        return None
    command = 'program=$1; shift; zcat "$@" | ' + f"{awk} -F '\\t' \"$program\""
    taken = measured("sh", "-c", command, "sh", SIX_COUNTERS, *_legacy(root))
    return taken.answer["lines"], taken


def goaccess(root: Path, lines: int) -> tuple[int, Taken] | None:
    """As many of these lines as there is time for; None where it is not installed."""
    if not shutil.which("goaccess"):
        return None
    command = f"{LINES_OF_FILES} | goaccess --log-format=CLOUDFRONT --no-progress -o json - > /dev/null"
    some = min(lines, GOACCESS_LINES)
    return some, measured("sh", "-c", command, "sh", str(some), *_legacy(root))


def pipeline_name() -> str:
    return f"zcat and {_awk()}, six counters"


def _awk() -> str | None:
    return next((name for name in ("mawk", "awk") if shutil.which(name)), None)


def _legacy(root: Path) -> list[str]:
    return [str(path) for folder in folders(Source.LEGACY) for path in files(root, folder)]
