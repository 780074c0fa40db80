"""Make CloudFront logs: `python -m logs generate --help`."""

from __future__ import annotations

import argparse
import json
import sys
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from cloudfront_extensions.metrics.sources import Source
from logs.distributions import EXAMPLES, from_file
from logs.files import LARGEST_FILE, generate
from logs.requests import Distribution

EXAMPLE = """
A day of all three kinds, a million lines each, at the keys of the logs bucket:
  python -m logs generate --lines 1000000 --hours 24 --start 2026-11-22 --out build/logs

Requests to the distributions of an account, so that its domains get the figures:
  aws cloudfront list-distributions --output json --query \\
      'DistributionList.Items[].{distributionId: Id, edgeDomain: DomainName, aliases: Aliases.Items}' > domains.json
  python -m logs generate --domains domains.json --source standard --out build/logs

To have them counted, in an account without logs of its own:
  aws s3 cp --recursive build/logs s3://<LogsBucket>/     then start metrics_refresh with {}

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
    command.add_argument(
        "--source",
        choices=[*(source.value for source in Source), "all"],
        default="all",
        help="kind of logs: standard is v2 (Parquet), legacy is v1 (default: all)",
    )
    command.add_argument(
        "--lines", type=_positive, default=10_000, metavar="NUMBER", help="lines of each kind (default: 10,000)"
    )
    command.add_argument(
        "--hours",
        type=_positive,
        default=1,
        metavar="NUMBER",
        help="hours among which the lines are shared (default: 1)",
    )
    command.add_argument(
        "--start",
        type=_hour,
        default="2026-11-22-00",
        metavar="HOUR",
        help="first hour, UTC; a date is its first hour (default: 2026-11-22-00)",
    )
    command.add_argument("--seed", type=_whole, default=1, metavar="NUMBER", help="chooses the requests (default: 1)")
    command.add_argument(
        "--largest-file",
        type=_positive,
        default=LARGEST_FILE,
        metavar="NUMBER",
        help="most lines of one file (default: 50,000)",
    )
    command.add_argument(
        "--domains",
        type=_distributions,
        default=EXAMPLES,
        metavar="FILE",
        help='JSON list of {"distributionId", "edgeDomain", "aliases"} (default: twelve distributions of our own, '
        "which no account has)",
    )
    return parser.parse_args(arguments)


def _hour(text: str) -> datetime:
    for form in ("%Y-%m-%d-%H", "%Y-%m-%d"):
        with suppress(ValueError):
            return datetime.strptime(text, form).replace(tzinfo=UTC)
    raise argparse.ArgumentTypeError(f"{text} is no hour such as 2026-11-22-14, and no date such as 2026-11-22")


def _whole(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text} is not a whole number in digits") from None


def _positive(text: str) -> int:
    if (number := _whole(text)) < 1:
        raise argparse.ArgumentTypeError(f"{number} is not a number above zero")
    return number


def _distributions(name: str) -> list[Distribution]:
    try:
        return from_file(json.loads(Path(name).read_text()))
    except OSError as error:
        raise argparse.ArgumentTypeError(f"{name} can't be read: {error.strerror}") from None
    except json.JSONDecodeError as error:
        raise argparse.ArgumentTypeError(f"{name} is no JSON: {error}") from None
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{name}: {error}") from None


def main(arguments: list[str]) -> int:
    options = _arguments(arguments)
    try:
        _generate(options)
    except OSError as error:
        print(f"{error.filename or options.out} can't be written: {error.strerror}", file=sys.stderr)
        return 1
    return 0


def _generate(options: argparse.Namespace) -> None:
    """Write the files that were asked for, and say how many they are."""
    sources = list(Source) if options.source == "all" else [Source(options.source)]
    for source in sources:
        written = list(
            generate(
                options.out,
                source,
                options.domains,
                seed=options.seed,
                lines=options.lines,
                start=options.start,
                hours=options.hours,
                largest_file=options.largest_file,
            )
        )
        size = sum(path.stat().st_size for path in written)
        files = f"{len(written):,} files" if len(written) != 1 else "one file"
        print(f"{source}: {options.lines:,} lines in {files}, {size / 1e6:,.1f} MB, in {options.out / source}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
