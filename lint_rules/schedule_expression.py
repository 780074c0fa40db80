"""A schedule is one that AWS takes. cfn-lint looks at those of AWS::Events::Rule, not at SAM's nor at the Scheduler's."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cfnlint.rules import CloudFormationLintRule, RuleMatch
from cfnlint.template import Template

RATE = re.compile(r"rate\((1 (minute|hour|day)|(?!0|1 )\d+ (minutes|hours|days))\)")
CRON = re.compile(r"cron\(\S+ \S+ (\? \S+ [^?\s]+|[^?\s]+ \S+ \?) \S+\)")
"""Minutes, hours, day of month, month, day of week, year, where one of the two days is a question mark."""
ONCE = re.compile(r"at\(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\)")
EVENTS = (RATE, CRON)
SCHEDULER = (RATE, CRON, ONCE)
IN_SAM = {"Schedule": ("Schedule", EVENTS), "ScheduleV2": ("ScheduleExpression", SCHEDULER)}


class ScheduleExpression(CloudFormationLintRule):
    id = "E9012"
    shortdesc = "A schedule is written as AWS reads it"
    description = "Write rate(5 minutes), cron(0 3 * * ? *) or, for the Scheduler, at(2030-01-31T12:00:00)."
    source_url = "https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html"

    def match(self, cfn: Template) -> list[RuleMatch]:
        return [
            RuleMatch(path, f"{expression!r} is no schedule; {self.description}")
            for path, expression, forms in _expressions(cfn)
            if isinstance(expression, str) and not any(form.fullmatch(expression) for form in forms)
        ]


def _expressions(cfn: Template) -> Iterator[tuple[list[str], object, tuple[re.Pattern[str], ...]]]:
    for name, schedule in cfn.get_resources("AWS::Scheduler::Schedule").items():
        key = "ScheduleExpression"
        yield ["Resources", name, "Properties", key], schedule["Properties"].get(key), SCHEDULER
    for name, target in cfn.get_resources(["AWS::Serverless::Function", "AWS::Serverless::StateMachine"]).items():
        for event, source in target["Properties"].get("Events", {}).items():
            if source["Type"] in IN_SAM:
                key, forms = IN_SAM[source["Type"]]
                path = ["Resources", name, "Properties", "Events", event, "Properties", key]
                yield path, source["Properties"].get(key), forms
