"""Requests that are larger than AWS takes are refused, by us or by MiniStack itself."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable

import pytest

from tests.integration.localaws import edge
from tests.integration.localaws.workbench import Json, Workbench

KIBIBYTE = 1024
STATE_BYTES = 256 * KIBIBYTE
ROLE_OF_NOBODY = "arn:aws:iam::000000000000:role/nobody"


def json_text(size: int) -> str:
    """A JSON text of this many bytes, with letters that are longer than one."""
    text = json.dumps("é" * ((size - 2) // 2), ensure_ascii=False)
    return text + " " * (size - len(text.encode()))


def definition(size: int) -> str:
    states = {"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}
    empty = json.dumps({**states, "Comment": ""})
    return json.dumps({**states, "Comment": "x" * (size - len(empty))})


def records(count: int, action: str, value: str = "192.0.2.1") -> Json:
    """A change batch of records with one value each, in example.com."""
    changes = [
        {
            "Action": action,
            "ResourceRecordSet": {
                "Name": f"r{number}.example.com",
                "Type": "TXT" if value.startswith('"') else "A",
                "TTL": 60,
                "ResourceRecords": [{"Value": value}],
            },
        }
        for number in range(count)
    ]
    return {"Changes": changes}


@pytest.fixture(scope="module")
def zone(bench: Workbench) -> str:
    created = bench.client("route53").create_hosted_zone(Name="example.com", CallerReference="size-limits")
    return str(created["HostedZone"]["Id"])


def test_the_input_of_an_execution_has_256_kib(bench: Workbench) -> None:
    machine, states = bench.machine({"Done": {"Type": "Succeed"}}), bench.client("stepfunctions")
    states.start_execution(stateMachineArn=machine, input=json_text(STATE_BYTES))
    with edge.refused("ValidationException"):
        states.start_execution(stateMachineArn=machine, input=json_text(STATE_BYTES + 1))


def test_what_a_waiting_task_is_told_has_256_kib(bench: Workbench) -> None:
    token = base64.b64encode(b"of no task").decode()
    states = bench.client("stepfunctions")
    with edge.refused("TaskDoesNotExist"):
        states.send_task_success(taskToken=token, output=json_text(STATE_BYTES))
    with edge.refused("ValidationException"):
        states.send_task_success(taskToken=token, output=json_text(STATE_BYTES + 1))


def test_a_definition_has_a_mebibyte(bench: Workbench) -> None:
    states = bench.client("stepfunctions")
    machine = bench.machine({"Done": {"Type": "Succeed"}})
    states.update_state_machine(stateMachineArn=machine, definition=definition(KIBIBYTE**2))
    for change in (
        lambda text: states.update_state_machine(stateMachineArn=machine, definition=text),
        lambda text: states.create_state_machine(name="too-large", definition=text, roleArn=ROLE_OF_NOBODY),
    ):
        with edge.refused("ValidationException"):
            change(definition(KIBIBYTE**2 + 1))


def test_the_entries_of_an_event_request_have_a_mebibyte_together(bench: Workbench) -> None:
    events = bench.client("events")

    def put(*sizes: int) -> None:
        events.put_events(Entries=[{"Source": "a", "DetailType": "b", "Detail": json_text(size - 2)} for size in sizes])

    put(KIBIBYTE**2 // 2, KIBIBYTE**2 // 2)
    with edge.refused("ValidationException"):
        put(KIBIBYTE**2 // 2, KIBIBYTE**2 // 2 + 1)


def test_a_secret_has_64_kib(bench: Workbench) -> None:
    secrets = bench.client("secretsmanager")
    secrets.create_secret(Name="as-large-as-can-be", SecretString="x" * 65_536)
    with edge.refused("ValidationException"):
        secrets.put_secret_value(SecretId="as-large-as-can-be", SecretString="x" * 65_537)


def test_a_change_of_records_has_a_thousand_and_an_upsert_counts_twice(bench: Workbench, zone: str) -> None:
    route53 = bench.client("route53")
    route53.change_resource_record_sets(HostedZoneId=zone, ChangeBatch=records(1000, "CREATE"))
    route53.change_resource_record_sets(HostedZoneId=zone, ChangeBatch=records(500, "UPSERT"))
    for too_many in (records(1001, "CREATE"), records(501, "UPSERT")):
        with edge.refused("InvalidChangeBatch"):
            route53.change_resource_record_sets(HostedZoneId=zone, ChangeBatch=too_many)


def test_the_values_of_a_change_have_32_000_characters(bench: Workbench, zone: str) -> None:
    route53, text = bench.client("route53"), '"' + "x" * 198 + '"'
    route53.change_resource_record_sets(HostedZoneId=zone, ChangeBatch=records(160, "CREATE", text))
    with edge.refused("InvalidChangeBatch"):
        route53.change_resource_record_sets(HostedZoneId=zone, ChangeBatch=records(161, "DELETE", text))


def test_a_limit_can_be_changed_for_a_run(bench: Workbench) -> None:
    secrets = bench.client("secretsmanager")
    with (
        edge.quota(bench.instance, "secretsmanager", 10, quotaName="Secret value size"),
        edge.refused("ValidationException"),
    ):
        secrets.create_secret(Name="small", SecretString="x" * 11)


def put_large_item(stock: Workbench) -> None:
    stock.client("dynamodb").put_item(TableName="sizes", Item={"id": {"S": "a"}, "text": {"S": "x" * 409_600}})


def write_26_items(stock: Workbench) -> None:
    puts = [{"PutRequest": {"Item": {"id": {"S": str(number)}}}} for number in range(26)]
    stock.client("dynamodb").batch_write_item(RequestItems={"sizes": puts})


def write_101_items_at_once(stock: Workbench) -> None:
    puts = [{"Put": {"TableName": "sizes", "Item": {"id": {"S": str(number)}}}} for number in range(101)]
    stock.client("dynamodb").transact_write_items(TransactItems=puts)


def publish_large_message(stock: Workbench) -> None:
    topic = stock.client("sns").create_topic(Name="sizes")["TopicArn"]
    stock.client("sns").publish(TopicArn=topic, Message="x" * (STATE_BYTES + 1))


@pytest.fixture(scope="module")
def table(stock: Workbench) -> None:
    stock.client("dynamodb").create_table(
        TableName="sizes",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )


@pytest.mark.parametrize(
    ("quota", "exceed", "code"),
    [
        ("Maximum item size", put_large_item, "ValidationException"),
        ("Items per BatchWriteItem request", write_26_items, "ValidationException"),
        ("Items per transaction", write_101_items_at_once, "ValidationException"),
        ("Message size", publish_large_message, "InvalidParameter"),
    ],
)
def test_ministack_refuses_these_by_itself(
    stock: Workbench, table: None, quota: str, exceed: Callable[[Workbench], None], code: str
) -> None:
    with edge.refused(code):
        exceed(stock)


def test_ministack_alone_takes_any_definition_event_and_change(stock: Workbench) -> None:
    states, route53 = stock.client("stepfunctions"), stock.client("route53")
    zone = route53.create_hosted_zone(Name="example.com", CallerReference="sizes")["HostedZone"]["Id"]
    machine = stock.machine({"Done": {"Type": "Succeed"}})
    states.update_state_machine(stateMachineArn=machine, definition=definition(KIBIBYTE**2 + 1))
    states.start_execution(stateMachineArn=machine, input=json_text(STATE_BYTES + 1))
    entry = {"Source": "a", "DetailType": "b", "Detail": json_text(KIBIBYTE**2)}
    assert stock.client("events").put_events(Entries=[entry])["FailedEntryCount"] == 0
    route53.change_resource_record_sets(HostedZoneId=zone, ChangeBatch=records(1001, "CREATE"))
    stock.client("secretsmanager").create_secret(Name="too-large", SecretString="x" * 65_537)
