"""Looks for marked texts wherever data goes, so that a test can show that a secret stays where it belongs.

`PUT /_localaws/marks` with `{"text": "…", "name": "key"}` marks a text from then on; `GET` lists where it was seen and how
often; `DELETE` forgets both. A text is looked for in requests and answers of calls, whose records then have
`"marked": ["request", "answer"]`; in the input and output of every state; in what functions print; in events that rules
see; and in what functions get and answer when AWS itself invokes them. What is stored in a table, a bucket or a queue came
there by a call. The text itself is neither recorded nor shown.

It is also found inside JSON in JSON, in base64, percent-encoded, in XML and in a gzip body; not where it is encrypted,
cut in pieces, or inside an archive.
"""

from __future__ import annotations

import base64
import json
import re
import threading
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any
from urllib.parse import quote, quote_plus
from xml.sax.saxutils import escape

from ministack.services import eventbridge, lambda_svc

from localaws.server import control, front_door
from localaws.server.control import BadRequestError
from localaws.server.front_door import Answer, Call, Proceed
from localaws.server.seams import on_reset, wrap
from localaws.server.settings import Settings
from localaws.server.step_functions import state_visits
from localaws.server.step_functions.state_visits import Visit

SHORTEST_TEXT = 8
"""Shorter texts would be found by chance."""
DEEPEST_JSON = 3
"""How many times a text may be written as JSON inside JSON: an execution's input in a message, and one more."""
ENCODINGS: tuple[Callable[[str], str], ...] = (quote, quote_plus, partial(quote, safe=""), escape)
"""Of URLs, forms and XML."""
GZIP = b"\x1f\x8b"
BASE64_GROUP = 3


@dataclass(frozen=True, slots=True)
class Place:
    """Where a marked text was seen; the fields are told in `localaws.marks.Sighting`."""

    mark: str
    sink: str
    who: str
    what: str
    direction: str


_marks: dict[str, re.Pattern[bytes]] = {}
_seen: Counter[Place] = Counter()
_lock = threading.Lock()


def install(settings: Settings) -> None:
    control.serve("/_localaws/marks", GET=sightings, PUT=mark, DELETE=forget)
    on_reset(eventbridge, lambda: forget({}))
    front_door.add(searched)
    state_visits.entering.append(lambda visit: look_at_state(visit, visit.input, "input"))
    state_visits.leaving.append(lambda visit, output: look_at_state(visit, output, "output"))
    wrap(lambda_svc, "_emit_lambda_logs", looking_at_the_log)
    wrap(lambda_svc, "_execute_function", looking_at_the_invocation)
    wrap(eventbridge, "_dispatch_event", looking_at_the_event)


def mark(body: dict[str, Any]) -> None:
    text, name = control.fields(body, "text", optional=("name",))
    if len(text) < SHORTEST_TEXT:
        raise BadRequestError(
            f"a text of {len(text)} characters would be found by chance; mark {SHORTEST_TEXT} or more"
        )
    _marks[name or "mark"] = pattern_of(text)


def sightings(_: dict[str, Any]) -> list[dict[str, Any]]:
    with _lock:
        return [{**asdict(place), "count": count} for place, count in _seen.most_common()]


def forget(_: dict[str, Any]) -> None:
    with _lock:
        _marks.clear()
        _seen.clear()


async def searched(call: Call, proceed: Proceed) -> Answer:
    if not _marks:
        return await proceed(call)
    where = (call.caller, f"{call.service}:{call.operation}")
    sent = "\n".join([call.request.path, *call.request.headers.values(), json.dumps(dict(call.request.query))])
    look_at_call(call, call.body + b"\n" + sent.encode(), where, "request")
    answer = await proceed(call)
    look_at_call(call, answer.body + b"\n".join(value for _, value in answer.headers), where, "answer")
    return answer


def look_at_call(call: Call, data: bytes, where: tuple[str, str], direction: str) -> None:
    if look(data, "call", *where, direction):
        call.notes.setdefault("marked", []).append(direction)


def look_at_state(visit: Visit, value: Any, direction: str) -> None:
    if _marks:
        look(json.dumps(value).encode(), "state", visit.state_machine_name, visit.name, direction)


def looking_at_the_log(stock: Callable[..., None]) -> Callable[..., None]:
    def emit(func: dict[str, Any], request_id: str, log_text: str, *rest: Any, **named: Any) -> None:
        look(log_text.encode(), "log", _name_of(func), "", "")
        stock(func, request_id, log_text, *rest, **named)

    return emit


def looking_at_the_invocation(stock: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
    def execute(func: dict[str, Any], event: Any) -> dict[str, Any]:
        call = front_door.current()
        if not _marks or (call and call.operation == "Invoke"):
            return stock(func, event)  # the call is looked at
        look(json.dumps(event).encode(), "invocation", _name_of(func), "", "request")
        result = stock(func, event)
        look(json.dumps(result.get("body"), default=str).encode(), "invocation", _name_of(func), "", "answer")
        return result

    return execute


def looking_at_the_event(stock: Callable[..., None]) -> Callable[..., None]:
    def dispatch(event: dict[str, Any], view: Any = None) -> None:
        if _marks:
            look(json.dumps(event, default=str).encode(), "event", event["Source"], event["DetailType"], "")
        stock(event, view)

    return dispatch


def look(data: bytes, sink: str, who: str, what: str, direction: str) -> bool:
    """Whether any marked text is in the data; counts where it was seen."""
    found = [name for name, pattern in list(_marks.items()) if pattern.search(data) or pattern.search(unzipped(data))]
    with _lock:
        _seen.update(Place(name, sink, who, what, direction) for name in found)
    return bool(found)


def pattern_of(text: str) -> re.Pattern[bytes]:
    """Every form in which the text is recognised."""
    plain = [text]
    for _ in range(DEEPEST_JSON):
        plain.append(json.dumps(plain[-1])[1:-1])
    forms = {form.encode() for form in plain}
    forms |= {encode(form).encode() for form in plain for encode in ENCODINGS}
    forms |= {form for plain_form in plain for form in in_base64(plain_form.encode())}
    return re.compile(b"|".join(re.escape(form) for form in sorted(forms)))


def in_base64(data: bytes) -> Iterator[bytes]:
    """What surely stands in base64 of anything that holds the data, by where in a group of three bytes it begins."""
    for before in range(BASE64_GROUP):
        skipped = (BASE64_GROUP - before) % BASE64_GROUP
        whole = data[skipped : skipped + (len(data) - skipped) // BASE64_GROUP * BASE64_GROUP]
        yield base64.b64encode(whole)
        yield base64.urlsafe_b64encode(whole)


def unzipped(data: bytes) -> bytes:
    if not data.startswith(GZIP):
        return b""
    try:
        return zlib.decompressobj(wbits=31).decompress(data)
    except zlib.error:
        return b""


def _name_of(func: dict[str, Any]) -> str:
    return str((func.get("config") or func)["FunctionName"])
