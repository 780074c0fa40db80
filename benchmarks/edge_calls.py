"""Microseconds that the calls of an edge function take, case by case, with a function beside it that does nothing.

A function that asks other hosts waits for the network of the harness, which is this machine's: most of its time is that.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from statistics import mean, median

from extensions.harness.cases import Case, load_cases
from extensions.harness.engines.calls import Engine
from extensions.harness.folders import EdgeFunction, Extension, Language, code_with

RUNS = 3
REPEATED: Mapping[Language, int] = {"javascript": 20, "python": 5}
"""How often a case is called in one run, besides the first time, which is not counted."""
PASS_THROUGH: Mapping[Language, str] = {
    "javascript": "function handler(event) { return event.response || event.request; }",
    "python": """\
def handler(event, context):
    told = event["Records"][0]["cf"]
    return told.get("response", told["request"])
""",
}


@dataclass(frozen=True, slots=True)
class CallTimes:
    cases: int
    failed: int
    """Calls that threw, or were ended."""
    microseconds: float
    """Of a call: the mean of the cases, of each of which the median counts; of several runs the median."""
    ratio: float
    """In times of what passes everything on, on the same events in the same run."""
    slowest_case: str
    slowest_microseconds: float


def measure(extension: Extension, function: EdgeFunction, engine: Engine, runs: int = RUNS) -> CallTimes:
    """The cases of the function, each run in one process for each different code."""
    batches = batches_of(extension, function)
    passes: list[float] = []
    taken: dict[str, list[float]] = defaultdict(list)
    failed = 0
    for _ in range(runs):
        passed = _by_case(engine, function.language, PASS_THROUGH[function.language], list(chain(*batches.values())))
        passes.append(mean(one.microseconds for one in passed))
        for code, cases in batches.items():
            for one in _by_case(engine, function.language, code, cases):
                taken[one.case].append(one.microseconds)
                failed += one.failed
    by_run = [mean(times) for times in zip(*taken.values(), strict=True)]
    by_case = {case: median(times) for case, times in taken.items()}
    slowest = max(by_case, key=lambda case: by_case[case])
    return CallTimes(
        cases=len(by_case),
        failed=failed,
        microseconds=round(median(by_run), 1),
        ratio=round(median(ours / passed for ours, passed in zip(by_run, passes, strict=True)), 1),
        slowest_case=slowest,
        slowest_microseconds=round(by_case[slowest], 1),
    )


def batches_of(extension: Extension, function: EdgeFunction) -> dict[str, list[Case]]:
    """The cases of a function by its code, in which their parameters are."""
    batches: dict[str, list[Case]] = {}
    for case in load_cases(extension.folder):
        if case.event == function.event:
            batches.setdefault(code_with(function, case.parameters), []).append(case)
    return batches


@dataclass(frozen=True, slots=True)
class _Taken:
    case: str
    microseconds: float
    failed: int


def _by_case(engine: Engine, language: Language, code: str, cases: Sequence[Case]) -> Iterator[_Taken]:
    once = [case.calls(language) for case in cases]
    rounds = range(REPEATED[language] + 1)
    repeated = [
        [replace(call, continues=call.continues or number > 0) for number in rounds for call in several]
        for several in once
    ]
    outcomes = iter(engine.run(code, [call for several in repeated for call in several]))
    for case, first, several in zip(cases, once, repeated, strict=True):
        warm = [next(outcomes) for _ in several][len(first) :]
        failed = sum(outcome.error is not None for outcome in warm)
        yield _Taken(case.path.stem, median(outcome.microseconds for outcome in warm), failed)
