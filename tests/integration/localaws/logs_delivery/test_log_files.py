"""Log files arrive where the deliveries of their distribution say, with the fields chosen there."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import duckdb

from localaws import permissions
from tests.integration.localaws import edge
from tests.integration.localaws.logs_delivery.deliveries import bucket, deliver, delivery, parquet, text
from tests.integration.localaws.logs_delivery.test_operations import BY_THE_HOUR
from tests.integration.localaws.workbench import Json, Workbench


def objects(bench: Workbench, name: str) -> list[str]:
    return [found["Key"] for found in bench.client("s3").list_objects_v2(Bucket=name).get("Contents", [])]


def content(bench: Workbench, file: Json) -> bytes:
    return bytes(bench.client("s3").get_object(Bucket=file["bucket"], Key=file["key"])["Body"].read())


def with_logging(bench: Workbench, **logging: Any) -> str:
    """The id of a distribution with standard logging v1."""
    settings = {"Enabled": True, "IncludeCookies": False, "Prefix": "", **logging}
    return str(edge.distribution(bench.instance, Logging=settings)["Id"])


def test_a_file_lies_under_its_hour_with_the_fields_that_were_chosen(bench: Workbench, tmp_path: Path) -> None:
    to = bucket(bench)
    fields = ["date", "cs(User-Agent)", "c-country", "asn"]
    made, _ = delivery(bench, f"{to}/standard", recordFields=fields, s3DeliveryConfiguration=BY_THE_HOUR)
    file = parquet(tmp_path, date="2026-11-22", cs_user_agent="curl", c_country="PT", sc_status="200")
    (delivered,) = deliver(bench, made["Id"], "standard", file)

    folder, _, name = delivered["key"].rpartition("/")
    assert (delivered["bucket"], folder) == (to, "standard/year=2026/month=11/day=22/hour=14")
    assert name.startswith(f"{made['Id']}.2026-11-22-14.")
    (tmp_path / "delivered.parquet").write_bytes(content(bench, delivered))
    found = duckdb.read_parquet(str(tmp_path / "delivered.parquet"))
    assert (found.columns, found.fetchall()) == (
        ["date", "cs_user_agent", "c_country"],
        [("2026-11-22", "curl", "PT")],
    )


def test_a_bucket_without_a_prefix_gets_that_of_cloudfront(bench: Workbench, tmp_path: Path) -> None:
    to = bucket(bench, lets_in="*")
    made, _ = delivery(bench, to, s3DeliveryConfiguration={"suffixPath": "{DistributionId}/{yyyy}"})
    (delivered,) = deliver(bench, made["Id"], "standard", parquet(tmp_path, date="2026-11-22"))
    assert delivered["key"].startswith(f"AWSLogs/000000000000/CloudFront/{made['Id']}/2026/{made['Id']}.")


def test_nobody_asks_for_the_files_of_a_distribution_without_a_delivery(bench: Workbench, tmp_path: Path) -> None:
    made = edge.distribution(bench.instance)
    assert deliver(bench, made["Id"], "standard", parquet(tmp_path, date="2026-11-22")) == []
    assert deliver(bench, made["Id"], "legacy", text("#Version: 1.0")) == []


def test_a_bucket_that_closes_itself_later_loses_files_and_the_record_says_so(bench: Workbench, tmp_path: Path) -> None:
    to = bucket(bench)
    made, _ = delivery(bench, f"{to}/standard")
    bench.client("s3").delete_bucket_policy(Bucket=to)

    assert deliver(bench, made["Id"], "standard", parquet(tmp_path, date="2026-11-22")) == []
    assert objects(bench, to) == []
    denied = permissions.denials(permissions.decisions(bench.instance))
    assert any(to in one["because"] for one in denied)


def test_a_legacy_file_lies_flat_under_its_own_name(bench: Workbench) -> None:
    to = bucket(bench, ObjectOwnership="BucketOwnerPreferred")
    made = with_logging(bench, Bucket=f"{to}.s3.amazonaws.com")
    lines = text("#Version: 1.0", "#Fields: date time")
    (delivered,) = deliver(bench, made, "legacy", lines)

    assert delivered["bucket"] == to
    assert delivered["key"].startswith(f"{made}.2026-11-22-14.")
    assert delivered["key"].endswith(".gz")
    assert io.BytesIO(content(bench, delivered)).read() == lines


def test_legacy_files_do_not_reach_a_bucket_without_access_control_lists(bench: Workbench) -> None:
    to = bucket(bench, ObjectOwnership="BucketOwnerEnforced")
    made = with_logging(bench, Bucket=f"{to}.s3.amazonaws.com", Prefix="cdn")
    assert deliver(bench, made, "legacy", text("#Version: 1.0")) == []
    assert objects(bench, to) == []
