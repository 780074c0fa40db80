"""Log files that Athena can't read: set aside, so that the others can be counted."""

from __future__ import annotations

from cloudfront_extensions.aws.log_files import copy, delete, logs_bucket
from cloudfront_extensions.aws.log_folders import LogFolders
from cloudfront_extensions.metrics.sources import folder_of

ASIDE = "unreadable/"
"""What their keys begin with from then on; what they were before follows."""


def set_aside(key: str) -> None:
    """Move a file out of its folder, and note it with the folder.

    The copy is there before the file is gone, and the note before both: whoever dies in between does it all once more.
    """
    folder = folder_of(key)
    if folder is None:
        raise ValueError(f"{key} is no log file")
    LogFolders().note_unreadable(folder, key)
    if copy(logs_bucket(), key, logs_bucket(), f"{ASIDE}{key}"):
        delete(logs_bucket(), key)
