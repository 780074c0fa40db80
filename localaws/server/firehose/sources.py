"""A delivery stream with a stream of Kinesis for its source reads what is new there, as the role that it has for that.

It begins with what comes after it was made. What it may not read stays in the stream, and is read once it may.
"""

from __future__ import annotations

import base64
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

from ministack.services import firehose, kinesis

from localaws.server.firehose import deliveries
from localaws.server.firehose.records import Json, Record, may
from localaws.server.permissions.required import Permission

READING = ("kinesis:DescribeStream", "kinesis:ListShards", "kinesis:GetShardIterator", "kinesis:GetRecords")
RECORD_ID_END = "000000"
S3_DESTINATIONS = ("ExtendedS3", "S3")

_positions: dict[tuple[str, str], str] = {}
"""The sequence number that was read last, by the delivery stream's ARN and the shard."""
_reading = threading.Lock()


def forget() -> None:
    with _reading:
        _positions.clear()


def from_now_on(stock: Callable[[Json], Any]) -> Callable[[Json], Any]:
    """Let a new delivery stream begin behind what its source has already."""

    def create(request: Json) -> Any:
        answer = stock(request)
        made: Json = firehose._streams.get(request.get("DeliveryStreamName")) or {}
        described = made.get("kinesis_source") or {}
        source = kinesis._resolve_stream_by_arn(described.get("KinesisStreamARN", ""))
        if answer[0] == 200 and source:
            with _reading:
                for shard_id, shard in source["shards"].items():
                    if shard["records"]:
                        _positions[(made["arn"], shard_id)] = shard["records"][-1]["SequenceNumber"]
        return answer

    return create


def read_what_is_new(stream_arn: str, _records: list[Any]) -> None:
    """Called by MiniStack's Kinesis when records have come to a stream."""
    source = kinesis._resolve_stream_by_arn(stream_arn)
    for delivery_stream in list(firehose._streams.values()) if source else ():
        described = delivery_stream.get("kinesis_source") or {}
        if described.get("KinesisStreamARN") == stream_arn and may_read(delivery_stream):
            records = list(unread(delivery_stream, source))
            for destination in delivery_stream["destinations"]:
                if destination["type"] in S3_DESTINATIONS:
                    deliver(delivery_stream, destination, records)


def deliver(delivery_stream: Json, destination: Json, records: list[Record]) -> None:
    if deliveries.is_stocks(destination["config"]):
        firehose._deliver_records_to_s3(delivery_stream, destination, [(record.id, record.data) for record in records])
    else:
        deliveries.accept(delivery_stream, destination, records)


def may_read(delivery_stream: Json) -> bool:
    source = delivery_stream["kinesis_source"]
    needed = [Permission(action, source["KinesisStreamARN"]) for action in READING]
    return may(source["RoleARN"], delivery_stream, *needed)


def unread(delivery_stream: Json, source: Json) -> Iterator[Record]:
    with _reading:
        for shard_id, shard in source["shards"].items():
            place = (delivery_stream["arn"], shard_id)
            for record in shard["records"]:
                if record["SequenceNumber"] > _positions.get(place, ""):
                    yield _record(shard_id, record)
                    _positions[place] = record["SequenceNumber"]


def _record(shard_id: str, record: Json) -> Record:
    arrived = float(record.get("ApproximateArrivalTimestamp") or time.time())
    metadata = {
        "shardId": shard_id,
        "partitionKey": record["PartitionKey"],
        "approximateArrivalTimestamp": int(arrived * 1000),
        "sequenceNumber": record["SequenceNumber"],
        "subsequenceNumber": 0,
    }
    return Record(record["SequenceNumber"] + RECORD_ID_END, base64.b64decode(record["Data"]), arrived, metadata)
