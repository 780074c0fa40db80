"""Where the embedded AWS is known to differ from AWS and no other test shows it. docs/embedded-aws.md lists them all.

A test that fails here says that a difference is gone: take it and its line in the list away.
"""

from __future__ import annotations

import json

import pytest
from botocore.exceptions import ClientError

from localaws import executions, sign_in
from tests.integration.localaws import edge
from tests.integration.localaws.cognito.user_pools import NEXT_PASSWORD, PASSWORD, user_pool
from tests.integration.localaws.edge import eventually
from tests.integration.localaws.workbench import INVOKE, Workbench

GREEDY = """
    def handler(event, context):
        return len(bytearray(300 * 1024 * 1024))
"""
FAILING_BRANCH = {"StartAt": "Fail", "States": {"Fail": {"Type": "Fail", "Error": "Early"}}}
ONE_MEGABYTE = 1024 * 1024


def test_what_a_configuration_names_outside_cloudfront_need_not_exist(bench: Workbench) -> None:
    logging = {"Enabled": True, "IncludeCookies": False, "Bucket": "missing.s3.amazonaws.com", "Prefix": ""}
    assert edge.distribution(bench.instance, Logging=logging)["DistributionConfig"]["Logging"] == logging


def test_a_web_acl_that_is_associated_by_a_call_of_its_own_need_not_exist(bench: Workbench) -> None:
    web_acl = "arn:aws:wafv2:us-east-1:000000000000:global/webacl/none/00000000-0000-4000-8000-000000000000"
    made, client = edge.distribution(bench.instance), bench.client("cloudfront")
    etag = client.get_distribution(Id=made["Id"])["ETag"]
    client.associate_distribution_web_acl(Id=made["Id"], IfMatch=etag, WebACLArn=web_acl)
    assert client.get_distribution_config(Id=made["Id"])["DistributionConfig"]["WebACLId"] == web_acl


def test_lists_of_policies_come_on_one_page(bench: Workbench) -> None:
    page = bench.client("cloudfront").list_cache_policies(Type="managed", MaxItems="1")["CachePolicyList"]
    assert len(page["Items"]) > 1


def test_dynamodb_takes_an_update_that_sets_the_same_twice_and_a_filter_on_a_key(bench: Workbench) -> None:
    table = bench.client("dynamodb")
    table.create_table(
        TableName="differences",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    values = {":v": {"S": "1"}}
    table.update_item(
        TableName="differences",
        Key={"pk": {"S": "1"}},
        UpdateExpression="SET a = :v, a = :v",
        ExpressionAttributeValues=values,
    )
    asked = {"KeyConditionExpression": "pk = :v", "FilterExpression": "pk = :v", "ExpressionAttributeValues": values}
    assert table.query(TableName="differences", **asked)["Count"] == 1


def test_a_function_may_use_more_memory_than_it_has(bench: Workbench) -> None:
    function = bench.function(GREEDY, MemorySize=128, Timeout=60)
    answer = bench.client("lambda").invoke(FunctionName=function)
    assert json.load(answer["Payload"]) == 300 * ONE_MEGABYTE


def test_a_parallel_waits_for_its_branches_when_one_has_failed(bench: Workbench) -> None:
    waiting = {"StartAt": "Wait", "States": {"Wait": {"Type": "Wait", "Seconds": 36000, "End": True}}}
    execution = bench.start({"Both": {"Type": "Parallel", "Branches": [FAILING_BRANCH, waiting], "End": True}})
    eventually(lambda: any(line["state"] == "Fail" for line in bench.states_of(execution)))
    described = bench.client("stepfunctions").describe_execution(executionArn=execution)
    bench.client("stepfunctions").stop_execution(executionArn=execution)
    assert described["status"] == "RUNNING"


def test_assign_is_ignored_in_jsonpath(bench: Workbench) -> None:
    states = {
        "Assign": {"Type": "Pass", "Assign": {"kept": 1}, "Next": "Read"},
        "Read": {"Type": "Pass", "Parameters": {"kept.$": "$kept"}, "End": True},
    }
    assert bench.run(states, {}).get("output") != {"kept": 1}


def test_a_state_machine_has_no_timeout(bench: Workbench) -> None:
    waits = {"Wait": {"Type": "Wait", "Seconds": 60, "End": True}}
    ended = executions.run(bench.instance, bench.machine(waits, TimeoutSeconds=1), {})
    assert ended["status"] == "SUCCEEDED"


def test_nothing_can_be_redriven(bench: Workbench) -> None:
    failed = bench.run({"Fail": {"Type": "Fail", "Error": "Once"}})
    with pytest.raises(ClientError) as refused:
        bench.client("stepfunctions").redrive_execution(executionArn=failed["executionArn"])
    assert refused.value.response["Error"]["Code"] == "InvalidAction"


def test_an_intrinsic_function_that_fails_is_an_error_of_the_runtime(bench: Workbench) -> None:
    parameters = {"value.$": "States.StringToJson($.text)"}
    ended = bench.run({"Parse": {"Type": "Pass", "Parameters": parameters, "End": True}}, {"text": "{"})
    assert ended["error"] == "States.Runtime"


def test_an_error_in_parameters_passes_the_catch_of_its_task(bench: Workbench) -> None:
    task = {
        "Type": "Task",
        "Resource": INVOKE,
        "Parameters": {"FunctionName": "any", "Payload": {"value.$": "States.StringToJson($.text)"}},
        "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Caught"}],
        "End": True,
    }
    ended = bench.run({"Work": task, "Caught": {"Type": "Pass", "End": True}}, {"text": "{"})
    assert ended["status"] == "FAILED"


def test_encryption_with_kms_must_name_a_key(bench: Workbench) -> None:
    with edge.refused("InvalidArgument"):
        bench.client("s3").put_object(Bucket=bench.bucket(), Key="one", Body=b"x", ServerSideEncryption="aws:kms")


def test_a_key_that_is_disabled_hides_nothing(bench: Workbench) -> None:
    key = bench.client("kms").create_key()["KeyMetadata"]["Arn"]
    secrets = bench.client("secretsmanager")
    arn = secrets.create_secret(Name=edge.new_token(), KmsKeyId=key, SecretString="x")["ARN"]
    bench.client("kms").disable_key(KeyId=key)
    assert secrets.get_secret_value(SecretId=arn)["SecretString"] == "x"


def test_wrong_passwords_lock_nobody_out(bench: Workbench) -> None:
    pool = user_pool(bench.instance)
    user = pool.user()
    for _ in range(6):
        with edge.refused("NotAuthorizedException"):
            pool.sign_in(user, NEXT_PASSWORD)
    assert "AuthenticationResult" in pool.sign_in(user, PASSWORD)


def test_the_code_for_a_forgotten_password_is_always_the_same(bench: Workbench) -> None:
    pool = user_pool(bench.instance)
    user = pool.user(permanent=False)
    named = {"ClientId": pool.client_id, "Username": user}
    pool.api.forgot_password(**named)
    pool.api.confirm_forgot_password(**named, ConfirmationCode="654321", Password=NEXT_PASSWORD)
    assert "AuthenticationResult" in pool.sign_in(user, NEXT_PASSWORD)


def test_a_refresh_token_does_not_end(bench: Workbench) -> None:
    pool = user_pool(bench.instance)
    token = pool.sign_in(pool.user())["AuthenticationResult"]["RefreshToken"]
    refreshed = pool.api.initiate_auth(
        AuthFlow="REFRESH_TOKEN_AUTH",
        ClientId=pool.client_id,
        AuthParameters={"REFRESH_TOKEN": sign_in.expired(bench.instance, token)},
    )
    assert "AuthenticationResult" in refreshed


def test_the_case_of_an_address_matters(bench: Workbench) -> None:
    pool = user_pool(bench.instance, UsernameConfiguration={"CaseSensitive": False})
    with edge.refused("UserNotFoundException"):
        pool.sign_in(pool.user().upper())
