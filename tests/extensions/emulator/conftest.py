from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.extensions.emulator.local_origin import LocalOrigin, local_origin


@pytest.fixture
def origin() -> Iterator[LocalOrigin]:
    with local_origin() as running:
        yield running


@pytest.fixture
def other_origin() -> Iterator[LocalOrigin]:
    with local_origin() as running:
        yield running
