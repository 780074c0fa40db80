"""A clock that stands still for all that asks `time` and `datetime` what time it is; timeouts go on as they do."""

from __future__ import annotations

import datetime
import time
from typing import Any

_real_gmtime, _real_localtime, _real_strftime = time.gmtime, time.localtime, time.strftime
_RealDatetime = datetime.datetime
_RealDate = datetime.date
_now = 0.0


def set_now(seconds: float) -> None:
    """Seconds since 1970."""
    global _now
    _now = seconds


class StillDatetime(_RealDatetime):
    @classmethod
    def now(cls, tz: datetime.tzinfo | None = None) -> Any:
        return cls.fromtimestamp(_now, tz)

    @classmethod
    def utcnow(cls) -> Any:
        return cls.fromtimestamp(_now, datetime.UTC).replace(tzinfo=None)

    @classmethod
    def today(cls) -> Any:
        return cls.fromtimestamp(_now)


class StillDate(_RealDate):
    @classmethod
    def today(cls) -> Any:
        return cls.fromtimestamp(_now)


def install() -> None:
    """Before anything that takes a name from these two modules is imported."""
    patched: Any = time
    patched.time = lambda: _now
    patched.time_ns = lambda: int(_now * 1_000_000_000)
    patched.gmtime = lambda seconds=None: _real_gmtime(_now if seconds is None else seconds)
    patched.localtime = lambda seconds=None: _real_localtime(_now if seconds is None else seconds)
    patched.strftime = lambda form, moment=None: _real_strftime(form, moment or _real_localtime(_now))
    patched = datetime
    patched.datetime, patched.date = StillDatetime, StillDate
