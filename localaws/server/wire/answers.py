"""What the model forbids about an answer: its status, its members, the code of an error.

Answers are read more strictly here than botocore's parsers read them, which pass over what they don't know; errors are
read by these parsers, because their code is what a caller sees.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from typing import Any

from botocore.awsrequest import HeadersDict
from botocore.parsers import ResponseParserError, create_parser

from localaws.server import shapes
from localaws.server.bodies import xml_bodies
from localaws.server.front_door import Answer, Call
from localaws.server.wire import placed_members
from localaws.server.wire.common_errors import common_errors
from localaws.server.wire.exchange import JSON, QUERY, Exchange
from localaws.server.wire.json_bodies import json_violations
from localaws.server.wire.placed_members import Places

PARTIAL_CONTENT = 206
ALL_THE_SAME = {
    # "If there are no unprocessed items remaining, the response contains an empty UnprocessedItems map" (API reference),
    # and so for the UnprocessedKeys of BatchGetItem.
    ("dynamodb", "BatchWriteItem"): "Value at 'unprocessedItems' failed to satisfy constraint: Member must have length",
    ("dynamodb", "BatchGetItem"): "Value at 'unprocessedKeys' failed to satisfy constraint: Member must have length",
    # Among the events of a stack are those of the stack itself, with statuses that no resource has: REVIEW_IN_PROGRESS,
    # UPDATE_COMPLETE_CLEANUP_IN_PROGRESS.
    ("cloudformation", "DescribeStackEvents"): r"Value at 'stackEvents\.\d+\.member\.resourceStatus' failed",
}
"""How the sentence begins, as a pattern, about what AWS itself answers although its model forbids it."""


def violations_in(exchange: Exchange, call: Call, answer: Answer) -> Iterator[str]:
    if exchange.operation is None or 300 <= answer.status < 400:
        return
    if answer.status >= 400:
        yield from error_violations(exchange, call, answer)
        return
    yield from status_violations(exchange, call, answer.status)
    excused = ALL_THE_SAME.get((exchange.service, exchange.operation.name))
    for sentence in body_violations(exchange, answer):
        if not (excused and re.match(excused, sentence)):
            yield sentence


def status_violations(exchange: Exchange, call: Call, status: int) -> Iterator[str]:
    modelled = exchange.operation.http.get("responseCode", 200)
    shape = exchange.operation.output_shape
    says_itself = shape is not None and any(
        member.serialization.get("location") == "statusCode" for member in shape.members.values()
    )
    is_part = status == PARTIAL_CONTENT and "range" in call.request.headers
    if status != modelled and not says_itself and not is_part:
        yield f"the status is {modelled}, not {status}"


def body_violations(exchange: Exchange, answer: Answer) -> Iterator[str]:
    shape = exchange.operation.output_shape
    if exchange.protocol == QUERY:
        yield from query_violations(exchange, answer.body)
    elif shape is None:
        return
    elif exchange.protocol == JSON:
        yield from json_violations(shape, answer.body)
    else:
        places = Places(answer.body, _headers(answer), status=answer.status)
        yield from placed_members.violations_in(exchange, shape, places)


def query_violations(exchange: Exchange, body: bytes) -> Iterator[str]:
    root, shape = xml_bodies.root_of(body), exchange.operation.output_shape
    if root is None or xml_bodies.name_of(root) != f"{exchange.operation.name}Response":
        yield f"the outermost element is not {exchange.operation.name}Response"
        return
    parts = {xml_bodies.name_of(child): child for child in root}
    metadata = parts.pop("ResponseMetadata", None)
    if metadata is None or not any(xml_bodies.name_of(child) == "RequestId" for child in metadata):
        yield "ResponseMetadata has no RequestId"
    wrapper = shape.serialization.get("resultWrapper") if shape is not None else None
    result = parts.pop(wrapper, None) if wrapper else None
    if wrapper and result is None:
        yield f"there is no {wrapper}"
    elif result is not None:
        yield from shapes.violations(shape, xml_bodies.tree(shape, result), "", exchange.times)
    yield from (f"Unknown element '{name}'" for name in sorted(parts))


def error_violations(exchange: Exchange, call: Call, answer: Answer) -> Iterator[str]:
    if call.request.method == "HEAD":
        return  # has no body, and so no code
    code = code_of(exchange, answer)
    if code is None:
        yield "botocore can't read the error"
        return
    wanted = (modelled_errors(exchange.operation) | common_errors(exchange.service)).get(code)
    if wanted is None:
        yield f"the error code {code!r} is neither modelled for {exchange.operation.name} nor common"
    elif wanted and answer.status not in wanted:
        yield f"the status of {code} is {' or '.join(map(str, sorted(wanted)))}, not {answer.status}"


def code_of(exchange: Exchange, answer: Answer) -> str | None:
    """The code that an SDK reports; None where its parser gives up."""
    response = {"status_code": answer.status, "headers": HeadersDict(_headers(answer)), "body": answer.body}
    try:
        parsed = _parser(exchange.protocol).parse(response, exchange.operation.output_shape)
    except ResponseParserError:
        return None
    return str(parsed.get("Error", {}).get("Code", ""))


def modelled_errors(operation: Any) -> dict[str, frozenset[int]]:
    """The status of each error of an operation; empty where the model leaves it out, which leaves it to the protocol."""
    statuses = {}
    for shape in operation.error_shapes:
        status = shape.metadata.get("error", {}).get("httpStatusCode")
        statuses[shape.error_code] = frozenset([status] if status else ())
    return statuses


@functools.cache
def _parser(protocol: str) -> Any:
    return create_parser(protocol)


def _headers(answer: Answer) -> dict[str, str]:
    return {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in answer.headers}
