"""Key bundles staged for an import, as stage_bundle stages them, what is left of them, and imports by hand."""

from __future__ import annotations

import uuid
from typing import Any

from botocore.exceptions import ClientError

from tests.bundles import Bundle
from tests.workflows.application import Application, Json


def stage_secret(application: Application, text: bytes) -> Json:
    """A secret that holds the bundle; the reference to it."""
    answer = application.client("secretsmanager").create_secret(
        Name=f"{application.outputs['KeyBundlePrefix']}{uuid.uuid4().hex}",
        KmsKeyId=application.outputs["KeyBundleKey"],
        SecretString=text.decode(),
    )
    return {"secretId": answer["ARN"]}


def stage_object(application: Application, text: bytes, key: str | None = None) -> Json:
    """An object of the jobs bucket that holds the bundle; the reference to this version of it."""
    key = key or f"key-bundles/{uuid.uuid4().hex}.pem"
    answer = application.client("s3").put_object(
        Bucket=application.bucket,
        Key=key,
        Body=text,
        ServerSideEncryption="aws:kms",
        SSEKMSKeyId=application.outputs["KeyBundleKey"],
    )
    return {"bucket": application.bucket, "key": key, "versionId": answer["VersionId"]}


def is_staged(application: Application, reference: Json) -> bool:
    """Whether anything is left of a staged bundle: of an object any version or delete marker, of a secret even its name."""
    if "key" in reference:
        return bool(versions_of(application, reference["key"]))
    try:
        application.client("secretsmanager").describe_secret(SecretId=reference["secretId"])
    except ClientError as error:
        if error.response["Error"]["Code"] == "ResourceNotFoundException":
            return False
        raise
    return True


def versions_of(application: Application, key: str) -> list[Any]:
    answer = application.client("s3").list_object_versions(Bucket=application.bucket, Prefix=key)
    return [*answer.get("Versions", ()), *answer.get("DeleteMarkers", ())]


def imported_by_hand(application: Application, staged: Bundle) -> str:
    """The ARN of a certificate that somebody imported without this library."""
    answer = application.client("acm").import_certificate(
        Certificate=staged.certificate_pem, PrivateKey=staged.key_pem, CertificateChain=staged.chain_pem
    )
    return str(answer["CertificateArn"])
