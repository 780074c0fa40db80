"""Objects in versions, as S3 keeps them: MiniStack does it as AWS documents, and the product relies on it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from localaws.instance import Instance
from tests.integration.localaws import edge
from tests.integration.localaws.permissions.test_enforcement import allow, denied, session
from tests.integration.localaws.workbench import Workbench


@pytest.fixture
def s3(instance: Instance) -> Any:
    return instance.client("s3")


@pytest.fixture
def bucket(bench: Workbench) -> str:
    name = bench.bucket()
    bench.client("s3").put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    return name


def put(s3: Any, bucket: str, body: str, key: str = "one") -> str:
    return str(s3.put_object(Bucket=bucket, Key=key, Body=body.encode())["VersionId"])


def versions(s3: Any, bucket: str, prefix: str = "") -> tuple[list[str], list[str]]:
    """The versions and the delete markers, newest first."""
    listed = s3.list_object_versions(Bucket=bucket, Prefix=prefix)
    return tuple([one["VersionId"] for one in listed.get(name, [])] for name in ("Versions", "DeleteMarkers"))  # type: ignore[return-value]


def test_each_write_is_a_version_that_can_be_read(s3: Any, bucket: str) -> None:
    first, second = put(s3, bucket, "first"), put(s3, bucket, "second")
    assert versions(s3, bucket) == ([second, first], [])
    assert s3.get_object(Bucket=bucket, Key="one", VersionId=first)["Body"].read() == b"first"
    answer = s3.get_object(Bucket=bucket, Key="one")
    assert (answer["Body"].read(), answer["VersionId"]) == (b"second", second)


def test_deleting_the_object_leaves_its_versions_below_a_marker(s3: Any, bucket: str) -> None:
    version = put(s3, bucket, "first")
    marker = s3.delete_object(Bucket=bucket, Key="one")
    assert marker["DeleteMarker"] is True
    assert versions(s3, bucket) == ([version], [marker["VersionId"]])
    with edge.refused("NoSuchKey"):
        s3.get_object(Bucket=bucket, Key="one")
    assert s3.get_object(Bucket=bucket, Key="one", VersionId=version)["Body"].read() == b"first"


def test_deleting_the_marker_brings_the_object_back(s3: Any, bucket: str) -> None:
    put(s3, bucket, "first")
    marker = s3.delete_object(Bucket=bucket, Key="one")["VersionId"]
    assert s3.delete_object(Bucket=bucket, Key="one", VersionId=marker)["DeleteMarker"] is True
    assert s3.get_object(Bucket=bucket, Key="one")["Body"].read() == b"first"


def test_an_object_is_gone_when_every_version_and_marker_is_deleted(s3: Any, bucket: str) -> None:
    put(s3, bucket, "first")
    put(s3, bucket, "second")
    s3.delete_object(Bucket=bucket, Key="one")
    kept, markers = versions(s3, bucket)
    for version in (*kept, *markers):
        s3.delete_object(Bucket=bucket, Key="one", VersionId=version)
    assert versions(s3, bucket) == ([], [])


def test_a_deleted_version_is_gone_and_deleting_it_again_is_no_error(s3: Any, bucket: str) -> None:
    first = put(s3, bucket, "first")
    put(s3, bucket, "second")
    for _ in range(2):
        s3.delete_object(Bucket=bucket, Key="one", VersionId=first)
    with edge.refused("NoSuchVersion"):
        s3.get_object(Bucket=bucket, Key="one", VersionId=first)
    assert s3.get_object(Bucket=bucket, Key="one")["Body"].read() == b"second"


def test_several_versions_are_deleted_in_one_call(s3: Any, bucket: str) -> None:
    named = [{"Key": "one", "VersionId": put(s3, bucket, body)} for body in ("first", "second")]
    assert "Errors" not in s3.delete_objects(Bucket=bucket, Delete={"Objects": named})
    assert versions(s3, bucket) == ([], [])


def test_versions_come_in_pages_and_by_prefix(s3: Any, bucket: str) -> None:
    made = {put(s3, bucket, "x", key="keys/a") for _ in range(3)} | {put(s3, bucket, "x", key="keys/b")}
    put(s3, bucket, "x", key="other")
    pages = s3.get_paginator("list_object_versions").paginate(
        Bucket=bucket, Prefix="keys/", PaginationConfig={"PageSize": 2}
    )
    found = [[one["VersionId"] for one in page["Versions"]] for page in pages]
    assert [len(page) for page in found] == [2, 2]
    assert {version for page in found for version in page} == made


Act = Callable[[Any, str, str], object]
ACTS: dict[str, Act] = {
    "s3:GetObjectVersion": lambda client, bucket, version: client.get_object(
        Bucket=bucket, Key="one", VersionId=version
    ),
    "s3:DeleteObjectVersion": lambda client, bucket, version: client.delete_object(
        Bucket=bucket, Key="one", VersionId=version
    ),
    "s3:ListBucketVersions": lambda client, bucket, version: client.list_object_versions(Bucket=bucket),
}


@pytest.mark.parametrize("action", ACTS)
def test_versions_have_permissions_of_their_own(bench: Workbench, s3: Any, bucket: str, action: str) -> None:
    version = put(s3, bucket, "first")
    plain = session(bench, allow("s3:GetObject", "s3:DeleteObject", "s3:ListBucket"))("s3")
    answer = denied(lambda: ACTS[action](plain, bucket, version))
    assert answer["Error"]["Code"] == "AccessDenied"
    assert f"to perform: {action} on resource: arn:aws:s3:::{bucket}" in answer["Error"]["Message"]
    ACTS[action](session(bench, allow(action))("s3"), bucket, version)


def test_listing_versions_may_be_bound_to_a_prefix(bench: Workbench, bucket: str) -> None:
    below = {"Condition": {"StringLike": {"s3:prefix": "keys/*"}}}
    client = session(bench, allow("s3:ListBucketVersions") | below)("s3")
    client.list_object_versions(Bucket=bucket, Prefix="keys/one")
    assert denied(lambda: client.list_object_versions(Bucket=bucket))["Error"]["Code"] == "AccessDenied"


def test_a_version_that_is_gone_is_told_to_those_who_may_read_versions(bench: Workbench, s3: Any, bucket: str) -> None:
    version = put(s3, bucket, "first")
    s3.delete_object(Bucket=bucket, Key="one", VersionId=version)
    reader = session(bench, allow("s3:GetObjectVersion", "s3:ListBucketVersions", "s3:ListBucket"))("s3")
    answer = denied(lambda: reader.get_object(Bucket=bucket, Key="one", VersionId=version))
    assert answer["Error"]["Code"] == "NoSuchVersion"
