"""Where a staged key bundle is: the one thing about it that inputs, records and reports may hold.

A bundle is a certificate, its private key and its chain as PEM text. It waits for its import in a secret of Secrets Manager or
in an object of S3; batches and records name it by one text, workflows by fields. Bundles are staged under two prefixes
alone. A key that somebody pastes in place of its reference is no such name, not even a line of its base64.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NotRequired, TypedDict
from urllib.parse import parse_qs, quote, unquote, urlsplit

from cloudfront_extensions.errors import InvalidInput, KeyBundleNotStaged

NAME_PREFIX = "cloudfront-extensions/key-bundles/"
"""Of the names of secrets; what follows says of which stack they are."""
OBJECT_PREFIX = "key-bundles/"
"""Of the keys of objects in the jobs bucket."""
_SECRET_ID = re.compile(r"(?:arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:)?([A-Za-z0-9/_+=.@!-]{1,519})")
_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_MAXIMUM_KEY_BYTES = 1_024
_GIVE = (
    'give {"secretId": "…"} or {"bucket": "…", "key": "…", "versionId": "…"}, as stage_bundle prints it; '
    "never the bundle itself"
)


class KeyBundleJson(TypedDict):
    """Either `secretId`, or the others."""

    secretId: NotRequired[str]
    bucket: NotRequired[str]
    key: NotRequired[str]
    versionId: NotRequired[str]


@dataclass(frozen=True, slots=True)
class SecretReference:
    secret_id: str
    """Name or ARN."""

    def as_json(self) -> KeyBundleJson:
        return KeyBundleJson(secretId=self.secret_id)

    def __str__(self) -> str:
        return self.secret_id


@dataclass(frozen=True, slots=True)
class ObjectReference:
    bucket: str
    key: str
    version_id: str

    def as_json(self) -> KeyBundleJson:
        return KeyBundleJson(bucket=self.bucket, key=self.key, versionId=self.version_id)

    def __str__(self) -> str:
        return f"s3://{self.bucket}/{quote(self.key)}?versionId={quote(self.version_id, safe='')}"


KeyBundleReference = SecretReference | ObjectReference


def parse_key_bundle(document: object, field: str = "keyBundle") -> KeyBundleReference:
    """The reference in a workflow's input, as fields or as text. Raises InvalidInput, which never quotes what was given."""
    match document:
        case str(text):
            return parse_key_bundle_text(text, field)
        case {"secretId": str(secret_id), **rest} if not rest:
            return _secret(secret_id, field)
        case {"bucket": str(bucket), "key": str(key), "versionId": str(version_id), **rest} if not rest:
            return _object(bucket, key, version_id, field)
    raise InvalidInput(f"{field}: {_GIVE}")


def parse_key_bundle_text(text: str, field: str = "keyBundle") -> KeyBundleReference:
    """The reference in a batch or a record: a secret's name or ARN, or `s3://bucket/key?versionId=…`. Raises InvalidInput."""
    if not text.startswith("s3://"):
        return _secret(text, field)
    try:
        parts = urlsplit(text)
    except ValueError:
        raise InvalidInput(f"{field}: {_GIVE}") from None
    versions = parse_qs(parts.query).get("versionId", [""])
    return _object(parts.netloc, unquote(parts.path.removeprefix("/")), versions[0], field)


def _secret(secret_id: str, field: str) -> SecretReference:
    match = _SECRET_ID.fullmatch(secret_id)
    if not match:
        raise InvalidInput(f"{field}: this is not the name or ARN of a secret; {_GIVE}")
    if not match[1].startswith(NAME_PREFIX):
        raise KeyBundleNotStaged(f"{field}: bundles are staged in secrets under {NAME_PREFIX}, and this is another one")
    return SecretReference(secret_id)


def _object(bucket: str, key: str, version_id: str, field: str) -> ObjectReference:
    readable = key.isprintable() and version_id.isprintable() and len(key.encode()) <= _MAXIMUM_KEY_BYTES
    if not (_BUCKET.fullmatch(bucket) and key and version_id and readable):
        raise InvalidInput(f"{field}: an object needs bucket, key and versionId; {_GIVE}")
    if not key.startswith(OBJECT_PREFIX):
        raise KeyBundleNotStaged(
            f"{field}: bundles are staged in objects under {OBJECT_PREFIX}, and this is another one"
        )
    return ObjectReference(bucket, key, version_id)
