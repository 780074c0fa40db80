"""A stack's resources are made by the role that it is handed, with what that role may do."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.integration.localaws import edge
from tests.integration.localaws.cloudfront.test_function_stacks import delete, reasons, template
from tests.integration.localaws.workbench import Json, Workbench, stack_options

CLOUDFORMATION = ("cloudformation.amazonaws.com",)
LAMBDA = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
EDGE_FUNCTION = {
    "Transform": "AWS::Serverless-2016-10-31",
    "Parameters": {"Text": {"Type": "String", "Default": "one"}},
    "Rules": {
        "NorthVirginia": {
            "Assertions": [
                {
                    "Assert": {"Fn::Equals": [{"Ref": "AWS::Region"}, "us-east-1"]},
                    "AssertDescription": "Deploy in us-east-1.",
                }
            ]
        }
    },
    "Resources": {
        "ViewerRequest": {
            "Type": "AWS::Serverless::Function",
            "Properties": {
                "Runtime": "python3.13",
                "Handler": "index.handler",
                "AutoPublishAlias": "live",
                "InlineCode": {
                    "Fn::Sub": [
                        "import base64\ndef handler(event, context): return base64.b64decode('${Encoded}').decode()",
                        {"Encoded": {"Fn::Base64": {"Ref": "Text"}}},
                    ]
                },
                "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [LAMBDA]},
            },
        },
    },
    "Outputs": {"Arn": {"Value": {"Ref": "ViewerRequest.Version"}}},
}
WEB_ACL = {
    "Resources": {
        "Limit": {
            "Type": "AWS::WAFv2::WebACL",
            "Properties": {
                "Name": {"Ref": "AWS::StackName"},
                "Scope": "CLOUDFRONT",
                "DefaultAction": {"Allow": {}},
                "VisibilityConfig": {
                    "SampledRequestsEnabled": False,
                    "CloudWatchMetricsEnabled": False,
                    "MetricName": "limit",
                },
            },
        }
    }
}
FUNCTION_ACTIONS = [
    "cloudfront:CreateFunction",
    "cloudfront:DeleteFunction",
    "cloudfront:DescribeFunction",
    "cloudfront:PublishFunction",
    "cloudfront:UpdateFunction",
]
STORE_ACTIONS = [f"cloudfront:{verb}KeyValueStore" for verb in ("Create", "Delete", "Describe", "Update")]


def allow(actions: str | list[str], resource: str) -> Json:
    return {"Effect": "Allow", "Action": actions, "Resource": resource}


def of_functions(name: str) -> list[Json]:
    """What a role needs for a function of this name, and stores."""
    return [
        allow(FUNCTION_ACTIONS, f"arn:aws:cloudfront::000000000000:function/{name}"),
        allow(STORE_ACTIONS, "arn:aws:cloudfront::000000000000:key-value-store/*"),
    ]


def ends(bench: Workbench, stack: str) -> str:
    """The stack's status when nothing goes on any more."""

    def ended() -> str:
        status = str(bench.client("cloudformation").describe_stacks(StackName=stack)["Stacks"][0]["StackStatus"])
        return "" if status.endswith("_IN_PROGRESS") else status

    return edge.eventually(ended)


def changed(bench: Workbench, stack: str, body: str, kind: str, role: str = "", **parameters: str) -> str:
    """Make a change set and execute it; returns the status of the stack when it has ended."""
    formation, name = bench.client("cloudformation"), edge.new_token()
    handed = {"RoleARN": role} if role else {}
    made = formation.create_change_set(
        StackName=stack,
        ChangeSetName=name,
        ChangeSetType=kind,
        TemplateBody=body,
        **stack_options(parameters),
        **handed,
    )
    formation.execute_change_set(ChangeSetName=made["Id"])
    return ends(bench, stack)


def role_for(bench: Workbench, *statements: Json) -> str:
    return bench.role("", *statements, service=CLOUDFORMATION)


def test_a_change_set_makes_changes_and_deletes_with_what_its_role_may_do(bench: Workbench) -> None:
    name, stack = edge.new_token(), edge.new_token()
    role = role_for(bench, *of_functions(name))
    assert changed(bench, stack, template(name), "CREATE", role) == "CREATE_COMPLETE"
    assert changed(bench, stack, template(name), "UPDATE", role, Text="/two") == "UPDATE_COMPLETE"
    assert delete(bench, stack, RoleARN=role) == "DELETE_COMPLETE"


@pytest.mark.parametrize("missing", ["cloudfront:CreateFunction", "cloudfront:PublishFunction"])
def test_what_the_role_lacks_is_denied_and_rolled_back(bench: Workbench, missing: str) -> None:
    name, stack = edge.new_token(), edge.new_token()
    denied = {"Effect": "Deny", "Action": missing, "Resource": "*"}
    role = role_for(bench, *of_functions(name), denied)
    assert changed(bench, stack, template(name), "CREATE", role) == "ROLLBACK_COMPLETE"
    assert f"AWSCloudFormation is not authorized to perform: {missing}" in reasons(bench, stack)
    with edge.refused("NoSuchFunctionExists"):
        bench.client("cloudfront").describe_function(Name=name)
    with edge.refused("EntityNotFound"):
        bench.client("cloudfront").describe_key_value_store(Name=stack)


def test_a_boundary_of_the_role_holds_too(bench: Workbench) -> None:
    name, stack, iam = edge.new_token(), edge.new_token(), bench.client("iam")
    role = role_for(bench, *of_functions(name))
    policy = {"Version": "2012-10-17", "Statement": [allow(STORE_ACTIONS, "*")]}
    made = iam.create_policy(PolicyName=edge.new_token(), PolicyDocument=json.dumps(policy))["Policy"]
    iam.put_role_permissions_boundary(RoleName=role.rpartition("/")[2], PermissionsBoundary=made["Arn"])
    assert changed(bench, stack, template(name), "CREATE", role) == "ROLLBACK_COMPLETE"
    assert "not authorized to perform: cloudfront:CreateFunction" in reasons(bench, stack)


def test_leave_for_one_function_is_none_for_another(bench: Workbench) -> None:
    stack = edge.new_token()
    role = role_for(bench, *of_functions(edge.new_token()))
    assert changed(bench, stack, template(edge.new_token()), "CREATE", role) == "ROLLBACK_COMPLETE"


def test_the_role_stays_the_stacks_until_it_is_handed_another(bench: Workbench) -> None:
    name, stack = edge.new_token(), edge.new_token()
    role = role_for(bench, *of_functions(name))
    changed(bench, stack, template(name), "CREATE", role)
    bench.put_policy(role.rpartition("/")[2], *of_functions("none"))
    assert changed(bench, stack, template(name), "UPDATE", Text="/two") == "UPDATE_ROLLBACK_COMPLETE"
    assert delete(bench, stack) == "DELETE_FAILED"
    assert "not authorized to perform: cloudfront:DeleteFunction" in reasons(bench, stack)
    assert delete(bench, stack, RoleARN=role_for(bench, *of_functions(name))) == "DELETE_COMPLETE"


def test_a_role_that_does_not_trust_cloudformation_is_refused(bench: Workbench) -> None:
    role = bench.role("", *of_functions("*"), service=("lambda.amazonaws.com",))
    with edge.refused("ValidationError"):
        changed(bench, edge.new_token(), template(edge.new_token()), "CREATE", role)


def of_edge_functions(stack: str) -> list[Json]:
    function = f"arn:aws:lambda:us-east-1:000000000000:function:{stack}-ViewerRequest-*"
    role = f"arn:aws:iam::000000000000:role/{stack}-ViewerRequestRole-*"
    of_lambda = ["CreateFunction", "GetFunction", "DeleteFunction", "UpdateFunctionCode", "UpdateFunctionConfiguration"]
    of_lambda += ["TagResource", "PublishVersion", "CreateAlias", "UpdateAlias", "GetAlias", "DeleteAlias"]
    of_iam = ["CreateRole", "DeleteRole", "GetRole", "TagRole", "AttachRolePolicy", "DetachRolePolicy"]
    passing = allow("iam:PassRole", role)
    return [
        allow([f"lambda:{action}" for action in of_lambda], function),
        allow([f"iam:{action}" for action in of_iam], role),
        passing | {"Condition": {"StringEquals": {"iam:PassedToService": "lambda.amazonaws.com"}}},
    ]


def version(bench: Workbench, stack: str) -> str:
    (output,) = bench.client("cloudformation").describe_stacks(StackName=stack)["Stacks"][0]["Outputs"]
    return str(output["OutputValue"])


def test_a_function_of_the_sam_transform_has_a_new_version_when_a_parameter_changes(bench: Workbench) -> None:
    stack = edge.new_token()
    role, body = role_for(bench, *of_edge_functions(stack)), json.dumps(EDGE_FUNCTION)
    assert changed(bench, stack, body, "CREATE", role) == "CREATE_COMPLETE", reasons(bench, stack)
    first = version(bench, stack)
    assert first.endswith(":1")
    assert changed(bench, stack, body, "UPDATE", role, Text="two") == "UPDATE_COMPLETE", reasons(bench, stack)
    second = version(bench, stack)
    assert second.endswith(":2")
    answers = [bench.client("lambda").invoke(FunctionName=each)["Payload"] for each in (first, second)]
    assert [json.load(answer) for answer in answers] == ["one", "two"]


@pytest.mark.parametrize("missing", ["iam:PassRole", "iam:CreateRole", "lambda:PublishVersion", "lambda:CreateAlias"])
def test_each_part_of_a_function_needs_leave(bench: Workbench, missing: str) -> None:
    stack = edge.new_token()
    denied = {"Effect": "Deny", "Action": missing, "Resource": "*"}
    role = role_for(bench, *of_edge_functions(stack), denied)
    assert changed(bench, stack, json.dumps(EDGE_FUNCTION), "CREATE", role) == "ROLLBACK_COMPLETE"
    assert f"not authorized to perform: {missing}" in reasons(bench, stack)


def test_a_rule_of_the_template_that_does_not_hold_refuses_it(bench: Workbench) -> None:
    elsewhere = edge.client(bench.instance, "cloudformation", region="eu-west-1")
    with edge.refused("ValidationError"):
        elsewhere.create_change_set(
            StackName=edge.new_token(),
            ChangeSetName="first",
            ChangeSetType="CREATE",
            TemplateBody=json.dumps(EDGE_FUNCTION),
            **stack_options({}),
        )


def web_acl_of(bench: Workbench, stack: str) -> str:
    found = bench.client("wafv2").list_web_acls(Scope="CLOUDFRONT")["WebACLs"]
    return next(str(each["ARN"]) for each in found if each["Name"] == stack)


def test_a_web_acl_needs_leave_for_its_name(bench: Workbench) -> None:
    stack = edge.new_token()
    arn = f"arn:aws:wafv2:us-east-1:000000000000:global/webacl/{stack}/*"
    actions = [f"wafv2:{verb}WebACL" for verb in ("Create", "Get", "Delete")]
    assert changed(bench, stack, json.dumps(WEB_ACL), "CREATE", role_for(bench, allow(actions, arn)))
    assert ends(bench, stack) == "CREATE_COMPLETE"
    attached = edge.distribution(bench.instance, WebACLId=web_acl_of(bench, stack))
    assert delete(bench, stack) == "DELETE_FAILED"
    assert f"WAFAssociatedItemException: {stack} is used by {attached['Id']}" in reasons(bench, stack)
    nothing = role_for(bench, allow("wafv2:GetWebACL", "*"))
    assert changed(bench, edge.new_token(), json.dumps(WEB_ACL), "CREATE", nothing) == "ROLLBACK_COMPLETE"


def test_a_bucket_needs_leave_for_each_of_its_settings(bench: Workbench) -> None:
    stack = edge.new_token()
    versions = {"VersioningConfiguration": {"Status": "Enabled"}}
    body = json.dumps({"Resources": {"Bucket": {"Type": "AWS::S3::Bucket", "Properties": versions}}})
    buckets = f"arn:aws:s3:::{stack}-bucket-*"
    without = role_for(bench, allow(["s3:CreateBucket", "s3:DeleteBucket"], buckets))
    assert changed(bench, stack, body, "CREATE", without) == "ROLLBACK_COMPLETE"
    assert "s3:PutBucketVersioning" in reasons(bench, stack)
    role = role_for(bench, allow(["s3:CreateBucket", "s3:PutBucketVersioning"], buckets))
    assert changed(bench, stack, body, "CREATE", role) == "CREATE_COMPLETE"


def test_a_type_of_which_nobody_knows_what_it_needs_is_refused_loudly(bench: Workbench) -> None:
    stack, role = edge.new_token(), role_for(bench, allow("*", "*"))
    body = json.dumps({"Resources": {"Queue": {"Type": "AWS::SQS::Queue"}}})
    assert changed(bench, stack, body, "CREATE", role) == "ROLLBACK_COMPLETE"
    assert "needs.py is to know it" in reasons(bench, stack)


DEPLOYS = """
    import boto3
    def handler(event, context):
        formation = boto3.client("cloudformation")
        return formation.create_change_set(**event)["StackId"]
"""


def deployed_by(bench: Workbench, caller: str, stack: str, body: str, **more: Any) -> Json:
    """What a function with this role is answered that makes a change set."""
    request = {"StackName": stack, "ChangeSetName": "first", "ChangeSetType": "CREATE", "TemplateBody": body, **more}
    function = bench.function(DEPLOYS, role=caller)
    answer = bench.client("lambda").invoke(FunctionName=function, Payload=json.dumps(request))
    return {"answer": json.load(answer["Payload"])}


def test_who_hands_a_role_over_needs_leave_to_pass_it_and_for_the_stack(bench: Workbench) -> None:
    name, stack = edge.new_token(), edge.new_token()
    role = role_for(bench, *of_functions(name))
    making = allow("cloudformation:CreateChangeSet", f"arn:aws:cloudformation:us-east-1:000000000000:stack/{stack}/*")
    passing = allow("iam:PassRole", role)
    to_cloudformation = {"StringEquals": {"iam:PassedToService": "cloudformation.amazonaws.com"}}
    caller = bench.role("", making)
    refused = deployed_by(bench, caller, stack, template(name), RoleARN=role)["answer"]
    assert "iam:PassRole" in refused["errorMessage"]
    bench.put_policy(caller.rpartition("/")[2], making, passing | {"Condition": to_cloudformation})
    made = deployed_by(bench, caller, stack, template(name), RoleARN=role)["answer"]
    assert stack in made
    other = deployed_by(bench, caller, edge.new_token(), template(name), RoleARN=role)["answer"]
    assert "cloudformation:CreateChangeSet" in other["errorMessage"]


def test_a_change_set_that_is_named_by_its_arn_is_of_its_stack(bench: Workbench) -> None:
    code = """
        import boto3
        def handler(event, context):
            boto3.client("cloudformation").execute_change_set(ChangeSetName=event)
    """
    name, stack = edge.new_token(), edge.new_token()
    made = bench.client("cloudformation").create_change_set(
        StackName=stack,
        ChangeSetName="first",
        ChangeSetType="CREATE",
        TemplateBody=template(name),
        RoleARN=role_for(bench, *of_functions(name)),
        **stack_options({}),
    )
    stacks = f"arn:aws:cloudformation:us-east-1:000000000000:stack/{stack}/*"
    caller = bench.role("", allow("cloudformation:ExecuteChangeSet", stacks))
    executing = bench.function(code, role=caller)
    bench.client("lambda").invoke(FunctionName=executing, Payload=json.dumps(made["Id"]))
    assert edge.eventually(lambda: ends(bench, stack) == "CREATE_COMPLETE")


def test_without_a_role_the_caller_makes_the_resources(bench: Workbench) -> None:
    name, stack = edge.new_token(), edge.new_token()
    code = """
        import boto3
        def handler(event, context):
            boto3.client("cloudformation").create_stack(**event)
    """
    making = allow("cloudformation:CreateStack", "*")
    function = bench.function(code, role=bench.role("", making))
    event = {"StackName": stack, "TemplateBody": template(name)}
    assert json.load(bench.client("lambda").invoke(FunctionName=function, Payload=json.dumps(event))["Payload"]) is None
    assert ends(bench, stack) == "ROLLBACK_COMPLETE"
    assert "not authorized to perform: cloudfront:CreateKeyValueStore" in reasons(bench, stack)


def test_ministack_alone_makes_everything_as_nobody(stock: Workbench) -> None:
    stack, role = edge.new_token(), role_for(stock, allow("s3:ListAllMyBuckets", "*"))
    body = json.dumps({"Resources": {"Queue": {"Type": "AWS::SQS::Queue"}}})
    assert changed(stock, stack, body, "CREATE", role) == "CREATE_COMPLETE"
