"""What stays when its stack goes: not with a first deployment that fails."""

from __future__ import annotations

import json

import pytest
from botocore.exceptions import ClientError, WaiterError

from tests.integration.localaws import edge
from tests.integration.localaws.workbench import Json, Workbench


def template(bucket: str, **more: Json) -> str:
    kept = {"DeletionPolicy": "RetainExceptOnCreate", "UpdateReplacePolicy": "Retain"}
    made = {"Type": "AWS::S3::Bucket", **kept, "Properties": {"BucketName": bucket}}
    return json.dumps({"Resources": {"Bucket": made, **more}})


def is_there(bench: Workbench, bucket: str) -> bool:
    try:
        bench.client("s3").head_bucket(Bucket=bucket)
    except ClientError:
        return False
    return True


def test_a_bucket_goes_with_a_first_deployment_that_fails(bench: Workbench) -> None:
    bucket = edge.new_token()
    rule = {"Type": "AWS::CloudWatch::CompositeAlarm", "Properties": {"AlarmRule": 'ALARM("missing")'}}
    with pytest.raises(WaiterError):
        bench.stack(template(bucket, Gate={**rule, "DependsOn": "Bucket"}))
    assert not is_there(bench, bucket)


def test_a_bucket_stays_when_its_stack_goes(bench: Workbench) -> None:
    bucket = edge.new_token()
    stack, formation = bench.stack(template(bucket)), bench.client("cloudformation")
    formation.delete_stack(StackName=stack)
    formation.get_waiter("stack_delete_complete").wait(StackName=stack, WaiterConfig={"Delay": 0.05})
    assert is_there(bench, bucket)
