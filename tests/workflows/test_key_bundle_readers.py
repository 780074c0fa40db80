"""Who may read a staged bundle: the import task, and nobody else who has a role, whatever the role may do otherwise."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from localaws import permissions
from localaws.instance import REGION
from tests.workflows.application import Application
from tests.workflows.staging import stage_object

READING = ("secretsmanager:GetSecretValue", "kms:Decrypt")
KEY = "key-bundles/for-nobody-else"


@pytest.fixture(scope="module")
def administrator(application: Application) -> Iterator[Callable[[str], Any]]:
    """Makes clients that call with a role that may do everything."""
    iam = application.client("iam")
    trust = {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::000000000000:root"}, "Action": "sts:AssumeRole"}
    everything = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    role = iam.create_role(RoleName="administrator", AssumeRolePolicyDocument=policy(trust))["Role"]["Arn"]
    iam.put_role_policy(RoleName="administrator", PolicyName="everything", PolicyDocument=policy(everything))
    keys = application.client("sts").assume_role(RoleArn=role, RoleSessionName="test")["Credentials"]
    session = boto3.session.Session(
        aws_access_key_id=keys["AccessKeyId"],
        aws_secret_access_key=keys["SecretAccessKey"],
        aws_session_token=keys["SessionToken"],
        region_name=REGION,
    )
    config = Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"})
    yield lambda service: session.client(service, endpoint_url=application.instance.endpoint_url, config=config)
    iam.delete_role_policy(RoleName="administrator", PolicyName="everything")
    iam.delete_role(RoleName="administrator")


def policy(statement: Any) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def code_of(call: Callable[..., object], **parameters: object) -> str:
    with pytest.raises(ClientError) as refused:
        call(**parameters)
    return str(refused.value.response["Error"]["Code"])


@pytest.mark.parametrize("action", READING)
def test_the_import_task_alone_has_leave_to_read(application: Application, action: str) -> None:
    may = {grant.template_name for grant in permissions.grants(application.instance) if grant.action == action}
    assert may == {"ImportCertificateRole"}


def test_an_object_is_denied_to_an_administrator_whether_by_name_or_by_version(
    application: Application, administrator: Callable[[str], Any]
) -> None:
    place = stage_object(application, b"a bundle", KEY)
    s3 = administrator("s3")
    named = {"Bucket": place["bucket"], "Key": place["key"]}
    assert code_of(s3.get_object, **named) == "AccessDenied"
    assert code_of(s3.get_object, **named, VersionId=place["versionId"]) == "AccessDenied"
    # AND nothing else of the bucket is
    other = application.put("batches/for-everybody.csv", "domainName\n")
    assert s3.get_object(Bucket=application.bucket, Key=other)["Body"].read() == b"domainName\n"
    application.client("s3").delete_object(**named, VersionId=place["versionId"])


def test_a_bundle_is_not_taken_without_encryption_by_a_key(
    application: Application, administrator: Callable[[str], Any]
) -> None:
    s3 = administrator("s3")
    target = {"Bucket": application.bucket, "Key": KEY, "Body": b"a bundle"}
    assert code_of(s3.put_object, **target) == "AccessDenied"
    put = s3.put_object(**target, ServerSideEncryption="aws:kms", SSEKMSKeyId=application.outputs["KeyBundleKey"])
    s3.delete_object(Bucket=application.bucket, Key=KEY, VersionId=put["VersionId"])
