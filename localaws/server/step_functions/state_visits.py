"""One place that sees every state being entered and left: top level, branch, iteration, child of a Distributed Map.

MiniStack walks states in two loops and tells nobody. Other modules add functions to `entering` and `leaving`, or ask
`current()` which state the thread is in. Installed after what changes tasks, so that it is outermost.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from ministack.services import stepfunctions

from localaws.server.settings import Settings

EXECUTED_TYPES = ("Pass", "Task", "Choice", "Wait", "Parallel", "Map")


@dataclass(frozen=True, slots=True)
class Visit:
    """One stay of an execution in a state, retries included."""

    name: str
    definition: dict[str, Any]
    input: Any
    execution: dict[str, Any]
    context: dict[str, Any]

    @property
    def execution_arn(self) -> str:
        return str(self.execution["executionArn"])

    @property
    def type(self) -> str:
        return str(self.definition["Type"])

    @property
    def state_machine_name(self) -> str:
        return str(self.context["StateMachine"]["Name"])


entering: list[Callable[[Visit], None]] = []
leaving: list[Callable[[Visit, Any], None]] = []
_current: ContextVar[Visit | None] = ContextVar("state_visit", default=None)


def current() -> Visit | None:
    return _current.get()


def install(settings: Settings) -> None:
    for state_type in EXECUTED_TYPES:
        _observe(f"_execute_{state_type.lower()}")
    _observe_succeed()
    _observe_fail()
    _begin_executions_outside_any_state()


def _visit(definition: dict[str, Any], state_input: Any, context: dict[str, Any]) -> Visit | None:
    """None in the TestState API, which runs one state and no execution."""
    execution = stepfunctions._executions.get((context.get("Execution") or {}).get("Id"))
    if execution is None:
        return None
    return Visit(context["State"]["Name"], definition, state_input, execution, context)


def _enter(visit: Visit) -> None:
    for observe in entering:
        observe(visit)


def _leave(visit: Visit, output: Any) -> None:
    for observe in leaving:
        observe(visit, output)


def _observe(executor: str) -> None:
    """Wrap `_execute_<type>(definition, input, [execution,] context)`, which returns (output, name of the next
    state)."""
    execute_stock = getattr(stepfunctions, executor)

    def execute(definition: dict[str, Any], state_input: Any, *rest: Any) -> tuple[Any, str | None]:
        visit = _visit(definition, state_input, rest[-1])
        if visit is None:
            unobserved: tuple[Any, str | None] = execute_stock(definition, state_input, *rest)
            return unobserved
        _enter(visit)
        token = _current.set(visit)
        try:
            output, next_state = execute_stock(definition, state_input, *rest)
        finally:
            _current.reset(token)
        _leave(visit, output)
        return output, next_state

    setattr(stepfunctions, executor, execute)


def _observe_succeed() -> None:
    """A Succeed state has no function of its own: it is entered with its InputPath and left with its OutputPath."""
    input_path_stock, output_path_stock = stepfunctions._apply_input_path, stepfunctions._apply_output_path

    def apply_input_path(definition: dict[str, Any], data: Any, ctx: Any = None) -> Any:
        if definition.get("Type") == "Succeed" and (visit := _visit(definition, data, ctx)):
            _enter(visit)
        return input_path_stock(definition, data, ctx)

    def apply_output_path(definition: dict[str, Any], data: Any, ctx: Any = None) -> Any:
        output = output_path_stock(definition, data, ctx)
        if definition.get("Type") == "Succeed" and (visit := _visit(definition, data, ctx)):
            _leave(visit, output)
        return output

    stepfunctions._apply_input_path = apply_input_path
    stepfunctions._apply_output_path = apply_output_path


def _observe_fail() -> None:
    fail_stock = stepfunctions._fail_state_error

    def fail_state_error(definition: dict[str, Any], state_input: Any, ctx: Any = None) -> tuple[str, str]:
        if visit := _visit(definition, state_input, ctx):
            _enter(visit)
        error: tuple[str, str] = fail_stock(definition, state_input, ctx)
        return error

    stepfunctions._fail_state_error = fail_state_error


def _begin_executions_outside_any_state() -> None:
    """An execution's thread inherits the context of what started it, which may be a task of another execution."""
    run_stock = stepfunctions._run_execution

    def run(execution_arn: str) -> None:
        token = _current.set(None)
        try:
            run_stock(execution_arn)
        finally:
            _current.reset(token)

    stepfunctions._run_execution = run
