"""What the tests took of each state machine: every state, and every branch of every choice.

What there is comes from the ASL files; what was taken comes from the records that the embedded AWS writes of each state that
any execution enters.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

STATE_MACHINES = Path(__file__).resolve().parent.parent / "statemachines"


@dataclass(frozen=True, order=True, slots=True)
class Step:
    """A state, or one branch of a choice state: the index of its rule, or `default`."""

    state: str
    branch: str = ""

    def __str__(self) -> str:
        return f"{self.state} → {self.branch}" if self.branch else self.state


def workflows() -> dict[str, dict[str, Any]]:
    """Every state machine's definition, by the name of its file."""
    files = sorted(STATE_MACHINES.glob("*.asl.json"))
    return {file.name.removesuffix(".asl.json"): json.loads(file.read_text()) for file in files}


def states_of(definition: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """All states of a definition with those inside its maps and branches."""
    for name, state in definition["States"].items():
        yield name, state
        for inner in [*state.get("Branches", []), *([state["ItemProcessor"]] if "ItemProcessor" in state else [])]:
            yield from states_of(inner)


def steps_of(definition: dict[str, Any]) -> set[Step]:
    steps = set()
    for name, state in states_of(definition):
        steps.add(Step(name))
        if state["Type"] == "Choice":
            steps |= {Step(name, str(index)) for index in range(len(state["Choices"]))}
            steps |= {Step(name, "default")} if "Default" in state else set()
    return steps


def steps_taken(records: Path, state_machine_arn: str) -> set[Step]:
    """The steps that the executions of a state machine took, children of its distributed maps included."""
    taken = set()
    with records.open() as lines:
        for line in lines:
            record = json.loads(line)
            if record["stateMachineArn"].split("/")[0] != state_machine_arn:
                continue
            if record["event"] == "entered":
                taken.add(Step(record["state"]))
            elif record["event"] == "choice":
                taken.add(Step(record["state"], str(record["index"])))
    return taken
