"""One embedded AWS with the application deployed, for all tests of its APIs; each test has names of its own."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest

from localaws.deployment import build, deploy
from localaws.instance import Instance
from tests.apis.making import new_distribution
from tests.apis.world import World
from tests.reports.registration import note
from tests.workflows.application import Application
from tests.workflows.conftest import PARAMETERS, TIME_SCALE, WORLD

CONSOLE = "https://console.example.com"
FIRST_ADMIN = "first.admin@example.com"


@pytest.fixture(scope="session")
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    own = {"ConsoleOrigin": CONSOLE, "AdminEmail": FIRST_ADMIN, "GraphqlNews": "ENABLED"}
    yield from deployed(request, "apis", own)


@pytest.fixture(scope="session")
def narrow_world(request: pytest.FixtureRequest) -> Iterator[World]:
    """One whose REST APIs take one request a second, in seconds of this machine, and whose GraphQL API tells its schema."""
    own = {"ApiThrottleRate": "1", "ApiThrottleBurst": "1", "GraphqlIntrospection": "ENABLED"}
    yield from deployed(request, "apis-narrow", own, rate_time_scale=1)


def deployed(request: pytest.FixtureRequest, name: str, own: dict[str, str], **settings: Any) -> Iterator[World]:
    build()
    with Instance(f"{name}-{os.getpid()}", time_scale=TIME_SCALE, **WORLD, **settings) as instance:
        world = World(Application(instance, deploy(instance, parameters={**PARAMETERS, **own})))
        yield world
        note(request.config, world.application)
    if not request.session.testsfailed:
        instance.remove()


@pytest.fixture(scope="session")
def distribution(world: World) -> str:
    """A distribution with two versions."""
    return new_distribution(world)
