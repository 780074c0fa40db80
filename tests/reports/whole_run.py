"""Whether everything ran that has a say in the reports on a run: only then may something be missed.

A selection of tests (-k, node ids, --lf, -x after a failure, a part of the files, a worker of pytest-xdist) is shown what
it did, and nothing is asked of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parent.parent
FOLDERS = (TESTS / "apis", TESTS / "faults", TESTS / "workflows")
"""The tests that run the product on the embedded AWS."""


class WholeRun:
    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._collected: dict[str, Path] = {}
        self._ran: set[str] = set()
        self._deselected = False

    def pytest_deselected(self, items: Sequence[pytest.Item]) -> None:
        self._deselected = self._deselected or any(_has_a_say(item.path) for item in items)

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        self._collected.update({item.nodeid: item.path for item in session.items if _has_a_say(item.path)})

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._ran.add(report.nodeid)

    def __call__(self) -> bool:
        """Whether every test of every file of FOLDERS ran, in this process."""
        files_there = {file for folder in FOLDERS for file in folder.glob("test_*.py")}
        files_collected = {path.resolve() for path in self._collected.values()}
        ran_all = self._collected.keys() <= self._ran
        return files_collected == files_there and ran_all and not self._deselected and not self._picks_single_tests()

    def _picks_single_tests(self) -> bool:
        folder = self._config.invocation_params.dir
        return any("::" in argument and _has_a_say(folder / argument.split("::")[0]) for argument in self._config.args)


def _has_a_say(path: Path) -> bool:
    return any(folder in path.resolve().parents for folder in FOLDERS)
