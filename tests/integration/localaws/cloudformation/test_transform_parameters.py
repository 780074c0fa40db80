"""What the SAM transform makes of a template's parameters."""

from __future__ import annotations

import json

from tests.integration.localaws.workbench import Workbench


def template(placeholder: str) -> str:
    """A function with the parameter `Text` baked in, as base64 if the placeholder stands for that."""
    code = f"def handler(event, context): return '${{{placeholder}}}'"
    function = {
        "Runtime": "python3.13",
        "Handler": "index.handler",
        "AutoPublishAlias": "live",
        "InlineCode": {"Fn::Sub": [code, {placeholder: {"Fn::Base64": {"Ref": "Text"}}}]},
    }
    return json.dumps(
        {
            "Transform": "AWS::Serverless-2016-10-31",
            "Parameters": {"Text": {"Type": "String", "Default": "one"}},
            "Resources": {"Function": {"Type": "AWS::Serverless::Function", "Properties": function}},
            "Outputs": {"Version": {"Value": {"Ref": "Function.Version"}}},
        }
    )


def answer(bench: Workbench, stack: str) -> tuple[str, str]:
    """The number of the version that the stack tells, and what it answers."""
    (described,) = bench.client("cloudformation").describe_stacks(StackName=stack)["Stacks"]
    version = described["Outputs"][0]["OutputValue"]
    invoked = bench.client("lambda").invoke(FunctionName=version)
    return version.rpartition(":")[2], json.load(invoked["Payload"])


def test_a_changed_parameter_is_baked_into_a_new_version(bench: Workbench) -> None:
    stack = bench.stack(template("Encoded"), Text="two")
    assert answer(bench, stack) == ("1", "dHdv")
    bench.update_stack(stack, template("Encoded"), Text="three")
    assert answer(bench, stack) == ("2", "dGhyZWU=")
    bench.update_stack(stack, template("Encoded"))
    assert answer(bench, stack) == ("3", "b25l")


def test_a_placeholder_with_the_name_of_a_parameter_is_the_parameter(bench: Workbench) -> None:
    assert answer(bench, bench.stack(template("Text"), Text="two")) == ("1", "two")


def test_ministack_alone_bakes_the_default_in(stock: Workbench) -> None:
    assert answer(stock, stock.stack(template("Encoded"), Text="two")) == ("1", "b25l")
