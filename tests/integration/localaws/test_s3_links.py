"""Links to objects and lists of folders: MiniStack does as S3 documents, and the product's APIs rely on it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from cloudfront_extensions.aws import clients
from cloudfront_extensions.aws.objects import objects_in
from cloudfront_extensions.aws.presigned import link_to, upload_link
from tests.integration.localaws.workbench import Workbench


@pytest.fixture
def s3(bench: Workbench, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The product's own client, for which links are signed."""
    for name, value in bench.instance.environment.items():
        monkeypatch.setenv(name, value)
    clients.client.cache_clear()
    clients._session.cache_clear()
    yield clients.client("s3")
    clients.client.cache_clear()
    clients._session.cache_clear()


@pytest.fixture
def bucket(bench: Workbench) -> str:
    name = bench.bucket()
    bench.client("s3").put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    return name


def put(link: str, headers: Mapping[str, str]) -> int:
    request = Request(link, data=b"content", method="PUT", headers={**headers, "Content-Type": ""})  # noqa: S310
    try:
        with urlopen(request) as answer:  # noqa: S310
            return int(answer.status)
    except HTTPError as refused:
        return refused.code


def test_a_link_takes_one_object_with_the_headers_that_it_binds(bench: Workbench, s3: Any, bucket: str) -> None:
    key = bench.client("kms").create_key()["KeyMetadata"]["Arn"]
    link = upload_link(bucket, "one", key)

    for header in link.headers:
        assert put(link.url, {name: value for name, value in link.headers.items() if name != header}) == 403
    assert put(link.url, {**link.headers, "x-amz-server-side-encryption": "AES256"}) == 403
    assert put(link.url, link.headers) == 200
    assert put(link.url, link.headers) == 412
    assert s3.head_object(Bucket=bucket, Key="one")["SSEKMSKeyId"] == key


def test_a_link_downloads_under_the_last_part_of_the_key(s3: Any, bucket: str) -> None:
    s3.put_object(Bucket=bucket, Key="jobs/spring/report.json", Body=b"{}")

    with urlopen(link_to(bucket, "jobs/spring/report.json")) as answer:  # noqa: S310
        assert answer.read() == b"{}"
        assert answer.headers["Content-Disposition"] == 'attachment; filename="report.json"'


def test_a_folder_is_listed_without_those_in_it(s3: Any, bucket: str) -> None:
    for key in ("jobs/spring/report.json", "jobs/spring/inner/report.json", "jobs/spring-2/report.json"):
        s3.put_object(Bucket=bucket, Key=key, Body=b"{}")

    assert [(found.name, found.size) for found in objects_in(bucket, "jobs/spring/")] == [("report.json", 2)]
