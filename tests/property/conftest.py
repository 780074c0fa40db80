"""The account in memory that unit tests have, for laws of what is stored."""

from __future__ import annotations

from tests.unit.conftest import account

__all__ = ["account"]
