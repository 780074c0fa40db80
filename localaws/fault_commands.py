"""`python -m localaws fault` and `faults`: try out how the application bears AWS's bad days."""

from __future__ import annotations

import argparse
from dataclasses import fields
from typing import Any

from localaws.control import control
from localaws.faults import Fault, inject
from localaws.instance import Instance
from localaws.tables import aligned

KINDS = {
    "throttle": "the service asks for fewer requests, in its own words; nothing is done",
    "unavailable": "the service fails (5xx); nothing is done",
    "error": "the service answers this --code; nothing is done",
    "lost-before": "the connection breaks before anything is done",
    "lost-after": "the connection breaks; all is done",
    "unavailable-after": "the service fails (5xx); all is done",
    "unanswered": "all is done; no answer comes until the caller gives up",
    "slow": "the call is held up for --seconds",
    "stale": "a read of ACM, CloudFront or tags shows what was before the last change",
    "kill-before": "the function that calls is killed before anything is done",
    "kill-after": "the function that calls is killed; all is done",
    "function-error": "an invoked function does not run and ends with this --error-type",
    "event-lost": "EventBridge loses an event",
    "event-duplicated": "an event is delivered twice",
    "event-delayed": "an event comes --seconds late",
    "event-reordered": "an event comes after the next one that matches, or after --seconds",
}
EXAMPLES = """
examples:
  fault --kind throttle --service acm --probability 0.5
  fault --kind kill-after --operation RequestCertificate --nth 3
  fault --kind lost-after --operation CreateDistributionWithTags --caller '*/CreateDistribution' --times 1
  fault --kind event-delayed --source aws.acm --seconds 30
  faults          what is set, and how often it has struck
  faults --clear  back to good days
"""


def add_commands(commands: Any) -> None:
    kinds = "\n".join(f"  {kind:18} {does}" for kind, does in KINDS.items())
    setting = commands.add_parser(
        "fault",
        help="let calls and events fail by a rule",
        description="Set one more rule. It holds until `faults --clear`.",
        epilog=f"kinds:\n{kinds}\n{EXAMPLES}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    setting.set_defaults(run=set_fault)
    setting.add_argument("--kind", required=True, choices=KINDS, metavar="KIND", help="one of those below")
    calls = setting.add_argument_group("which calls or events", "PATTERN is a name in which * stands for anything")
    calls.add_argument("--service", metavar="PATTERN", help="as in IAM policies: cloudfront, states, dynamodb")
    calls.add_argument("--operation", metavar="PATTERN", help="such as RequestCertificate or 'List*'")
    calls.add_argument("--caller", metavar="PATTERN", help="role/function or role/state machine, as in the template")
    calls.add_argument("--source", metavar="PATTERN", help="of an event, such as aws.acm")
    calls.add_argument("--detail-type", metavar="PATTERN", help="of an event, such as 'ACM Certificate Available'")
    calls.add_argument("--containing", metavar="TEXT", help="in the path, the query or the body")
    calls.add_argument("--nth", type=int, action="append", metavar="N", help="the Nth that matches; may be repeated")
    calls.add_argument("--probability", type=float, metavar="P", help="each that matches, with this chance: 0 to 1")
    calls.add_argument("--times", type=int, metavar="N", help="at most so many")
    calls.add_argument("--seed", type=int, help="of the chance; the same one strikes the same calls again")
    what = setting.add_argument_group("what happens")
    what.add_argument("--code", help="the error code of kind error")
    what.add_argument("--error-type", help="of kind function-error, such as Runtime.ExitError")
    what.add_argument("--seconds", type=float, help="of this machine")

    showing = commands.add_parser("faults", help="show the rules by which calls and events fail, or end them")
    showing.set_defaults(run=show_faults)
    showing.add_argument("--clear", action="store_true", help="end them all")


def set_fault(instance: Instance, chosen: argparse.Namespace) -> None:
    fault = Fault(**{field.name: getattr(chosen, field.name) for field in fields(Fault)})
    print(f"seed {inject(instance, fault, seed=chosen.seed).seed}")


def show_faults(instance: Instance, chosen: argparse.Namespace) -> None:
    rules = control(instance, "DELETE" if chosen.clear else "GET", "faults")["rules"]
    for line in aligned([("struck", "matched", "seed", "rule"), *map(row, rules)]):
        print(line)


def row(rule: dict[str, Any]) -> tuple[str, ...]:
    stated = {
        name: value for name, value in rule.items() if name not in ("number", "seed", "matched", "struck", "kind")
    }
    words = " ".join((rule["kind"], *(f"{name}={value}" for name, value in stated.items())))
    return str(rule["struck"]), str(rule["matched"]), str(rule["seed"]), words
