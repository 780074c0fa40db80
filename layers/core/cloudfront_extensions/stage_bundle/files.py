"""Reading PEM files of this machine."""

from __future__ import annotations

import stat
import sys
from collections.abc import Sequence
from pathlib import Path

from cloudfront_extensions.errors import InvalidInput

STANDARD_INPUT = "-"


def joined(files: Sequence[str]) -> bytes:
    """The files' texts, one after the other. Raises InvalidInput, naming the file that can't be read."""
    return b"\n".join(map(_read, files))


def is_readable_by_others(file: str) -> bool:
    """Whether other users of this machine may read it."""
    return file != STANDARD_INPUT and bool(Path(file).stat().st_mode & (stat.S_IRGRP | stat.S_IROTH))


def _read(file: str) -> bytes:
    if file == STANDARD_INPUT:
        return sys.stdin.buffer.read()
    try:
        return Path(file).read_bytes()
    except OSError as error:
        raise InvalidInput(f"can't read {file}: {error.strerror}") from None
