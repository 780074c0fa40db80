"""The bytes of a batch as text, or where they are not UTF-8."""

from __future__ import annotations

from itertools import islice

from cloudfront_extensions.errors import BatchTooLarge, NotUtf8
from cloudfront_extensions.jobs.rows import Fault

MAXIMUM_ROWS = 10_000
MAXIMUM_BYTES = 10_000_000
_BYTE_ORDER_MARKS_OF_OTHERS = {b"\xff\xfe": "UTF-16 (little endian)", b"\xfe\xff": "UTF-16 (big endian)"}


def size_fault(size: int) -> Fault | None:
    """What is wrong with a batch of so many bytes, known before it is read."""
    if size <= MAXIMUM_BYTES:
        return None
    return Fault(
        None,
        BatchTooLarge,
        f"the file has {size:,} bytes, a batch has at most {MAXIMUM_BYTES:,}; split it into several jobs",
    )


def decode(data: bytes) -> tuple[str, dict[int, Fault]]:
    """The text, with or without a byte order mark, and a fault for each line that is not UTF-8, by line.

    Wrong bytes stand in the text as replacement characters, so that the other lines can be read all the same.
    """
    for mark, encoding in _BYTE_ORDER_MARKS_OF_OTHERS.items():
        if data.startswith(mark):
            message = f"the file is {encoding}, as its first two bytes 0x{mark.hex().upper()} say; save it as UTF-8"
            return "", {1: Fault(1, NotUtf8, message, position=1)}
    data = data.removeprefix(b"\xef\xbb\xbf")
    try:
        return data.decode(), {}
    except UnicodeDecodeError:
        lines = islice(enumerate(data.splitlines(), 1), MAXIMUM_ROWS)
        faults = {number: fault for number, line in lines if (fault := _fault(number, line))}
        return data.decode(errors="replace"), faults


def _fault(number: int, line: bytes) -> Fault | None:
    try:
        line.decode()
    except UnicodeDecodeError as error:
        wrong = line[error.start]
        message = f"byte 0x{wrong:02X} at byte {error.start + 1} of the line is not UTF-8; save the file as UTF-8"
        return Fault(number, NotUtf8, message, position=error.start + 1)
    return None
