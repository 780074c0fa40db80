"""Instances of the embedded AWS for contract tests, with time a thousand times faster than AWS's."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from localaws.instance import Instance
from localaws.server.__main__ import MODULES
from tests.integration.localaws.workbench import Workbench


@pytest.fixture(scope="session")
def instance() -> Iterator[Instance]:
    with Instance(f"tests-{os.getpid()}", time_scale=0.001) as running:
        yield running
    running.remove()


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
