"""What CloudFormation needs of a role for a resource, by type and step."""

from __future__ import annotations

from typing import Any

import pytest

from localaws.server.cloudformation import needs
from localaws.server.cloudformation.needs import CREATE, DELETE, UPDATE, Need, Place

ACCOUNT, REGION = "111122223333", "us-east-1"
FUNCTION = "arn:aws:lambda:us-east-1:111122223333:function:f"
ROLE = "arn:aws:iam::111122223333:role/"


def asked(kind: str, step: str, physical_id: str = "", /, **properties: Any) -> list[Need]:
    found = needs.of(f"AWS::{kind}", step, Place("stack", "Logical", physical_id), properties, ACCOUNT, REGION)
    assert found is not None
    return found


def on(kind: str, step: str, physical_id: str = "", /, **properties: Any) -> set[tuple[str, str]]:
    return {(need.action, need.resource) for need in asked(kind, step, physical_id, **properties)}


@pytest.mark.parametrize("resource_type", sorted(needs.KNOWN))
def test_every_step_of_a_type_that_is_known_needs_something(resource_type: str) -> None:
    properties = {
        "Roles": ["r"],
        "Role": "arn",
        "Bucket": "b",
        "FunctionName": "f",
        "RetentionInDays": 1,
        "VersioningConfiguration": 1,
    }
    for step in (CREATE, UPDATE, DELETE):
        found = needs.of(resource_type, step, Place("stack", "Logical", "a:b|c|d"), properties, ACCOUNT, REGION)
        assert found
        assert all(":" in need.action and need.resource.startswith("a") for need in found)


def test_of_other_types_it_is_not_known() -> None:
    assert needs.of("AWS::SQS::Queue", CREATE, Place("stack", "Queue"), {}, ACCOUNT, REGION) is None


def test_a_name_that_the_template_does_not_give_begins_with_those_of_stack_and_resource() -> None:
    (name,) = {need.resource.rpartition(":")[2] for need in asked("Lambda::Function", DELETE)}
    assert name == "stack-Logical-XXXXXXXXXXXX"
    assert ("s3:CreateBucket", "arn:aws:s3:::stack-logical-xxxxxxxxxxxx") in on("S3::Bucket", CREATE)


def test_a_function_is_published_where_the_template_says_so() -> None:
    arn = "arn:aws:cloudfront::111122223333:function/f"
    publishing = ("cloudfront:PublishFunction", arn)
    assert publishing in on("CloudFront::Function", CREATE, Name="f", AutoPublish="true")
    assert publishing not in on("CloudFront::Function", CREATE, Name="f", AutoPublish="false")
    assert publishing not in on("CloudFront::Function", DELETE, arn, Name="f", AutoPublish=True)
    assert ("cloudfront:DeleteFunction", arn) in on("CloudFront::Function", DELETE, arn, Name="f")


def test_a_function_of_lambda_is_handed_its_role_and_read_from_its_bucket() -> None:
    code = {"S3Bucket": "bucket", "S3Key": "key"}
    found = asked("Lambda::Function", CREATE, FunctionName="f", Role=f"{ROLE}r", Code=code, Tags=[{}])
    assert Need("iam:PassRole", f"{ROLE}r", {"iam:PassedToService": "lambda.amazonaws.com"}) in found
    assert Need("s3:GetObject", "arn:aws:s3:::bucket/key") in found
    assert Need("lambda:TagResource", FUNCTION) in found
    assert on("Lambda::Function", DELETE, "f", Role=f"{ROLE}r") == {
        ("lambda:DeleteFunction", FUNCTION),
        ("lambda:GetFunction", FUNCTION),
    }


@pytest.mark.parametrize("name", ["f", FUNCTION, f"{FUNCTION}:1"])
def test_versions_aliases_and_permissions_are_those_of_the_function(name: str) -> None:
    assert on("Lambda::Version", CREATE, FunctionName=name) == {("lambda:PublishVersion", FUNCTION)}
    assert ("lambda:UpdateAlias", FUNCTION) in on("Lambda::Alias", UPDATE, "live", FunctionName=name)
    assert on("Lambda::Permission", DELETE, "id", FunctionName=name) == {("lambda:RemovePermission", FUNCTION)}


def test_a_version_is_deleted_by_its_own_arn() -> None:
    version = f"{FUNCTION}:3"
    assert on("Lambda::Version", DELETE, version, FunctionName="f") == {("lambda:DeleteFunction", version)}


def test_a_role_has_policies_and_a_boundary() -> None:
    role = {"RoleName": "r", "Path": "/edge/", "Policies": [{}], "ManagedPolicyArns": ["p"], "PermissionsBoundary": "b"}
    arn = f"{ROLE}edge/r"
    found = asked("IAM::Role", CREATE, **role)
    assert Need("iam:CreateRole", arn, {"iam:PermissionsBoundary": "b"}) in found
    assert Need("iam:AttachRolePolicy", arn, {"iam:PolicyARN": "p"}) in found
    assert ("iam:PutRolePolicy", arn) in on("IAM::Role", CREATE, **role)
    going = on("IAM::Role", DELETE, "r", **role)
    assert {action for action, _ in going} == {
        "iam:DeleteRole",
        "iam:GetRole",
        "iam:DeleteRolePolicy",
        "iam:DetachRolePolicy",
    }


def test_a_web_acl_is_global_or_regional() -> None:
    arn = "arn:aws:wafv2:us-east-1:111122223333:{}/webacl/w/*"
    assert ("wafv2:CreateWebACL", arn.format("global")) in on("WAFv2::WebACL", CREATE, Name="w", Scope="CLOUDFRONT")
    assert ("wafv2:DeleteWebACL", arn.format("regional")) in on("WAFv2::WebACL", DELETE, "w|id|REGIONAL", Name="w")
