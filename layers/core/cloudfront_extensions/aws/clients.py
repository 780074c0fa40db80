"""AWS clients, made once for each execution environment and only when first used.

They come from botocore, without boto3: that is a third less import time in every cold start.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from botocore.session import Session


@cache
def _session() -> Session:
    from botocore.session import get_session

    return get_session()


@cache
def client(service: str) -> Any:
    """The client of a service, in the Region of the environment.

    Its own retries are off: Step Functions retries the whole task, with jitter and under a limit that one can read in the
    state machine; two layers of retries would multiply.
    """
    from botocore.config import Config

    config = Config(retries={"total_max_attempts": 1}, connect_timeout=3, read_timeout=20)
    return _session().create_client(service, config=config)


@cache
def patient_client(service: str) -> Any:
    """Like `client`, but retrying by itself: for lists and bulk writes, where beginning again costs more than waiting."""
    from botocore.config import Config

    config = Config(retries={"mode": "standard", "total_max_attempts": 6}, connect_timeout=3, read_timeout=20)
    return _session().create_client(service, config=config)
