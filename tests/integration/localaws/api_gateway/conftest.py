"""What the contract tests of API Gateway share."""

from __future__ import annotations

import pytest

from tests.integration.localaws.api_gateway.rest import ECHO
from tests.integration.localaws.workbench import Workbench


@pytest.fixture(scope="session")
def echo(bench: Workbench) -> str:
    """A function that answers with its event."""
    return bench.function(ECHO)
