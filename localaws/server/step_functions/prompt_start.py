"""An execution enters its first state at once. MiniStack lets every execution, and so every nested one, wait 0.15 s."""

from __future__ import annotations

import time
from typing import Any

from ministack.services import stepfunctions

from localaws.server.settings import Settings

START_DELAY = 0.15


class TimeWithoutStartDelay:
    """The module `time` as the Step Functions service sees it."""

    def __getattr__(self, name: str) -> Any:
        return getattr(time, name)

    def sleep(self, seconds: float) -> None:
        if seconds != START_DELAY:
            time.sleep(seconds)


def install(settings: Settings) -> None:
    def scaled_sleep(seconds: float) -> None:
        """The wait of a Wait state, on the real clock: it may well come to START_DELAY."""
        time.sleep(settings.wall_seconds(seconds))

    stepfunctions._scaled_sleep = scaled_sleep
    stepfunctions.time = TimeWithoutStartDelay()
