"""Distributions that deliver their access logs, or are told to."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb

from cloudfront_extensions.metrics.columns import columns
from cloudfront_extensions.metrics.log_delivery import source_name
from cloudfront_extensions.metrics.sources import Source
from localaws.control import deliver_log_file
from tests.workflows.application import Application, Json

FUNCTIONS = ("ListLogDeliveries", "ChangeLogDelivery", "FinishLogDelivery")
HOUR = "2026-11-22-14"


def change(application: Application, mode: str, *ids: str, kind: str = "standard", **more: Any) -> Json:
    """The output of a run in which nothing was missing, for all distributions where none is named."""
    ended = application.run("log_delivery", request(mode, *ids, kind=kind, **more))
    assert ended["status"] == "SUCCEEDED", ended
    output: Json = ended["output"]
    return output


def request(mode: str, *ids: str, kind: str = "standard", **more: Any) -> Json:
    return {"distributions": list(ids) or "all", "kind": kind, "mode": mode, **more}


def outcomes(application: Application, output: Json) -> dict[str, str]:
    """What a run's report says of each distribution."""
    return {one["distributionId"]: one["outcome"] for one in told(application, output)}


def told(application: Application, output: Json) -> Sequence[Json]:
    found: Sequence[Json] = application.document(output["report"]["key"])["distributions"]
    return found


def reason(application: Application, output: Json, distribution_id: str) -> str:
    (one,) = (each for each in told(application, output) if each["distributionId"] == distribution_id)
    return str(one["reason"])


def sources(application: Application) -> dict[str, str]:
    """The names of all delivery sources by their distributions."""
    pages = application.client("logs").get_paginator("describe_delivery_sources").paginate()
    return {one["resourceArns"][0].rpartition("/")[2]: one["name"] for page in pages for one in page["deliverySources"]}


def deliveries(application: Application, distribution_id: str) -> list[Json]:
    """Those of the source that we give to a distribution."""
    pages = application.client("logs").get_paginator("describe_deliveries").paginate()
    name = source_name(distribution_id)
    return [one for page in pages for one in page["deliveries"] if one["deliverySourceName"] == name]


def destinations(application: Application) -> list[str]:
    """The names of those that deliver to our logs bucket."""
    arn = f"arn:aws:s3:::{application.outputs['LogsBucket']}/standard"
    pages = application.client("logs").get_paginator("describe_delivery_destinations").paginate()
    return [
        one["name"]
        for page in pages
        for one in page["deliveryDestinations"]
        if one["deliveryDestinationConfiguration"]["destinationResourceArn"] == arn
    ]


def elsewhere(application: Application, name: str) -> str:
    """The ARN of a destination of somebody else's, for a bucket that takes log files."""
    bucket = f"theirs-{name}".lower()
    application.client("s3").create_bucket(Bucket=bucket)
    policy = (
        '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:PutObject", '
        f'"Principal": {{"Service": "delivery.logs.amazonaws.com"}}, "Resource": "arn:aws:s3:::{bucket}/*"}}]}}'
    )
    application.client("s3").put_bucket_policy(Bucket=bucket, Policy=policy)
    answer = application.client("logs").put_delivery_destination(
        name=bucket,
        outputFormat="json",
        deliveryDestinationConfiguration={"destinationResourceArn": f"arn:aws:s3:::{bucket}"},
    )
    return str(answer["deliveryDestination"]["arn"])


def delivered(application: Application, distribution_id: str, kind: Source, content: bytes) -> Sequence[Json]:
    """Where CloudFront puts a file with the requests of HOUR."""
    return deliver_log_file(application.instance, distribution_id, kind.value, HOUR, content)


def parquet_file(folder: Path) -> bytes:
    """One line with every column of standard logging v2, and one that nobody asks for."""
    path = folder / "line.parquet"
    values = ", ".join(f"'{name}' AS {name}" for name in (*columns(Source.STANDARD), "origin_fbl"))
    duckdb.execute(f"COPY (SELECT {values}) TO '{path}' (FORMAT parquet)")
    return path.read_bytes()
