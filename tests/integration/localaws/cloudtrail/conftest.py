"""Who listens to CloudFront's API calls."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from localaws.instance import Instance
from tests.integration.localaws.listening import Listener


@pytest.fixture
def trail(instance: Instance) -> Iterator[Listener]:
    listener = Listener(instance, source=["aws.cloudfront"], **{"detail-type": ["AWS API Call via CloudTrail"]})
    yield listener
    listener.stop()
