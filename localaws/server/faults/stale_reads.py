"""Reads that answer as before the last change: ACM, CloudFront and the tagging API are eventually consistent.

While a rule of kind `stale` is set, the answers of these services are remembered by request. A stale read is answered
with the last answer to the same request that was another one. Where there was none, something that was made meanwhile
is not there yet: a read of it is refused as one of a thing that does not exist, and it is left out of lists. Anything
else is answered as it is.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any
from xml.etree import ElementTree

from localaws.server.front_door import Answer, Call, Proceed
from localaws.server.refusals import refusal

SERVICES = ("acm", "cloudfront", "tagging")
READS = re.compile("(Get|List|Describe)")
NOT_THERE = {"acm": "ResourceNotFoundException", "cloudfront": "NoSuchDistribution"}
NOT_THERE_FOR_TAGS = "NoSuchResource"
MADE = {
    "RequestCertificate": rb'"CertificateArn": ?"([^"]+)"',
    "ImportCertificate": rb'"CertificateArn": ?"([^"]+)"',
    "CreateDistribution": rb"<Id>(E[A-Z0-9]+)</Id>",
    "CreateDistributionWithTags": rb"<Id>(E[A-Z0-9]+)</Id>",
    "CopyDistribution": rb"<Id>(E[A-Z0-9]+)</Id>",
}
"""Operations that make something, and where their answer names it."""

Request = tuple[str | None, str, str, str, bytes]

_newest: dict[Request, Answer] = {}
_older: dict[Request, Answer] = {}
"""The last answer that was another one than the newest."""
_made: set[str] = set()


def forget() -> None:
    for memory in (_newest, _older, _made):
        memory.clear()


def is_read(call: Call) -> bool:
    return call.service in SERVICES and READS.match(call.operation or "") is not None


def remembering(proceed: Proceed) -> Proceed:
    """The services, with their answers remembered."""

    async def answered(call: Call) -> Answer:
        answer = await proceed(call)
        if is_read(call):
            remember(call, answer)
        elif pattern := MADE.get(call.operation or ""):
            _made.update(found.decode() for found in re.findall(pattern, answer.body)[:1])
        return answer

    return answered


def remember(call: Call, answer: Answer) -> None:
    request = request_of(call)
    if request in _newest and content(_newest[request]) != content(answer):
        _older[request] = _newest[request]
    _newest[request] = answer


def before_the_last_change(call: Call, now: Answer) -> Answer:
    """The stale answer instead of the one that is true now, which is remembered already."""
    if older := _older.get(request_of(call)):
        return older
    named = f"{call.request.path} {dict(call.request.query)} {call.body.decode(errors='replace')}"
    if now.status < 400 and any(made in named for made in _made):
        code = NOT_THERE_FOR_TAGS if call.operation == "ListTagsForResource" else NOT_THERE.get(call.service or "")
        return refusal(call, code, "what was made just now is not there yet") if code else now
    return without(_made, now) if now.status < 400 else now


def request_of(call: Call) -> Request:
    request = call.request
    return call.service, request.method, request.path, f"{sorted(request.query.items())} {call.operation}", call.body


def content(answer: Answer) -> tuple[int, bytes]:
    """What makes answers the same or not: errors carry the number of their request."""
    return answer.status, answer.body if answer.status < 400 else b""


def without(made: set[str], answer: Answer) -> Answer:
    """A list without the items that name one of these."""
    if answer.body.lstrip().startswith(b"<"):
        body = xml_without(made, answer.body)
    else:
        body = json.dumps(json_without(made, json.loads(answer.body))).encode()
    headers = tuple((name, value) for name, value in answer.headers if name.lower() != b"content-length")
    return Answer(answer.status, headers, body)


def json_without(made: set[str], answer: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: [item for item in value if not names_one(made, json.dumps(item))] if isinstance(value, list) else value
        for name, value in answer.items()
    }


def xml_without(made: set[str], body: bytes) -> bytes:
    answer = ElementTree.fromstring(body)  # noqa: S314 - our own
    items, quantity = answer.find("{*}Items"), answer.find("{*}Quantity")
    if items is None or quantity is None:
        return body
    for item in list(items):
        if names_one(made, ElementTree.tostring(item, encoding="unicode")):
            items.remove(item)
    quantity.text = str(len(items))
    return ElementTree.tostring(answer)


def names_one(made: set[str], text: str) -> bool:
    return any(name in text for name in made)
