"""The layer's adapters, pointed at an instance of the embedded AWS in the process of the tests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from cloudfront_extensions.aws import clients
from localaws.instance import Instance


@contextmanager
def speaking_to(instance: Instance, **environment: str) -> Iterator[None]:
    """The adapters speak to the instance, as a function of the deployment with this environment would."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {**instance.environment, **environment}.items():
            patch.setenv(name, value)
        forget_clients()
        yield
        forget_clients()


def forget_clients() -> None:
    for cached in (clients._session, clients.client):
        cached.cache_clear()
