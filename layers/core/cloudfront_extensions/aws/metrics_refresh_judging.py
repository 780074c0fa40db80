"""The step of `metrics_refresh` after a scan that failed: put right what can be, and scan again, or say why not.

Whatever it decides, the folders stay pending: nothing is lost.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypedDict

from cloudfront_extensions.aws.broken_log_files import search
from cloudfront_extensions.aws.clock import epoch_seconds
from cloudfront_extensions.aws.log import logger
from cloudfront_extensions.aws.log_files import logs_bucket
from cloudfront_extensions.aws.log_folders import LogFolders
from cloudfront_extensions.aws.metric_publication import publish_trouble
from cloudfront_extensions.aws.metrics_refresh_state import FailedScan, Progress, claims_key
from cloudfront_extensions.aws.objects import get_json
from cloudfront_extensions.aws.unreadable_files import set_aside
from cloudfront_extensions.errors import (
    CloudFrontExtensionsError,
    QueryCancelled,
    QueryFailed,
    QueryThrottled,
    QueryTimedOut,
    QueryTooLarge,
    UnreadableFiles,
)
from cloudfront_extensions.metrics.folder_record import PendingFolder, claim_from, rest_after
from cloudfront_extensions.metrics.publication import Trouble
from cloudfront_extensions.metrics.query_failure import Failure, Judgement, judge

MOST_REPEATS = 8
"""Scans that one execution does again. Halving 48 folders to one takes five."""
MOST_SET_ASIDE = 8
"""Files of one folder that are set aside at a time where Athena does not say which."""
PAUSE = 60
"""Seconds until Athena is asked again whose own side has failed."""
PATIENCE = 3
"""Scans of all folders after which trouble that ought to pass may be that of one of them. The others are enough to halve."""


class ScanAgain(TypedDict):
    """The state of the workflow with which it begins anew."""

    request: dict[str, Any]
    progress: Progress
    waitSeconds: int


def judge_query(state: FailedScan, has_time: Callable[[], bool]) -> ScanAgain:
    """What a failed scan needs to be done again.

    Args:
        has_time: to look for a file that can't be read.

    Raises:
        QueryFailed, QueryCancelled, QueryTimedOut, QueryTooLarge, UnreadableFiles, QueryThrottled: it is not done again.
    """
    found = judge(state["failure"]["Error"], state["failure"]["Cause"], logs_bucket())
    progress, most = state["progress"], state["progress"]["most"]
    logger.warning("a scan failed", extra={"failure": found.failure, "reason": found.reason, "key": found.key})
    if found.failure in _OF_NO_FOLDER:
        raise _error(found)
    if progress["repeats"] >= MOST_REPEATS:
        raise _told(_given_up(found), state)
    if found.key and found.failure is Failure.UNREADABLE:
        set_aside(found.key)
    elif state["refresh"]["folders"] > 1 and _is_to_be_halved(found, progress):
        most = state["refresh"]["folders"] // 2
    elif found.failure is Failure.UNREADABLE:
        _set_aside_what_is_broken(state, found, has_time)
    elif found.failure not in _PASSES and _is_to_be_halved(found, progress):
        raise _told(_error(found), state)
    return {
        "request": state["request"],
        "progress": {**progress, "repeats": progress["repeats"] + 1, "most": most},
        "waitSeconds": PAUSE if found.failure is Failure.PASSING else 0,
    }


def _is_to_be_halved(found: Judgement, progress: Progress) -> bool:
    """A query that was queued for too long may be luckier; one that ran for too long has less to do with fewer folders.

    Whatever else goes wrong with a scan of many folders may be the fault of one.
    """
    if found.failure is Failure.NOT_DONE:
        return progress["repeats"] > 0
    return found.failure not in _PASSES or progress["repeats"] >= PATIENCE


def _told(error: CloudFrontExtensionsError, state: FailedScan) -> CloudFrontExtensionsError:
    """The error with which the refresh fails. Where one folder was scanned alone, that is noted, so that it stops no other."""
    if state["refresh"]["folders"] > 1:
        return error
    claim = _claim(state)
    failures = claim.failures + 1
    rest = rest_after(failures)
    LogFolders().note_failure(claim, epoch_seconds() + rest)
    publish_trouble(claim.folder.source, Trouble(failed_folders=1))
    return type(error)(
        f"{str(error).rstrip('.')}. This was {claim.folder.prefix} alone, failure {failures} of it: it stays pending, comes "
        f"after all others, and rests for {rest // 3600} h or until a file arrives in it; docs/access-logs.md says what to do"
    )


def _claim(state: FailedScan) -> PendingFolder:
    """Of a scan of one folder."""
    refresh = state["refresh"]
    (claim,) = get_json(refresh["bucket"], claims_key(refresh), not_found=QueryFailed)
    return claim_from(claim)


def _set_aside_what_is_broken(state: FailedScan, found: Judgement, has_time: Callable[[], bool]) -> None:
    """Of the one folder that was scanned.

    Where nothing is found, and files of the folder were set aside before, that may have been an earlier try of this step,
    which died: then it is scanned again.
    """
    folder = _claim(state).folder
    broken, is_whole = search(folder, MOST_SET_ASIDE, has_time)
    if not broken and not LogFolders().record(folder).unreadable:
        looked = "though all were looked at" if is_whole else "as far as there was time to look"
        error = QueryFailed(f"no file of {folder.prefix} was found that can't be read, {looked}: {found.reason}")
        raise _told(error, state)
    for key in broken:
        set_aside(key)


_OF_NO_FOLDER = (Failure.CANCELLED, Failure.THROTTLED)
_PASSES = (Failure.PASSING, Failure.VANISHED)
_ERRORS = {
    Failure.CANCELLED: QueryCancelled,
    Failure.NOT_DONE: QueryTimedOut,
    Failure.THROTTLED: QueryThrottled,
    Failure.TOO_LARGE: QueryTooLarge,
    Failure.TOO_HEAVY: QueryFailed,
    Failure.REFUSED: QueryFailed,
}


def _error(found: Judgement) -> CloudFrontExtensionsError:
    return _ERRORS[found.failure](found.reason)


def _given_up(found: Judgement) -> CloudFrontExtensionsError:
    text = f"{MOST_REPEATS} scans failed and were done again; the last one: {found.reason}"
    kinds = {Failure.UNREADABLE: UnreadableFiles, Failure.NOT_DONE: QueryTimedOut}
    return kinds.get(found.failure, QueryFailed)(text)
