"""The demo's third act: a day of logs of the distributions that have names."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb
import pytest

from cloudfront_extensions.aws.clients import client
from cloudfront_extensions.metrics.sources import Source, folder_at
from demo import day, shop
from demo.watching import FURTHER_READING
from tests.templates import PROJECT
from tests.unit.conftest import Account


def distribution(*aliases: str) -> str:
    config = {
        "CallerReference": "-".join(aliases) or "none",
        "Comment": "",
        "Enabled": True,
        "Aliases": {"Quantity": len(aliases), "Items": list(aliases)},
        "Origins": {
            "Quantity": 1,
            "Items": [{"Id": "o", "DomainName": "o.s3.amazonaws.com", "S3OriginConfig": {"OriginAccessIdentity": ""}}],
        },
        "DefaultCacheBehavior": {"TargetOriginId": "o", "ViewerProtocolPolicy": "https-only"},
    }
    made = client("cloudfront").create_distribution(DistributionConfig=config)
    return str(made["Distribution"]["Id"])


def test_every_hour_of_the_day_has_logs_of_the_distributions_with_names(
    account: Account, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(day, "LINES_EACH", 10)
    client("s3").create_bucket(Bucket="access-logs")
    distribution()
    other, first = distribution("api.example.com"), distribution(shop.NAME)
    begins = day.yesterday()
    stage: Any = SimpleNamespace(client=client, outputs={"LogsBucket": "access-logs"})
    files = day.deliver(stage, begins)

    keys = [one["Key"] for one in client("s3").list_objects_v2(Bucket="access-logs")["Contents"]]
    prefixes = [folder_at(Source.STANDARD, begins.replace(hour=hour)).prefix for hour in range(24)]
    assert sorted(key.partition(".")[0] for key in keys) == sorted(
        f"{one}{of}" for one in prefixes for of in (other, first)
    )
    assert files == len(keys)
    for number, key in enumerate(keys):
        file = client("s3").get_object(Bucket="access-logs", Key=key)["Body"].read()
        (tmp_path / f"{number}.parquet").write_bytes(file)
    lines = (
        duckdb.read_parquet(f"{tmp_path}/*.parquet").aggregate("x_host_header, count(*)", "x_host_header").fetchall()
    )
    assert sum(count for _, count in lines) == 10 * sum(day.HOURLY)
    assert max(lines, key=lambda line: line[1])[0] == shop.NAME


def test_what_it_tells_to_read_is_there() -> None:
    assert all((PROJECT / path).exists() for path in FURTHER_READING)
