"""Why an extension does not come into the catalogue."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, order=True)
class Refusal:
    path: Path
    line: int
    message: str

    def told(self, root: Path) -> str:
        """As an editor reads it: the place can be clicked."""
        return f"{self.path.relative_to(root)}:{self.line}: {self.message}"
