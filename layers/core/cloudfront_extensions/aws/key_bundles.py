"""Staged key bundles: read by the import task alone, and destroyed by it once they are imported or found useless.

Nothing that is read here may be logged, kept or quoted.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any, NamedTuple

from cloudfront_extensions.aws.clients import client
from cloudfront_extensions.aws.failures import aws_call
from cloudfront_extensions.aws.objects import jobs_bucket
from cloudfront_extensions.certificates.import_request import StagingPlaces
from cloudfront_extensions.certificates.key_bundle_reference import (
    KeyBundleReference,
    ObjectReference,
    SecretReference,
)
from cloudfront_extensions.errors import CloudFrontExtensionsError, KeyBundleNotFound, KeyBundleTooLarge


class _Gone(CloudFrontExtensionsError):
    """What is to be destroyed is not there; never leaves this module."""


class _Version(NamedTuple):
    id: str
    size: int
    """Bytes; 0 of a delete marker."""


def staging_places() -> StagingPlaces:
    """Those of this deployment."""
    return StagingPlaces(os.environ["KEY_BUNDLE_PREFIX"], jobs_bucket())


def read_staged(reference: KeyBundleReference, largest: int) -> bytes:
    """The bundle.

    Raises:
        KeyBundleNotFound: there is none (any more).
        KeyBundleTooLarge: an object has over `largest` bytes; it is not read. Secrets are bounded by Secrets Manager.
    """
    match reference:
        case SecretReference():
            return _read_secret(reference)
        case ObjectReference():
            return _read_object(reference, largest)


def destroy_staged(reference: KeyBundleReference) -> None:
    """Destroy the bundle: a secret without recovery window, of an object every version. Nothing there is fine too."""
    match reference:
        case SecretReference(secret_id):
            try:
                with aws_call("DeleteSecret", secret_id, {"ResourceNotFoundException": _Gone}):
                    client("secretsmanager").delete_secret(SecretId=secret_id, ForceDeleteWithoutRecovery=True)
            except _Gone:
                return
        case ObjectReference(bucket, key):
            for version in list(_versions(reference)):
                with aws_call("DeleteObject", str(reference)):
                    client("s3").delete_object(Bucket=bucket, Key=key, VersionId=version.id)


def _read_secret(reference: SecretReference) -> bytes:
    # InvalidRequestException: somebody has marked it for deletion.
    meanings = dict.fromkeys(("ResourceNotFoundException", "InvalidRequestException"), KeyBundleNotFound)
    with aws_call("GetSecretValue", str(reference), meanings, secret=True):
        answer = client("secretsmanager").get_secret_value(SecretId=reference.secret_id)
    text: str | None = answer.get("SecretString")
    return text.encode() if text is not None else bytes(answer["SecretBinary"])


def _read_object(reference: ObjectReference, largest: int) -> bytes:
    staged = next((version for version in _versions(reference) if version.id == reference.version_id), None)
    if staged is None:
        raise KeyBundleNotFound(f"there is no staged bundle {reference}")
    if staged.size > largest:
        raise KeyBundleTooLarge(f"{reference} has {staged.size:,} bytes; a bundle has at most {largest:,}")
    meanings = dict.fromkeys(("NoSuchKey", "NoSuchVersion", "MethodNotAllowed"), KeyBundleNotFound)
    with aws_call("GetObject", str(reference), meanings, secret=True):
        answer = client("s3").get_object(Bucket=reference.bucket, Key=reference.key, VersionId=reference.version_id)
        content: bytes = answer["Body"].read()
    return content


def _versions(reference: ObjectReference) -> Iterator[_Version]:
    """Every version of the object, delete markers too, page by page. Keys that go on where this one ends come after it."""
    parameters: dict[str, Any] = {"Bucket": reference.bucket, "Prefix": reference.key}
    while True:
        with aws_call("ListObjectVersions", str(reference)):
            page = client("s3").list_object_versions(**parameters)
        found = [*page.get("Versions", ()), *page.get("DeleteMarkers", ())]
        yield from (_Version(one["VersionId"], one.get("Size", 0)) for one in found if one["Key"] == reference.key)
        if not page["IsTruncated"] or page["NextKeyMarker"] != reference.key:
            return
        parameters |= {"KeyMarker": page["NextKeyMarker"], "VersionIdMarker": page["NextVersionIdMarker"]}
