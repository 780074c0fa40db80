"""A table of a stack has the time to live and the recovery of its template; what is over stays until it is deleted."""

from __future__ import annotations

import json
from typing import Any

from tests.integration.localaws.workbench import Workbench


def template(**properties: Any) -> str:
    table = {
        "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
        "BillingMode": "PAY_PER_REQUEST",
        **properties,
    }
    return json.dumps(
        {
            "Resources": {"Table": {"Type": "AWS::DynamoDB::Table", "Properties": table}},
            "Outputs": {"Table": {"Value": {"Ref": "Table"}}},
        }
    )


WHOLE = template(
    TimeToLiveSpecification={"AttributeName": "expires_at", "Enabled": "true"},
    PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True},
)


def table_of(bench: Workbench, stack: str) -> str:
    (described,) = bench.client("cloudformation").describe_stacks(StackName=stack)["Stacks"]
    return str(described["Outputs"][0]["OutputValue"])


def settings(bench: Workbench, table: str) -> tuple[str, str]:
    """Whether items expire, and whether the table can be recovered."""
    dynamodb = bench.client("dynamodb")
    life = dynamodb.describe_time_to_live(TableName=table)["TimeToLiveDescription"]
    backups = dynamodb.describe_continuous_backups(TableName=table)["ContinuousBackupsDescription"]
    return life["TimeToLiveStatus"], backups["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"]


def test_a_table_has_what_its_template_says_and_loses_what_it_says_no_more(bench: Workbench) -> None:
    stack = bench.stack(WHOLE)
    table = table_of(bench, stack)
    assert settings(bench, table) == ("ENABLED", "ENABLED")
    bench.update_stack(stack, template(DeletionProtectionEnabled=False))
    assert settings(bench, table) == ("DISABLED", "DISABLED")


def test_ministack_alone_leaves_both_out(stock: Workbench) -> None:
    assert settings(stock, table_of(stock, stock.stack(WHOLE))) == ("DISABLED", "DISABLED")
