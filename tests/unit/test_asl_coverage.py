"""What counts as taken of a state machine, and when a gap fails the run."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.reports import asl_coverage
from tests.reports.asl_coverage import Kind, Step, steps_of, steps_taken, table
from tests.reports.state_machines import CoverageOfStateMachines
from tests.reports.whole_run import FOLDERS, TESTS, WholeRun

DEFINITION = {
    "States": {
        "Each": {
            "Type": "Map",
            "ItemProcessor": {"States": {"Work": {"Type": "Task", "Retry": [{}, {}], "Catch": [{}]}}},
        },
        "Well?": {"Type": "Choice", "Choices": [{}], "Default": "Done"},
        "Done": {"Type": "Succeed"},
    }
}
ARN = "arn:aws:states:us-east-1:000000000000:stateMachine:only"
EVERY_STEP: list[dict[str, Any]] = [
    {"event": "entered", "state": "Each"},
    {"event": "entered", "state": "Work", "stateMachineArn": f"{ARN}/Label"},
    {"event": "entered", "state": "Well?"},
    {"event": "retried", "state": "Work", "index": 0},
    {"event": "retried", "state": "Work", "index": 1},
    {"event": "caught", "state": "Work", "index": 0},
    {"event": "choice", "state": "Well?", "index": 0},
    {"event": "choice", "state": "Well?", "index": "default"},
    {"event": "exited", "state": "Well?"},
    {"event": "entered", "state": "Done"},
]


def records(folder: Path, *events: dict[str, Any]) -> Path:
    file = folder / "states.jsonl"
    file.write_text("".join(json.dumps({"stateMachineArn": ARN, **event}) + "\n" for event in events))
    return file


def test_steps_are_found_inside_maps_too() -> None:
    assert steps_of(DEFINITION) == {
        Step(Kind.STATE, "Each"),
        Step(Kind.STATE, "Work"),
        Step(Kind.RETRIER, "Work", "0"),
        Step(Kind.RETRIER, "Work", "1"),
        Step(Kind.CATCHER, "Work", "0"),
        Step(Kind.STATE, "Well?"),
        Step(Kind.CHOICE, "Well?", "0"),
        Step(Kind.CHOICE, "Well?", "default"),
        Step(Kind.STATE, "Done"),
    }


def test_what_another_state_machine_did_does_not_count(tmp_path: Path) -> None:
    file = records(tmp_path, {"event": "entered", "state": "Done", "stateMachineArn": f"{ARN}-copy"})
    assert steps_taken(file, ARN) == set()


def test_children_of_a_distributed_map_count(tmp_path: Path) -> None:
    file = records(tmp_path, {"event": "retried", "state": "Work", "index": 1, "stateMachineArn": f"{ARN}/Label"})
    assert steps_taken(file, ARN) == {Step(Kind.RETRIER, "Work", "1")}


def test_the_table_names_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asl_coverage, "workflows", lambda: {"only": DEFINITION})
    lines = list(table(asl_coverage.coverage({"only": [Step(Kind.STATE, "Work"), Step(Kind.RETRIER, "Work", "1")]})))
    assert lines[1].split() == ["only", "1/4", "0/2", "1/2", "0/1"]
    assert lines[2:] == [
        "only, states not taken: Done; Each; Well?",
        "only, choices not taken: Well? 0 default",
        "only, retriers not taken: Work 0",
        "only, catchers not taken: Work 0",
    ]


def exit_status(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    *,
    events: list[dict[str, Any]],
    files: list[Path],
    ran: int | None = None,
    arguments: tuple[str, ...] = (),
    deselected: bool = False,
) -> int:
    """How a run ends whose tests passed; one test a file, of which the first `ran` were run."""
    monkeypatch.setattr(asl_coverage, "workflows", lambda: {"only": DEFINITION})
    config: Any = SimpleNamespace(args=arguments, invocation_params=SimpleNamespace(dir=TESTS))
    whole = WholeRun(config)
    plugin = CoverageOfStateMachines(whole)
    items = [SimpleNamespace(nodeid=str(file), path=file) for file in files]
    session: Any = SimpleNamespace(items=items, exitstatus=pytest.ExitCode.OK)
    if deselected:
        whole.pytest_deselected(session.items)
    whole.pytest_collection_finish(session)
    for item in items[:ran]:
        report: Any = item
        whole.pytest_runtest_logreport(report)
    plugin.note(records(tmp_path, *events), {"only": ARN})
    plugin.pytest_sessionfinish(session)
    return int(session.exitstatus)


WHOLE = sorted(file for folder in FOLDERS for file in folder.glob("test_*.py"))


def test_a_whole_run_that_took_everything_passes(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert exit_status(monkeypatch, tmp_path, events=EVERY_STEP, files=WHOLE) == 0


@pytest.mark.parametrize("missing", [0, 3, 4, 5, 6, 7, 9])
def test_a_whole_run_that_left_a_step_fails(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, missing: int) -> None:
    events = [event for number, event in enumerate(EVERY_STEP) if number != missing]
    assert exit_status(monkeypatch, tmp_path, events=events, files=WHOLE) == 1


@pytest.mark.parametrize(
    "selection",
    [
        {"files": WHOLE[1:]},
        {"files": WHOLE, "ran": 2},
        {"files": WHOLE, "deselected": True},
        {"files": WHOLE, "arguments": ("workflows", f"{WHOLE[0].relative_to(TESTS)}::test_something")},
    ],
    ids=["some files", "stopped", "-k", "node id"],
)
def test_nothing_is_asked_of_a_selection(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, selection: dict[str, Any]
) -> None:
    assert exit_status(monkeypatch, tmp_path, events=[], **selection) == 0
