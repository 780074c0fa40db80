"""Distributions, buckets and deliveries for contract tests of the delivery API."""

from __future__ import annotations

import gzip
import json
from typing import Any

import duckdb

from localaws.control import deliver_log_file
from tests.integration.localaws import edge
from tests.integration.localaws.workbench import Json, Workbench

HOUR = "2026-11-22-14"


def bucket(bench: Workbench, *, lets_in: str = "standard/*", condition: Json | None = None, **settings: Any) -> str:
    """A bucket whose policy lets the delivery service write what `lets_in` names."""
    s3, name = bench.client("s3"), f"logs-{edge.new_token()}"
    s3.create_bucket(Bucket=name, **settings)
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "delivery.logs.amazonaws.com"},
        "Action": "s3:PutObject",
        "Resource": f"arn:aws:s3:::{name}/{lets_in}",
        **({"Condition": condition} if condition else {}),
    }
    s3.put_bucket_policy(Bucket=name, Policy=json.dumps({"Version": "2012-10-17", "Statement": [statement]}))
    return name


def source(bench: Workbench, distribution: Json, name: str | None = None) -> str:
    """The name of a delivery source of a distribution."""
    name = name or edge.new_token()
    bench.client("logs").put_delivery_source(name=name, resourceArn=distribution["ARN"], logType="ACCESS_LOGS")
    return name


def destination(bench: Workbench, place: str, form: str = "parquet") -> str:
    """The ARN of a delivery destination for a bucket, or a folder of it."""
    answer = bench.client("logs").put_delivery_destination(
        name=edge.new_token(),
        outputFormat=form,
        deliveryDestinationConfiguration={"destinationResourceArn": f"arn:aws:s3:::{place}"},
    )
    return str(answer["deliveryDestination"]["arn"])


def delivery(bench: Workbench, place: str = "", **settings: Any) -> tuple[Json, Json]:
    """A new distribution, and its delivery to the folder `standard` of a bucket of its own, or to a place."""
    made = edge.distribution(bench.instance)
    to = destination(bench, place or f"{bucket(bench)}/standard")
    answer = bench.client("logs").create_delivery(
        deliverySourceName=source(bench, made), deliveryDestinationArn=to, **settings
    )
    return made, answer["delivery"]


def deliver(bench: Workbench, distribution_id: str, kind: str, content: bytes, hour: str = HOUR) -> list[Json]:
    files: list[Json] = deliver_log_file(bench.instance, distribution_id, kind, hour, content)
    return files


def parquet(folder: Any, **values: str) -> bytes:
    """A file with one line."""
    path = folder / "line.parquet"
    columns = ", ".join(f"'{value}' AS {name}" for name, value in values.items())
    duckdb.execute(f"COPY (SELECT {columns}) TO '{path}' (FORMAT parquet)")
    content: bytes = path.read_bytes()
    return content


def text(*lines: str) -> bytes:
    return gzip.compress("".join(f"{line}\n" for line in lines).encode())
