"""A capture that dies after any effect: no version is lost, none is there twice, and every content gets to its place."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from functools import partial

import pytest

from localaws.executions import lines
from tests.faults.kill_points import KillPoint, Retried, Scene, StartedAgain, changes
from tests.faults.playing import Played, Scenario
from tests.workflows.application import Application, Json
from tests.workflows.cases import Case
from tests.workflows.changes import objects, told_config, update, versions

FUNCTION = "CaptureConfiguration"
EFFECTS = ("TransactWriteItems", "PutObject", "DeleteItem")
"""What a capture does, in this order."""
EFFECTS_OF_A_SECOND_EVENT = ("TransactWriteItems",)
"""What one does that finds its version: it notes who wrote it."""


@dataclass(frozen=True, slots=True)
class Changes(Scene):
    """A distribution that nobody else looks at: it is gone, and only its events tell of it."""

    application: Application
    distribution_id: str = field(default_factory=lambda: f"E{uuid.uuid4().hex[:13].upper()}")
    events: list[Json] = field(default_factory=list)

    @classmethod
    def of(cls, application: Application, case: Case, *, second: bool = False) -> Changes:
        """One configuration, to be captured for its first event, or for another one after that."""
        scene = cls(application)
        scene.events.append(scene.event("E1", "E1.html"))
        if second:
            scene.run()
            scene.events.append(scene.event("E1", "E1.html"))
        return scene

    def event(self, etag: str, root_object: str) -> Json:
        return update(self.distribution_id, etag, told_config(root_object))

    def start(self) -> str:
        return self.application.start("config_capture", self.events[-1])

    def assert_over(self, ended: Json) -> None:
        """Each event's configuration is one version, with its content, and its writer once."""
        assert ended["status"] == "SUCCEEDED", ended
        found = versions(self.application, self.distribution_id)
        assert [version.number for version in found] == list(range(1, len(found) + 1))
        assert sorted(version.etag for version in found) == sorted({_etag(event) for event in self.events})
        stored = objects(self.application, self.distribution_id)
        for version in found:
            told = [event["detail"]["eventID"] for event in self.events if _etag(event) == version.etag]
            assert sorted(write.event_id for write in version.writes) == sorted(told)
            assert stored[str(version.object_key)]["DefaultRootObject"] == f"{version.etag}.html"
        assert len(stored) == len(found)
        assert self.application.versions.finish() == 0


def _etag(event: Json) -> str:
    return str(event["detail"]["responseElements"]["eTag"])


@dataclass(frozen=True, slots=True)
class Undisturbed:
    """Nothing goes wrong: what the function does is what it can die of."""

    def __str__(self) -> str:
        return "undisturbed"

    def play(self, application: Application, case: Case) -> None:
        for second, effects in ((False, EFFECTS), (True, EFFECTS_OF_A_SECOND_EVENT)):
            scene = Changes.of(application, case, second=second)
            before = len(lines(application.instance.calls))
            ended = scene.run()
            assert [operation for _, operation in changes(application, before, [FUNCTION])] == list(effects)
            scene.assert_over(ended)


SCENARIOS: list[Scenario] = [
    Undisturbed(),
    *(mode(KillPoint(FUNCTION, operation), Changes.of) for operation in EFFECTS for mode in (Retried, StartedAgain)),
    *(
        mode(KillPoint(FUNCTION, operation, course="second-event"), partial(Changes.of, second=True))
        for operation in EFFECTS_OF_A_SECOND_EVENT
        for mode in (Retried, StartedAgain)
    ),
]


@pytest.mark.parametrize("scenario", SCENARIOS, ids=str)
def test_a_capture_survives(scenario: Scenario, played: Played) -> None:
    played(scenario)
