"""`python -m localaws calls`: ask the record of an instance's calls what was called, by whom, and how it ended."""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from fnmatch import fnmatchcase
from typing import Any

from localaws import executions
from localaws.instance import Instance
from localaws.tables import aligned

PATTERN_FIELDS = ("service", "operation", "caller", "errorCode", "resource")
GROUPED_BY = "service,operation,caller,errorCode"
OWN_COLUMNS = {"time", "service", "operation", "caller", "status", "errorCode", "milliseconds"}
"""Fields that a line of `--lines` shows in columns; all others follow by name."""
AGO = re.compile(r"(\d+(?:\.\d+)?)([smhd])")
UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
EXAMPLES = """
examples:
  calls                                           how often each caller called each operation, and with which error
  calls --by service,operation                    the same for all callers together
  calls --caller '*/*PreflightBatch*' --lines     what one function has called, call by call
  calls --errors-only --since 10m --lines         what failed in the last ten minutes
  calls --service dynamodb --last 20 --lines      the newest twenty calls of DynamoDB
  calls --with wire --lines                       calls that are not as botocore's model of the operation wants them
  calls --json | jq 'select(.milliseconds > 100)' every line of the record that a filter lets through
"""

Call = dict[str, Any]


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.description = "Count the recorded calls, or show them one by one. A total is written to standard error."
    parser.epilog = EXAMPLES
    parser.set_defaults(run=run)
    filters = parser.add_argument_group("which calls", "PATTERN is a name in which * stands for anything")
    filters.add_argument("--service", metavar="PATTERN", help="as in IAM policies: cloudfront, states, dynamodb")
    filters.add_argument("--operation", metavar="PATTERN", help="such as RequestCertificate or 'List*'")
    filters.add_argument("--caller", metavar="PATTERN", help="role/function, role/state machine, or an access key")
    filters.add_argument("--resource", metavar="PATTERN", help="the function that is invoked")
    filters.add_argument("--error", dest="errorCode", metavar="PATTERN", help="such as ThrottlingException")
    filters.add_argument("--errors-only", action="store_true", help="only calls that failed")
    filters.add_argument(
        "--with", dest="field", metavar="FIELD", help="only calls whose record has this field: wire, marked"
    )
    filters.add_argument("--since", type=moment, metavar="TIME", help="from this time on, or for so long: 90s, 10m, 2h")
    filters.add_argument("--last", type=int, metavar="N", help="only the newest N of them")
    shown = parser.add_argument_group("how they are shown").add_mutually_exclusive_group()
    shown.add_argument(
        "--by",
        type=fields,
        default=GROUPED_BY,
        metavar="FIELDS",
        help="count them by these fields of the record (%(default)s)",
    )
    shown.add_argument("--lines", action="store_true", help="one by one, in the order of time")
    shown.add_argument("--json", action="store_true", help="one by one, as they are recorded, for jq")


def run(instance: Instance, chosen: argparse.Namespace) -> None:
    found = list(matching(executions.lines(instance.calls), chosen))
    if chosen.last is not None:
        found = found[max(0, len(found) - chosen.last) :]
    if chosen.json:
        shown = [json.dumps(call) for call in found]
    elif chosen.lines:
        shown = aligned([columns(call) for call in found])
    else:
        shown = aligned(counted(found, chosen.by))
    for line in shown:
        print(line)
    print(total(found), file=sys.stderr)


def matching(calls: list[Call], chosen: argparse.Namespace) -> Iterator[Call]:
    """The calls that every filter lets through."""
    patterns = {field: getattr(chosen, field) for field in PATTERN_FIELDS if getattr(chosen, field)}
    for call in calls:
        if chosen.errors_only and not call.get("errorCode"):
            continue
        if chosen.field and chosen.field not in call:
            continue
        if chosen.since and datetime.fromisoformat(call["time"]) < chosen.since:
            continue
        if all(fnmatchcase(str(call.get(field) or ""), pattern) for field, pattern in patterns.items()):
            yield call


def counted(calls: list[Call], by: Sequence[str]) -> list[tuple[str, ...]]:
    """A table: how many calls have each combination of these fields, the most first."""
    counts = Counter(tuple(_text(call.get(field)) for field in by) for call in calls)
    return [("calls", *by), *((str(count), *key) for key, count in counts.most_common())]


def columns(call: Call) -> tuple[str, ...]:
    """One call: time, caller, operation, outcome, duration, and whatever else is recorded of it."""
    others = (f"{name}={_text(value)}" for name, value in call.items() if name not in OWN_COLUMNS)
    outcome = _text(call.get("errorCode") or call["status"])
    operation = f"{_text(call['service'])}:{_text(call['operation'])}"
    return call["time"], call["caller"], operation, outcome, f"{call['milliseconds']} ms", " ".join(others)


def total(calls: list[Call]) -> str:
    failed = sum(1 for call in calls if call.get("errorCode"))
    return f"{len(calls)} calls, {failed} of them failed, {sum(call['milliseconds'] for call in calls) / 1000:.1f} s in all"


def fields(text: str) -> tuple[str, ...]:
    return tuple(text.split(","))


def moment(text: str) -> datetime:
    """A time such as 2026-11-22T19:30:00Z, or one that is so long ago."""
    if ago := AGO.fullmatch(text):
        return datetime.now(UTC) - timedelta(**{UNITS[ago[2]]: float(ago[1])})
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is neither a time nor a duration such as 90s, 10m, 2h") from None


def _text(value: object) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value)
