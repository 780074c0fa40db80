"""Cold starts of Lambda@Edge functions: a Python process that imports the code, beside one with an empty module."""

from __future__ import annotations

import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

RUNS = 7
PROGRAM = "import sys; sys.path.insert(0, sys.argv[1]); import index"
COMMAND = [sys.executable, "-I", "-B", "-c", PROGRAM]
"""Nothing is compiled before: the edge gets the code as text, too."""


@dataclass(frozen=True, slots=True)
class ColdImport:
    milliseconds: float
    """More than with an empty module."""
    ratio: float
    """The whole process, from its start to its end, in times of one with an empty module."""


def measure(code: str, runs: int = RUNS) -> ColdImport | None:
    """None where a package is not installed that the function brings in its zip."""
    with TemporaryDirectory() as temporary:
        folders = [Path(temporary, name) for name in ("empty", "function")]
        for folder, text in zip(folders, ("", code), strict=True):
            folder.mkdir()
            (folder / "index.py").write_text(text, encoding="utf-8")
        if subprocess.run([*COMMAND, str(folders[1])], stderr=subprocess.DEVNULL, check=False).returncode:
            return None
        rounds = [[_milliseconds(folder) for folder in folders] for _ in range(runs)]
    empty, ours = (median(times) for times in zip(*rounds, strict=True))
    return ColdImport(round(ours - empty, 1), round(ours / empty, 2))


def _milliseconds(folder: Path) -> float:
    began = time.perf_counter()
    subprocess.run([*COMMAND, str(folder)], check=True)
    return (time.perf_counter() - began) * 1000
