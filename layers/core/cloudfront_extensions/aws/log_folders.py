"""The folders of log files in the metrics table: which have changed, who is at them, and what became of them.

| partition key | sort key                   | holds                                                           |
|---------------|----------------------------|-----------------------------------------------------------------|
| `refresh`     | `pending#<hour>#<source>`  | a folder in which files have arrived that nobody has counted     |
| `refresh`     | `folder#<source>#<hour>`   | what the last refresh of the folder found                        |
| `refresh`     | `run`                      | the refresh under way, or the last one, and the execution it is  |

A folder is pending until a refresh has stored what it has, and nothing has arrived since that refresh took it: arrivals are
counted, and whoever lets go of the folder presumes the count that it took. The count begins with a mark of its own, so that
no later one is mistaken for it.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from cloudfront_extensions.aws.attributes import from_attribute, to_attribute
from cloudfront_extensions.aws.clock import epoch_seconds, now
from cloudfront_extensions.aws.table import Attributes, Table, deleted_item
from cloudfront_extensions.metrics.folder_record import FolderRecord, PendingFolder
from cloudfront_extensions.metrics.sources import Folder, Source

KEPT_SECONDS = 400 * 24 * 3600
"""How long a folder's record is kept after its last refresh: as long as figures by the hour."""
_FAILURE = ("failures", "failed_arrived", "retry_at")
"""Of a pending folder: how often its query has failed, how many arrivals there were then, and until when it rests."""
_RUN: Attributes = {"pk": {"S": "refresh"}, "sk": {"S": "run"}}


@dataclass(frozen=True, slots=True)
class RefreshRun:
    """The refresh under way, or the last one."""

    run_id: str
    started_at: str
    execution_arn: str


class LogFolders:
    def __init__(self, table: Table | None = None) -> None:
        self._table = table or Table(os.environ["METRICS_TABLE"])

    # What has arrived.

    def note_arrivals(self, folder: Folder, files: int = 1) -> None:
        """A folder has changed. Noting the same twice does no harm: it is counted once more."""
        new = {"mark": uuid.uuid4().hex, "since": now()}
        self._table.add(_pending_key(folder), "arrived", files, where_absent=new)

    def pending(self) -> Iterator[PendingFolder]:
        """The folders that no refresh has counted as they are now, the oldest hour first: one query as a rule."""
        for row in self._table.query("refresh", "pending#"):
            _, hour, source = row["sk"]["S"].split("#")
            values = _values(row)
            # Whatever has arrived since it failed may have put it right.
            rests = values.get("failed_arrived") == values["arrived"]
            yield PendingFolder(
                Folder(Source(source), hour),
                values["since"],
                values["mark"],
                values["arrived"],
                values.get("failures", 0),
                values["retry_at"] if rests else 0,
            )

    def let_go(self, claim: PendingFolder) -> bool:
        """The folder is counted as it was when it was claimed; False, and it stays pending, where files arrived since.

        Then it is one that never failed.
        """
        key, presumed = _pending_key(claim.folder), {"mark": claim.mark, "arrived": claim.arrived}
        is_gone = self._table.transact(deleted_item(key, presumed))
        if not is_gone and claim.failures:
            self._table.update(key, dict.fromkeys(_FAILURE), only_if={"mark": claim.mark})
        return is_gone

    def note_failure(self, claim: PendingFolder, retry_at: int) -> None:
        """A query of this folder alone has failed: it rests until then, or until something arrives in it."""
        failure = dict(zip(_FAILURE, (claim.failures + 1, claim.arrived, retry_at), strict=True))
        self._table.update(_pending_key(claim.folder), failure, only_if={"mark": claim.mark})

    # What became of a folder.

    def record(self, folder: Folder) -> FolderRecord:
        row = self._table.get(_folder_key(folder))
        return _record(folder, row) if row else FolderRecord(folder)

    def records(self, source: Source, first_hour: str, last_hour: str) -> Iterator[FolderRecord]:
        """The records of the folders of a source between two hours, both included."""
        bounds = (f"folder#{source}#{first_hour}", f"folder#{source}#{last_hour}")
        for row in self._table.query("refresh", between=bounds):
            yield _record(Folder(source, row["sk"]["S"].rpartition("#")[2]), row)

    def note_rejected(self, folder: Folder, lines: int) -> None:
        self._note(folder, {"rejected_lines": lines})

    def note_refreshed(self, folder: Folder) -> None:
        self._note(folder, {"refreshed_at": now()})

    def note_unreadable(self, folder: Folder, key: str) -> None:
        """A file of the folder has been set aside. Only the refresh under way does so: nobody else writes meanwhile."""
        known = self.record(folder).unreadable
        if key not in known:
            self._note(folder, {"unreadable": (*known, key)})

    def _note(self, folder: Folder, changes: dict[str, Any]) -> None:
        changes = {**changes, "expires_at": epoch_seconds() + KEPT_SECONDS}
        self._table.update(_folder_key(folder), changes, only_existing=False)

    # Who is at it.

    def run(self) -> RefreshRun | None:
        row = self._table.get(_RUN)
        return RefreshRun(**_values(row)) if row else None

    def begin_run(self, run: RefreshRun, instead_of: RefreshRun | None) -> bool:
        """Note a refresh as the one under way; False when another execution was first."""
        if instead_of is None:
            return self._table.put(_RUN, to_attribute(run)["M"], only_new=True)
        changes = {"run_id": run.run_id, "started_at": run.started_at, "execution_arn": run.execution_arn}
        return self._table.update(_RUN, changes, only_if={"execution_arn": instead_of.execution_arn})


def _pending_key(folder: Folder) -> Attributes:
    return {"pk": {"S": "refresh"}, "sk": {"S": f"pending#{folder.hour}#{folder.source}"}}


def _folder_key(folder: Folder) -> Attributes:
    return {"pk": {"S": "refresh"}, "sk": {"S": f"folder#{folder.source}#{folder.hour}"}}


def _record(folder: Folder, row: Attributes) -> FolderRecord:
    values = _values(row)
    return FolderRecord(
        folder,
        values.get("refreshed_at"),
        values.get("rejected_lines", 0),
        tuple(values.get("unreadable", ())),
    )


def _values(row: Attributes) -> dict[str, Any]:
    return {name: from_attribute(value) for name, value in row.items() if name not in ("pk", "sk")}
