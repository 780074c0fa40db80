"""Requests and responses as nobody would send them on purpose: for fuzzing edge functions."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from hypothesis import strategies as st

from extensions.harness.cases import Case
from extensions.harness.engines.calls import Call
from extensions.harness.events import Surroundings, native_event
from extensions.harness.folders import Language
from extensions.harness.messages import Cookie, Request, Response

LONGEST_URL = 8_191
CALLS = 20
"""In one process of an engine."""

_TEXTS = json.loads(Path(__file__).with_name("odd_texts.json").read_text())
_PIECES = st.sampled_from(_TEXTS["pieces"])
_TEXT = st.lists(_PIECES, max_size=12).map("".join)
_HEADER_TEXT = _TEXT | st.text(
    st.characters(min_codepoint=32, max_codepoint=0x2FFF, exclude_categories=["Cs"]), max_size=40
)
_TOKENS = st.sampled_from(_TEXTS["authorization"])
_HEADERS = st.sampled_from(_TEXTS["requestHeaders"])
_RESPONSE_HEADERS = st.sampled_from(_TEXTS["responseHeaders"])
_METHODS = st.sampled_from(["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"])
_NAMES = st.text("abctuvX_.-%", min_size=1, max_size=6) | st.sampled_from(["token", "session", "__proto__", "toString"])
_ADDRESSES = st.ip_addresses().map(str)


@st.composite
def _urls(draw: st.DrawFn) -> tuple[str, str]:
    """URI and query, up to the longest that CloudFront takes."""
    uri = "/" + draw(_TEXT)
    query = "&".join(draw(st.lists(_TEXT, max_size=4)))
    if draw(st.booleans()):
        piece = draw(_PIECES)
        uri += (piece * LONGEST_URL)[: LONGEST_URL - 1 - len(uri) - len(query)]
    return uri, query


@st.composite
def _requests(draw: st.DrawFn, known: Sequence[Request]) -> Request:
    """One of a case with something changed, or something all new."""
    uri, query = draw(_urls())
    values = (_HEADER_TEXT | _TOKENS).map(lambda value: (value,))
    headers = draw(st.dictionaries(_HEADERS, values, max_size=4))
    cookies = draw(st.dictionaries(_NAMES, _TEXT.map(lambda value: (Cookie(value),)), max_size=3))
    base = draw(st.sampled_from(known))
    new = Request(
        draw(_METHODS), uri, query, {"host": ("www.example.com",), **headers}, cookies, base.body, base.origin
    )
    return draw(
        st.sampled_from(
            [
                new,
                replace(base, uri=uri),
                replace(base, query=query, method=new.method),
                replace(base, headers={**base.headers, **headers}),
                replace(base, cookies={**base.cookies, **cookies}),
            ]
        )
    )


@st.composite
def _responses(draw: st.DrawFn, event: str, known: Sequence[Response]) -> Response:
    base = draw(st.sampled_from(known))
    highest = 399 if event == "viewer-response" else 599
    values = _HEADER_TEXT.map(lambda value: (value,))
    headers = draw(st.dictionaries(_RESPONSE_HEADERS, values, max_size=4))
    status = draw(st.sampled_from([200, 204, 301, 304, 403, 404, 500, 503]) | st.integers(200, highest))
    return replace(base, headers={**base.headers, **headers}, status=min(status, highest))


class OddCalls:
    """Calls, and the case whose parameters, keys, secrets, network and clock they have."""

    def __init__(self, case: Case, calls: list[Call]) -> None:
        self.case = case
        self.calls = calls

    def __repr__(self) -> str:
        return f"{len(self.calls)} calls with the parameters of {self.case.path.name}"


@st.composite
def odd_calls(draw: st.DrawFn, cases: Sequence[Case], language: Language, known: Sequence[Request]) -> OddCalls:
    """Calls with something odd in them; some are known requests but for that."""
    case = draw(st.sampled_from(cases))
    first = case.calls(language)[0]
    responses = [step.response for one in cases for step in one.steps if step.response is not None]
    calls = []
    for request in draw(st.lists(_requests(known), min_size=CALLS, max_size=CALLS)):
        response = draw(_responses(case.event, responses)) if responses else None
        event = native_event(case.event, language, request, response, Surroundings(viewer_ip=draw(_ADDRESSES)))
        calls.append(replace(first, event=event, raw_query=request.query))
    return OddCalls(case, calls)
