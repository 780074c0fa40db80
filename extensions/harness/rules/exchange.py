"""What went into a function and what came out, as the rules look at it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Language = Literal["javascript", "python"]
Values = Mapping[str, tuple[str, ...]]
"""The values of each header, by its lower-case name."""

KIB = 1024
MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Origins:
    """What a distribution knows of its origins, for the origin helpers of CloudFront Functions."""

    known: frozenset[str] | None = None
    """The ids that exist; None where nobody knows."""
    vpc: frozenset[str] = frozenset()
    assigned: str = ""
    """The id of the origin that the behavior names."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """One run of a function: JavaScript is CloudFront Functions, Python is Lambda@Edge."""

    event: str
    language: str
    config: Mapping[str, Any]
    request: Mapping[str, Any]
    response: Mapping[str, Any] | None
    result: Mapping[str, Any]
    origin_calls: tuple[Any, ...] = ()
    origins: Origins = field(default_factory=Origins)

    @property
    def by_lambda(self) -> bool:
        return self.language == "python"

    @property
    def at_viewer(self) -> bool:
        return self.event.startswith("viewer-")

    @property
    def at_request(self) -> bool:
        return self.event.endswith("-request")

    @property
    def status_key(self) -> str:
        return "status" if self.by_lambda else "statusCode"

    @property
    def answers(self) -> bool:
        """Whether the result is a response, be it generated or changed."""
        return not self.at_request or self.status_key in self.result

    @property
    def generates(self) -> bool:
        """Whether the result is a response to a request that went in: no origin and no cache is asked."""
        return self.at_request and self.answers

    @property
    def before(self) -> Mapping[str, Any]:
        """What the result stands in for: nothing where the response is generated."""
        if self.generates:
            return {}
        return self.request if self.at_request else self.response or {}

    def values_before(self) -> Values:
        return header_values(self.before.get("headers"), self.language)

    def values_after(self) -> Values:
        return header_values(self.result.get("headers"), self.language)


def exchange(event: str, language: str, native_event: Mapping[str, Any], result: Mapping[str, Any]) -> Exchange:
    """The parts of a native event, whose place differs between the two runtimes."""
    carrier = native_event["Records"][0]["cf"] if language == "python" else native_event
    config = carrier.get("config") or carrier.get("context") or {}
    return Exchange(event, language, config, carrier.get("request") or {}, carrier.get("response"), result)


def header_values(headers: object, language: str) -> Values:
    """The values by lower-case name, of what is well-formed; what is not is a matter of rule 6 alone."""
    if not isinstance(headers, Mapping):
        return {}
    return {str(name).lower(): tuple(_values(entry, language)) for name, entry in headers.items()}


def _values(entry: object, language: str) -> list[str]:
    several = entry if language == "python" else isinstance(entry, Mapping) and (entry.get("multiValue") or [entry])
    if not isinstance(several, list):
        return []
    return [str(one["value"]) for one in several if isinstance(one, Mapping) and "value" in one]


def size(values: Values) -> int:
    """Bytes of headers as they are sent: `name: value` and the end of the line."""
    return sum(len(name.encode()) + len(value.encode()) + 4 for name, all_of in values.items() for value in all_of)
