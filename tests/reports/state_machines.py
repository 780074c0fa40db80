"""The pytest plugin that reports what a run took of each state machine, and fails a whole run that left a gap."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest

from tests.reports.asl_coverage import Coverage, Kind, Step, coverage, steps_taken, table


class CoverageOfStateMachines:
    def __init__(self, is_whole: Callable[[], bool]) -> None:
        self._is_whole = is_whole
        self._taken: dict[str, set[Step]] = {}

    def note(self, records: Path, state_machines: Mapping[str, str]) -> None:
        """Take up what `states.jsonl` tells; `state_machines` are ARNs by workflow."""
        for workflow, arn in state_machines.items():
            self._taken.setdefault(workflow, set()).update(steps_taken(records, arn))

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if session.exitstatus == pytest.ExitCode.OK and self._gaps(self._covered()):
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if not self._taken:
            return
        covered = self._covered()
        terminalreporter.section("state machines")
        for line in table(covered):
            terminalreporter.write_line(line)
        if not self._is_whole():
            terminalreporter.write_line("Not all of the tests ran, so that nothing is asked of their coverage.")
        if self._gaps(covered):
            terminalreporter.write_line("FAILED: a test must take each of those named above.", red=True)

    def _covered(self) -> list[Coverage]:
        return coverage(self._taken)

    def _gaps(self, covered: Sequence[Coverage]) -> list[Step]:
        return [step for one in covered for step in one.missing(*Kind)] if self._is_whole() else []
