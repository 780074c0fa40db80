"""What a resource's own policy denies is denied, whoever has leave otherwise."""

from __future__ import annotations

import json

import pytest

from tests.integration.localaws import edge
from tests.integration.localaws.permissions.test_enforcement import ACCOUNT, allow, assumed, denied, session
from tests.integration.localaws.workbench import Json, Workbench

READER = f"arn:aws:iam::{ACCOUNT}:role/only-reader"


def deny_to_all_but(reader: str, *actions: str, on: str) -> str:
    statement = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": list(actions),
        "Resource": on,
        "Condition": {"ArnNotEquals": {"aws:PrincipalArn": reader}},
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def secret_for(bench: Workbench, reader: str) -> str:
    client = bench.client("secretsmanager")
    arn = str(client.create_secret(Name=edge.new_token(), SecretString="x")["ARN"])
    policy = deny_to_all_but(reader, "secretsmanager:GetSecretValue", on="*")
    client.put_resource_policy(SecretId=arn, ResourcePolicy=policy, BlockPublicPolicy=True)
    return arn


def test_a_secret_is_read_by_the_role_that_its_policy_spares_and_by_no_other(bench: Workbench) -> None:
    reader = bench.role("", allow("secretsmanager:GetSecretValue"))
    arn = secret_for(bench, reader)
    assert assumed(bench, reader)("secretsmanager").get_secret_value(SecretId=arn)["SecretString"] == "x"
    stranger = session(bench, allow("*"))("secretsmanager")
    answer = denied(lambda: stranger.get_secret_value(SecretId=arn))
    assert answer["Error"]["Code"] == "AccessDeniedException"
    assert "with an explicit deny in a resource-based policy" in answer["Error"]["Message"]


def test_a_policy_that_spares_a_role_gives_it_nothing(bench: Workbench) -> None:
    reader = bench.role("", allow("secretsmanager:DescribeSecret"))
    arn = secret_for(bench, reader)
    answer = denied(lambda: assumed(bench, reader)("secretsmanager").get_secret_value(SecretId=arn))
    assert "because no identity-based policy allows" in answer["Error"]["Message"]


def test_a_secret_named_by_its_name_has_the_same_policy(bench: Workbench) -> None:
    arn = secret_for(bench, READER)
    name = arn.partition(":secret:")[2][:-7]
    stranger = session(bench, allow("*"))("secretsmanager")
    assert denied(lambda: stranger.get_secret_value(SecretId=name))["Error"]["Code"] == "AccessDeniedException"


def test_the_account_itself_is_denied_what_a_policy_denies_to_everybody(bench: Workbench) -> None:
    arn = secret_for(bench, READER)
    answer = denied(lambda: bench.client("secretsmanager").get_secret_value(SecretId=arn))
    assert f"User: arn:aws:iam::{ACCOUNT}:root is not authorized" in answer["Error"]["Message"]
    bench.client("secretsmanager").describe_secret(SecretId=arn)


def test_objects_below_a_prefix_are_read_by_the_role_that_the_bucket_spares(bench: Workbench) -> None:
    bucket = bench.bucket(**{"keys/one": "x", "others/one": "x"})
    reader = bench.role("", allow("s3:*"))
    policy = deny_to_all_but(reader, "s3:GetObject", "s3:GetObjectVersion", on=f"arn:aws:s3:::{bucket}/keys/*")
    bench.client("s3").put_bucket_policy(Bucket=bucket, Policy=policy)
    assumed(bench, reader)("s3").get_object(Bucket=bucket, Key="keys/one")
    for stranger in (session(bench, allow("*"))("s3"), bench.client("s3")):
        stranger.get_object(Bucket=bucket, Key="others/one")
        assert denied(lambda who=stranger: who.get_object(Bucket=bucket, Key="keys/one"))["Error"]["Code"] == (
            "AccessDenied"
        )


@pytest.fixture(scope="module")
def only_encrypted(bench: Workbench) -> str:
    """A bucket whose policy takes objects below keys/ only when they are encrypted with a key of KMS."""
    bucket = bench.bucket()
    statement: Json = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:PutObject",
        "Resource": f"arn:aws:s3:::{bucket}/keys/*",
        "Condition": {"StringNotEquals": {"s3:x-amz-server-side-encryption": "aws:kms"}},
    }
    bench.client("s3").put_bucket_policy(Bucket=bucket, Policy=json.dumps({"Statement": [statement]}))
    return bucket


@pytest.mark.parametrize("encryption", [{}, {"ServerSideEncryption": "AES256"}])
def test_an_object_that_is_not_encrypted_as_the_bucket_asks_is_refused(
    bench: Workbench, only_encrypted: str, encryption: Json
) -> None:
    for caller in (session(bench, allow("*"))("s3"), bench.client("s3")):
        putting = {"Bucket": only_encrypted, "Key": "keys/one", "Body": b"x", **encryption}
        assert denied(lambda who=caller, what=putting: who.put_object(**what))["Error"]["Code"] == "AccessDenied"


def test_an_object_that_is_encrypted_as_the_bucket_asks_is_taken(bench: Workbench, only_encrypted: str) -> None:
    key = bench.client("kms").create_key()["KeyMetadata"]["Arn"]
    encrypted = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": key}
    bench.client("s3").put_object(Bucket=only_encrypted, Key="keys/one", Body=b"x", **encrypted)
