"""An event pattern is one that EventBridge takes and that an event can match.

CloudFormation hands it on unread, and cfn-lint has no schema for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cfnlint.helpers import is_function
from cfnlint.rules import CloudFormationLintRule, RuleMatch
from cfnlint.template import Template

Path = list[str | int]
ENVELOPE = {"version", "id", "detail-type", "source", "account", "time", "region", "resources", "detail", "replay-name"}
FILTERS = {"prefix", "suffix", "equals-ignore-case", "wildcard", "anything-but", "numeric", "cidr", "exists"}
IN_SAM = ("EventBridgeRule", "CloudWatchEvent")


class EventPattern(CloudFormationLintRule):
    id = "E9011"
    shortdesc = "An event pattern can match an event"
    description = "Name fields that events have, each with the list of the values or filters it may match."
    source_url = "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html"

    def match(self, cfn: Template) -> list[RuleMatch]:
        return [
            RuleMatch(where, message)
            for path, pattern in _patterns(cfn)
            for where, message in (*_unknown_fields(pattern, path), *_faults(pattern, path))
        ]


def _patterns(cfn: Template) -> Iterator[tuple[Path, dict[str, Any]]]:
    for name, rule in cfn.get_resources("AWS::Events::Rule").items():
        if isinstance(pattern := rule["Properties"].get("EventPattern"), dict):
            yield ["Resources", name, "Properties", "EventPattern"], pattern
    for name, target in cfn.get_resources(["AWS::Serverless::Function", "AWS::Serverless::StateMachine"]).items():
        for event, source in target["Properties"].get("Events", {}).items():
            if source["Type"] in IN_SAM and isinstance(pattern := source["Properties"].get("Pattern"), dict):
                yield ["Resources", name, "Properties", "Events", event, "Properties", "Pattern"], pattern


def _unknown_fields(pattern: dict[str, Any], path: Path) -> Iterator[tuple[Path, str]]:
    for field in pattern:
        if field != "$or" and field not in ENVELOPE:
            yield [*path, field], f"no event has a field {field}; those of a service are under detail"


def _faults(pattern: dict[str, Any], path: Path) -> Iterator[tuple[Path, str]]:
    for field, allowed in pattern.items():
        where = [*path, field]
        if field == "$or":
            for index, alternative in enumerate(allowed):
                yield from _faults(alternative, [*where, index])
        elif isinstance(allowed, dict) and allowed and not _is_intrinsic(allowed):
            yield from _faults(allowed, where)
        elif isinstance(allowed, list) and allowed:
            for index, one in enumerate(allowed):
                if isinstance(one, dict) and not _is_intrinsic(one) and not (len(one) == 1 and set(one) <= FILTERS):
                    yield [*where, index], f"{field} is matched by one of the filters {', '.join(sorted(FILTERS))}"
        elif not _is_intrinsic(allowed):
            yield where, f"{field} must be given a list of what it may be"


def _is_intrinsic(value: Any) -> bool:
    return is_function(value)[0] is not None
