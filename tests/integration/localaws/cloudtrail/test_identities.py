"""Who made a call, as CloudTrail says it."""

from __future__ import annotations

import json

import boto3

from localaws.instance import REGION, Instance
from tests.integration.localaws import edge
from tests.integration.localaws.listening import Listener
from tests.integration.localaws.permissions.test_enforcement import allow, assumed
from tests.integration.localaws.workbench import Workbench

ACCOUNT = "000000000000"
TAGGING = """
    import boto3

    def handler(event, context):
        boto3.client("cloudfront").tag_resource(Resource=event["arn"], Tags={"Items": [{"Key": "by", "Value": "function"}]})
"""


def test_the_account_itself(instance: Instance, trail: Listener) -> None:
    edge.distribution(instance)
    (event,) = trail.heard(1)
    assert event["detail"]["userIdentity"] == {
        "type": "Root",
        "principalId": ACCOUNT,
        "arn": f"arn:aws:iam::{ACCOUNT}:root",
        "accountId": ACCOUNT,
        "accessKeyId": "test",
    }


def test_another_account_hears_of_its_own_calls_alone(instance: Instance, trail: Listener) -> None:
    other = edge.client(instance, "cloudfront", account="777777777777")
    other.create_distribution(DistributionConfig=edge.distribution_config())
    mine = edge.distribution(instance)
    (event,) = trail.heard(1)
    assert event["detail"]["responseElements"]["distribution"]["id"] == mine["Id"]


def test_a_session_of_a_role(bench: Workbench, trail: Listener) -> None:
    arn = edge.distribution(bench.instance)["ARN"]
    role = bench.role("", allow("cloudfront:TagResource"))
    assumed(bench, role)("cloudfront").tag_resource(Resource=arn, Tags={"Items": [{"Key": "by", "Value": "role"}]})
    identity = trail.heard(2)[1]["detail"]["userIdentity"]
    name = role.rpartition("/")[2]
    role_id = bench.client("iam").get_role(RoleName=name)["Role"]["RoleId"]
    assert (identity["type"], identity["accountId"]) == ("AssumedRole", ACCOUNT)
    assert identity["arn"] == f"arn:aws:sts::{ACCOUNT}:assumed-role/{name}/test"
    assert identity["principalId"] == f"{role_id}:test"
    assert identity["sessionContext"]["sessionIssuer"] == {
        "type": "Role",
        "principalId": role_id,
        "arn": role,
        "accountId": ACCOUNT,
        "userName": name,
    }
    assert identity["sessionContext"]["attributes"]["mfaAuthenticated"] == "false"


def test_a_session_without_leave_is_told_as_denied(bench: Workbench, trail: Listener) -> None:
    arn = edge.distribution(bench.instance)["ARN"]
    client = assumed(bench, bench.role(""))("cloudfront")
    with edge.refused("AccessDenied"):
        client.tag_resource(Resource=arn, Tags={"Items": [{"Key": "by", "Value": "role"}]})
    detail = trail.heard(2)[1]["detail"]
    assert (detail["errorCode"], detail["userIdentity"]["type"]) == ("AccessDenied", "AssumedRole")


def test_a_function_is_a_session_of_its_role_and_its_process_is_not_told(bench: Workbench, trail: Listener) -> None:
    arn = edge.distribution(bench.instance)["ARN"]
    function = bench.function(TAGGING)
    bench.client("lambda").invoke(FunctionName=function, Payload=json.dumps({"arn": arn}))
    detail = trail.heard(2)[1]["detail"]
    assert detail["userIdentity"]["arn"].endswith(f"/{function.rpartition(':')[2]}")
    assert "app/" not in detail["userAgent"]


def test_a_user_of_iam(bench: Workbench, trail: Listener) -> None:
    arn, iam, name = edge.distribution(bench.instance)["ARN"], bench.client("iam"), edge.new_token()
    user = iam.create_user(UserName=name)["User"]
    policy = json.dumps({"Version": "2012-10-17", "Statement": [allow("cloudfront:TagResource")]})
    iam.put_user_policy(UserName=name, PolicyName="tags", PolicyDocument=policy)
    key = iam.create_access_key(UserName=name)["AccessKey"]
    client = boto3.client(
        "cloudfront",
        endpoint_url=bench.instance.endpoint_url,
        region_name=REGION,
        aws_access_key_id=key["AccessKeyId"],
        aws_secret_access_key=key["SecretAccessKey"],
    )
    client.tag_resource(Resource=arn, Tags={"Items": [{"Key": "by", "Value": "user"}]})
    assert trail.heard(2)[1]["detail"]["userIdentity"] == {
        "type": "IAMUser",
        "principalId": user["UserId"],
        "arn": user["Arn"],
        "accountId": ACCOUNT,
        "accessKeyId": key["AccessKeyId"],
        "userName": name,
    }
