"""What the README of an extension says is what its cases show and its template takes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from extensions.catalog.entries import as_text
from extensions.catalog.folders import extension_folders, read_extension
from extensions.catalog.template_refusals import AUTO_PUBLISH

FOLDERS = extension_folders()
_CELL_END = re.compile(r"(?<!\\)\|")


def _readme(folder: Path) -> str:
    return (folder / "README.md").read_text(encoding="utf-8")


def _parameter_rows(readme: str) -> Iterator[tuple[str, str]]:
    """Name and default of each row of the first table under Parameters."""
    section = readme.partition("## Parameters\n")[2].partition("\n## ")[0]
    table = re.search(r"(?:^\|.*\n)+", section, re.MULTILINE)
    for row in table[0].splitlines()[2:] if table else ():
        name, default = (cell.strip() for cell in _CELL_END.split(row)[1:3])
        yield name.strip("`"), default


def _says(cell: str, default: str | None) -> bool:
    """Whether a README's cell is true of a default; a long one may be described."""
    if cell in ("required", "–"):
        return not default
    if cell == "(empty)":
        return default == ""
    if quoted := re.fullmatch(r"`([^`]*)`", cell):
        text = quoted[1].replace("\\|", "|")
        return default is not None and (text == default or (text[-1:] == "…" and default.startswith(text[:-1])))
    return default is not None


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_every_case_is_linked_and_every_link_leads_to_one(folder: Path) -> None:
    linked = set(re.findall(r"\((cases/[^)]+)\)", _readme(folder)))

    assert linked == {path.relative_to(folder).as_posix() for path in folder.glob("cases/*.json")}


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_the_table_of_parameters_is_the_templates(folder: Path) -> None:
    parameters = read_extension(folder).template.section("Parameters")
    rows = [row for row in _parameter_rows(_readme(folder)) if row[0] != AUTO_PUBLISH]

    assert [name for name, _ in rows] == [name for name in parameters if name != AUTO_PUBLISH]
    for name, cell in rows:
        default = parameters[name].get("Default")
        assert _says(cell, None if default is None else as_text(default)), f"{name}: {cell!r} is not {default!r}"


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_every_piece_of_json_can_be_read(folder: Path) -> None:
    for block in re.findall(r"```json\n(.*?)```", _readme(folder), re.DOTALL):
        json.loads(block)
