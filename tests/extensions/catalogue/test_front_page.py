"""The front page of the catalogue has every extension as its template says it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from extensions.catalog import compose_command
from extensions.catalog.folders import ROOT, Extension, extension_folders, read_extension
from extensions.harness.cases import load_cases
from extensions.harness.folders import read_extension as read_runnable
from extensions.harness.running import run_cases
from tests.extensions.catalogue.samples import write_greeting

TEXT = (ROOT / "README.md").read_text(encoding="utf-8")
RUNTIMES = {"cloudfront-function": "CloudFront Functions", "lambda-edge": "Lambda@Edge"}
FILE = re.compile(r"\]\((?!https?:)([^)#]+)")


def _row(extension: Extension) -> str:
    name = extension.name
    events = ", ".join(source.event for source in extension.sources) or "–"
    runtimes = " and ".join(sorted({RUNTIMES[source.kind] for source in extension.sources})) or "none"
    does = extension.template.section("Metadata", "AWS::ServerlessRepo::Application")["Description"]
    return f"| [{name}]({name}/README.md) | {events} | {runtimes} | {does} |"


def _rows() -> Iterator[str]:
    """Those of the catalogue."""
    section = TEXT.partition("## The catalogue\n")[2].partition("\n## ")[0]
    return (line for line in section.splitlines() if line.startswith("| ["))


def test_every_extension_has_its_row_in_order() -> None:
    rows = list(_rows())
    wanted = [_row(read_extension(folder)) for folder in extension_folders()]
    missing = [row for row in wanted if row not in rows]
    foreign = [row for row in rows if row not in wanted]

    assert not missing, "extensions/README.md lacks:\n" + "\n".join(missing)
    assert not foreign, "extensions/README.md says what no template does:\n" + "\n".join(foreign)
    assert rows == wanted


def test_every_link_leads_to_something() -> None:
    dead = [link for link in FILE.findall(TEXT) if not (ROOT / link).exists()]

    assert dead == []


def test_every_extension_that_is_recommended_is_there() -> None:
    section = TEXT.partition("## An extension, or CloudFront itself\n")[2].partition("\n## ")[0]
    lists = [row.split("|")[3].partition(":")[2] for row in section.splitlines() if row.startswith("| ")][1:]
    named = {name.strip() for names in lists for name in names.split(",")}

    assert named - {folder.name for folder in extension_folders()} == set()


def test_the_function_and_the_case_to_begin_with_hold(tmp_path: Path) -> None:
    code, case = (re.search(rf"```{kind}\n(.*?)```", TEXT, re.DOTALL) for kind in ("js", "json"))
    assert code
    assert case
    folder = write_greeting(tmp_path, code=code[1])
    (folder / "cases" / "hello.json").write_text(case[1])

    verdicts = list(run_cases(read_runnable(folder), load_cases(folder)))

    assert verdicts
    assert [verdict.differences for verdict in verdicts if verdict.differences] == []


def test_what_is_composed_fits(tmp_path: Path) -> None:
    command = re.search(r"extensions\.catalog compose (.*?)\n```", TEXT, re.DOTALL)
    assert command
    words = command[1].replace("\\\n", " ").split()
    words[words.index("--to") + 1] = str(tmp_path / "front-door")

    assert compose_command.run(words) == 0
