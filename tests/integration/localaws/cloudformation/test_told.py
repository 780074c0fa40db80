"""What is told of stacks, change sets, functions and stores is as their models want it."""

from __future__ import annotations

import json

from localaws import executions
from tests.integration.localaws import edge
from tests.integration.localaws.cloudformation.test_roles import changed, of_functions, role_for
from tests.integration.localaws.cloudfront.test_function_stacks import delete, template
from tests.integration.localaws.cloudfront.test_function_tests import EVENT
from tests.integration.localaws.cloudfront.test_key_value_stores import put
from tests.integration.localaws.test_serverless_repository import BODY, published
from tests.integration.localaws.workbench import Json, Workbench, stack_options

SERVICES = ("cloudformation", "cloudfront", "cloudfront-keyvaluestore", "serverlessrepo")


def calls(bench: Workbench) -> list[Json]:
    return [call for call in executions.lines(bench.instance.calls) if call["service"] in SERVICES]


def about_stacks(bench: Workbench, stack: str, body: str) -> None:
    formation = bench.client("cloudformation")
    change = formation.create_change_set(
        StackName=stack, ChangeSetName="more", TemplateBody=body, **stack_options({"Text": "/three"})
    )
    formation.describe_change_set(ChangeSetName=change["Id"])
    formation.list_change_sets(StackName=stack)
    formation.delete_change_set(ChangeSetName=change["Id"])
    formation.describe_stack_resources(StackName=stack)
    formation.describe_stack_resource(StackName=stack, LogicalResourceId="Function")
    formation.list_stack_resources(StackName=stack)
    formation.describe_stack_events(StackName=stack)
    formation.get_template(StackName=stack)
    formation.get_template_summary(TemplateBody=body)
    formation.list_stacks()


def about_functions(bench: Workbench, stack: str, name: str) -> None:
    client, keys = bench.client("cloudfront"), bench.client("cloudfront-keyvaluestore")
    etag = client.describe_function(Name=name, Stage="LIVE")["ETag"]
    client.test_function(Name=name, IfMatch=etag, Stage="LIVE", EventObject=json.dumps(EVENT).encode())
    client.list_functions(Stage="LIVE")
    client.list_key_value_stores()
    arn = client.describe_key_value_store(Name=stack)["KeyValueStore"]["ARN"]
    put(bench.instance, arn, "key", "value")
    keys.get_key(KvsARN=arn, Key="key")
    keys.list_keys(KvsARN=arn)


def test_all_of_it_is_as_modelled_and_known_by_its_operation(bench: Workbench) -> None:
    before, name, stack = len(calls(bench)), edge.new_token(), edge.new_token()
    role, body = role_for(bench, *of_functions(name)), template(name)
    changed(bench, stack, body, "CREATE", role)
    changed(bench, stack, body, "UPDATE", role, Text="/two")
    about_stacks(bench, stack, body)
    about_functions(bench, stack, name)
    delete(bench, stack)
    arn = published(bench, "1.0.0")
    client = bench.client("serverlessrepo")
    client.get_application(ApplicationId=arn)
    made = client.create_cloud_formation_template(ApplicationId=arn)
    client.get_cloud_formation_template(ApplicationId=arn, TemplateId=made["TemplateId"])
    client.create_cloud_formation_change_set(ApplicationId=arn, StackName=stack, Capabilities=["CAPABILITY_IAM"])
    bench.client("cloudformation").get_template_summary(TemplateBody=BODY)
    made_calls = calls(bench)[before:]
    assert [(call["operation"], call["wire"]) for call in made_calls if call.get("wire")] == []
    assert [call for call in made_calls if call["operation"] is None] == []


def test_a_stack_tells_its_role(bench: Workbench) -> None:
    name, stack = edge.new_token(), edge.new_token()
    role = role_for(bench, *of_functions(name))
    changed(bench, stack, template(name), "CREATE", role)
    (described,) = bench.client("cloudformation").describe_stacks(StackName=stack)["Stacks"]
    assert described["RoleARN"] == role
    other = bench.stack(template(edge.new_token()))
    assert "RoleARN" not in bench.client("cloudformation").describe_stacks(StackName=other)["Stacks"][0]


def test_ministack_alone_tells_empty_descriptions(stock: Workbench) -> None:
    stack = stock.stack(json.dumps({"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}}))
    (described,) = stock.client("cloudformation").describe_stacks(StackName=stack)["Stacks"]
    assert described["Description"] == ""
