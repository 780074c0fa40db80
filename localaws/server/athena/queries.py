"""Queries from their start to their end: queued, running in a thread of their own, succeeded, failed or cancelled."""

from __future__ import annotations

import contextvars
import json
import shutil
import sys
import threading
import time
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from localaws.server.athena import failures, outcomes, values
from localaws.server.athena.engine import Answer, Engine
from localaws.server.athena.failures import QueryCancelled, QueryFailed
from localaws.server.athena.lake import EmbeddedLake
from localaws.server.athena.outcomes import Outcome
from localaws.server.settings import Settings

AT_ONCE = 2
"""Queries that run at a time; others are queued."""
STOPPED = "Query was cancelled by user"
ENDED = ("SUCCEEDED", "FAILED", "CANCELLED")
ENGINE = {"SelectedEngineVersion": "AUTO", "EffectiveEngineVersion": "Athena engine version 3"}


@dataclass(slots=True)
class Query:
    id: str
    statement: str
    database: str
    workgroup: str
    output: str
    """The URI of the result."""
    encryption: Mapping[str, str]
    most_bytes: int | None
    folder: Path
    state: str = "QUEUED"
    reason: str = ""
    error: dict[str, Any] | None = None
    submitted: float = field(default_factory=time.time)
    began: float | None = None
    completed: float | None = None
    planned: float | None = None
    scanned_bytes: int = 0
    columns: list[tuple[str, str]] = field(default_factory=list)
    row_count: int = 0
    ended: threading.Event = field(default_factory=threading.Event)
    cancelled: threading.Event = field(default_factory=threading.Event)
    outcome: Outcome | None = None
    engine: Engine | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def rows_file(self) -> Path:
        """A row of JSON a line, for GetQueryResults."""
        return self.folder / "rows.jsonl"

    def described(self) -> dict[str, Any]:
        """The `QueryExecution` of the API; times in seconds."""
        with self.lock:
            status: dict[str, Any] = {"State": self.state, "SubmissionDateTime": self.submitted}
            if self.reason:
                status["StateChangeReason"] = self.reason
            if self.completed is not None:
                status["CompletionDateTime"] = self.completed
            if self.error:
                status["AthenaError"] = self.error
            encryption = {"EncryptionConfiguration": dict(self.encryption)} if self.encryption else {}
            return {
                "QueryExecutionId": self.id,
                "Query": self.statement,
                "StatementType": "DML",
                "ResultConfiguration": {"OutputLocation": self.output, **encryption},
                "QueryExecutionContext": {"Database": self.database, "Catalog": "awsdatacatalog"},
                "Status": status,
                "Statistics": self._statistics(),
                "WorkGroup": self.workgroup,
                "EngineVersion": ENGINE,
                "SubstatementType": "SELECT",
            }

    def _statistics(self) -> dict[str, Any]:
        now = time.time()
        end = self.completed or now
        began = self.began or end
        planned = self.planned or began
        return {
            "EngineExecutionTimeInMillis": _milliseconds(began, end),
            "DataScannedInBytes": self.scanned_bytes,
            "TotalExecutionTimeInMillis": _milliseconds(self.submitted, end),
            "QueryQueueTimeInMillis": _milliseconds(self.submitted, began),
            "QueryPlanningTimeInMillis": _milliseconds(began, planned),
            "ServiceProcessingTimeInMillis": 0,
            "ResultReuseInformation": {"ReusedPreviousResult": False},
        }

    def end(self, state: str, reason: str = "", error: dict[str, Any] | None = None) -> None:
        """Only the first end counts."""
        with self.lock:
            if self.state not in ENDED:
                self.state, self.reason, self.error, self.completed = state, reason, error, time.time()
        self.ended.set()

    def stop(self) -> None:
        self.cancelled.set()
        self.end("CANCELLED", STOPPED)
        if self.engine is not None:
            self.engine.interrupt()


class Runner:
    """Runs queries; `lake_of` makes the lake of a query's caller, in the thread in which it is started."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._slots = threading.Semaphore(AT_ONCE)

    def start(self, query: Query, lake_of: Callable[[], EmbeddedLake]) -> None:
        query.outcome = outcomes.of(query.statement)
        context = contextvars.copy_context()
        threading.Thread(target=context.run, args=(self._run, query, lake_of), daemon=True).start()

    def _run(self, query: Query, lake_of: Callable[[], EmbeddedLake]) -> None:
        try:
            self._wait_in_queue(query)
            with self._slots:
                if query.cancelled.is_set():
                    return
                with query.lock:
                    query.state, query.began = "RUNNING", time.time()
                self._perform(query, lake_of())
            query.end("SUCCEEDED")
        except QueryFailed as failed:
            query.end("FAILED", failed.reason, told(failed))
        except QueryCancelled as cancelled:
            query.end("CANCELLED", str(cancelled))
        except Exception as error:  # noqa: BLE001 - the thread's end: a query never stays RUNNING
            traceback.print_exc(file=sys.stderr)
            internal = QueryFailed(f"GENERIC_INTERNAL_ERROR: {error}", failures.SYSTEM, failures.INTERNAL)
            query.end("FAILED", internal.reason, told(internal))
        finally:
            shutil.rmtree(query.folder / "lake", ignore_errors=True)

    def _wait_in_queue(self, query: Query) -> None:
        outcome = query.outcome
        if outcome is None:
            return
        query.cancelled.wait(self._settings.wall_seconds(outcome.queued_seconds))
        if outcome.fail is not None:
            raise QueryFailed(outcome.fail, failures.SYSTEM, failures.INTERNAL, is_retryable=True)
        if outcome.cancel is not None:
            raise QueryCancelled(outcome.cancel)

    def _perform(self, query: Query, lake: EmbeddedLake) -> None:
        lake.check_database(query.database)
        workplace = query.folder / "lake"
        workplace.mkdir(parents=True)
        query.engine = Engine(lake, workplace, is_stopped=query.cancelled.is_set)
        with query.engine.answer(query.statement, query.database, most_bytes=query.most_bytes) as answer:
            query.planned, query.scanned_bytes, query.columns = time.time(), answer.scanned_bytes, answer.columns
            result = write(answer, query)
        if query.cancelled.is_set():
            return
        lake.store(query.output, result, query.encryption)
        metadata = query.folder / "metadata"
        metadata.write_text(json.dumps([values.column_info(*column) for column in query.columns]))
        lake.store(f"{query.output}.metadata", metadata, query.encryption)
        result.unlink()


def write(answer: Answer, query: Query) -> Path:
    """Write a result as CSV, and its rows for GetQueryResults; returns the CSV."""
    result = query.folder / "result.csv"
    with result.open("w", encoding="utf-8", newline="") as csv, query.rows_file.open("w", encoding="utf-8") as rows:
        csv.write(values.csv_line([name for name, _ in answer.columns]))
        for row in answer.rows:
            line = values.texts(row)
            csv.write(values.csv_line(line))
            rows.write(json.dumps(line) + "\n")
            query.row_count += 1
    return result


def told(failed: QueryFailed) -> dict[str, Any]:
    return {
        "ErrorCategory": failed.category,
        "ErrorType": failed.kind,
        "Retryable": failed.is_retryable,
        "ErrorMessage": failed.reason,
    }


def _milliseconds(first: float, last: float) -> int:
    return max(0, round((last - first) * 1000))
