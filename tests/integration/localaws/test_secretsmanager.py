"""Secrets that have no value yet, are gone already, or are to be kept from others."""

from __future__ import annotations

import json
from typing import Any

import pytest

from localaws.instance import Instance
from tests.integration.localaws import edge
from tests.integration.localaws.workbench import Workbench


@pytest.fixture
def secrets(instance: Instance) -> Any:
    return instance.client("secretsmanager")


def test_a_secret_without_a_value_has_no_version_and_nothing_to_read(secrets: Any) -> None:
    created = secrets.create_secret(Name=edge.new_token())
    assert "VersionId" not in created
    assert secrets.describe_secret(SecretId=created["ARN"]).get("VersionIdsToStages", {}) == {}
    with edge.refused("ResourceNotFoundException"):
        secrets.get_secret_value(SecretId=created["ARN"])


def test_its_first_value_is_its_only_version(secrets: Any) -> None:
    arn = secrets.create_secret(Name=edge.new_token())["ARN"]
    version = secrets.put_secret_value(SecretId=arn, SecretString="x")["VersionId"]
    assert secrets.describe_secret(SecretId=arn)["VersionIdsToStages"] == {version: ["AWSCURRENT"]}
    assert secrets.get_secret_value(SecretId=arn)["SecretString"] == "x"


def test_a_token_writes_one_value(secrets: Any) -> None:
    arn = secrets.create_secret(Name=edge.new_token())["ARN"]
    writing = {"SecretId": arn, "ClientRequestToken": "a" * 32}
    first = secrets.put_secret_value(**writing, SecretString="x")
    again = secrets.put_secret_value(**writing, SecretString="x")
    assert again["VersionId"] == first["VersionId"]
    with edge.refused("ResourceExistsException"):
        secrets.put_secret_value(**writing, SecretString="y")


def test_a_secret_deleted_by_force_is_gone_with_its_policy_and_its_name_is_free(secrets: Any) -> None:
    name = edge.new_token()
    arn = secrets.create_secret(Name=name, SecretString="x")["ARN"]
    policy = {"Effect": "Deny", "Principal": "*", "Action": "secretsmanager:GetSecretValue", "Resource": "*"}
    secrets.put_resource_policy(SecretId=arn, ResourcePolicy=json.dumps({"Statement": [policy]}))
    secrets.delete_secret(SecretId=arn, ForceDeleteWithoutRecovery=True)
    with edge.refused("ResourceNotFoundException"):
        secrets.get_secret_value(SecretId=arn)
    again = secrets.create_secret(Name=name, SecretString="y")["ARN"]
    assert secrets.get_secret_value(SecretId=again)["SecretString"] == "y"


def test_deleting_by_force_what_is_gone_is_no_error(secrets: Any) -> None:
    arn = secrets.create_secret(Name=edge.new_token(), SecretString="x")["ARN"]
    for _ in range(2):
        secrets.delete_secret(SecretId=arn, ForceDeleteWithoutRecovery=True)
    with edge.refused("ResourceNotFoundException"):
        secrets.delete_secret(SecretId=arn)


def test_a_secret_that_waits_for_its_deletion_can_not_be_read(secrets: Any) -> None:
    arn = secrets.create_secret(Name=edge.new_token(), SecretString="x")["ARN"]
    secrets.delete_secret(SecretId=arn, RecoveryWindowInDays=7)
    with edge.refused("InvalidRequestException"):
        secrets.get_secret_value(SecretId=arn)
    secrets.delete_secret(SecretId=arn, ForceDeleteWithoutRecovery=True)


def test_tags_are_added_and_shown(secrets: Any) -> None:
    arn = secrets.create_secret(Name=edge.new_token(), Tags=[{"Key": "job", "Value": "1"}])["ARN"]
    secrets.tag_resource(SecretId=arn, Tags=[{"Key": "item", "Value": "2"}])
    tags = secrets.describe_secret(SecretId=arn)["Tags"]
    assert {tag["Key"]: tag["Value"] for tag in tags} == {"job": "1", "item": "2"}


def statement(effect: str, principal: object, **more: object) -> str:
    one = {"Effect": effect, "Principal": principal, "Action": "secretsmanager:GetSecretValue", "Resource": "*", **more}
    return json.dumps({"Version": "2012-10-17", "Statement": one})


@pytest.mark.parametrize("principal", ["*", {"AWS": "*"}, {"AWS": ["*"]}])
def test_a_policy_that_lets_everybody_in_is_refused_if_asked_to(secrets: Any, principal: object) -> None:
    arn = secrets.create_secret(Name=edge.new_token())["ARN"]
    opened, closed = statement("Allow", principal), statement("Deny", principal)
    with edge.refused("PublicPolicyException"):
        secrets.put_resource_policy(SecretId=arn, ResourcePolicy=opened, BlockPublicPolicy=True)
    secrets.put_resource_policy(SecretId=arn, ResourcePolicy=opened)
    secrets.put_resource_policy(SecretId=arn, ResourcePolicy=closed, BlockPublicPolicy=True)
    assert secrets.get_resource_policy(SecretId=arn)["ResourcePolicy"] == closed


@pytest.mark.parametrize("text", ["not JSON", "{}", "[]", '{"Statement": ["x"]}'])
def test_a_policy_that_is_none_is_refused(secrets: Any, text: str) -> None:
    arn = secrets.create_secret(Name=edge.new_token())["ARN"]
    with edge.refused("MalformedPolicyDocumentException"):
        secrets.put_resource_policy(SecretId=arn, ResourcePolicy=text)


def test_ministack_alone_gives_a_version_to_a_secret_without_a_value(stock: Workbench) -> None:
    assert "VersionId" in stock.client("secretsmanager").create_secret(Name="empty")


def test_ministack_alone_takes_every_text_for_a_policy_and_knows_no_second_deletion(stock: Workbench) -> None:
    client = stock.client("secretsmanager")
    arn = client.create_secret(Name="gone", SecretString="x")["ARN"]
    client.put_resource_policy(SecretId=arn, ResourcePolicy="not JSON")
    client.put_secret_value(SecretId=arn, ClientRequestToken="a" * 32, SecretString="x")
    client.put_secret_value(SecretId=arn, ClientRequestToken="a" * 32, SecretString="y")
    client.delete_secret(SecretId=arn, ForceDeleteWithoutRecovery=True)
    with edge.refused("ResourceNotFoundException"):
        client.delete_secret(SecretId=arn, ForceDeleteWithoutRecovery=True)
