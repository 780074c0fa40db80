"""The extensions of the catalogue: what a call takes, how large the code is, how long a cold start, and how fast the emulator.

Times on this machine are no times at the edge: the ratios beside a function that passes everything on, measured in the same
run, say which extension does much and which little. CloudFront alone tells its compute utilization.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks import edge_calls, edge_emulator, edge_imports
from extensions.harness.engines.present import engines_for
from extensions.harness.folders import code_with_defaults, extension_folders, read_extension
from extensions.harness.rules.limits import LARGEST_CODE


@dataclass(frozen=True, slots=True)
class ViewerFunction:
    """A CloudFront Function."""

    name: str
    bytes: int
    """With the defaults of all parameters."""
    calls: edge_calls.CallTimes

    @property
    def fits(self) -> bool:
        return self.bytes <= LARGEST_CODE


@dataclass(frozen=True, slots=True)
class LambdaFunction:
    """A function of Lambda@Edge."""

    name: str
    cold_import: edge_imports.ColdImport
    calls: edge_calls.CallTimes


@dataclass(frozen=True, slots=True)
class Extensions:
    engine: str
    """What ran JavaScript: njs, or Node where that is not there."""
    viewer_functions: list[ViewerFunction]
    lambda_functions: list[LambdaFunction]
    missing: list[str]
    """Functions whose packages are not installed here."""
    emulator: list[edge_emulator.Served]

    @property
    def ended_well(self) -> bool:
        failed = [one.calls.failed for one in self.viewer_functions]
        failed += [one.calls.failed for one in self.lambda_functions]
        failed += [one.failed for one in self.emulator]
        return not any(failed) and all(one.fits for one in self.viewer_functions)


def run(runs: int = edge_calls.RUNS, folders: Sequence[Path] | None = None) -> Extensions:
    """Of all extensions, unless some are named. Raises NoEngine where neither njs nor Node is there."""
    viewer_functions, lambda_functions, missing = [], [], []
    javascript = engines_for("javascript")[0]
    for extension in map(read_extension, extension_folders() if folders is None else folders):
        for function in extension.functions:
            name = f"{extension.slug}, {function.event}"
            if function.language == "javascript":
                size = len(code_with_defaults(function).encode())
                calls = edge_calls.measure(extension, function, javascript, runs)
                viewer_functions.append(ViewerFunction(name, size, calls))
            elif cold := edge_imports.measure(next(iter(edge_calls.batches_of(extension, function)))):
                (python,) = engines_for("python", time_limit=function.timeout)
                calls = edge_calls.measure(extension, function, python, runs)
                lambda_functions.append(LambdaFunction(name, cold, calls))
            else:
                missing.append(name)
    return Extensions(javascript.name, viewer_functions, lambda_functions, missing, edge_emulator.run())
