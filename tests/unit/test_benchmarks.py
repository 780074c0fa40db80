"""The measurements can be started."""

from __future__ import annotations

import subprocess
import sys

from tests.templates import PROJECT


def test_help_names_what_can_be_chosen() -> None:
    command = [sys.executable, "-m", "benchmarks", "--help"]
    ended = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, timeout=60, check=True)
    assert ended.stdout.startswith("usage: python -m benchmarks")
    assert "--rows" in ended.stdout
    assert "--extension-runs" in ended.stdout
