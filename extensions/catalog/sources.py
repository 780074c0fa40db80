"""The source files of an extension: one an event, which is its name; parameters stand in them as `'${Name}'`."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

EVENTS = ("viewer-request", "origin-request", "origin-response", "viewer-response")
"""In the order in which CloudFront runs them."""
RUNTIMES = {".js": "cloudfront-function", ".py": "lambda-edge"}
PLACEHOLDER = re.compile(r"""(?P<quote>['"])\$\{(?P<name>[A-Za-z0-9]+)\}(?P=quote)""")


@dataclass(frozen=True, slots=True)
class Source:
    path: Path
    text: str

    @property
    def event(self) -> str:
        return self.path.stem

    @property
    def kind(self) -> str:
        return RUNTIMES[self.path.suffix]

    @property
    def logical_id(self) -> str:
        """Of the resource whose code this is: ViewerRequest for viewer-request."""
        return "".join(word.capitalize() for word in self.event.split("-"))

    @property
    def placeholders(self) -> tuple[str, ...]:
        """The parameters that stand in the text, as often as they do."""
        return placeholders(self.text)

    def text_with(self, values: Mapping[str, str]) -> str:
        """The code as it is deployed; a parameter without a value counts as an empty one."""
        return PLACEHOLDER.sub(lambda found: _in_base64(values.get(found["name"], "")), self.text)

    def bytes_with(self, values: Mapping[str, str]) -> int:
        return len(self.text_with(values).encode())


def read_sources(folder: Path) -> tuple[Source, ...]:
    """In the order of their events."""
    paths = [folder / f"{event}{suffix}" for event in EVENTS for suffix in RUNTIMES]
    return tuple(Source(path, path.read_bytes().decode()) for path in paths if path.is_file())


def placeholders(text: str) -> tuple[str, ...]:
    return tuple(found["name"] for found in PLACEHOLDER.finditer(text))


def _in_base64(value: str) -> str:
    return f"'{base64.b64encode(value.encode()).decode()}'"
