"""The twenty rules that CloudFront holds a function's result, its configuration and its size to.

A result that breaks one is a 502 for the viewer.

 1  headers that are CloudFront's own          11  URI and query
 2  read-only headers at viewer-request        12  method, client address and configuration are read-only
 3  read-only headers at origin-request        13  the origin that Lambda@Edge chooses
 4  read-only headers at response events       14  the origin helpers of CloudFront Functions
 5  the viewer's country is not added          15  the body of a request
 6  the form of headers and cookies            16  the size of a request
 7  the status                                 17  limits of CloudFront Functions and key-value stores
 8  no viewer-response for an error            18  which functions a behavior may have
 9  the size of a response                     19  a repeated run at an origin event
10  the body of a response                     20  CloudFront-* headers in Lambda@Edge

`violations` judges one run; what can't be seen in one has functions of its own: `sizes` of a viewer's request (16),
`code_violations` and its neighbours (17), `association_violations` (18), `repetition_violations` (19).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from extensions.harness.rules.associations import Association, association_violations
from extensions.harness.rules.exchange import Exchange, Origins, exchange
from extensions.harness.rules.headers import (
    cloudfront_headers,
    disallowed,
    form,
    is_disallowed,
    read_only,
    viewer_country,
)
from extensions.harness.rules.lambda_origins import chosen_origin
from extensions.harness.rules.limits import (
    account_violations,
    code_violations,
    log_violations,
    store_violations,
    update_violations,
)
from extensions.harness.rules.origin_calls import origin_calls
from extensions.harness.rules.repetition import repetition_violations
from extensions.harness.rules.requests import read_only_fields, request_body, request_size, sizes, url
from extensions.harness.rules.responses import response_body, response_size, runs_at_all, status
from extensions.harness.rules.violation import Violation

__all__ = [
    "Association",
    "Origins",
    "Violation",
    "account_violations",
    "association_violations",
    "code_violations",
    "is_disallowed",
    "log_violations",
    "repetition_violations",
    "sizes",
    "store_violations",
    "update_violations",
    "violations",
    "warnings",
]

CHECKS: tuple[Callable[[Exchange], Iterator[Violation]], ...] = (
    disallowed,
    read_only,
    viewer_country,
    form,
    status,
    runs_at_all,
    response_size,
    response_body,
    url,
    read_only_fields,
    chosen_origin,
    origin_calls,
    request_body,
    request_size,
    cloudfront_headers,
)
"""In the order of the rules."""


def violations(
    event: str,
    language: str,
    native_event: Mapping[str, Any],
    native_result: object,
    origin_calls: tuple[Any, ...] = (),
    origins: Origins | None = None,
) -> list[Violation]:
    """What CloudFront would refuse in a function's result, beside the event that went in.

    Event and result are as the runtime of the language ("javascript" or "python") has them. The event is judged too,
    where CloudFront would never send it (rules 8 and 15).
    """
    found = _found(event, language, native_event, native_result, origin_calls, origins)
    return [one for one in found if not one.is_warning]


def warnings(event: str, language: str, native_event: Mapping[str, Any], native_result: object) -> list[Violation]:
    """What CloudFront takes, and what had better be written otherwise."""
    return [one for one in _found(event, language, native_event, native_result, (), None) if one.is_warning]


def _found(
    event: str,
    language: str,
    native_event: Mapping[str, Any],
    native_result: object,
    calls: tuple[Any, ...],
    origins: Origins | None,
) -> list[Violation]:
    if not isinstance(native_result, Mapping):
        kind = type(native_result).__name__
        return [Violation(6, f"result: is {kind}; return the request or a response")]
    judged = replace(
        exchange(event, language, native_event, native_result), origin_calls=calls, origins=origins or Origins()
    )
    if judged.at_request and judged.status_key not in native_result and "uri" not in native_result:
        keys = ", ".join(sorted(map(str, native_result))) or "nothing"
        advice = f"return the request (with uri) or a response (with {judged.status_key})"
        return [Violation(6, f"result: holds {keys}, which is neither; {advice}")]
    return [violation for check in CHECKS for violation in check(judged)]
