"""References to staged bundles: what they look like, and that what was given is never quoted."""

from __future__ import annotations

import pytest

from cloudfront_extensions.certificates.key_bundle_reference import (
    ObjectReference,
    SecretReference,
    parse_key_bundle,
    parse_key_bundle_text,
)
from cloudfront_extensions.errors import InvalidInput, KeyBundleNotStaged

NAME = "cloudfront-extensions/key-bundles/stack/1f0c"
ARN = f"arn:aws:secretsmanager:us-east-1:123456789012:secret:{NAME}-AbCdEf"
BASE64_LINE = "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgevZzL1gdAFr88hb2"


@pytest.mark.parametrize("secret_id", [NAME, ARN])
def test_a_secret_is_named_by_its_name_or_arn(secret_id: str) -> None:
    expected = SecretReference(secret_id)
    assert parse_key_bundle(secret_id) == parse_key_bundle({"secretId": secret_id}) == expected
    assert parse_key_bundle(expected.as_json()) == parse_key_bundle_text(str(expected)) == expected


@pytest.mark.parametrize("key", ["key-bundles/shop.pem", "key-bundles/shöp 1?#%2F&versionId=x+y.pem", "key-bundles//x"])
@pytest.mark.parametrize("version_id", ["3HL4kqtJlcpXroDTDmJ", "a+b/c=&d e#f"])
def test_an_object_is_named_with_its_version(key: str, version_id: str) -> None:
    expected = ObjectReference("jobs-bucket", key, version_id)
    assert parse_key_bundle(expected.as_json()) == parse_key_bundle_text(str(expected)) == expected


def test_an_object_as_text() -> None:
    given = parse_key_bundle_text("s3://jobs-bucket/key-bundles/shop.pem?versionId=3HL4")
    assert given == ObjectReference("jobs-bucket", "key-bundles/shop.pem", "3HL4")


@pytest.mark.parametrize(
    "document",
    [
        None,
        7,
        [],
        {},
        "",
        "two words",
        "-----BEGIN PRIVATE KEY-----",
        f"-----BEGIN PRIVATE KEY-----\n{BASE64_LINE}\n-----END PRIVATE KEY-----\n",
        {"secretId": f"{NAME}\n"},
        {"secretId": NAME, "versionId": "1"},
        {"secretId": 7},
        {"bucket": "jobs-bucket", "key": "key-bundles/x"},
        {"bucket": "jobs-bucket", "key": "key-bundles/x", "versionId": ""},
        {"bucket": "jobs-bucket", "key": "key-bundles/\ud800", "versionId": "1"},
        {"bucket": "jobs-bucket", "key": "key-bundles/" + "ä" * 600, "versionId": "1"},
        {"bucket": "jobs/bucket", "key": "key-bundles/x", "versionId": "1"},
        "s3://jobs-bucket/key-bundles/x",
        "s3://[/key-bundles/x?versionId=1",
        "s3:///key-bundles/x?versionId=1",
    ],
)
def test_what_is_no_reference_is_refused_and_not_quoted(document: object) -> None:
    with pytest.raises(InvalidInput, match=r"^keyBundle: ") as refused:
        parse_key_bundle(document)
    assert "never the bundle itself" in str(refused.value)
    assert BASE64_LINE not in str(refused.value)


@pytest.mark.parametrize(
    "document",
    [
        BASE64_LINE,
        {"secretId": BASE64_LINE},
        "prod/database-password",
        f"arn:aws:secretsmanager:us-east-1:123456789012:secret:{BASE64_LINE}",
        "s3://jobs-bucket/onboarding/customers.csv?versionId=1",
        {"bucket": "jobs-bucket", "key": f"../key-bundles/{BASE64_LINE}", "versionId": "1"},
    ],
)
def test_a_place_where_bundles_are_not_staged_is_refused_and_not_quoted(document: object) -> None:
    """A line of a key, pasted alone, would do as the name of a secret."""
    with pytest.raises(KeyBundleNotStaged) as refused:
        parse_key_bundle(document)
    assert BASE64_LINE not in str(refused.value)
