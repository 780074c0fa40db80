"""The command `run`: one request through one function, and what comes out."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

from extensions.catalog.sources import EVENTS
from extensions.harness.cookies import read_cookie_headers
from extensions.harness.engines.calls import Call, Engine, Outcome
from extensions.harness.engines.present import engines_for
from extensions.harness.events import Surroundings, native_event
from extensions.harness.folders import EdgeFunction, NoExtension, code_with, read_extension, read_file
from extensions.harness.messages import Request, Response
from extensions.harness.run_report import told

DESCRIPTION = """\
Send one request through one function, and tell what comes out: the request that goes on or the response, the size of the
code, the time that a call takes, what it logs, the origins that it asks for, and what CloudFront would refuse."""
EXAMPLES = """\
examples:
  run extensions/directory-index --request /docs
  run extensions/country-redirect --header 'cloudfront-viewer-country: DE' --parameter 'Targets={"DE": "/de"}'
  run extensions/maintenance-mode --request /docs --key-value maintenance=on
  run extensions/security-headers --event viewer-response --response-header 'server: nginx'
  run path/to/function.js --request /docs --event viewer-request      anyone's function, without a template"""
REPEATED = 100
"""Calls whose median is told as the time of one."""


class Unreadable(Exception):
    """An option is not written as it should be; the message names it."""


@dataclass(frozen=True, slots=True)
class Run:
    """What went into a function, and what came out."""

    function: EdgeFunction
    code: str
    engine: str
    request: Request
    response: Response | None
    call: Call
    outcome: Outcome
    microseconds: float


def add_command(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "run",
        help="one request through one function, and what comes out",
        description=DESCRIPTION,
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("path", type=Path, help="the folder of an extension, or a file with a function")
    add("--request", default="/", metavar="/path?query", help="what the viewer asks for (/)")
    add("--event", choices=EVENTS, help="which function (the folder's first; of a file, its name, or viewer-request)")
    add("--method", default="GET")
    add("--header", action="append", default=[], metavar="'name: value'", help="of the request; may be repeated")
    add("--cookie", action="append", default=[], metavar="name=value", help="of the request; may be repeated")
    add("--body", help="of the request; Lambda@Edge alone sees it")
    add("--status", type=int, default=200, help="of the response that goes in at response events (200)")
    add("--response-header", action="append", default=[], metavar="'name: value'", help="of the same; may be repeated")
    add("--ip", default=Surroundings().viewer_ip, help="of the viewer")
    add(
        "--parameter",
        action="append",
        default=[],
        metavar="Name=value",
        help="of the template; the others have defaults",
    )
    add("--key-value", action="append", default=[], metavar="key=value", help="in the key-value store")
    add("--secret", action="append", default=[], metavar="arn=value", help="in Secrets Manager")
    add("--now", help="when it is, such as 2026-01-01T00:00:00Z (now)")
    add("--engine", choices=["njs", "node"], help="for CloudFront Functions (njs where it is there, or else node)")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """0 where something comes out that CloudFront takes, 1 otherwise.

    Raises NoExtension, NoEngine, InvalidParameter, Unreadable.
    """
    function = _function(arguments.path, arguments.event)
    code = code_with(function, _pairs("--parameter", arguments.parameter))
    engine = engines_for(function.language, arguments.engine, function.timeout)[0]
    request = _request(arguments)
    response = None
    if function.event.endswith("-response"):
        response = Response(arguments.status, _headers("--response-header", arguments.response_header))
    call = Call(
        event=native_event(function.event, function.language, request, response, Surroundings(arguments.ip)),
        key_value_store=_pairs("--key-value", arguments.key_value),
        now=_now(arguments.now),
        secrets=_pairs("--secret", arguments.secret),
        raw_query=request.query,
    )
    (outcome,) = engine.run(code, [call])
    microseconds = 0.0 if outcome.error else _time_of_a_call(engine, code, call)
    lines, is_well = told(Run(function, code, engine.name, request, response, call, outcome, microseconds))
    print(*lines, sep="\n")
    return 0 if is_well else 1


def _function(path: Path, event: str | None) -> EdgeFunction:
    if not path.is_dir():
        return read_file(path, event)
    extension = read_extension(path)
    if not extension.functions:
        raise NoExtension(f"{path}: there is no function in it; it is a template alone")
    return extension.function_at(event or extension.functions[0].event)


def _request(arguments: argparse.Namespace) -> Request:
    uri, _, query = arguments.request.partition("?")
    if not uri.startswith("/"):
        raise Unreadable(f"--request: {arguments.request} does not begin with a slash; give a path such as /docs?a=1")
    headers = {"host": ("www.example.com",), **_headers("--header", arguments.header)}
    cookies = read_cookie_headers((*headers.pop("cookie", ()), *arguments.cookie))
    body = None if arguments.body is None else arguments.body.encode()
    return Request(arguments.method, uri, query, headers, cookies, body)


def _time_of_a_call(engine: Engine, code: str, call: Call) -> float:
    """Of a warm one, in microseconds."""
    calls = [call, *[replace(call, continues=True)] * REPEATED]
    return median(outcome.microseconds for outcome in engine.run(code, calls)[1:])


def _headers(option: str, given: Sequence[str]) -> dict[str, tuple[str, ...]]:
    headers: dict[str, tuple[str, ...]] = {}
    for header in given:
        name, colon, value = header.partition(":")
        if not colon:
            raise Unreadable(f"{option}: {header} has no colon; write 'name: value'")
        key = name.strip().lower()
        headers[key] = (*headers.get(key, ()), value.strip())
    return headers


def _pairs(option: str, given: Sequence[str]) -> dict[str, str]:
    for pair in given:
        if "=" not in pair:
            raise Unreadable(f"{option}: {pair} has no equals sign; write name=value")
    return {name: value for name, _, value in (pair.partition("=") for pair in given)}


def _now(given: str | None) -> datetime:
    try:
        moment = datetime.fromisoformat(given) if given else datetime.now(UTC)
    except ValueError as error:
        raise Unreadable(f"--now: {given} is no time; write it as 2026-01-01T00:00:00Z") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
