"""The customer's keys of KMS that a call uses in its caller's name: reading decrypts, writing asks for a data key.

After the key policy chapters of Secrets Manager's and S3's guides. What is encrypted with a key of AWS's own needs nothing.
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import unquote

from ministack.services import kms, s3, secretsmanager

from localaws.server.front_door import Call

DECRYPT, NEW_DATA_KEY = "kms:Decrypt", "kms:GenerateDataKey"
KEY_HEADER = "x-amz-server-side-encryption-aws-kms-key-id"
SECRET_VALUES = ("SecretString", "SecretBinary")


def uses_of_keys(call: Call, action: str) -> list[tuple[str, str]]:
    """Each an action of KMS and the ARN of a key."""
    match action:
        case "secretsmanager:GetSecretValue":
            return _with(_key_of_secret(call), DECRYPT)
        case "secretsmanager:CreateSecret" | "secretsmanager:PutSecretValue" | "secretsmanager:UpdateSecret":
            has_value = any(name in json.loads(call.body) for name in SECRET_VALUES)
            return _with(_key_of_secret(call), NEW_DATA_KEY, DECRYPT) if has_value else []
        case "s3:GetObject" | "s3:GetObjectVersion" if call.request.method == "GET":
            return _with(_key_of_object(call), DECRYPT)
        case "s3:PutObject":
            return _with(_key_of_new_object(call), NEW_DATA_KEY)
    return []


def _with(key: str | None, *actions: str) -> list[tuple[str, str]]:
    record = kms._resolve_key(key) if key else None
    return [(action, str(record["Arn"])) for action in actions] if record else []


def _key_of_secret(call: Call) -> str | None:
    request = json.loads(call.body)
    _, secret = secretsmanager._resolve(request.get("SecretId"))
    return request.get("KmsKeyId") or (secret or {}).get("KmsKeyId")


def _key_of_object(call: Call) -> str | None:
    bucket, _, key = unquote(call.request.path).lstrip("/").partition("/")
    version = call.request.query.get("versionId", [""])[0]
    record: dict[str, Any] | None = (s3._buckets.get(bucket) or {"objects": {}})["objects"].get(key)
    if version:
        record = next((one for one in s3._object_versions.get((bucket, key), []) if one["version_id"] == version), None)
    return _key_in(record)


def _key_of_new_object(call: Call) -> str | None:
    """The one that the request names, else that of the bucket's own encryption; a part's is that of its upload."""
    if "uploadId" in call.request.query:
        return _key_in(s3._multipart_uploads.get(call.request.query["uploadId"][0]))
    headers = call.request.headers
    if "x-amz-server-side-encryption" in headers:
        return headers.get(KEY_HEADER)
    bucket = unquote(call.request.path).lstrip("/").partition("/")[0]
    default: dict[str, str] = s3._bucket_default_sse_headers(bucket)
    return default.get(KEY_HEADER)


def _key_in(record: dict[str, Any] | None) -> str | None:
    found: dict[str, str] = s3._stored_sse_headers(record) if record else {}
    return found.get(KEY_HEADER)
