"""The command `test`: all cases of extensions, on all engines that are here."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import Any

from extensions.harness.cases import load_cases
from extensions.harness.folders import NoExtension, extension_folders, read_extension
from extensions.harness.running import Verdict, run_cases

DESCRIPTION = """\
Run the cases of extensions: every file in cases/ goes through its function on every engine that is here, what comes out
must be what the case expects, and nothing that CloudFront would refuse."""
EXAMPLES = """\
examples:
  test                                  all extensions
  test extensions/directory-index       one of them
  test extensions/cors --engine njs     on one engine alone"""


def add_command(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "test",
        help="all cases of extensions",
        description=DESCRIPTION,
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("folders", nargs="*", type=Path, help="folders of extensions (all)")
    parser.add_argument("--engine", choices=["njs", "node"], help="for CloudFront Functions (all that are here)")
    parser.set_defaults(run=test)


def test(arguments: argparse.Namespace) -> int:
    """0 where every case holds, 1 where one does not. Raises NoExtension, NoEngine, MalformedCase."""
    failed = False
    for folder in arguments.folders or extension_folders():
        extension = read_extension(folder)
        cases = load_cases(folder)
        if extension.functions and not cases:
            raise NoExtension(f"{folder}: there is no case in {folder / 'cases'}; write one")
        started = time.monotonic()
        verdicts = list(run_cases(extension, cases, arguments.engine))
        print(_line(extension.slug, verdicts, time.monotonic() - started), flush=True)
        for verdict in (verdict for verdict in verdicts if verdict.differences):
            failed = True
            print(f"  {verdict.case.path}, on {verdict.engine}: {verdict.case.what}", file=sys.stderr)
            for difference in verdict.differences:
                print(f"    {difference}", file=sys.stderr)
    return 1 if failed else 0


def _line(slug: str, verdicts: list[Verdict], seconds: float) -> str:
    """How an extension fared: `directory-index: 20 cases hold on njs and node (0.2 s)`."""
    if not verdicts:
        return f"{slug}: no function"
    cases = {verdict.case.path for verdict in verdicts}
    wrong = {verdict.case.path for verdict in verdicts if verdict.differences}
    ran_on = " and ".join(sorted({verdict.engine for verdict in verdicts}))
    holding = "1 case holds" if len(cases) == 1 else f"{len(cases)} cases hold"
    held = f"{len(wrong)} of {len(cases)} cases do not hold" if wrong else holding
    return f"{slug}: {held} on {ran_on} ({seconds:.1f} s)"
