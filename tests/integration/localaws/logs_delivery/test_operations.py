"""The delivery API: what it makes, what it refuses, and in which order things can be deleted."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.integration.localaws import edge
from tests.integration.localaws.logs_delivery.deliveries import bucket, delivery, destination, source
from tests.integration.localaws.workbench import Workbench

BY_THE_HOUR = {"suffixPath": "{yyyy}/{MM}/{dd}/{HH}", "enableHiveCompatiblePath": True}


@pytest.fixture
def logs(bench: Workbench) -> Any:
    return bench.client("logs")


def test_a_delivery_is_told_as_it_was_made(bench: Workbench, logs: Any) -> None:
    _, made = delivery(bench, recordFields=["date", "c-country"], s3DeliveryConfiguration=BY_THE_HOUR)

    assert logs.get_delivery(id=made["id"])["delivery"] == made
    assert (made["recordFields"], made["s3DeliveryConfiguration"]) == (["date", "c-country"], BY_THE_HOUR)
    assert made["deliveryDestinationType"] == "S3"
    found = logs.get_delivery_source(name=made["deliverySourceName"])["deliverySource"]
    assert (found["service"], found["logType"]) == ("cloudfront", "ACCESS_LOGS")


def test_fields_that_are_not_chosen_are_those_of_standard_logs_with_the_country(bench: Workbench) -> None:
    _, made = delivery(bench)
    assert len(made["recordFields"]) == 35
    assert "c-country" in made["recordFields"]


def test_a_distribution_has_one_source(bench: Workbench, logs: Any) -> None:
    made = edge.distribution(bench.instance)
    name = source(bench, made)
    assert source(bench, made, name) == name
    with edge.refused("ConflictException"):
        source(bench, made)


def test_a_source_has_one_delivery_to_a_destination_and_any_number_to_others(bench: Workbench, logs: Any) -> None:
    _, made = delivery(bench)
    name = made["deliverySourceName"]
    with edge.refused("ConflictException"):
        logs.create_delivery(deliverySourceName=name, deliveryDestinationArn=made["deliveryDestinationArn"])
    other = destination(bench, f"{bucket(bench)}/standard")
    logs.create_delivery(deliverySourceName=name, deliveryDestinationArn=other)


def test_a_source_is_a_distribution_of_the_account(bench: Workbench) -> None:
    for arn in ("arn:aws:cloudfront::000000000000:distribution/E0", "arn:aws:cloudfront::1:distribution/E0"):
        with edge.refused("ResourceNotFoundException"):
            source(bench, {"ARN": arn})


def test_a_destination_keeps_its_output_format(bench: Workbench, logs: Any) -> None:
    arn = destination(bench, bucket(bench))
    name = arn.rpartition(":")[2]
    place = logs.get_delivery_destination(name=name)["deliveryDestination"]["deliveryDestinationConfiguration"]
    logs.put_delivery_destination(name=name, outputFormat="parquet", deliveryDestinationConfiguration=place)
    with edge.refused("ValidationException"):
        logs.put_delivery_destination(name=name, outputFormat="json", deliveryDestinationConfiguration=place)


@pytest.mark.parametrize("path", ["year={yyyy}/{MM}", "{minute}"])
def test_a_path_that_cloudfront_does_not_deliver_to_is_refused(bench: Workbench, path: str) -> None:
    with edge.refused("ValidationException"):
        delivery(bench, s3DeliveryConfiguration={"suffixPath": path, "enableHiveCompatiblePath": True})


def test_a_field_that_access_logs_do_not_have_is_refused(bench: Workbench) -> None:
    with edge.refused("ValidationException"):
        delivery(bench, recordFields=["date", "cs-headers"])


def test_a_bucket_must_let_the_delivery_service_write(bench: Workbench) -> None:
    with edge.refused("AccessDeniedException"):
        delivery(bench, f"{bucket(bench, lets_in='elsewhere/*')}/standard")
    foreign = {"StringEquals": {"aws:SourceAccount": "111122223333"}}
    with edge.refused("AccessDeniedException"):
        delivery(bench, f"{bucket(bench, condition=foreign)}/standard")


def test_fields_and_layout_of_a_delivery_can_be_changed(bench: Workbench, logs: Any) -> None:
    _, made = delivery(bench, recordFields=["date"])
    logs.update_delivery_configuration(id=made["id"], recordFields=["time"])
    logs.update_delivery_configuration(id=made["id"], s3DeliveryConfiguration=BY_THE_HOUR)
    changed = logs.get_delivery(id=made["id"])["delivery"]
    assert (changed["recordFields"], changed["s3DeliveryConfiguration"]) == (["time"], BY_THE_HOUR)


def test_the_delivery_goes_first_and_then_its_ends(bench: Workbench, logs: Any) -> None:
    _, made = delivery(bench)
    name, to = made["deliverySourceName"], made["deliveryDestinationArn"].rpartition(":")[2]
    for call in (lambda: logs.delete_delivery_source(name=name), lambda: logs.delete_delivery_destination(name=to)):
        with edge.refused("ConflictException"):
            call()
    logs.delete_delivery(id=made["id"])
    logs.delete_delivery_source(name=name)
    logs.delete_delivery_destination(name=to)
    for call in (
        lambda: logs.delete_delivery(id=made["id"]),
        lambda: logs.delete_delivery_source(name=name),
        lambda: logs.delete_delivery_destination(name=to),
        lambda: logs.update_delivery_configuration(id=made["id"], recordFields=["date"]),
    ):
        with edge.refused("ResourceNotFoundException"):
            call()


def test_what_somebody_is_changing_nobody_else_changes(bench: Workbench, logs: Any) -> None:
    _, made = delivery(bench)
    name, to = made["deliverySourceName"], made["deliveryDestinationArn"].rpartition(":")[2]
    arn = logs.get_delivery_source(name=name)["deliverySource"]["resourceArns"][0]
    place = logs.get_delivery_destination(name=to)["deliveryDestination"]["deliveryDestinationConfiguration"]
    of_both = [
        lambda: logs.create_delivery(deliverySourceName=name, deliveryDestinationArn=made["deliveryDestinationArn"]),
        lambda: logs.update_delivery_configuration(id=made["id"], recordFields=["date"]),
        lambda: logs.delete_delivery(id=made["id"]),
    ]
    of_one = {
        name: [
            lambda: logs.put_delivery_source(name=name, resourceArn=arn, logType="ACCESS_LOGS"),
            lambda: logs.delete_delivery_source(name=name),
        ],
        to: [
            lambda: logs.put_delivery_destination(
                name=to, outputFormat="parquet", deliveryDestinationConfiguration=place
            ),
            lambda: logs.delete_delivery_destination(name=to),
        ],
    }
    for one, calls in of_one.items():
        edge.control(bench.instance, "PUT", "log-delivery-changes", name=one)
        for call in (*calls, *of_both):
            with pytest.raises(ClientError, match=r"\(ConflictException\).* is currently being updated"):
                call()
        edge.control(bench.instance, "DELETE", "log-delivery-changes", name=one)

    assert logs.get_delivery(id=made["id"])["delivery"] == made
    delivery(bench)
    logs.delete_delivery(id=made["id"])


def test_lists_come_in_pages(bench: Workbench, logs: Any) -> None:
    made = [delivery(bench)[1] for _ in range(3)]
    for method, name, own in (
        ("describe_deliveries", "deliveries", {one["arn"] for one in made}),
        ("describe_delivery_sources", "deliverySources", {one["deliverySourceName"] for one in made}),
        ("describe_delivery_destinations", "deliveryDestinations", {one["deliveryDestinationArn"] for one in made}),
    ):
        pages = list(logs.get_paginator(method).paginate(PaginationConfig={"PageSize": 1}))
        assert all(len(page[name]) == 1 for page in pages)
        found = [one for page in pages for one in page[name]]
        assert own <= {one["name"] if method.endswith("sources") else one["arn"] for one in found}
        assert len(found) == len({one["arn"] for one in found})


def test_other_operations_of_cloudwatch_logs_are_still_there(bench: Workbench, logs: Any) -> None:
    name = edge.new_token()
    logs.create_log_group(logGroupName=name)
    assert [one["logGroupName"] for one in logs.describe_log_groups(logGroupNamePrefix=name)["logGroups"]] == [name]


def test_ministack_alone_takes_two_sources_any_path_and_any_bucket(stock: Workbench) -> None:
    logs, arn = stock.client("logs"), "arn:aws:cloudfront::000000000000:distribution/E0"
    for name in ("first", "second"):
        logs.put_delivery_source(name=name, resourceArn=arn, logType="ACCESS_LOGS")
    to = destination(stock, "no-such-bucket")
    made = logs.create_delivery(
        deliverySourceName="first",
        deliveryDestinationArn=to,
        s3DeliveryConfiguration={"suffixPath": "year={yyyy}", "enableHiveCompatiblePath": True},
    )["delivery"]
    assert "-" in made["id"]
    logs.delete_delivery_source(name="first")
    with edge.refused("InvalidOperationException"):
        logs.update_delivery_configuration(id=made["id"].replace("-", ""), recordFields=["date"])
