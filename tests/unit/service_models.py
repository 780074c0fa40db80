"""The models of AWS's services, read once: botocore reads a megabyte of JSON for each client of a new session."""

from __future__ import annotations

from functools import cache
from typing import Any

from botocore.loaders import create_loader

_loader = cache(create_loader)


def with_models_read_once(session: Any) -> Any:
    """A session of botocore as it was, but for the models, which it has from those before it."""
    session.register_component("data_loader", _loader())
    return session
