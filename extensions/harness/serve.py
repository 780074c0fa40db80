"""The command `serve`: extensions behind a CloudFront of one's own, for curl and the browser."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from extensions.harness.emulator.behaviors import Distribution
from extensions.harness.emulator.cache import Cache
from extensions.harness.emulator.edge import Edge
from extensions.harness.emulator.functions import Functions
from extensions.harness.emulator.options import OptionsAreWrong, distribution_of
from extensions.harness.emulator.server import Emulator
from extensions.harness.emulator.trace import Trace
from extensions.harness.messages import Request, Response

DESCRIPTION = """\
Serve extensions as one CloudFront distribution on 127.0.0.1, until Ctrl-C.

A client says who it is by headers: x-emulate-country: FR, x-emulate-device: mobile, x-emulate-ip: 203.0.113.7, and
x-emulate-<name> for any other cloudfront-viewer-<name>; and by Host which host it asks. Without an origin, requests
are echoed."""
EXAMPLES = """\
examples:
  serve extensions/directory-index --origin ./site
  serve extensions/directory-index extensions/security-headers@/docs/* --origin https://www.example.com
  serve extensions/origin-failover --origin a=http://localhost:8001 --origin b=./backup \\
      --parameter origin-failover:PrimaryOrigin=a --parameter origin-failover:SecondaryOrigin=b
  serve extensions/basic-auth --key-values basic-auth:users.json --country FR
  serve path/to/viewer-request.js      anyone's function, without a template"""
LISTS = (
    ("--origin", "[id=]place", "a URL, or a folder that is served as a bucket; the first is the default"),
    ("--parameter", "slug:Name=value", "of the extension's template"),
    ("--key-value", "slug:key=value", "in its key-value store"),
    ("--key-values", "slug:file", "the same, from a JSON object"),
    ("--secret", "slug:name=value", "in Secrets Manager, by name or ARN"),
    ("--network", "slug:file", "what other hosts answer it: a JSON list as in a case"),
    (
        "--cache",
        "what=which",
        "in the cache key: query, headers or cookies = all, none or a,b; minimum=, default=, maximum= seconds",
    ),
    ("--forward", "what=which", "to the origin besides: query, headers or cookies = all, none or a,b"),
)
"""Options that may be given several times."""


def add_command(subparsers: Any) -> None:
    parser: argparse.ArgumentParser = subparsers.add_parser(
        "serve",
        help="serve extensions behind a CloudFront on this machine",
        description=DESCRIPTION,
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "folders",
        nargs="+",
        metavar="folder[@pattern]",
        help="an extension, or a file named by its event, and the path pattern that it is for (*)",
    )
    for option, form, meaning in LISTS:
        parser.add_argument(option, action="append", default=[], metavar=form, help=meaning)
    parser.add_argument("--country", default="", help="where viewers are who don't say so")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.set_defaults(run=serve)


def serve(arguments: argparse.Namespace) -> int:
    """Serve until Ctrl-C or SIGTERM; 2 where the options make no distribution.

    Raises what `distribution_of` does of folders, NoEngine, and OSError where the port is taken.
    """
    try:
        distribution = distribution_of(arguments)
    except OptionsAreWrong as wrong:
        print(wrong, file=sys.stderr)
        return 2
    edge = Edge(distribution, Cache(_now), Functions(distribution, _now))
    emulator = Emulator(edge, report, arguments.port, arguments.country)
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    with emulator:
        print(f"curl -i {emulator.url}/", *attachments(distribution), sep="\n", flush=True)
        stop.wait()
    return 0


def attachments(distribution: Distribution) -> Iterator[str]:
    """What is attached where: a line for each behavior, and one for each of its functions."""
    for behavior in distribution.behaviors:
        yield f"  {behavior.path_pattern}  from {distribution.origins[behavior.origin]}"
        for event, function in behavior.functions.items():
            yield f"    {event}: {function.name}"


def report(request: Request, response: Response, trace: Trace) -> None:
    """One line on standard output about a request, and one on standard error about each thing that is to be told."""
    url = f"{request.uri}?{request.query}" if request.query else request.uri
    phases = ", ".join(trace.phases) or "-"
    print(f"{request.method} {url} {response.status} {trace.cache} [{phases}] {trace.microseconds:.0f} µs", flush=True)
    for note in trace.notes:
        print(f"  {note}", file=sys.stderr, flush=True)


def _now() -> datetime:
    return datetime.now(UTC)
