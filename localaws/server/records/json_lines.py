"""A file of JSON objects, one a line, to which any thread may append."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path


class JsonLines:
    """Each append is one unbuffered write to a file opened for appending: whole lines, at once visible to readers."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("ab", buffering=0)

    def append(self, line: Mapping[str, object]) -> None:
        self._file.write(json.dumps(line, separators=(",", ":")).encode() + b"\n")
