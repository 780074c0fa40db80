"""Settings of all tests, and the reports on a run."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")

pytest.register_assert_rewrite("tests.faults.bad_days", "tests.faults.launch", "tests.faults.kill_points")


def pytest_configure(config: pytest.Config) -> None:
    from tests.reports.registration import register

    register(config)
