"""The command `compose`: several CloudFront Functions of the catalogue as one, in a folder of its own."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable
from pathlib import Path

from extensions.catalog import composed_folder
from extensions.catalog.composition import CHAINS, NotComposable, compose
from extensions.catalog.folders import ROOT, Extension, read_extension
from extensions.harness.cases import load_cases
from extensions.harness.folders import read_extension as runnable
from extensions.harness.running import run_cases

DESCRIPTION = """\
Make one function of several CloudFront Functions of the catalogue: an event has room for one. They run in the given
order: each sees what the one before it made of the request or response, and a response that one generates ends the chain.
The folder has the shape of an extension; its cases are those of the parts that still hold."""
EXAMPLE = """\
example:
  compose directory-index redirect-map --event viewer-request --to my-function --parameter directory-index:Mode=rewrite"""


def run(arguments: list[str]) -> int:
    """0 where the folder was written, 1 where it can't be."""
    parser = argparse.ArgumentParser(
        prog="python -m extensions.catalog compose",
        description=DESCRIPTION,
        epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("names", nargs="+", help="extensions, in the order in which they run")
    parser.add_argument("--event", required=True, choices=sorted(CHAINS))
    parser.add_argument("--to", required=True, type=Path, help="the folder; its name is the function's")
    parser.add_argument(
        "--parameter", action="append", default=[], metavar="NAME:PARAMETER=VALUE", help="what stands for a default"
    )
    options = parser.parse_args(arguments)
    try:
        held, left_out = write(options.names, options.event, options.to, options.parameter)
    except NotComposable as error:
        print(error, file=sys.stderr)
        return 1
    print(f"wrote {options.to}: {held} cases of the parts hold; {left_out} do not")
    if left_out:
        print("(another part interferes, or has a parameter without default: give it by --parameter)")
    return 0


def write(names: list[str], event: str, folder: Path, parameters: Iterable[str] = ()) -> tuple[int, int]:
    """Writes the folder; how many cases hold, and how many were left out. Raises NotComposable."""
    if folder.exists() and any(folder.iterdir()):
        raise NotComposable(f"{folder}: there is something in it; name a new folder")
    composition = compose(list(map(_extension, names)), event, dict(map(_value, parameters)))
    for path, text in composed_folder.files(composition, folder).items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    cases = load_cases(folder)
    broken = {verdict.case.path for verdict in run_cases(runnable(folder), cases) if verdict.differences}
    for path in broken:
        path.unlink()
    return len(cases) - len(broken), len(broken)


def _extension(name: str) -> Extension:
    folder = ROOT / name
    if not (folder / "template.yaml").is_file():
        raise NotComposable(f"there is no extension {name}")
    return read_extension(folder)


def _value(text: str) -> tuple[tuple[str, str], str]:
    place, is_value, value = text.partition("=")
    part, has_name, name = place.partition(":")
    if not (is_value and has_name):
        raise NotComposable(f"--parameter {text}: write NAME:PARAMETER=VALUE, such as directory-index:Mode=rewrite")
    return (part, name), value
