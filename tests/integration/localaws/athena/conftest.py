"""One lake for the tests of Athena that change nothing in it."""

from __future__ import annotations

import pytest

from tests.integration.localaws.athena.lake import Lake, made
from tests.integration.localaws.workbench import Workbench


@pytest.fixture(scope="session")
def lake(bench: Workbench) -> Lake:
    return made(bench)
