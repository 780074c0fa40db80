"""Records gather, are written together and compressed, under a prefix of the hour, as the delivery stream's role."""

from __future__ import annotations

import gzip
import re

from localaws import permissions
from tests.integration.localaws import edge
from tests.integration.localaws.firehose.delivering import (
    delivered,
    delivery_stream,
    destination,
    firehose_role,
    objects,
    put,
    stream,
)
from tests.integration.localaws.workbench import Workbench

LINES = [f"line {number}\n".encode() for number in range(5)]


def test_records_of_a_stream_are_written_together_compressed_and_under_their_hour(bench: Workbench) -> None:
    bucket, (name, arn) = bench.bucket(), stream(bench)
    made = delivery_stream(bench, destination(bench, bucket), source=arn)
    put(bench, name, *LINES)
    assert delivered(bench, bucket, LINES) == LINES
    (key,) = objects(bench, bucket)
    assert re.fullmatch(rf"logs/hour=\d{{4}}-\d\d-\d\d-\d\d/{made}-1-\d{{4}}(-\d\d){{5}}-[0-9a-f-]{{36}}\.gz", key)


def test_what_is_put_into_a_delivery_stream_itself_goes_the_same_way(bench: Workbench) -> None:
    bucket = bench.bucket()
    made = delivery_stream(bench, destination(bench, bucket))
    records = [{"Data": line} for line in LINES]
    bench.client("firehose").put_record_batch(DeliveryStreamName=made, Records=records)
    assert delivered(bench, bucket, LINES) == LINES
    assert len(objects(bench, bucket)) == 1


def test_bytes_that_are_no_utf_8_stay_what_they_are(bench: Workbench) -> None:
    bucket, (name, arn) = bench.bucket(), stream(bench)
    delivery_stream(bench, destination(bench, bucket), source=arn)
    line = bytes(range(11, 256)) + b"\n"
    put(bench, name, line)
    edge.eventually(lambda: objects(bench, bucket))
    (body,) = objects(bench, bucket).values()
    assert gzip.decompress(body) == line


def test_a_batch_is_written_before_its_time_when_it_is_large(bench: Workbench) -> None:
    bucket, (name, arn) = bench.bucket(), stream(bench)
    patient = {"SizeInMBs": 1, "IntervalInSeconds": 900}
    delivery_stream(bench, destination(bench, bucket, BufferingHints=patient), source=arn)
    lines = [bytes([65 + number]) * 700_000 + b"\n" for number in range(3)]
    put(bench, name, *lines)
    assert delivered(bench, bucket, lines) == lines
    assert len(objects(bench, bucket)) == 3


def test_a_delivery_stream_begins_with_what_comes_after_it_was_made(bench: Workbench) -> None:
    bucket, (name, arn) = bench.bucket(), stream(bench)
    put(bench, name, b"before\n")
    made = delivery_stream(bench, destination(bench, bucket), source=arn)
    described = bench.client("firehose").describe_delivery_stream(DeliveryStreamName=made)
    source = described["DeliveryStreamDescription"]["Source"]["KinesisStreamSourceDescription"]
    assert source["KinesisStreamARN"] == arn
    put(bench, name, b"after\n")
    assert delivered(bench, bucket, [b""]) == [b"after\n"]


def test_nothing_is_read_or_written_that_the_role_may_not(bench: Workbench) -> None:
    bucket, (name, arn) = bench.bucket(), stream(bench)
    reading = {"Effect": "Allow", "Action": "kinesis:*", "Resource": arn}
    role = firehose_role(bench, reading)
    delivery_stream(bench, destination(bench, bucket, RoleARN=role), source=arn, role=role)
    put(bench, name, *LINES)
    session = role.rpartition("/")[2]

    def denied() -> list[str]:
        found = permissions.denials(permissions.decisions(bench.instance))
        return [each["action"] for each in found if each["principal"].startswith(session)]

    assert edge.eventually(denied) == ["s3:PutObject"]
    assert objects(bench, bucket) == {}


def test_a_delivery_stream_that_is_gone_writes_nothing(bench: Workbench) -> None:
    bucket, (name, arn) = bench.bucket(), stream(bench)
    gone = delivery_stream(bench, destination(bench, bucket, Prefix="logs/gone/"), source=arn)
    bench.client("firehose").delete_delivery_stream(DeliveryStreamName=gone)
    delivery_stream(bench, destination(bench, bucket), source=arn)
    put(bench, name, *LINES)
    assert delivered(bench, bucket, LINES) == LINES
    assert objects(bench, bucket, "logs/gone/") == {}


def test_ministack_alone_writes_each_record_by_itself_and_uncompressed(stock: Workbench) -> None:
    bucket, (name, arn) = stock.bucket(), stream(stock)
    delivery_stream(stock, destination(stock, bucket), source=arn)
    put(stock, name, *LINES)
    edge.eventually(lambda: len(objects(stock, bucket)) == len(LINES))
    assert sorted(objects(stock, bucket).values()) == LINES
