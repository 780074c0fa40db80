"""What the rules say about a function."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Violation:
    """CloudFront answers 502 for it; a warning is something that CloudFront takes, and that it is better not to do."""

    rule: int
    """1 to 20."""
    message: str
    """Where, what, and what to do."""
    is_warning: bool = False

    def __str__(self) -> str:
        return f"rule {self.rule}{' (warning)' if self.is_warning else ''}: {self.message}"
