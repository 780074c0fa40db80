"""A place for one key bundle: the link binds what makes the upload safe."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from cloudfront_extensions.certificates.key_bundle_reference import parse_key_bundle
from cloudfront_extensions.operations.key_bundles import KeyBundleUpload, create_key_bundle_upload
from tests.unit.conftest import Account
from tests.unit.operations.calls import audited, calls_made
from tests.unit.operations.people import OPERATOR

KEY = "arn:aws:kms:us-east-1:123456789012:key/11111111-2222-4333-8444-555555555555"


@pytest.fixture
def upload(account: Account, monkeypatch: pytest.MonkeyPatch) -> KeyBundleUpload:
    monkeypatch.setenv("KEY_BUNDLE_KEY", KEY)
    return create_key_bundle_upload(caller=OPERATOR)


def test_the_signature_is_over_encryption_and_being_the_first(upload: KeyBundleUpload) -> None:
    query = parse_qs(urlsplit(upload["uploadUrl"]).query)

    assert query["X-Amz-Algorithm"] == ["AWS4-HMAC-SHA256"]
    assert query["X-Amz-Expires"] == ["900"]
    assert set(query["X-Amz-SignedHeaders"][0].split(";")) == {"host", *(name.lower() for name in upload["headers"])}
    assert upload["headers"] == {
        "If-None-Match": "*",
        "x-amz-server-side-encryption": "aws:kms",
        "x-amz-server-side-encryption-aws-kms-key-id": KEY,
    }
    assert upload["method"] == "PUT"


def test_it_lasts_for_a_quarter_of_an_hour(upload: KeyBundleUpload) -> None:
    left = datetime.fromisoformat(upload["expiresAt"]) - datetime.now(UTC)
    assert timedelta(minutes=14) < left <= timedelta(minutes=15)


def test_the_key_lies_where_bundles_are_staged_and_is_another_one_each_time(upload: KeyBundleUpload) -> None:
    keys = {upload["key"], *(create_key_bundle_upload(caller=OPERATOR)["key"] for _ in range(20))}

    assert len(keys) == 21
    assert all(key.startswith("key-bundles/") for key in keys)
    reference = {"bucket": upload["bucket"], "key": upload["key"], "versionId": "3HL4kqtJlcpXroDTDmJ"}
    assert parse_key_bundle(reference).as_json() == reference


def test_it_is_made_without_a_call_and_audited_without_the_link(
    upload: KeyBundleUpload, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO), calls_made() as calls:
        made = create_key_bundle_upload(caller=OPERATOR)

    assert calls == []
    assert audited(caplog) == [("createKeyBundleUpload", OPERATOR.name, made["key"])]
    assert "X-Amz-Signature" not in caplog.text
    assert made["uploadUrl"] not in str([record.__dict__ for record in caplog.records])
