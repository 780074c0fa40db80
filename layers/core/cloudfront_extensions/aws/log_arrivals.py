"""Log files that have arrived: the folder of each is noted as changed, those of standard logging v1 are brought to theirs.

Events come at least once, late, and in any order. What is noted, and what is copied, may be done twice.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import Any, TypedDict

from cloudfront_extensions.aws.log import logger
from cloudfront_extensions.aws.log_files import copy, logs_bucket
from cloudfront_extensions.aws.log_folders import LogFolders
from cloudfront_extensions.errors import CloudFrontExtensionsError
from cloudfront_extensions.metrics.arrival import Arrival, legacy_place, read_arrival
from cloudfront_extensions.metrics.sources import Folder, folder_of


class FailedMessage(TypedDict):
    itemIdentifier: str


class BatchResponse(TypedDict):
    """What Lambda is told of a batch of messages: those named come again, and after some times lie with the dead letters."""

    batchItemFailures: list[FailedMessage]


def note_arrivals(messages: Iterable[Mapping[str, Any]]) -> BatchResponse:
    """Note the folders in which files have arrived, each once for a batch."""
    failed: list[str] = []
    changed: dict[Folder, list[str]] = {}
    for message in messages:
        message_id = message["messageId"]
        try:
            folder = _folder_changed_by(read_arrival(message["body"]))
        except CloudFrontExtensionsError as error:
            _log_failure(error)
            failed.append(message_id)
            continue
        if folder:
            changed.setdefault(folder, []).append(message_id)
    for folder, message_ids in changed.items():
        try:
            LogFolders().note_arrivals(folder, len(message_ids))
        except CloudFrontExtensionsError as error:
            _log_failure(error)
            failed += message_ids
    return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in failed]}


def _folder_changed_by(arrival: Arrival) -> Folder | None:
    """The folder in which a file lies that is new there; None: it lies in none. The copy of one tells of itself."""
    if arrival.bucket != os.environ["LEGACY_LOGS_BUCKET"]:
        folder = folder_of(arrival.key)
        if folder is None:
            logger.warning("an object is no log file", extra={"bucket": arrival.bucket, "key": arrival.key})
        return folder
    place = legacy_place(arrival.key)
    if place is None:
        logger.warning("an object is no log file", extra={"bucket": arrival.bucket, "key": arrival.key})
    elif not copy(arrival.bucket, arrival.key, logs_bucket(), place):
        logger.warning("a log file is gone", extra={"bucket": arrival.bucket, "key": arrival.key})
    return None


def _log_failure(error: CloudFrontExtensionsError) -> None:
    logger.error(str(error), extra={"error": type(error).__name__})
