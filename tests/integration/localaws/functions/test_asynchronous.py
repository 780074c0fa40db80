"""How often a rule's function is invoked."""

from __future__ import annotations

import itertools
import json

from localaws import executions
from tests.integration.localaws.edge import eventually
from tests.integration.localaws.workbench import Workbench

FAILS = "def handler(event, context): raise RuntimeError('as ever')"
WORKS = "def handler(event, context): pass"
numbers = itertools.count()


def told_of_an_event(bench: Workbench, code: str) -> str:
    """The name of a function that a rule has just invoked, and of which it says so."""
    name = f"asynchronous-{next(numbers)}"
    function, events = bench.function(code, name=name), bench.client("events")
    rule = events.put_rule(Name=name, EventPattern=json.dumps({"source": [name]}))["RuleArn"]
    events.put_targets(Rule=name, Targets=[{"Id": "it", "Arn": function}])
    bench.let_in(function, rule)
    events.put_events(Entries=[{"Source": name, "DetailType": "Happened", "Detail": "{}"}])
    return name


def invocations(bench: Workbench, name: str) -> int:
    return sum(call.get("resource") == name for call in executions.lines(bench.instance.calls))


def test_a_function_that_fails_is_invoked_twice_more(bench: Workbench) -> None:
    failing = told_of_an_event(bench, FAILS)
    eventually(lambda: invocations(bench, failing) == 3)


def test_one_that_works_is_invoked_once(bench: Workbench) -> None:
    working, failing = told_of_an_event(bench, WORKS), told_of_an_event(bench, FAILS)
    eventually(lambda: invocations(bench, failing) == 3)
    assert invocations(bench, working) == 1
