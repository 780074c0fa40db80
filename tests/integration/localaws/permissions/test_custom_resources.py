"""The function behind a custom resource has the permissions of its own role, and not those of whoever deploys."""

from __future__ import annotations

import json

from localaws import permissions
from tests.integration.localaws.workbench import Json, Workbench

LISTS_TABLES = """
    import json, urllib.request
    import boto3
    from botocore.exceptions import ClientError

    def handler(event, context):
        answer = {name: event[name] for name in ("StackId", "RequestId", "LogicalResourceId")}
        answer |= {"Status": "SUCCESS", "PhysicalResourceId": "listed", "Data": {"Code": "none"}}
        try:
            boto3.client("dynamodb").list_tables()
        except ClientError as error:
            answer["Data"]["Code"] = error.response["Error"]["Code"]
        body = json.dumps(answer).encode()
        urllib.request.urlopen(urllib.request.Request(event["ResponseURL"], data=body, method="PUT"))
"""


def told_to_a_stack(bench: Workbench, name: str, *statements: Json) -> str:
    """What the custom resource of a new stack was refused with; its function's role has these statements."""
    function = bench.function(LISTS_TABLES, name=name, role=bench.role(name, *statements))
    template = {
        "Resources": {"Listed": {"Type": "Custom::Listed", "Properties": {"ServiceToken": function}}},
        "Outputs": {"Code": {"Value": {"Fn::GetAtt": ["Listed", "Code"]}}},
    }
    stack = bench.stack(json.dumps(template))
    (described,) = bench.client("cloudformation").describe_stacks(StackName=stack)["Stacks"]
    return str(described["Outputs"][0]["OutputValue"])


def test_it_may_do_what_its_role_may(bench: Workbench) -> None:
    allowed: Json = {"Effect": "Allow", "Action": "dynamodb:ListTables", "Resource": "*"}
    assert told_to_a_stack(bench, "custom-resource-allowed", allowed) == "none"


def test_it_is_denied_what_its_role_may_not(bench: Workbench) -> None:
    assert told_to_a_stack(bench, "custom-resource-denied") == "AccessDeniedException"
    decided = [one for one in permissions.decisions(bench.instance) if "custom-resource-denied" in one["principal"]]
    assert ("dynamodb:ListTables", False) in [(one["action"], one["allowed"]) for one in decided]
