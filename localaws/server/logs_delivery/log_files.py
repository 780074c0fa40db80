"""Log files as CloudFront delivers them: to every place that asks for those of a distribution, with the fields chosen there.

`PUT /_localaws/log-files` with `{"distributionId": "E…", "kind": "standard" | "legacy", "hour": "2026-11-22-14", "content":
base64}` answers `{"files": [{"bucket", "key"}]}`: of standard logging v2 the content is Parquet, of v1 a gzipped text. Nobody
asks: no files. What a bucket does not let in is lost, as on AWS, and stands in the record of permissions.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ministack.core.responses import get_account_id
from ministack.services import s3

from localaws.server.cloudfront import distributions
from localaws.server.control import BadRequestError, fields
from localaws.server.logs_delivery import access, layout, operations
from localaws.server.permissions import record
from localaws.server.permissions.required import Permission

EXTENSIONS = {"standard": "parquet", "legacy": "gz"}
BUCKET_DOMAIN = ".s3.amazonaws.com"


@dataclass(frozen=True, slots=True)
class File:
    distribution_id: str
    kind: str
    hour: str
    content: bytes

    @property
    def moment(self) -> datetime:
        return datetime.strptime(self.hour, "%Y-%m-%d-%H").replace(tzinfo=UTC)

    @property
    def name(self) -> str:
        digest = hashlib.sha256(self.content).hexdigest()[:8]
        return f"{self.distribution_id}.{self.hour}.{digest}.{EXTENSIONS[self.kind]}"


def deliver(body: dict[str, Any]) -> dict[str, Any]:
    file = _read(body)
    delivered = list(_standard(file) if file.kind == "standard" else _legacy(file))
    return {"files": [{"bucket": bucket, "key": key} for bucket, key in delivered]}


def chosen(content: bytes, names: list[str]) -> bytes:
    """A Parquet file with these fields alone, where it has them, named as columns can be."""
    import duckdb

    with tempfile.TemporaryDirectory() as folder, duckdb.connect() as database:
        source, target = Path(folder) / "all.parquet", Path(folder) / "chosen.parquet"
        source.write_bytes(content)
        there = [row[0] for row in database.execute(f"DESCRIBE SELECT * FROM '{source}'").fetchall()]  # noqa: S608
        wanted = {re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_") for name in names}
        columns = ", ".join(f'"{column}"' for column in there if column in wanted)
        database.execute(f"COPY (SELECT {columns} FROM '{source}') TO '{target}' (FORMAT parquet)")  # noqa: S608
        return target.read_bytes()


def _read(body: dict[str, Any]) -> File:
    distribution_id, kind, hour, content = fields(body, "distributionId", "kind", "hour", "content")
    if kind not in EXTENSIONS:
        raise BadRequestError(f"kind: one of {', '.join(EXTENSIONS)}")
    try:
        file = File(distribution_id, kind, hour, base64.b64decode(content, validate=True))
        file.moment  # noqa: B018 - whether it is one
    except (TypeError, ValueError, binascii.Error) as error:
        raise BadRequestError(f"hour is such as 2026-11-22-14, content is base64: {error}") from error
    return file


def _standard(file: File) -> Iterator[tuple[str, str]]:
    destinations = {one["arn"]: one for one in operations.destinations().values()}
    for source in operations.sources().values():
        if source["resourceArns"][0].rpartition("/")[2] != file.distribution_id:
            continue
        for delivery in operations.deliveries_of(source):
            destination = destinations[delivery["deliveryDestinationArn"]]["deliveryDestinationConfiguration"]
            place = delivery.get("s3DeliveryConfiguration", {})
            folder = layout.folder(
                destination["destinationResourceArn"],
                place.get("suffixPath", ""),
                get_account_id(),
                file.distribution_id,
                file.moment,
                is_hive=place.get("enableHiveCompatiblePath", False),
            )
            bucket, _, key = f"{folder}/{file.name}".partition("/")
            if _is_let_in(f"arn:aws:s3:::{bucket}/{key}", source["arn"]):
                _put(bucket, key, chosen(file.content, delivery["recordFields"]))
                yield bucket, key


def _legacy(file: File) -> Iterator[tuple[str, str]]:
    distribution = distributions.mine().get(file.distribution_id)
    logging = distributions.config_of(distribution).get("Logging", {}) if distribution else {}
    bucket = str(logging.get("Bucket", "")).removesuffix(BUCKET_DOMAIN)
    if not logging.get("Enabled") or bucket not in s3._buckets:
        return
    if s3._bucket_owner_enforced(s3._buckets[bucket]):
        _refused(f"arn:aws:s3:::{bucket}/{file.name}", "has no access control lists, by which CloudFront is let in")
        return
    prefix = str(logging.get("Prefix") or "").strip("/")
    key = f"{prefix}/{file.name}" if prefix else file.name
    _put(bucket, key, file.content)
    yield bucket, key


def _is_let_in(object_arn: str, source_arn: str) -> bool:
    if access.may_write(object_arn, source_arn):
        return True
    _refused(object_arn, f"has a policy that does not let in files of {source_arn}")
    return False


def _refused(object_arn: str, why: str) -> None:
    permission = Permission("s3:PutObject", object_arn)
    bucket = object_arn.rpartition(":")[2].partition("/")[0]
    record.record_refusal_of_service(access.DELIVERY_SERVICE, permission, {}, f"the bucket {bucket} {why}")


def _put(bucket: str, key: str, content: bytes) -> None:
    status, _, body = s3._put_object(bucket, key, content, {"content-type": "application/octet-stream"})
    if status != 200:
        raise BadRequestError(f"s3://{bucket}/{key}: {body.decode(errors='replace')}")
