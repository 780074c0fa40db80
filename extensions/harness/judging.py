"""Whether what came out of a function is what a case expects: the differences in words."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import Any

from extensions.harness.cases import Case, Step
from extensions.harness.engines.calls import Outcome
from extensions.harness.events import MalformedResult, read_result
from extensions.harness.folders import Language
from extensions.harness.messages import Cookie, Request, Response
from extensions.harness.plain import read_body, read_cookie, read_values

Message = Request | Response
LONGEST_VALUE = 300
"""Characters of a value that are told."""


def judge(case: Case, language: Language, outcomes: list[Outcome]) -> list[str]:
    """The differences of all steps; none: the case holds."""
    differences = []
    for number, (step, outcome) in enumerate(zip(case.steps, outcomes, strict=True), start=1):
        place = f"step {number}: " if len(case.steps) > 1 else ""
        found = list(_judge_step(case.event, language, step, outcome))
        if found and outcome.unanswered:
            found.append(f"nothing in the case answers {', '.join(outcome.unanswered)}")
        differences += [f"{place}{difference}" for difference in found]
    return differences


def _judge_step(event: str, language: Language, step: Step, outcome: Outcome) -> Iterator[str]:
    if outcome.error:
        yield outcome.error
        return
    try:
        result = read_result(event, language, outcome.value, step.request, step.response)
    except MalformedResult as error:
        yield str(error)
        return
    yield from _differences(step, result)
    yield from _origin_differences(step.expect.get("origin", []), outcome)


def _differences(step: Step, result: Message) -> Iterator[str]:
    given: Message = step.response or step.request
    if "response" in step.expect and step.response is None:
        yield from _of_generated(step.expect["response"], result)
    elif type(result) is not type(given):
        yield f"it answers {_told(getattr(result, 'status', None))} itself; expected that the request goes on"
    else:
        expected = step.expect.get("request" if isinstance(given, Request) else "response", {})
        yield from _of_changed(given, expected, result)


def _of_generated(expected: Mapping[str, Any], result: Message) -> Iterator[str]:
    if isinstance(result, Request):
        yield f"the request goes on, to {result.uri}; expected a response with status {expected.get('status', 200)}"
        return
    yield from _of_changed(Response(status=200), expected, result)


def _of_changed(given: Message, expected: Mapping[str, Any], result: Message) -> Iterator[str]:
    for field in fields(given):
        name, before, after = field.name, getattr(given, field.name), getattr(result, field.name)
        if name in ("headers", "cookies"):
            wanted = _values(before, expected.get(name, {}), name)
            for one in sorted({**wanted, **after}):
                if wanted.get(one) != after.get(one):
                    yield f"{name}.{one} is {_told(after.get(one))}; expected {_wanted(wanted.get(one))}"
        elif name == "body":
            yield from _body_differences(expected.get("body", before), after)
        elif after != (wanted := expected.get(name, before)):
            yield f"{name} is {_told(after)}; expected {_wanted(wanted)}"


def _values(before: Mapping[str, Any], changes: Mapping[str, Any], name: str) -> dict[str, Any]:
    """The headers or cookies as they are expected: those that went in, changed; null takes one away."""
    read = read_values if name == "headers" else read_cookie
    changed = {key.lower() if name == "headers" else key: value for key, value in changes.items()}
    kept = {key: values for key, values in before.items() if key not in changed}
    return kept | {key: read(value) for key, value in changed.items() if value is not None}


def _body_differences(expected: Any, body: bytes | None) -> Iterator[str]:
    if isinstance(expected, Mapping) and "contains" in expected:
        if expected["contains"].encode() not in (body or b""):
            yield f"body is {_told(body)}; expected that it contains {_told(expected['contains'])}"
        return
    wanted = expected if isinstance(expected, bytes) else read_body(expected)
    if (body or b"") != (wanted or b""):
        yield f"body is {_told(body)}; expected {_wanted(wanted)}"


def _origin_differences(expected: list[Any], outcome: Outcome) -> Iterator[str]:
    calls = list(outcome.origin_calls)
    if calls != expected:
        yield f"origin calls are {json.dumps(calls)}; expected {json.dumps(expected)}"


def _told(value: Any) -> str:
    """A value in words, short enough for a line."""
    if value is None:
        return "not there"
    if isinstance(value, bytes):
        value = value.decode(errors="replace")
    elif isinstance(value, tuple):
        texts = [_text(one) for one in value]
        value = texts[0] if len(texts) == 1 else texts
    text = json.dumps(value, ensure_ascii=False, sort_keys=True)
    return text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]}…"


def _wanted(value: Any) -> str:
    return "nothing" if value is None else _told(value)


def _text(value: str | Cookie) -> str:
    if isinstance(value, str):
        return value
    return f"{value.value}; {value.attributes}" if value.attributes else value.value
