"""The source `functionAssociations` of `config_rollback`: which edge function is wanted at which event of which behavior."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cloudfront_extensions.errors import InvalidInput
from cloudfront_extensions.fields import described, distribution_id, is_well_formed, refuse_unknown
from cloudfront_extensions.versions.edge_functions import (
    FUNCTION,
    LAMBDA_FUNCTION,
    LAMBDA_VERSION,
    VIEWER_EVENTS,
    WITH_A_BODY,
    EdgeEvent,
    is_lambda,
)

NAME = "functionAssociations"
DEFAULT_BEHAVIOR = "*"
"""What the console calls the path pattern of the default cache behavior."""
ANYTHING = "*"
"""In `replaces`: whatever function stands there."""
MAXIMUM_ASSOCIATIONS = 500
MAXIMUM_REPLACED = 20
MAXIMUM_PATTERN_CHARACTERS = 255

_REQUIRED = frozenset({"distributionId", "pathPattern", "eventType", "functionArn"})
_FIELDS = _REQUIRED | {"replaces", "includeBody"}


@dataclass(frozen=True, slots=True)
class WantedFunction:
    """What shall stand at one event of one behavior, and what may stand there now."""

    distribution_id: str
    path_pattern: str
    event: EdgeEvent
    function_arn: str | None
    """None: no function."""
    replaces: tuple[str, ...] = ()
    """ARNs that may go; that of a Lambda function without a number means all its versions, ANYTHING means all functions."""
    include_body: bool | None = None
    """Whether Lambda@Edge sees the request's body; None: as it is where the same version stands there, else it does not."""

    @property
    def place(self) -> tuple[str, str, EdgeEvent]:
        """At which there is one function at most."""
        return self.distribution_id, self.path_pattern, self.event

    def may_replace(self, arn: str) -> bool:
        is_version = LAMBDA_VERSION.fullmatch(arn)
        names = {ANYTHING, arn, arn.rpartition(":")[0] if is_version else arn}
        return not names.isdisjoint(self.replaces)


@dataclass(frozen=True, slots=True)
class FunctionSource:
    """Each distribution keeps its configuration, but for these functions."""

    wanted: tuple[WantedFunction, ...]

    @property
    def distribution_ids(self) -> tuple[str, ...]:
        """Of all that are named, in the order in which they are."""
        return tuple(dict.fromkeys(one.distribution_id for one in self.wanted))

    def of(self, target: str) -> tuple[WantedFunction, ...]:
        return tuple(one for one in self.wanted if one.distribution_id == target)


def parse_functions(value: object) -> FunctionSource:
    """Raises InvalidInput, which names the field that is wrong."""
    place = f"source.{NAME}"
    if not isinstance(value, list) or not 1 <= len(value) <= MAXIMUM_ASSOCIATIONS:
        given = f"it has {len(value)} elements" if isinstance(value, list) else described(value)
        raise InvalidInput(
            f"{place}: {given}; give a list of 1 to {MAXIMUM_ASSOCIATIONS}, one for each event of a behavior"
        )
    wanted: dict[tuple[str, str, EdgeEvent], WantedFunction] = {}
    for index, element in enumerate(value):
        one = _wanted(element, f"{place}[{index}]")
        if one.place in wanted:
            raise InvalidInput(
                f"{place}[{index}]: {one.event} of the behavior {one.path_pattern} of {one.distribution_id} is in the list "
                "already; there is one function at an event: name the one that shall stand there in the end"
            )
        wanted[one.place] = one
    return FunctionSource(tuple(wanted.values()))


def functions_json(source: FunctionSource) -> list[dict[str, Any]]:
    return [
        {
            "distributionId": one.distribution_id,
            "pathPattern": one.path_pattern,
            "eventType": one.event.value,
            "functionArn": one.function_arn,
            "replaces": list(one.replaces),
            "includeBody": one.include_body,
        }
        for one in source.wanted
    ]


def _wanted(element: object, place: str) -> WantedFunction:
    if not isinstance(element, dict):
        raise InvalidInput(f"{place}: {described(element)}; give an object with {', '.join(sorted(_REQUIRED))}")
    refuse_unknown(element, _FIELDS, f"{place}.")
    if "functionArn" not in element:
        raise InvalidInput(f"{place}.functionArn: it is missing; give null to take away the function that stands there")
    one = WantedFunction(
        distribution_id=distribution_id(element.get("distributionId"), f"{place}.distributionId"),
        path_pattern=_pattern(element.get("pathPattern"), f"{place}.pathPattern"),
        event=_event(element.get("eventType"), f"{place}.eventType"),
        function_arn=_function(element["functionArn"], f"{place}.functionArn"),
        replaces=_replaces(element.get("replaces", []), f"{place}.replaces"),
        include_body=_include_body(element, place),
    )
    if one.function_arn and one.event not in VIEWER_EVENTS and not is_lambda(one.function_arn):
        raise InvalidInput(
            f"{place}.eventType: functions of CloudFront run at {' and '.join(VIEWER_EVENTS)} alone; "
            f"at {one.event} give a version of a Lambda function"
        )
    return one


def _pattern(value: object, field: str) -> str:
    if isinstance(value, str) and 1 <= len(value) <= MAXIMUM_PATTERN_CHARACTERS and is_well_formed(value):
        return value
    raise InvalidInput(
        f"{field}: {described(value)}; give the path pattern of a behavior as the distribution has it, "
        f'or "{DEFAULT_BEHAVIOR}" for the default one'
    )


def _event(value: object, field: str) -> EdgeEvent:
    if isinstance(value, str) and value in tuple(EdgeEvent):
        return EdgeEvent(value)
    raise InvalidInput(f"{field}: {described(value)}; give {' or '.join(EdgeEvent)}")


def _function(value: object, field: str) -> str | None:
    if value is None or (isinstance(value, str) and (FUNCTION.fullmatch(value) or LAMBDA_VERSION.fullmatch(value))):
        return value
    raise InvalidInput(
        f"{field}: {described(value)}; give the ARN of a function of CloudFront, or of a Lambda function in us-east-1 with "
        "the number of a version, or null to take away the function that stands there"
    )


def _replaces(value: object, field: str) -> tuple[str, ...]:
    if not isinstance(value, list) or len(value) > MAXIMUM_REPLACED:
        given = f"it has {len(value)} elements" if isinstance(value, list) else described(value)
        raise InvalidInput(f"{field}: {given}; give a list of up to {MAXIMUM_REPLACED} ARNs of functions")
    for index, arn in enumerate(value):
        known = isinstance(arn, str) and any(
            kind.fullmatch(arn) for kind in (FUNCTION, LAMBDA_FUNCTION, LAMBDA_VERSION)
        )
        if not known and arn != ANYTHING:
            raise InvalidInput(
                f"{field}[{index}]: {described(arn)}; give the ARN of a function that may go, of a Lambda function without "
                f'number for all its versions, or "{ANYTHING}" for whatever stands there'
            )
    return tuple(dict.fromkeys(value))


def _include_body(element: Mapping[str, Any], place: str) -> bool | None:
    value, arn = element.get("includeBody"), element["functionArn"]
    if value is not None and not isinstance(value, bool):
        raise InvalidInput(f"{place}.includeBody: {described(value)}; give true or false")
    if value and not (isinstance(arn, str) and is_lambda(arn) and element.get("eventType") in WITH_A_BODY):
        raise InvalidInput(f"{place}.includeBody: only Lambda@Edge sees bodies, at {' and '.join(WITH_A_BODY)}")
    return value
