"""The tables of the embedded Glue and the objects of the embedded S3, asked for as the caller of a query.

Athena does what a query needs in the name of whoever started it: each of these calls needs his permissions, may be struck
by a fault, and is on record with `"by": "athena.amazonaws.com"`.
"""

from __future__ import annotations

import functools
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, cast

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError

from localaws.server.athena import failures, objects
from localaws.server.athena.engine import LakeObject
from localaws.server.athena.failures import QueryFailed
from localaws.server.athena.planning import Name
from localaws.server.athena.tables import Table

ATHENA = "athena.amazonaws.com"
DENIED = ("AccessDenied", "AccessDeniedException", "403")
THROTTLED = ("SlowDown", "Throttling", "ThrottlingException", "TooManyRequestsException")

_making_clients = threading.Lock()


@dataclass(frozen=True, slots=True)
class Caller:
    """By what the caller of a query is known."""

    access_key: str
    secret_key: str
    session_token: str | None


@functools.cache
def lake_of(endpoint: str, region: str, caller: Caller) -> EmbeddedLake:
    """The same one each time: clients are slow to make."""
    with _making_clients:
        return EmbeddedLake(endpoint, region, caller)


class EmbeddedLake:
    def __init__(self, endpoint: str, region: str, caller: Caller) -> None:
        config = Config(
            retries={"total_max_attempts": 1},
            s3={"addressing_style": "path"},
            inject_host_prefix=False,
            user_agent_extra=ATHENA,
        )
        session = boto3.session.Session(
            aws_access_key_id=caller.access_key,
            aws_secret_access_key=caller.secret_key,
            aws_session_token=caller.session_token,
            region_name=region,
        )
        self._glue = session.client("glue", endpoint_url=endpoint, config=config)
        self._s3 = session.client("s3", endpoint_url=endpoint, config=config)

    @property
    def folders(self) -> list[Path]:
        return []

    def check_database(self, database: str) -> None:
        """Raises QueryFailed when there is none of this name."""
        try:
            self._glue.get_database(Name=database)
        except ClientError as error:
            if _code(error) == "EntityNotFoundException":
                reason = f"SCHEMA_NOT_FOUND: Schema '{database}' does not exist"
                raise QueryFailed(reason, failures.USER, failures.SCHEMA) from error
            raise _of_glue(error) from error

    def table_input(self, name: Name) -> Mapping[str, Any]:
        try:
            table: Mapping[str, Any] = self._glue.get_table(DatabaseName=name[0], Name=name[1])["Table"]
        except ClientError as error:
            if _code(error) == "EntityNotFoundException":
                reason = f"TABLE_NOT_FOUND: Table 'awsdatacatalog.{'.'.join(name)}' does not exist"
                raise QueryFailed(reason, failures.USER, failures.SCHEMA) from error
            raise _of_glue(error) from error
        return table

    def registered_partitions(self, table: Table) -> list[tuple[tuple[str, ...], str]]:
        try:
            pages = self._glue.get_paginator("get_partitions").paginate(
                DatabaseName=table.database, TableName=table.name
            )
            found = [partition for page in pages for partition in page["Partitions"]]
        except ClientError as error:
            raise _of_glue(error) from error
        return [(tuple(one["Values"]), one["StorageDescriptor"]["Location"].rstrip("/") + "/") for one in found]

    def present(self, prefix: str) -> list[str]:
        from ministack.services import s3

        bucket, _, below = prefix.removeprefix("s3://").partition("/")
        record = s3._buckets.get(bucket) or {"objects": {}}
        return [f"s3://{bucket}/{key}" for key in list(record["objects"]) if key.startswith(below)]

    def listed(self, location: str) -> list[LakeObject]:
        bucket, _, prefix = location.removeprefix("s3://").partition("/")
        try:
            pages = self._s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
            found = [one for page in pages for one in page.get("Contents", [])]
        except (ClientError, BotoCoreError, HTTPClientError) as error:
            raise _of_s3(error, location, "HIVE_FILESYSTEM_ERROR: Failed to list directory") from error
        return [LakeObject(f"s3://{bucket}/{one['Key']}", one["Size"]) for one in found]

    def fetch(self, one: LakeObject, table: Table, place: Path) -> Path:
        bucket, key = one.bucket_and_key
        what = "HIVE_CANNOT_OPEN_SPLIT: Error opening Hive split"
        try:
            body = self._s3.get_object(Bucket=bucket, Key=key)["Body"]
            return objects.unpacked(cast("IO[bytes]", body), one.uri, table, place)
        except (ClientError, BotoCoreError, HTTPClientError) as error:
            raise _of_s3(error, f"{one.uri} (offset=0, length={one.size})", what, one.uri) from error

    def store(self, location: str, file: Path, encryption: Mapping[str, str]) -> None:
        """Write a result. Raises QueryFailed."""
        bucket, _, key = location.removeprefix("s3://").partition("/")
        kinds = {"SSE_S3": "AES256", "SSE_KMS": "aws:kms"}
        options: dict[str, Any] = {"ServerSideEncryption": kinds[encryption["EncryptionOption"]]} if encryption else {}
        if encryption.get("KmsKey"):
            options["SSEKMSKeyId"] = encryption["KmsKey"]
        try:
            with file.open("rb") as body:
                self._s3.put_object(
                    Bucket=bucket, Key=key, Body=body, ContentType="application/octet-stream", **options
                )
        except ClientError as error:
            if _code(error) in DENIED:
                reason = (
                    f"Access denied when writing output to url: {location} . Please ensure you are allowed to access the "
                    "S3 bucket. If you are encrypting query results with KMS key, please ensure you are allowed to access "
                    "your KMS key"
                )
                raise QueryFailed(reason, failures.USER, failures.S3_PERMISSION) from error
            raise _of_s3(error, location, "Failed to write the result to") from error
        except (BotoCoreError, HTTPClientError) as error:
            raise _of_s3(error, location, "Failed to write the result to") from error


def _of_glue(error: ClientError) -> QueryFailed:
    said = error.response["Error"].get("Message", "")
    if _code(error) in DENIED:
        reason = f"Insufficient permissions to execute the query. {said} (Service: AWSGlue; Error Code: AccessDeniedException)"
        return QueryFailed(reason, failures.USER, failures.GLUE_PERMISSION)
    if _code(error) in THROTTLED:
        return QueryFailed(f"HIVE_METASTORE_ERROR: {said}", failures.SYSTEM, failures.THROTTLED, is_retryable=True)
    return QueryFailed(f"HIVE_METASTORE_ERROR: {said}", failures.SYSTEM, failures.INTERNAL)


def _of_s3(error: Exception, where: str, what: str, path: str = "") -> QueryFailed:
    if not isinstance(error, ClientError):
        return QueryFailed(f"{what} {where}: {error}", failures.SYSTEM, failures.INTERNAL, is_retryable=True)
    if _code(error) in DENIED:
        return QueryFailed(f"Permission denied on S3 path: {path or where}", failures.USER, failures.S3_PERMISSION)
    said = error.response["Error"].get("Message", "")
    if _code(error) in THROTTLED:
        kind = failures.THROTTLED
        return QueryFailed(f"{what} {where}: {said} (Status Code: 503)", failures.SYSTEM, kind, is_retryable=True)
    return QueryFailed(f"{what} {where}: {said} (Error Code: {_code(error)})", failures.USER, failures.DATA)


def _code(error: ClientError) -> str:
    return str(error.response["Error"].get("Code", ""))
