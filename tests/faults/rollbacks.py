"""The rollbacks that bad days are tried on, and what must be true when they have ended."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

from localaws.faults import Fault, faults
from tests.faults.kill_points import Scene
from tests.faults.launch import wait_for_quiet
from tests.workflows.application import Application, Json, eventually
from tests.workflows.cases import Case
from tests.workflows.rollbacks import Shop, answer, leftovers, outcomes, request

ONE_BY_ONE = {"strategy": {"type": "oneByOne"}}
CANARY = {"strategy": {"type": "canary", "bakeSeconds": 60}}
ASKED = {"approval": "required"}


@dataclass(frozen=True, slots=True)
class RollbackScene(Scene):
    """Two distributions that are to go back to their first version, or, of a canary, one."""

    application: Application
    case: Case
    shops: tuple[Shop, ...]
    more: Json
    refused: bool
    before: tuple[object, ...] = field(default=(), compare=False)

    @classmethod
    def of(cls, application: Application, case: Case, more: Json, *, refused: bool) -> RollbackScene:
        shops = tuple(Shop.of(application) for _ in range(1 if more == CANARY else 2))
        return cls(application, case, shops, more, refused, leftovers(application))

    def start(self) -> str:
        return self.application.start("config_rollback", request(self.case, self.shops, **self.more))

    def finish(self, execution: str) -> Json:
        """The execution once it has ended; whoever is asked approves."""
        self._approve(execution)
        return self.application.wait(execution)

    def go_on(self, execution: str, until: Callable[[], bool]) -> None:
        self._approve(execution, until)
        eventually(until)

    def _approve(self, execution: str, until: Callable[[], bool] = lambda: False) -> None:
        """Answer once people were told that they are asked, unless `until` comes first."""
        if self.more != ASKED:
            return

        def is_over() -> bool:
            return until() or not self.application.is_running(execution)

        def is_asked() -> bool:
            found = self.application.rollbacks.rollback(self.case.job_id)
            return bool(found and found.task_token)

        eventually(lambda: is_over() or is_asked())
        wait_for_quiet(self.application)
        eventually(lambda: is_over() or answer(self.application, self.case, approve=True).get("delivered"))

    def stop(self, execution: str) -> None:
        self.application.stop(execution)
        self.application.wait(execution)
        wait_for_quiet(self.application)

    def assert_over(self, ended: Json) -> None:
        (self.assert_taken_back if self.refused else self.assert_rolled_back)(ended)

    def assert_rolled_back(self, ended: Json) -> None:
        assert ended["status"] == "SUCCEEDED", ended
        assert [shop.comment for shop in self.shops] == ["good"] * len(self.shops)
        assert set(outcomes(self.application, self.case).values()) == {"APPLIED"}
        self.assert_nothing_left()

    def assert_taken_back(self, ended: Json) -> None:
        assert ended["error"] == "TargetsNotRolledBack", ended
        assert [shop.comment for shop in self.shops] == ["bad"] * len(self.shops)
        assert list(outcomes(self.application, self.case).values()) == ["REVERTED", "FAILED"]
        self.assert_nothing_left()

    def assert_nothing_left(self) -> None:
        """Neither staging distributions nor policies."""
        assert leftovers(self.application) == self.before

    @contextmanager
    def second_target_refused(self) -> Iterator[None]:
        """CloudFront does not take what the second target is to have, so that the first one goes back."""
        refused = Fault("error", code="IllegalUpdate", operation="UpdateDistribution", containing=self.shops[1].id)
        with faults(self.application.instance, refused):
            yield


@dataclass(frozen=True, slots=True)
class Course:
    """A rollback as it goes on a good day."""

    name: str
    more: Json = field(hash=False)
    refused: bool = False

    def __str__(self) -> str:
        return self.name

    @contextmanager
    def scene(self, application: Application, case: Case) -> Iterator[RollbackScene]:
        scene = RollbackScene.of(application, case, self.more, refused=self.refused)
        with ExitStack() as world:
            if self.refused:
                world.enter_context(scene.second_target_refused())
            yield scene


DIRECT = Course("direct", ONE_BY_ONE)
WITH_APPROVAL = Course("approved", ASKED)
BY_CANARY = Course("canary", CANARY)
TAKEN_BACK = Course("taken-back", ONE_BY_ONE, refused=True)
