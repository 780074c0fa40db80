"""A capture that dies after any effect: no version is lost, none is there twice, and every content gets to its place."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field

import pytest

from localaws.executions import lines
from localaws.faults import Fault, faults
from tests.faults.kill_points import CHANGES
from tests.faults.playing import Played
from tests.workflows.application import Application, Json, eventually
from tests.workflows.cases import Case
from tests.workflows.changes import objects, told_config, update, versions

FUNCTION = "CaptureConfiguration"
EFFECTS = ("TransactWriteItems", "PutObject", "DeleteItem")
"""What a capture does, in this order."""
EFFECTS_OF_A_SECOND_EVENT = ("TransactWriteItems",)
"""What one does that finds its version: it notes who wrote it."""


@dataclass(frozen=True, slots=True)
class Changes:
    """A distribution that nobody else looks at: it is gone, and only its events tell of it."""

    application: Application
    distribution_id: str = field(default_factory=lambda: f"E{uuid.uuid4().hex[:13].upper()}")

    def event(self, etag: str, root_object: str) -> Json:
        return update(self.distribution_id, etag, told_config(root_object))

    def capture(self, event: Json) -> None:
        ended = self.application.run("config_capture", event)
        assert ended["status"] == "SUCCEEDED", ended

    def assert_captured(self, *events: Json) -> None:
        """Each event's configuration is one version, with its content, and its writer once."""
        found = versions(self.application, self.distribution_id)
        assert [version.number for version in found] == list(range(1, len(found) + 1))
        assert sorted(version.etag for version in found) == sorted({_etag(event) for event in events})
        stored = objects(self.application, self.distribution_id)
        for version in found:
            told = [event["detail"]["eventID"] for event in events if _etag(event) == version.etag]
            assert sorted(write.event_id for write in version.writes) == sorted(told)
            assert stored[str(version.object_key)]["DefaultRootObject"] == f"{version.etag}.html"
        assert len(stored) == len(found)
        assert self.application.versions.finish() == 0


def _etag(event: Json) -> str:
    return str(event["detail"]["responseElements"]["eTag"])


@dataclass(frozen=True, slots=True)
class Death:
    """The function dies after its first call of an operation, and is tried again by whom `goes_on` says."""

    operation: str
    goes_on: str
    second_event: bool = False
    """Whether its configuration was captured already, for another event."""

    def __str__(self) -> str:
        return f"{self.operation}{'-of-a-second-event' if self.second_event else ''}-{self.goes_on}"

    def play(self, application: Application, case: Case) -> None:
        changes = Changes(application)
        events = [changes.event("E1", "E1.html")]
        if self.second_event:
            changes.capture(events[0])
            events.append(changes.event("E1", "E1.html"))
        death = Fault("kill-after", operation=self.operation, caller=f"*/{FUNCTION}", times=1)
        with faults(application.instance, death) as injected:
            if self.goes_on == "retried":
                changes.capture(events[-1])
            else:
                execution = application.start("config_capture", events[-1])
                eventually(lambda: injected.struck() == [1])
                application.stop(execution)
                application.wait(execution)
            assert injected.struck() == [1]
        if self.goes_on == "started-again":
            changes.capture(events[-1])
        changes.assert_captured(*events)


@dataclass(frozen=True, slots=True)
class Undisturbed:
    """Nothing goes wrong: what the function does is what it can die of."""

    def __str__(self) -> str:
        return "undisturbed"

    def play(self, application: Application, case: Case) -> None:
        changes = Changes(application)
        events = [changes.event("E1", "E1.html"), changes.event("E1", "E1.html")]
        assert [self.effects(changes, event) for event in events] == [EFFECTS, EFFECTS_OF_A_SECOND_EVENT]
        changes.assert_captured(*events)

    def effects(self, changes: Changes, event: Json) -> tuple[str, ...]:
        """What a capture of this event does, in its order."""
        instance, physical = changes.application.instance, changes.application.function(FUNCTION)
        before = len(lines(instance.calls))
        changes.capture(event)
        return tuple(
            call["operation"]
            for call in lines(instance.calls)[before:]
            if call["caller"].endswith(f"/{physical}") and call["operation"] in CHANGES.get(call["service"], ())
        )


SCENARIOS = [
    Undisturbed(),
    *(
        Death(operation, goes_on, second_event)
        for second_event, effects in ((False, EFFECTS), (True, EFFECTS_OF_A_SECOND_EVENT))
        for operation in effects
        for goes_on in ("retried", "started-again")
    ),
]


@pytest.mark.parametrize("scenario", SCENARIOS, ids=str)
def test_a_capture_survives(scenario: object, played: Played) -> None:
    played(scenario)
