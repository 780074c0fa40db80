"""CloudFront Functions and key value stores of stacks."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import WaiterError

from localaws.instance import Instance
from tests.integration.localaws import edge
from tests.integration.localaws.workbench import Json, Workbench, stack_options

CODE = (
    "function handler(event) { event.request.uri = Buffer.from('${Text}', 'base64').toString(); return event.request }"
)


def template(name: str, *, publish: str = "true", **config: Any) -> str:
    """One function whose code has a parameter's value baked in, and its store."""
    code = {"Fn::Sub": [CODE, {"Text": {"Fn::Base64": {"Ref": "Text"}}}]}
    stores = [{"KeyValueStoreARN": {"Fn::GetAtt": "Store.Arn"}}]
    settings = {"Comment": "", "Runtime": "cloudfront-js-2.0", "KeyValueStoreAssociations": stores} | config
    function = {"Name": name, "AutoPublish": publish, "FunctionConfig": settings, "FunctionCode": code}
    store = {"Name": {"Ref": "AWS::StackName"}, "Comment": {"Ref": "Text"}}
    outputs = ("FunctionARN", "FunctionMetadata.FunctionARN", "Stage")
    return json.dumps(
        {
            "Parameters": {"Text": {"Type": "String", "Default": "/one"}},
            "Resources": {
                "Store": {"Type": "AWS::CloudFront::KeyValueStore", "Properties": store},
                "Function": {"Type": "AWS::CloudFront::Function", "Properties": function},
            },
            "Outputs": {
                **{each.replace(".", ""): {"Value": {"Fn::GetAtt": f"Function.{each}"}} for each in outputs},
                "Ref": {"Value": {"Ref": "Function"}},
                "Store": {"Value": {"Fn::GetAtt": "Store.Arn"}},
            },
        }
    )


def outputs(bench: Workbench, stack: str) -> Json:
    (described,) = bench.client("cloudformation").describe_stacks(StackName=stack)["Stacks"]
    return {output["OutputKey"]: output["OutputValue"] for output in described["Outputs"]}


def code_of(instance: Instance, name: str, stage: str) -> str:
    answer = instance.client("cloudfront").get_function(Name=name, Stage=stage)
    return str(answer["FunctionCode"].read().decode())


def delete(bench: Workbench, stack: str, **more: Any) -> str:
    """Delete a stack; returns its status when nothing goes on any more."""
    formation = bench.client("cloudformation")
    stack_id = formation.describe_stacks(StackName=stack)["Stacks"][0]["StackId"]
    formation.delete_stack(StackName=stack, **more)

    def ended() -> str:
        status = str(formation.describe_stacks(StackName=stack_id)["Stacks"][0]["StackStatus"])
        return "" if status.endswith("_IN_PROGRESS") or status.startswith(("CREATE", "UPDATE")) else status

    return edge.eventually(ended)


def reasons(bench: Workbench, stack: str) -> str:
    events = bench.client("cloudformation").describe_stack_events(StackName=stack)["StackEvents"]
    return " ".join(event.get("ResourceStatusReason", "") for event in events)


def test_a_function_is_made_published_changed_and_deleted_with_its_stack(bench: Workbench) -> None:
    instance, name = bench.instance, edge.new_token()
    stack = bench.stack(template(name))
    told = outputs(bench, stack)
    arn = f"arn:aws:cloudfront::000000000000:function/{name}"
    assert told["Ref"] == told["FunctionARN"] == told["FunctionMetadataFunctionARN"] == arn
    assert told["Stage"] == "LIVE"
    assert "L29uZQ==" in code_of(instance, name, "LIVE")
    bench.update_stack(stack, template(name), Text="/two")
    assert "L3R3bw==" in code_of(instance, name, "LIVE")
    described = instance.client("cloudfront").describe_function(Name=name, Stage="LIVE")["FunctionSummary"]
    (store,) = described["FunctionConfig"]["KeyValueStoreAssociations"]["Items"]
    assert store["KeyValueStoreARN"] == told["Store"]
    assert instance.client("cloudfront").describe_key_value_store(Name=stack)["KeyValueStore"]["Comment"] == "/two"
    assert delete(bench, stack) == "DELETE_COMPLETE"
    with edge.refused("NoSuchFunctionExists"):
        code_of(instance, name, "DEVELOPMENT")
    with edge.refused("EntityNotFound"):
        instance.client("cloudfront").describe_key_value_store(Name=stack)


def test_what_is_not_published_by_itself_stays_in_development(bench: Workbench) -> None:
    instance, name = bench.instance, edge.new_token()
    stack = bench.stack(template(name, publish="false"))
    assert outputs(bench, stack)["Stage"] == "DEVELOPMENT"
    with edge.refused("NoSuchFunctionExists"):
        code_of(instance, name, "LIVE")
    client = instance.client("cloudfront")
    client.publish_function(Name=name, IfMatch=client.describe_function(Name=name)["ETag"])
    bench.update_stack(stack, template(name, publish="false"), Text="/two")
    assert "L29uZQ==" in code_of(instance, name, "LIVE")
    assert "L3R3bw==" in code_of(instance, name, "DEVELOPMENT")


def test_another_name_is_another_function(bench: Workbench) -> None:
    first, second = edge.new_token(), edge.new_token()
    stack = bench.stack(template(first))
    bench.update_stack(stack, template(second))
    assert outputs(bench, stack)["Ref"].endswith(second)
    with edge.refused("NoSuchFunctionExists"):
        code_of(bench.instance, first, "DEVELOPMENT")


@pytest.mark.parametrize(
    ("config", "reason"),
    [
        ({"Runtime": "cloudfront-js-9.0"}, "functionConfig.runtime"),
        ({"KeyValueStoreAssociations": [{"KeyValueStoreARN": "none"}]}, "keyValueStoreARN"),
    ],
)
def test_what_the_api_refuses_fails_the_stack(bench: Workbench, config: Json, reason: str) -> None:
    formation, stack = bench.client("cloudformation"), edge.new_token()
    formation.create_stack(StackName=stack, TemplateBody=template(edge.new_token(), **config), **stack_options({}))
    with pytest.raises(WaiterError):
        formation.get_waiter("stack_create_complete").wait(StackName=stack, WaiterConfig={"Delay": 0.05})
    assert reason in reasons(bench, stack)


def test_a_name_that_is_taken_fails_the_stack_and_the_other_function_stays(bench: Workbench) -> None:
    name = edge.new_token()
    bench.stack(template(name))
    with pytest.raises(WaiterError):
        bench.stack(template(name), Text="/two")
    assert "L29uZQ==" in code_of(bench.instance, name, "LIVE")


def test_a_function_in_use_keeps_its_stack_until_it_is_let_go_or_retained(bench: Workbench) -> None:
    instance, name = bench.instance, edge.new_token()
    stack = bench.stack(template(name))
    formation = bench.client("cloudformation")
    stack_id = formation.describe_stacks(StackName=stack)["Stacks"][0]["StackId"]
    association = {"FunctionARN": outputs(bench, stack)["Ref"], "EventType": "viewer-request"}
    edge.distribution(instance, DefaultCacheBehavior=edge.behavior(FunctionAssociations=edge.block(association)))
    assert delete(bench, stack) == "DELETE_FAILED"
    assert "FunctionInUse" in reasons(bench, stack)
    formation.delete_stack(StackName=stack, RetainResources=["Function", "Store"], ClientRequestToken="again")

    def status() -> bool:
        return bool(formation.describe_stacks(StackName=stack_id)["Stacks"][0]["StackStatus"] == "DELETE_COMPLETE")

    assert edge.eventually(status)
    assert code_of(instance, name, "LIVE")


def test_ministack_alone_deletes_what_is_in_use_and_calls_a_function_by_its_name(stock: Workbench) -> None:
    name = edge.new_token()
    text = json.loads(template(name))
    del text["Outputs"]["Stage"]
    stack = stock.stack(json.dumps(text))
    told = outputs(stock, stack)
    assert told["Ref"] == name
    association = {"FunctionARN": told["FunctionARN"], "EventType": "viewer-request"}
    behavior = edge.behavior(FunctionAssociations=edge.block(association))
    edge.distribution(stock.instance, DefaultCacheBehavior=behavior)
    assert delete(stock, stack) == "DELETE_COMPLETE"
