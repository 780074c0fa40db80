"""The scenarios of the selected tests, under way in parallel."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.playing import Played, Scenario, Stage
from tests.reports.registration import note

HERE = Path(__file__).resolve().parent


@pytest.fixture(scope="session")
def stage(request: pytest.FixtureRequest, pytestconfig: pytest.Config) -> Iterator[Stage]:
    with Stage().open() as stage:
        stage.begin({item.nodeid: scenario for item in request.session.items if (scenario := _scenario_of(item))})
        yield stage
        for application in stage.applications:
            note(pytestconfig, application)
    if not request.session.testsfailed:
        for application in stage.applications:
            application.instance.remove()


@pytest.fixture
def played(stage: Stage, request: pytest.FixtureRequest) -> Played:
    return lambda _: stage.wait(request.node.nodeid)


def _scenario_of(item: pytest.Item) -> Scenario | None:
    if HERE not in item.path.parents or not isinstance(item, pytest.Function) or not hasattr(item, "callspec"):
        return None
    scenario: Scenario | None = item.callspec.params.get("scenario")
    return scenario
