"""Jobs on days when AWS does not answer as it should, and what must be true when the day is over."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from localaws.faults import Fault, faults
from tests.faults.launch import Launch
from tests.workflows.application import Application
from tests.workflows.cases import Case

Faults = Callable[[Application], Sequence[Fault]]
"""Those of a bad day: some need the names that CloudFormation has given in this application."""


@dataclass(frozen=True, slots=True)
class Survived:
    """The job gets through by itself."""

    name: str
    faults: Faults
    looks_often: bool = False
    """Whether the workflow looks at certificates by itself some times a second, instead of waiting for events."""

    def __str__(self) -> str:
        return self.name

    def play(self, application: Application, case: Case) -> None:
        launch = Launch.of(application, case)
        with (
            launch.looking_often(self.looks_often),
            faults(application.instance, *self.faults(application)) as injected,
        ):
            ended = launch.finish(launch.start())
        assert all(injected.struck()), dict(zip(self.faults(application), injected.struck(), strict=True))
        launch.assert_over(ended)


@dataclass(frozen=True, slots=True)
class StoppedShort:
    """The job ends with an error that says what to do; started again on a better day, it goes on to the end."""

    name: str
    faults: Faults

    def __str__(self) -> str:
        return self.name

    def play(self, application: Application, case: Case) -> None:
        launch = Launch.of(application, case)
        with faults(application.instance, *self.faults(application)) as injected:
            ended = launch.finish(launch.start())
        assert all(injected.struck()), dict(zip(self.faults(application), injected.struck(), strict=True))
        assert ended["status"] == "FAILED", ended
        launch.assert_nothing_orphaned()
        launch.assert_over(launch.run())


@dataclass(frozen=True, slots=True)
class Endured:
    """A day so bad that the job may get through or not; nothing is lost, made twice or left unexplained either way."""

    name: str
    faults: Faults
    seed: int

    def __str__(self) -> str:
        return f"{self.name}-seed-{self.seed}"

    def play(self, application: Application, case: Case) -> None:
        launch = Launch.of(application, case)
        with faults(application.instance, *self.faults(application), seed=self.seed) as injected:
            launch.finish(launch.start())
        assert all(injected.struck()), dict(zip(self.faults(application), injected.struck(), strict=True))
        launch.assert_nothing_orphaned()
        launch.assert_over(launch.run())


def always(*given: Fault) -> Faults:
    """The same faults in any application."""
    return lambda _: given
