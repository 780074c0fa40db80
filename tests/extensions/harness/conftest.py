"""The engines of CloudFront Functions that this machine has."""

from __future__ import annotations

import pytest

from extensions.harness.engines.calls import Engine
from extensions.harness.engines.present import engines_for


@pytest.fixture(scope="session")
def engines() -> list[Engine]:
    return engines_for("javascript")
