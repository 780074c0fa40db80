"""The commands `run`, `test`, `lint` and `serve`: edge functions without AWS."""

from __future__ import annotations

import argparse
import sys

from extensions.harness import lint_command, run_command, serve, test_command
from extensions.harness.cases import MalformedCase
from extensions.harness.engines.present import NoEngine
from extensions.harness.folders import InvalidParameter, NoExtension
from extensions.harness.run_command import Unreadable

DESCRIPTION = """\
Run edge functions without AWS: CloudFront Functions on njs (or Node), Lambda@Edge functions in a Python process.

  run    one request through one function, and what comes out
  test   all cases of extensions, on all engines that are here
  lint   what runtime 2.0 of CloudFront Functions refuses
  serve  extensions behind a CloudFront on this machine, for curl and the browser"""


def main(arguments: list[str] | None = None) -> int:
    """0 where all is well, 1 where a function is not, 2 where what was asked can't be done."""
    parser = argparse.ArgumentParser(
        prog="python -m extensions.harness",
        description=DESCRIPTION,
        epilog="Each command has a --help with examples.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(required=True, metavar="command")
    for command in (run_command, test_command, lint_command, serve):
        command.add_command(commands)
    asked = parser.parse_args(arguments)
    try:
        return int(asked.run(asked))
    except (InvalidParameter, MalformedCase, NoEngine, NoExtension, Unreadable, OSError) as error:
        print(error, file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
