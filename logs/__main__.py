"""Make CloudFront logs: `python -m logs generate --help`."""

from __future__ import annotations

import argparse
import json
import sys
from datetime import UTC, datetime
from pathlib import Path

from cloudfront_extensions.metrics.sources import Source
from logs.distributions import EXAMPLES, from_file
from logs.files import LARGEST_FILE, generate

EXAMPLE = """
A day of all three kinds, a million lines each, at the keys of the logs bucket:
  python -m logs generate --lines 1000000 --hours 24 --start 2026-11-22-00 --out build/logs

The same arguments make the same files. The same seed, lines and hours make the same requests in every kind of logs.
"""


def _arguments(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m logs", description=__doc__)
    commands = parser.add_subparsers(required=True, dest="command")
    command = commands.add_parser(
        "generate",
        help="write log files with requests that never were",
        description="Write log files of CloudFront with requests that never were.",
        epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="where the files are written")
    command.add_argument("--source", choices=[*Source, "all"], default="all", help="kind of logs (default: all)")
    command.add_argument("--lines", type=_positive, default=10_000, help="lines of each kind (default: 10,000)")
    command.add_argument("--hours", type=_positive, default=1, help="hours among which they are shared (default: 1)")
    command.add_argument(
        "--start", type=_hour, default="2026-11-22-00", help="first hour, UTC (default: 2026-11-22-00)"
    )
    command.add_argument("--seed", type=int, default=1, help="chooses the requests (default: 1)")
    command.add_argument(
        "--largest-file", type=_positive, default=LARGEST_FILE, help="lines of a file (default: 50,000)"
    )
    command.add_argument(
        "--domains",
        type=Path,
        metavar="FILE",
        help='JSON list of {"distributionId", "edgeDomain", "aliases"} (default: twelve distributions of our own)',
    )
    return parser.parse_args(arguments)


def _hour(text: str) -> datetime:
    try:
        return datetime.strptime(text, "%Y-%m-%d-%H").replace(tzinfo=UTC)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text} is no hour such as 2026-11-22-00") from None


def _positive(text: str) -> int:
    if (number := int(text)) < 1:
        raise argparse.ArgumentTypeError(f"{number} is not a number above zero")
    return number


def main(arguments: list[str]) -> int:
    options = _arguments(arguments)
    distributions = from_file(json.loads(options.domains.read_text())) if options.domains else EXAMPLES
    sources = list(Source) if options.source == "all" else [Source(options.source)]
    for source in sources:
        written = list(
            generate(
                options.out,
                source,
                distributions,
                seed=options.seed,
                lines=options.lines,
                start=options.start,
                hours=options.hours,
                largest_file=options.largest_file,
            )
        )
        size = sum(path.stat().st_size for path in written)
        print(f"{source}: {options.lines:,} lines in {len(written):,} files, {size / 1e6:,.1f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
