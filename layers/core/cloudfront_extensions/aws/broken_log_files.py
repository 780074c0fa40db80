"""Log files that can't be read, found by reading them: where Athena says that there is one, and not which."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from cloudfront_extensions.aws.clients import client
from cloudfront_extensions.aws.failures import aws_call
from cloudfront_extensions.aws.log_files import logs_bucket
from cloudfront_extensions.errors import CloudFrontExtensionsError
from cloudfront_extensions.metrics.sources import Folder, Source, folder_of

PIECE = 64 * 1024
"""Bytes inflated at a time: they become 64 MB at most."""
GZIP = 16 + zlib.MAX_WBITS
PARQUET = b"PAR1"
SMALLEST_PARQUET = 12


class _Gone(CloudFrontExtensionsError):
    """There is no such object any more; never leaves this module."""


class _TimeOver(Exception):
    """No error; never leaves this module."""


class Search(NamedTuple):
    broken: list[str]
    """Keys of files that can't be read."""
    is_whole: bool
    """Whether there was time for all files, or for as many as were wanted."""


def search(folder: Folder, most: int, has_time: Callable[[], bool]) -> Search:
    """The files of a folder that can't be read, `most` at most.

    One of Parquet is judged by how it begins and ends, one of gzip by all that it holds.
    """
    broken: list[str] = []
    try:
        for key, size in _files(folder):
            if not _is_readable(folder.source, key, size, has_time):
                broken.append(key)
            if len(broken) == most:
                break
    except _TimeOver:
        return Search(broken, is_whole=False)
    return Search(broken, is_whole=True)


def _files(folder: Folder) -> Iterator[tuple[str, int]]:
    pages = client("s3").get_paginator("list_objects_v2").paginate(Bucket=logs_bucket(), Prefix=folder.prefix)
    with aws_call("ListObjectsV2", f"s3://{logs_bucket()}/{folder.prefix}"):
        files = [(found["Key"], int(found["Size"])) for page in pages for found in page.get("Contents", ())]
    yield from ((key, size) for key, size in files if folder_of(key) == folder)


def _is_readable(source: Source, key: str, size: int, has_time: Callable[[], bool]) -> bool:
    try:
        if source is Source.STANDARD:
            return size >= SMALLEST_PARQUET and all(
                b"".join(_pieces(key, part, has_time)) == PARQUET
                for part in ("bytes=0-3", f"bytes={size - 4}-{size - 1}")
            )
        # Any other name is text to Athena, which is never broken; so is a file with nothing in it.
        return not key.endswith(".gz") or size == 0 or inflates(_pieces(key, "bytes=0-", has_time))
    except _Gone:
        return True


def _pieces(key: str, part: str, has_time: Callable[[], bool]) -> Iterator[bytes]:
    with aws_call("GetObject", f"s3://{logs_bucket()}/{key}", {"NoSuchKey": _Gone, "404": _Gone}):
        body = client("s3").get_object(Bucket=logs_bucket(), Key=key, Range=part)["Body"]
        for piece in body.iter_chunks(PIECE):
            if not has_time():
                raise _TimeOver
            yield piece


def inflates(pieces: Iterable[bytes]) -> bool:
    """Whether these are whole members of gzip, one after the other."""
    member = zlib.decompressobj(GZIP)
    try:
        for piece in pieces:
            rest = piece
            while rest:
                if member.eof:
                    member = zlib.decompressobj(GZIP)
                member.decompress(rest)
                rest = member.unused_data
    except zlib.error:
        return False
    return member.eof
