"""Cases: what goes into a function, and what is expected to come out of it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from pathlib import Path
from typing import Any

from extensions.catalog.sources import EVENTS
from extensions.harness.engines.calls import NOW, Call
from extensions.harness.events import Surroundings, native_event
from extensions.harness.folders import Language
from extensions.harness.messages import Request, Response
from extensions.harness.plain import read_request, read_response

STEP_KEYS = frozenset({"request", "response", "expect"})
KEYS = STEP_KEYS | frozenset(
    {"what", "event", "parameters", "keyValueStore", "secrets", "now", "viewer", "distribution", "network", "steps"}
)
EXPECTATIONS = frozenset({"unchanged", "request", "response"})
REQUEST_KEYS = frozenset(field.name for field in fields(Request))
RESPONSE_KEYS = frozenset(field.name for field in fields(Response))
PARTS = {
    "viewer": frozenset({"ip"}),
    "distribution": frozenset({"domainName", "id"}),
    "request": REQUEST_KEYS,
    "response": RESPONSE_KEYS,
}
"""What may stand in the parts of a case: a misspelt name would make it say nothing."""
ANSWER_KEYS = frozenset({"request", "status", "headers", "body"})


class MalformedCase(Exception):
    """A file is no case; the message names it and says what to mend."""


@dataclass(frozen=True, slots=True)
class Step:
    request: Request
    response: Response | None
    expect: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Case:
    path: Path
    what: str
    event: str
    steps: tuple[Step, ...]
    """One, unless the case says otherwise; they share process, store and clock."""
    parameters: Mapping[str, str] = field(default_factory=dict)
    key_value_store: Mapping[str, str] | None = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict)
    now: datetime = NOW
    surroundings: Surroundings = field(default_factory=Surroundings)
    network: Sequence[Mapping[str, Any]] = ()

    def calls(self, language: Language) -> list[Call]:
        """A call for each step."""
        return [
            Call(
                event=native_event(self.event, language, step.request, step.response, self.surroundings),
                key_value_store=self.key_value_store,
                now=self.now,
                secrets=self.secrets,
                network=self.network,
                raw_query=step.request.query,
                continues=number > 0,
            )
            for number, step in enumerate(self.steps)
        ]


def load_cases(folder: Path) -> list[Case]:
    """The cases of an extension, by name. Raises MalformedCase."""
    return [load_case(path) for path in sorted(folder.glob("cases/*.json"))]


def load_case(path: Path) -> Case:
    """Raises MalformedCase."""
    try:
        return _read(path, json.loads(path.read_text(encoding="utf-8")))
    except json.JSONDecodeError as error:
        raise MalformedCase(f"{path}: it is no JSON: {error}") from error
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise MalformedCase(f"{path}: something has the wrong shape: {error!r}") from error


def _read(path: Path, document: Mapping[str, Any]) -> Case:
    _refuse_unknown(path, document, KEYS)
    for name in ("what", "event"):
        if not isinstance(document.get(name), str):
            raise MalformedCase(f"{path}: there is no {name}; give a text")
    event = document["event"]
    if event not in EVENTS:
        raise MalformedCase(f"{path}: the event is {event}; give one of {', '.join(EVENTS)}")
    viewer, distribution = document.get("viewer", {}), document.get("distribution", {})
    default = Surroundings()
    return Case(
        path=path,
        what=document["what"],
        event=event,
        steps=tuple(_read_step(path, event, step) for step in _steps(path, document)),
        parameters={name: str(value) for name, value in document.get("parameters", {}).items()},
        key_value_store=document.get("keyValueStore", {}),
        secrets=document.get("secrets", {}),
        now=datetime.fromisoformat(document["now"]) if "now" in document else NOW,
        surroundings=Surroundings(
            viewer_ip=viewer.get("ip", default.viewer_ip),
            domain_name=distribution.get("domainName", default.domain_name),
            distribution_id=distribution.get("id", default.distribution_id),
        ),
        network=_network(path, document),
    )


def _steps(path: Path, document: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    if "steps" not in document:
        return [{name: document[name] for name in STEP_KEYS if name in document}]
    if STEP_KEYS & document.keys() or not document["steps"]:
        raise MalformedCase(f"{path}: give either steps or a request with what is expected of it")
    for step in document["steps"]:
        _refuse_unknown(path, step, STEP_KEYS)
    return list(document["steps"])


def _network(path: Path, document: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    answers = document.get("network", [])
    for answer in answers:
        _refuse_unknown(path, answer, ANSWER_KEYS, "network")
    return list(answers)


def _read_step(path: Path, event: str, step: Mapping[str, Any]) -> Step:
    expect = step.get("expect")
    if not isinstance(expect, Mapping) or len(EXPECTATIONS & expect.keys()) != 1:
        raise MalformedCase(f"{path}: expect one of {', '.join(sorted(EXPECTATIONS))}, and origin beside it at most")
    _refuse_unknown(path, expect, EXPECTATIONS | {"origin"}, "what is expected")
    if expect.get("unchanged", True) is not True:
        raise MalformedCase(f"{path}: unchanged is true, or not there")
    if event.endswith("-response") and "request" in expect:
        raise MalformedCase(f"{path}: at {event} a response comes out; expect response or unchanged")
    if event.endswith("-response") and "response" not in step:
        raise MalformedCase(f"{path}: at {event} a response goes in; give one")
    response = read_response(step["response"]) if "response" in step else None
    return Step(read_request(step.get("request", {})), response, expect)


def _refuse_unknown(path: Path, document: Mapping[str, Any], known: frozenset[str], place: str = "a case") -> None:
    for name, value in document.items():
        if name not in known:
            raise MalformedCase(f"{path}: there is no {name} in {place}; there are {', '.join(sorted(known))}")
        if name in PARTS and place != "network":
            _refuse_unknown(path, value, PARTS[name], name)
