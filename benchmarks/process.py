"""What a command takes: processor time of it and of all that it starts, and the most memory that any one of these had."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from typing import Any

from localaws.instance import PROJECT

LAUNCHER = PROJECT / "benchmarks" / "launched.py"


@dataclass(frozen=True, slots=True)
class Taken:
    cpu_seconds: float
    wall_seconds: float
    peak_bytes: int
    answer: Any
    """The JSON that the command has printed; None where it printed nothing."""


def measured(*command: str) -> Taken:
    """Run a command to its end. Raises CalledProcessError where it fails."""
    launched = [sys.executable, str(LAUNCHER), *command]
    run = subprocess.run(launched, cwd=PROJECT, stdout=subprocess.PIPE, check=True, text=True)
    printed, _, told = run.stdout.rstrip("\n").rpartition("\n")
    taken = json.loads(told)
    return Taken(taken["cpuSeconds"], taken["wallSeconds"], taken["peakBytes"], json.loads(printed or "null"))
