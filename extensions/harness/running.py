"""All cases of an extension on an engine: as few processes as there are different codes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from extensions.harness.cases import Case
from extensions.harness.engines.calls import Engine
from extensions.harness.engines.present import engines_for
from extensions.harness.folders import EdgeFunction, Extension, InvalidParameter, code_with
from extensions.harness.judging import judge
from extensions.harness.rules import violations


@dataclass(frozen=True, slots=True)
class Verdict:
    case: Case
    engine: str
    differences: tuple[str, ...]
    """None: the case holds."""


def run_cases(extension: Extension, cases: list[Case], engine_name: str | None = None) -> Iterator[Verdict]:
    """A verdict for each case and engine of its language. Raises NoEngine, and NoExtension where a case has no function."""
    batches: dict[tuple[str, str], list[Case]] = {}
    for case in cases:
        function = extension.function_at(case.event)
        try:
            batches.setdefault((case.event, code_with(function, case.parameters)), []).append(case)
        except InvalidParameter as error:
            yield Verdict(case, "template.yaml", (str(error),))
    for (event, code), batch in batches.items():
        function = extension.function_at(event)
        for engine in engines_for(function.language, engine_name, function.timeout):
            yield from _run_batch(function, code, batch, engine)


def _run_batch(function: EdgeFunction, code: str, batch: list[Case], engine: Engine) -> Iterator[Verdict]:
    calls = [case.calls(function.language) for case in batch]
    outcomes = iter(engine.run(code, [call for several in calls for call in several]))
    for case, several in zip(batch, calls, strict=True):
        answers = [next(outcomes) for _ in several]
        differences = judge(case, function.language, answers)
        for call, outcome in zip(several, answers, strict=True):
            if not outcome.error and not differences:
                found = violations(case.event, function.language, call.event, outcome.value, outcome.origin_calls)
                differences = [str(violation) for violation in found]
        yield Verdict(case, engine.name, tuple(differences))
