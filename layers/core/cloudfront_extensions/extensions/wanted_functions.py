"""What a deployment asks `config_rollback` for: which function shall stand where, and what may stand there now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from cloudfront_extensions.errors import InvalidInput
from cloudfront_extensions.extensions.deployment_records import AttachedFunction
from cloudfront_extensions.extensions.deployment_request import Attachment
from cloudfront_extensions.versions.edge_functions import LAMBDA_VERSION
from cloudfront_extensions.versions.function_source import ANYTHING

Wanted = dict[str, Any]
"""An element of `functionAssociations`."""


def attached(
    places: Iterable[Attachment],
    functions: Mapping[str, str],
    *,
    extension: str,
    own: Iterable[str] = (),
    replace: bool = False,
) -> list[Wanted]:
    """The functions of an extension at these places.

    `functions` are ARNs by event, `own` those that the deployment has had before, which may always be replaced; `replace`
    lets anybody's go. Raises InvalidInput for an event that the extension has no function for.
    """
    for index, place in enumerate(places := tuple(places)):
        if place.event not in functions:
            raise InvalidInput(
                f"attach[{index}].eventType: {extension} has no function for {place.event}; "
                f"it has {', '.join(sorted(functions))}"
            )
    may_go = [ANYTHING] if replace else _names(own)
    return [_wanted(place, functions[place.event], may_go) for place in places]


def followed(standing: Iterable[AttachedFunction], functions: Mapping[str, str]) -> list[Wanted]:
    """The present functions wherever an earlier one is attached; nothing where it is the same, as CloudFront Functions are."""
    return [
        _wanted(one.place, functions.get(one.place.event), _names([one.function_arn]))
        for one in standing
        if functions.get(one.place.event) != one.function_arn
    ]


def detached(standing: Iterable[AttachedFunction], places: Iterable[Attachment] = ()) -> list[Wanted]:
    """No function of the deployment at these places; at all where none is named."""
    chosen = set(places)
    return [
        _wanted(one.place, None, _names([one.function_arn])) for one in standing if not chosen or one.place in chosen
    ]


def _wanted(place: Attachment, function_arn: str | None, replaces: list[str]) -> Wanted:
    return {**place.as_json(), "functionArn": function_arn, "replaces": replaces}


def _names(arns: Iterable[str]) -> list[str]:
    """Each function once; of Lambda@Edge without its number, for any version of it is the deployment's own."""
    return list(dict.fromkeys(arn.rpartition(":")[0] if LAMBDA_VERSION.fullmatch(arn) else arn for arn in arns))
