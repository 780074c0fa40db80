"""What executions took of each state machine: its states, the branches of its choices, its retriers and its catchers.

What there is comes from the ASL files; what was taken comes from the records that the embedded AWS writes of each state
that any execution enters.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

STATE_MACHINES = Path(__file__).resolve().parents[2] / "statemachines"

Definition = Mapping[str, Any]


class Kind(StrEnum):
    STATE = "states"
    CHOICE = "choices"
    RETRIER = "retriers"
    CATCHER = "catchers"


_KIND_OF_EVENT = {
    "entered": Kind.STATE,
    "choice": Kind.CHOICE,
    "retried": Kind.RETRIER,
    "caught": Kind.CATCHER,
}


@dataclass(frozen=True, order=True, slots=True)
class Step:
    """A state, or one branch of a choice, one retrier or one catcher of it: its index, or `default`."""

    kind: Kind
    state: str
    index: str = ""


@dataclass(frozen=True, slots=True)
class Coverage:
    workflow: str
    steps: frozenset[Step]
    taken: frozenset[Step]

    def missing(self, *kinds: Kind) -> list[Step]:
        return sorted(step for step in self.steps - self.taken if step.kind in kinds)

    def ratio(self, kind: Kind) -> str:
        steps = {step for step in self.steps if step.kind is kind}
        return f"{len(steps & self.taken)}/{len(steps)}"


def workflows() -> dict[str, Definition]:
    """Every state machine's definition, by the name of its file."""
    files = sorted(STATE_MACHINES.glob("*.asl.json"))
    return {file.name.removesuffix(".asl.json"): json.loads(file.read_text()) for file in files}


def steps_of(definition: Definition) -> frozenset[Step]:
    """All steps of a definition with those inside its maps and branches. State names are unique in a state machine."""
    return frozenset(step for name, state in states_of(definition) for step in _steps(name, state))


def steps_taken(records: Path, state_machine_arn: str) -> frozenset[Step]:
    """The steps that the executions of a state machine took, children of its Distributed Maps included."""
    taken = set()
    for line in records.read_text().splitlines() if records.exists() else ():
        record = json.loads(line)
        if record["stateMachineArn"].split("/")[0] == state_machine_arn and record["event"] in _KIND_OF_EVENT:
            taken.add(Step(_KIND_OF_EVENT[record["event"]], record["state"], str(record.get("index", ""))))
    return frozenset(taken)


def coverage(taken: Mapping[str, Iterable[Step]]) -> list[Coverage]:
    """Of every state machine there is, whether executions ran it or not. `taken` is by workflow."""
    return [
        Coverage(name, steps_of(definition), frozenset(taken.get(name, ()))) for name, definition in workflows().items()
    ]


def table(covered: Sequence[Coverage]) -> Iterator[str]:
    """A line for each state machine, and below it what was not taken, by name."""
    width = max(len(one.workflow) for one in covered)
    yield f"{'workflow':<{width}}" + "".join(f"{kind:>11}" for kind in Kind)
    for one in covered:
        yield f"{one.workflow:<{width}}" + "".join(f"{one.ratio(kind):>11}" for kind in Kind)
    for one in covered:
        for kind in Kind:
            if missing := one.missing(kind):
                yield f"{one.workflow}, {kind} not taken: {_listed(missing)}"


def states_of(definition: Definition) -> Iterator[tuple[str, Definition]]:
    for name, state in definition["States"].items():
        yield name, state
        for inner in [*state.get("Branches", []), *([state["ItemProcessor"]] if "ItemProcessor" in state else [])]:
            yield from states_of(inner)


def _steps(name: str, state: Definition) -> Iterator[Step]:
    yield Step(Kind.STATE, name)
    for kind, field in ((Kind.CHOICE, "Choices"), (Kind.RETRIER, "Retry"), (Kind.CATCHER, "Catch")):
        yield from (Step(kind, name, str(index)) for index in range(len(state.get(field, []))))
    if "Default" in state:
        yield Step(Kind.CHOICE, name, "default")


def _listed(steps: Iterable[Step]) -> str:
    """`Request certificate 0 1; Look at certificate 1`: the indexes beside the state that they belong to."""
    by_state: dict[str, list[str]] = {}
    for step in steps:
        by_state.setdefault(step.state, []).append(step.index)
    return "; ".join(" ".join((state, *filter(None, indexes))) for state, indexes in by_state.items())
