"""Applications that are published here are deployed by change sets."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.integration.localaws import edge
from tests.integration.localaws.workbench import Json, Workbench

TEMPLATE = {
    "Transform": "AWS::Serverless-2016-10-31",
    "Parameters": {
        "Text": {"Type": "String", "Default": "one", "Description": "What it says.", "AllowedPattern": ".+"}
    },
    "Resources": {
        "Says": {
            "Type": "AWS::Serverless::Function",
            "Properties": {
                "Runtime": "python3.13",
                "Handler": "index.handler",
                "InlineCode": {"Fn::Sub": "def handler(event, context): return '${Text}'"},
            },
        }
    },
    "Outputs": {"Says": {"Value": {"Ref": "Says"}}},
}
BODY = json.dumps(TEMPLATE)
WHO = {"Author": "Somebody", "Description": "Says a text."}


def published(bench: Workbench, *versions: str) -> str:
    """Publish an application with these versions; returns its ARN."""
    client = bench.client("serverlessrepo")
    arn = str(client.create_application(Name=edge.new_token(), **WHO)["ApplicationId"])
    for version in versions:
        client.create_application_version(ApplicationId=arn, SemanticVersion=version, TemplateBody=BODY)
    return arn


def executed(bench: Workbench, stack: str, change_set: str) -> str:
    """Execute a change set; returns what the function of the stack says."""
    formation = bench.client("cloudformation")
    formation.execute_change_set(ChangeSetName=change_set)

    def ended() -> str:
        status = str(formation.describe_stacks(StackName=stack)["Stacks"][0]["StackStatus"])
        return "" if status.endswith("_IN_PROGRESS") else status

    assert edge.eventually(ended) in ("CREATE_COMPLETE", "UPDATE_COMPLETE")
    (output,) = formation.describe_stacks(StackName=stack)["Stacks"][0]["Outputs"]
    return str(json.load(bench.client("lambda").invoke(FunctionName=output["OutputValue"])["Payload"]))


def test_an_application_tells_its_newest_version_or_the_one_that_is_asked_for(bench: Workbench) -> None:
    client, arn = bench.client("serverlessrepo"), published(bench, "1.9.0", "1.10.0", "1.10.0-beta")
    found = client.get_application(ApplicationId=arn)
    assert (found["Author"], found["Version"]["SemanticVersion"]) == ("Somebody", "1.10.0")
    (parameter,) = found["Version"]["ParameterDefinitions"]
    assert (parameter["Name"], parameter["DefaultValue"], parameter["ReferencedByResources"]) == (
        "Text",
        "one",
        ["Says"],
    )
    assert found["Version"]["RequiredCapabilities"] == ["CAPABILITY_IAM"]
    assert client.get_application(ApplicationId=arn, SemanticVersion="1.9.0")["Version"]["SemanticVersion"] == "1.9.0"


def test_its_template_is_deployed_by_whom_one_likes(bench: Workbench) -> None:
    client, arn, stack = bench.client("serverlessrepo"), published(bench, "1.0.0"), edge.new_token()
    made = client.create_cloud_formation_template(ApplicationId=arn)
    found = client.get_cloud_formation_template(ApplicationId=arn, TemplateId=made["TemplateId"])
    assert found["Status"] == "ACTIVE"
    change_set = bench.client("cloudformation").create_change_set(
        StackName=stack,
        ChangeSetName="first",
        ChangeSetType="CREATE",
        TemplateURL=found["TemplateUrl"],
        Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
    )
    assert executed(bench, stack, change_set["Id"]) == "one"


def test_its_change_set_is_of_a_stack_with_a_prefix_new_or_there_already(bench: Workbench) -> None:
    client, arn, stack = bench.client("serverlessrepo"), published(bench, "1.0.0"), edge.new_token()

    def deployed(text: str) -> str:
        made: Json = client.create_cloud_formation_change_set(
            ApplicationId=arn,
            StackName=stack,
            Capabilities=["CAPABILITY_IAM"],
            ParameterOverrides=[{"Name": "Text", "Value": text}],
        )
        assert f"stack/serverlessrepo-{stack}/" in made["StackId"]
        return executed(bench, f"serverlessrepo-{stack}", made["ChangeSetId"])

    assert [deployed("two"), deployed("three")] == ["two", "three"]


def test_without_the_capabilities_that_it_needs_it_is_refused(bench: Workbench) -> None:
    client, arn = bench.client("serverlessrepo"), published(bench, "1.0.0")
    with edge.refused("BadRequestException"):
        client.create_cloud_formation_change_set(ApplicationId=arn, StackName=edge.new_token())


MISSING = "arn:aws:serverlessrepo:us-east-1:000000000000:applications/missing"


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (lambda client, arn: client.get_application(ApplicationId=MISSING), "NotFoundException"),
        (lambda client, arn: client.get_application(ApplicationId=arn, SemanticVersion="2.0.0"), "NotFoundException"),
        (lambda client, arn: version(client, arn, "1.0.0", BODY), "ConflictException"),
        (lambda client, arn: version(client, arn, "one", BODY), "BadRequestException"),
        (lambda client, arn: version(client, arn, "1.0.1", "{"), "BadRequestException"),
        (lambda client, arn: client.create_application(Name="a b", **WHO), "BadRequestException"),
        (lambda client, arn: client.create_application(Name=arn.rpartition("/")[2], **WHO), "ConflictException"),
        (lambda client, arn: client.list_applications(), "BadRequestException"),
    ],
)
def test_what_can_not_be_is_refused(bench: Workbench, call: Callable[[Any, str], Any], code: str) -> None:
    client, arn = bench.client("serverlessrepo"), published(bench, "1.0.0")
    with edge.refused(code):
        call(client, arn)


def version(client: Any, arn: str, number: str, body: str) -> Any:
    return client.create_application_version(ApplicationId=arn, SemanticVersion=number, TemplateBody=body)


def test_other_accounts_do_not_see_it(bench: Workbench) -> None:
    other = edge.client(bench.instance, "serverlessrepo", account="333333333333")
    with edge.refused("NotFoundException"):
        other.get_application(ApplicationId=published(bench, "1.0.0"))


def test_a_role_needs_leave_for_the_application(bench: Workbench) -> None:
    arn, other = published(bench, "1.0.0"), published(bench, "1.0.0")
    code = """
        import boto3
        def handler(event, context):
            return boto3.client("serverlessrepo").get_application(ApplicationId=event)["Name"]
    """
    role = bench.role("", {"Effect": "Allow", "Action": "serverlessrepo:GetApplication", "Resource": arn})
    function = bench.function(code, role=role)

    def answer(application: str) -> Any:
        event = json.dumps(application)
        return json.load(bench.client("lambda").invoke(FunctionName=function, Payload=event)["Payload"])

    assert answer(arn) == arn.rpartition("/")[2]
    assert "serverlessrepo:GetApplication" in answer(other)["errorMessage"]
