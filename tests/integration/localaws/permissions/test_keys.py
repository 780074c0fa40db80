"""Who reads or writes what a customer's key encrypts needs leave to use the key."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from localaws.instance import REGION
from tests.integration.localaws import edge
from tests.integration.localaws.permissions.test_enforcement import allow, denied, session
from tests.integration.localaws.workbench import Json, Workbench

SECRETS = allow("secretsmanager:*")
OBJECTS = allow("s3:*")


@pytest.fixture(scope="module")
def key(bench: Workbench) -> str:
    return str(bench.client("kms").create_key()["KeyMetadata"]["Arn"])


@pytest.fixture
def secret(bench: Workbench, key: str) -> str:
    created = bench.client("secretsmanager").create_secret(Name=edge.new_token(), KmsKeyId=key, SecretString="x")
    return str(created["ARN"])


def lacks(action: str, call: Callable[[], object]) -> bool:
    return f"is not authorized to perform: {action} on resource: arn:aws:kms:" in denied(call)["Error"]["Message"]


def test_reading_a_secret_decrypts(bench: Workbench, key: str, secret: str) -> None:
    without, given = session(bench, SECRETS), session(bench, SECRETS, allow("kms:Decrypt", on=key))
    assert lacks("kms:Decrypt", lambda: without("secretsmanager").get_secret_value(SecretId=secret))
    assert given("secretsmanager").get_secret_value(SecretId=secret)["SecretString"] == "x"


def test_leave_for_another_key_does_not_help(bench: Workbench, secret: str) -> None:
    other = bench.client("kms").create_key()["KeyMetadata"]["Arn"]
    client = session(bench, SECRETS, allow("kms:*", on=other))("secretsmanager")
    assert lacks("kms:Decrypt", lambda: client.get_secret_value(SecretId=secret))


def test_writing_a_secret_asks_for_a_data_key_and_decrypts(bench: Workbench, key: str, secret: str) -> None:
    writes: list[Callable[[Any], object]] = [
        lambda client: client.put_secret_value(SecretId=secret, SecretString="y"),
        lambda client: client.update_secret(SecretId=secret, SecretString="y"),
        lambda client: client.create_secret(Name=edge.new_token(), KmsKeyId=key, SecretString="y"),
    ]
    for write in writes:
        neither = session(bench, SECRETS)("secretsmanager")
        one = session(bench, SECRETS, allow("kms:GenerateDataKey", on=key))("secretsmanager")
        both = session(bench, SECRETS, allow("kms:GenerateDataKey", "kms:Decrypt", on=key))("secretsmanager")
        assert lacks("kms:GenerateDataKey", lambda write=write, client=neither: write(client))  # type: ignore[misc]
        assert lacks("kms:Decrypt", lambda write=write, client=one: write(client))  # type: ignore[misc]
        write(both)


def test_a_secret_without_a_value_and_one_under_a_key_of_aws_need_no_key(bench: Workbench, key: str) -> None:
    client = session(bench, SECRETS)("secretsmanager")
    client.create_secret(Name=edge.new_token(), KmsKeyId=key)
    arn = client.create_secret(Name=edge.new_token(), SecretString="x")["ARN"]
    assert client.get_secret_value(SecretId=arn)["SecretString"] == "x"


def test_an_object_is_written_and_read_with_its_key(bench: Workbench, key: str) -> None:
    bucket = bench.bucket()
    encrypted: Json = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": key}
    putting = {"Bucket": bucket, "Key": "one", "Body": b"x", **encrypted}
    neither = session(bench, OBJECTS)("s3")
    assert lacks("kms:GenerateDataKey", lambda: neither.put_object(**putting))
    session(bench, OBJECTS, allow("kms:GenerateDataKey", on=key))("s3").put_object(**putting)
    assert lacks("kms:Decrypt", lambda: neither.get_object(Bucket=bucket, Key="one"))
    reader = session(bench, OBJECTS, allow("kms:Decrypt", on=key))("s3")
    assert reader.get_object(Bucket=bucket, Key="one")["Body"].read() == b"x"


def test_a_version_of_an_object_is_read_with_the_key_of_that_version(bench: Workbench, key: str) -> None:
    bucket, owner = bench.bucket(), bench.client("s3")
    owner.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    encrypted: Json = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": key}
    first = owner.put_object(Bucket=bucket, Key="one", Body=b"first", **encrypted)["VersionId"]
    owner.put_object(Bucket=bucket, Key="one", Body=b"second")
    client = session(bench, OBJECTS)("s3")
    assert client.get_object(Bucket=bucket, Key="one")["Body"].read() == b"second"
    assert lacks("kms:Decrypt", lambda: client.get_object(Bucket=bucket, Key="one", VersionId=first))


def test_a_buckets_own_encryption_counts(bench: Workbench, key: str) -> None:
    bucket = bench.bucket()
    default = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}
    rules = {"Rules": [{"ApplyServerSideEncryptionByDefault": default}]}
    bench.client("s3").put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration=rules)
    client = session(bench, OBJECTS)("s3")
    assert lacks("kms:GenerateDataKey", lambda: client.put_object(Bucket=bucket, Key="one", Body=b"x"))


def test_leave_may_be_bound_to_the_service_that_uses_the_key(bench: Workbench, key: str, secret: str) -> None:
    def via(service: str) -> Json:
        condition = {"StringEquals": {"kms:ViaService": f"{service}.{REGION}.amazonaws.com"}}
        return allow("kms:Decrypt", on=key) | {"Condition": condition}

    session(bench, SECRETS, via("secretsmanager"))("secretsmanager").get_secret_value(SecretId=secret)
    client = session(bench, SECRETS, via("s3"))("secretsmanager")
    assert lacks("kms:Decrypt", lambda: client.get_secret_value(SecretId=secret))


def test_a_key_is_known_by_its_id_and_its_alias(bench: Workbench, key: str) -> None:
    alias = f"alias/{edge.new_token()}"
    bench.client("kms").create_alias(AliasName=alias, TargetKeyId=key)
    client = session(bench, SECRETS)("secretsmanager")
    for name in (key.rpartition("/")[2], alias):
        created = bench.client("secretsmanager").create_secret(Name=edge.new_token(), KmsKeyId=name, SecretString="x")
        assert lacks("kms:Decrypt", lambda arn=created["ARN"]: client.get_secret_value(SecretId=arn))  # type: ignore[misc]


def test_the_keys_own_policy_must_let_its_user_in(bench: Workbench) -> None:
    for_nobody = json.dumps({"Version": "2012-10-17", "Statement": []})
    key = bench.client("kms").create_key(Policy=for_nobody, BypassPolicyLockoutSafetyCheck=True)["KeyMetadata"]["Arn"]
    arn = bench.client("secretsmanager").create_secret(Name=edge.new_token(), KmsKeyId=key, SecretString="x")["ARN"]
    client = session(bench, allow("*"))("secretsmanager")
    assert lacks("kms:Decrypt", lambda: client.get_secret_value(SecretId=arn))
