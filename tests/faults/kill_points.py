"""Functions that die at work: after a call by which they change something, before they can note that they did.

A test says what the functions of its workflow change in one run, and gives the scene of such a run with what must be true in
the end. `Undisturbed` holds the first against the record of the second, so that a call that somebody adds must be given its
kill points too.
"""

from __future__ import annotations

from abc import abstractmethod
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass

from localaws.executions import lines
from localaws.faults import Fault, faults
from tests.workflows.application import Application, Json, eventually
from tests.workflows.cases import Case

CHANGES = {
    *("PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "TransactWriteItems"),
    *("PutObject", "CopyObject", "DeleteObject", "DeleteSecret"),
    *("RequestCertificate", "ImportCertificate", "DeleteCertificate", "ChangeResourceRecordSets"),
    *("CreateDistributionWithTags", "CopyDistribution", "UpdateDistribution", "DeleteDistribution"),
    *("UpdateDistributionWithStagingConfig", "CreateContinuousDeploymentPolicy", "DeleteContinuousDeploymentPolicy"),
    *("PutDeliveryDestination", "PutDeliverySource", "CreateDelivery", "UpdateDeliveryConfiguration"),
    *("DeleteDelivery", "DeleteDeliverySource", "DeleteDeliveryDestination"),
    "CreateInvalidation",
    *("Publish", "SendTaskSuccess"),
}
"""The operations by which functions change something."""
BESIDE = {
    "CaptureConfiguration",
    "CaptureDistributions",
    "FinishBaseline",
    "ListDistributions",
    "PruneVersions",
    "StartBaseline",
}
"""Functions that capture what jobs change, beside them, and after a deployment; they have kill points of their own."""

Effects = Mapping[tuple[str, str], int | Sequence[int]]
"""Of a function, by its logical id in the template, and an operation: how often it changes something so in a run. Where that
is too often to die each time, or not always as often: after which of the calls it dies."""


class Scene(AbstractContextManager["Scene"]):
    """A workflow with something to do in an account that was made ready for it."""

    application: Application

    def __exit__(self, *raised: object) -> None:
        return None

    @abstractmethod
    def start(self) -> str:
        """Its execution; another time, one that goes on."""

    def finish(self, execution: str) -> Json:
        """The execution once it has ended."""
        return self.application.wait(execution)

    def run(self) -> Json:
        return self.finish(self.start())

    def go_on(self, execution: str, until: Callable[[], bool]) -> None:
        """What happens around an execution until something has become true, for which is waited."""
        eventually(until)

    def stop(self, execution: str) -> None:
        """Stop an execution with everything that it has started, and wait until it is over."""
        self.application.stop(execution)
        self.finish(execution)

    @abstractmethod
    def assert_over(self, ended: Json) -> None:
        """What must be true after an execution that got to its end."""


SceneOf = Callable[[Application, Case], AbstractContextManager[Scene]]


@dataclass(frozen=True, slots=True)
class KillPoint:
    """The nth time that a function makes a call; after it, the function is gone."""

    function: str
    operation: str
    nth: int = 1
    course: str = ""
    """Of several that the workflow may take."""

    def __str__(self) -> str:
        return _name(self.course, f"{self.function}-{self.operation}-{self.nth}")

    @property
    def fault(self) -> Fault:
        return Fault("kill-after", operation=self.operation, caller=f"*/{self.function}", nth=self.nth)


def kill_points(effects: Effects, course: str = "") -> list[KillPoint]:
    return [
        KillPoint(*effect, nth, course)
        for effect, times in effects.items()
        for nth in (range(1, times + 1) if isinstance(times, int) else times)
    ]


@dataclass(frozen=True, slots=True)
class Retried:
    """The function dies once; the state machine's own retry goes on."""

    point: KillPoint
    scene: SceneOf

    def __str__(self) -> str:
        return f"{self.point}-retried"

    def play(self, application: Application, case: Case) -> None:
        with self.scene(application, case) as scene:
            with faults(application.instance, self.point.fault) as injected:
                ended = scene.run()
            assert injected.struck() == [1], ended
            scene.assert_over(ended)


@dataclass(frozen=True, slots=True)
class StartedAgain:
    """The function dies, the execution is stopped then and there, and another one is started."""

    point: KillPoint
    scene: SceneOf

    def __str__(self) -> str:
        return f"{self.point}-started-again"

    def play(self, application: Application, case: Case) -> None:
        with self.scene(application, case) as scene:
            with faults(application.instance, self.point.fault) as injected:
                execution = scene.start()
                scene.go_on(execution, until=lambda: injected.struck() == [1])
                scene.stop(execution)
            scene.assert_over(scene.run())


@dataclass(frozen=True, slots=True)
class Undisturbed:
    """Nothing goes wrong: what the functions do is what they can die of."""

    effects: Effects
    scene: SceneOf
    functions: Collection[str] = ()
    """Those that are looked at; none is named: all but those beside."""
    course: str = ""

    def __str__(self) -> str:
        return _name(self.course, "undisturbed")

    def play(self, application: Application, case: Case) -> None:
        functions = self.functions or application.functions.keys() - BESIDE
        with self.scene(application, case) as scene:
            before = len(lines(application.instance.calls))
            ended = scene.run()
            made = Counter(changes(application, before, functions))
            scene.assert_over(ended)
        assert set(made) == set(self.effects)
        counted = {effect: times for effect, times in self.effects.items() if isinstance(times, int)}
        assert {effect: made[effect] for effect in counted} == counted


def changes(application: Application, since: int, functions: Collection[str]) -> list[tuple[str, str]]:
    """By which functions and operations something changed after so many lines of the record, in that order."""
    names = {application.function(function): function for function in functions}
    return [
        (names[caller], call["operation"])
        for call in lines(application.instance.calls)[since:]
        if (caller := call["caller"].rpartition("/")[2]) in names and call["operation"] in CHANGES
    ]


def _name(*words: str) -> str:
    return "-".join(filter(None, words))
