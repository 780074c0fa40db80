"""Every case of every extension holds on every engine that is here."""

from __future__ import annotations

from pathlib import Path

import pytest

from extensions.catalog.folders import extension_folders
from extensions.harness.cases import load_cases
from extensions.harness.engines.present import engines_for
from extensions.harness.folders import read_extension
from extensions.harness.running import run_cases

FOLDERS = [folder for folder in extension_folders() if any(folder.glob("cases/*.json"))]
RUNS = [
    (folder, engine.name)
    for folder in FOLDERS
    for language in sorted({function.language for function in read_extension(folder).functions})
    for engine in engines_for(language)
]


@pytest.mark.parametrize(("folder", "engine"), RUNS, ids=[f"{folder.name}-{engine}" for folder, engine in RUNS])
def test_the_cases_of_an_extension_hold(folder: Path, engine: str) -> None:
    cases = load_cases(folder)
    verdicts = list(run_cases(read_extension(folder), cases, engine))

    assert {verdict.case.path for verdict in verdicts} == {case.path for case in cases}
    assert {verdict.case.path.name: verdict.differences for verdict in verdicts if verdict.differences} == {}


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_every_event_of_an_extension_has_a_case(folder: Path) -> None:
    events = {case.event for case in load_cases(folder)}

    assert events == {function.event for function in read_extension(folder).functions}
