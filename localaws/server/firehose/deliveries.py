"""The way of records through a delivery stream to S3: they gather for the function, are transformed, gather again, are written.

Waits are those of the buffering hints, at the instance's speed.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

from ministack.core.responses import request_scope
from ministack.services import firehose

from localaws.server.firehose import objects, transformation
from localaws.server.firehose.batches import Batch, Hints
from localaws.server.firehose.records import MEGABYTE, Json, Record, processor
from localaws.server.settings import Settings

S3_SIZE, S3_SECONDS = 5, 300
FUNCTION_SIZE, FUNCTION_SECONDS = 1, 60
"""Megabytes and seconds for which records gather, unless the delivery stream says otherwise."""

_settings: Settings
_turns: threading.BoundedSemaphore
"""Of functions that transform records: as many at a time as for state machines."""
_ways: dict[tuple[str, str], Way] = {}
"""By the delivery stream's ARN and the id of its destination."""
_making = threading.Lock()


def use(settings: Settings) -> None:
    global _settings, _turns
    _settings, _turns = settings, threading.BoundedSemaphore(settings.functions_at_once)


def forget() -> None:
    with _making:
        _ways.clear()


def accept(stream: Json, destination: Json, records: list[Record]) -> None:
    with _making:
        way = _ways.setdefault((stream["arn"], destination["id"]), Way(stream, destination))
    for record in records:
        way.accept(record)


def gathered(stock: Callable[..., None]) -> Callable[..., None]:
    """In the place of MiniStack's delivery of records that came by PutRecord."""

    def deliver(stream: Json, destination: Json, records: list[tuple[str, bytes]]) -> None:
        if is_stocks(destination["config"]):
            stock(stream, destination, records)
            return
        accept(stream, destination, [Record(record_id, data, time.time()) for record_id, data in records])

    return deliver


def is_stocks(configuration: Json) -> bool:
    """Whether records go their way as MiniStack has it."""
    parts = ("DataFormatConversionConfiguration", "DynamicPartitioningConfiguration")
    is_converted = any(str((configuration.get(part) or {}).get("Enabled", "")).lower() == "true" for part in parts)
    return is_converted or configuration.get("CompressionFormat", "UNCOMPRESSED") not in objects.COMPRESSED


class Way:
    """Of one delivery stream to one destination. The stream is looked up anew, for it may have changed or gone."""

    def __init__(self, stream: Json, destination: Json) -> None:
        self._name, self._destination_id = stream["name"], destination["id"]
        self._region, self._account = stream["arn"].split(":")[3:5]
        self._to_transform: Batch[Record] = Batch(self._in_scope(self._transform))
        self._to_write: Batch[Record] = Batch(self._in_scope(self._write))

    def accept(self, record: Record) -> None:
        with request_scope(self._account, self._region):
            _, configuration = self._now() or (None, None)
        if configuration is None:
            return
        parameters = processor(configuration)
        if parameters is None:
            self._gather(record, configuration)
            return
        size = float(parameters.get("BufferSizeInMBs", FUNCTION_SIZE))
        seconds = float(parameters.get("BufferIntervalInSeconds", FUNCTION_SECONDS))
        self._to_transform.add(record, len(record.data), _hints(size, seconds))

    def _gather(self, record: Record, configuration: Json) -> None:
        hints = configuration.get("BufferingHints") or {}
        size, seconds = float(hints.get("SizeInMBs", S3_SIZE)), float(hints.get("IntervalInSeconds", S3_SECONDS))
        self._to_write.add(record, len(record.data), _hints(size, seconds))

    def _transform(self, stream: Json, configuration: Json, records: list[Record]) -> None:
        with _turns:
            result = transformation.transformed(stream, configuration, records)
        for record in result.kept:
            self._gather(record, configuration)
        if result.failures:
            objects.write_failures(stream, configuration, result.failures)

    def _write(self, stream: Json, configuration: Json, records: list[Record]) -> None:
        objects.write_records(stream, configuration, records)

    def _in_scope(self, step: Callable[[Json, Json, list[Record]], None]) -> Callable[[list[Record]], None]:
        """The step with what the delivery stream says now; nothing where it is gone."""

        def run(records: list[Record]) -> None:
            with request_scope(self._account, self._region):
                if now := self._now():
                    step(*now, records)

        return run

    def _now(self) -> tuple[Json, Json] | None:
        stream: Any = firehose._streams.get(self._name)
        for destination in stream["destinations"] if stream else ():
            if destination["id"] == self._destination_id:
                return stream, destination["config"]
        return None


def _hints(megabytes: float, seconds: float) -> Hints:
    return Hints(megabytes * MEGABYTE, _settings.wall_seconds(seconds))
