"""Instances of the embedded AWS for contract tests, with time a thousand times faster than AWS's."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from localaws import permissions
from localaws.instance import Instance
from localaws.server.__main__ import MODULES
from tests.integration.localaws.workbench import Workbench

DENIALS = pytest.StashKey[list[str]]()


@pytest.fixture(scope="session")
def instance(pytestconfig: pytest.Config) -> Iterator[Instance]:
    with Instance(f"tests-{os.getpid()}", time_scale=0.001) as running:
        yield running
    denied = permissions.denials(permissions.decisions(running))
    pytestconfig.stash[DENIALS] = [permissions.in_words(denial) for denial in denied]
    running.remove()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say what was denied, most of it because a test wants it so, when a test failed and it may be why."""
    if terminalreporter.stats.get("failed") and config.stash.get(DENIALS, []):
        terminalreporter.section("denied")
        for denial in config.stash[DENIALS]:
            terminalreporter.write_line(denial)


@pytest.fixture(scope="session")
def bench(instance: Instance) -> Workbench:
    return Workbench(instance)


@pytest.fixture(scope="session")
def stock() -> Iterator[Workbench]:
    """MiniStack as it is, to see whether a shim is still needed: a test that fails with it says that the shim can
    go."""
    with Instance(f"stock-{os.getpid()}", time_scale=0.001, without=MODULES) as running:
        yield Workbench(running)
    running.remove()
