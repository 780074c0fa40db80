"""A delivery stream that could not work is refused."""

from __future__ import annotations

from typing import Any

import pytest

from tests.integration.localaws import edge
from tests.integration.localaws.firehose.delivering import (
    ERRORS,
    delivery_stream,
    destination,
    firehose_role,
    stream,
)
from tests.integration.localaws.workbench import ROLE, Workbench


@pytest.mark.parametrize(
    "wrong",
    [
        {"ErrorOutputPrefix": ""},
        {"ErrorOutputPrefix": "failed/"},
        {"BufferingHints": {"SizeInMBs": 129, "IntervalInSeconds": 60}},
        {"BufferingHints": {"SizeInMBs": 1, "IntervalInSeconds": 901}},
        {"RoleARN": ROLE},
    ],
    ids=["no prefix for errors", "no error type in it", "too large", "too long", "a role for others"],
)
def test_a_destination_is_refused(bench: Workbench, wrong: dict[str, Any]) -> None:
    with edge.refused("InvalidArgumentException"):
        delivery_stream(bench, destination(bench, "bucket", **wrong))


def test_a_prefix_without_expressions_needs_none_for_errors(bench: Workbench) -> None:
    delivery_stream(bench, destination(bench, bench.bucket(), Prefix="logs/", ErrorOutputPrefix="failed/"))


def test_a_destination_is_changed_under_the_same_rules(bench: Workbench) -> None:
    firehose, made = bench.client("firehose"), delivery_stream(bench, destination(bench, bench.bucket()))
    described = firehose.describe_delivery_stream(DeliveryStreamName=made)["DeliveryStreamDescription"]
    change = {
        "DeliveryStreamName": made,
        "CurrentDeliveryStreamVersionId": described["VersionId"],
        "DestinationId": described["Destinations"][0]["DestinationId"],
    }
    with edge.refused("InvalidArgumentException"):
        firehose.update_destination(
            **change, ExtendedS3DestinationUpdate={"Prefix": "!{timestamp:yyyy}/", "ErrorOutputPrefix": "failed/"}
        )
    firehose.update_destination(
        **change, ExtendedS3DestinationUpdate={"Prefix": "!{timestamp:yyyy}/", "ErrorOutputPrefix": ERRORS}
    )


def test_a_source_is_read_by_a_role_that_may_from_a_stream_that_is_there(bench: Workbench) -> None:
    configuration, (_, arn) = destination(bench, bench.bucket()), stream(bench)
    writing = firehose_role(bench, {"Effect": "Allow", "Action": "s3:*", "Resource": "*"})
    for source, role in ((arn, ROLE), (arn, writing), (f"{arn}-missing", firehose_role(bench))):
        with edge.refused("InvalidArgumentException"):
            delivery_stream(bench, configuration, source=source, role=role)


def test_ministack_alone_takes_any_prefix(stock: Workbench) -> None:
    delivery_stream(stock, destination(stock, stock.bucket(), ErrorOutputPrefix="failed/"))
