"""The pytest plugin that reports what the workflow tests took of each state machine, and fails a run that left a gap.

A gap counts when the whole of this folder ran in one process, from any command line. A selection of tests (-k, node ids,
--lf, -x after a failure, a part of the files, a worker of pytest-xdist) is shown what it took, and nothing is asked of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from tests.asl_coverage import REQUIRED, Coverage, Step, coverage, steps_taken, table

HERE = Path(__file__).resolve().parent


class CoverageOfStateMachines:
    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._taken: dict[str, set[Step]] = {}
        self._collected: dict[str, Path] = {}
        self._ran: set[str] = set()
        self._deselected = False

    def note(self, records: Path, state_machines: Mapping[str, str]) -> None:
        """Take up what `states.jsonl` tells; `state_machines` are ARNs by workflow."""
        for workflow, arn in state_machines.items():
            self._taken.setdefault(workflow, set()).update(steps_taken(records, arn))

    def pytest_deselected(self, items: Sequence[pytest.Item]) -> None:
        self._deselected = self._deselected or any(_is_here(item.path) for item in items)

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        self._collected.update({item.nodeid: item.path for item in session.items if _is_here(item.path)})

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._ran.add(report.nodeid)

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if session.exitstatus == pytest.ExitCode.OK and self._gaps(self._covered()):
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if self._ran.isdisjoint(self._collected):
            return
        covered = self._covered()
        terminalreporter.section("state machines")
        for line in table(covered):
            terminalreporter.write_line(line)
        if not self.is_whole():
            terminalreporter.write_line(
                "Not all of the workflow tests ran, so that nothing is asked of their coverage."
            )
        if self._gaps(covered):
            terminalreporter.write_line(
                "FAILED: a test must take each of the states and choices named above.", red=True
            )

    def _covered(self) -> list[Coverage]:
        return coverage(self._taken)

    def _gaps(self, covered: Sequence[Coverage]) -> list[Step]:
        return [step for one in covered for step in one.missing(*REQUIRED)] if self.is_whole() else []

    def is_whole(self) -> bool:
        """Whether every test of every file of this folder ran."""
        files_there = set(HERE.glob("test_*.py"))
        files_collected = {path.resolve() for path in self._collected.values()}
        ran_all = self._collected.keys() <= self._ran
        return files_collected == files_there and ran_all and not self._deselected and not self._picks_single_tests()

    def _picks_single_tests(self) -> bool:
        folder = self._config.invocation_params.dir
        return any("::" in argument and _is_here(folder / argument.split("::")[0]) for argument in self._config.args)


def _is_here(path: Path) -> bool:
    return HERE in path.resolve().parents
