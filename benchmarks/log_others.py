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
LINES_OF_FILES = 'count=$1; shift; { zcat "$@" | grep -a -v "^#"; } 2> /dev/null | head -n "$count"'
"""As text whatever bytes are in it; the two that write to `head` are cut off, and would say so."""
READ_LINES = 's/.*"valid_requests": \\([0-9]*\\).*"failed_requests": \\([0-9]*\\).*/{"valid": \\1, "failed": \\2}/p'
"""The few lines that goaccess does not understand, it has read all the same."""


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
    asked = "goaccess --log-format=CLOUDFRONT --no-progress -o json -"
    command = f"{LINES_OF_FILES} | {asked} | LC_ALL=C sed -n '{READ_LINES}'; echo"
    taken = measured("sh", "-c", command, "sh", str(min(lines, GOACCESS_LINES)), *_legacy(root))
    return taken.answer["valid"] + taken.answer["failed"], taken


def pipeline_name() -> str:
    return f"zcat and {_awk()}, six counters"


def _awk() -> str | None:
    return next((name for name in ("mawk", "awk") if shutil.which(name)), None)


def _legacy(root: Path) -> list[str]:
    return [str(path) for folder in folders(Source.LEGACY) for path in files(root, folder)]
