"""The command `lint`: what CloudFront would refuse of code."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from extensions.harness.folders import EdgeFunction, code_with_defaults, extension_folders, read_extension, read_file
from extensions.harness.lint import Complaint, complaints, warnings
from extensions.harness.rules import code_violations

DESCRIPTION = """\
Say what runtime 2.0 of CloudFront Functions refuses, or has not: a line for each place. Node, and your editor, take much
of it. Of Lambda@Edge functions it is said whether they are Python."""
EXAMPLES = """\
examples:
  lint                               all extensions
  lint extensions/directory-index    one of them
  lint path/to/function.js           anyone's function"""


def add_command(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "lint",
        help="what CloudFront would refuse of code",
        description=DESCRIPTION,
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("paths", nargs="*", type=Path, help="folders of extensions, or files (all extensions)")
    parser.set_defaults(run=lint)


def lint(arguments: argparse.Namespace) -> int:
    """0 where nothing is refused, 1 otherwise. Raises NoExtension."""
    refused = False
    functions = [function for path in arguments.paths or extension_folders() for function in _functions(path)]
    for function in functions:
        for complaint in _complaints(function):
            refused = True
            print(f"{function.path}:{complaint.line}: {complaint.rule}: {complaint.message}")
        for warning in warnings(function.source) if function.language == "javascript" else ():
            print(f"{function.path}:{warning.line}: warning: {warning.rule}: {warning.message}", file=sys.stderr)
    if not refused:
        count = "1 function" if len(functions) == 1 else f"{len(functions)} functions"
        print(f"{count}: nothing to complain of")
    return 1 if refused else 0


def _functions(path: Path) -> tuple[EdgeFunction, ...]:
    return read_extension(path).functions if path.is_dir() else (read_file(path),)


def _complaints(function: EdgeFunction) -> Iterator[Complaint]:
    if function.language == "python":
        yield from _of_python(function)
        return
    yield from complaints(function.source, in_template=function.in_template)
    for violation in code_violations(code_with_defaults(function)):
        yield Complaint(1, "size", violation.message)


def _of_python(function: EdgeFunction) -> Iterator[Complaint]:
    try:
        compile(function.source, str(function.path), "exec")
    except SyntaxError as error:
        yield Complaint(error.lineno or 1, "syntax", f"this is no Python: {error.msg}")
