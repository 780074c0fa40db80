"""What the delivery API of CloudWatch Logs needs of its caller, and what turning on standard logging v1 does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.integration.localaws import edge
from tests.integration.localaws.logs_delivery.deliveries import bucket, delivery, destination
from tests.integration.localaws.permissions.test_enforcement import ACCOUNT, allow, denied, session
from tests.integration.localaws.workbench import Json, Workbench

OWN = f"arn:aws:logs:us-east-1:{ACCOUNT}"
Needs = list[tuple[str, str]]
"""Actions, each with its resource."""


def each_is_needed(bench: Workbench, service: str, needs: Needs, call: Callable[[Any], object]) -> None:
    """The call is denied to a role that lacks one of these permissions, and done for a role that has them."""
    for missing in needs:
        client = session(bench, *(allow(action, on=each) for action, each in needs if (action, each) != missing))(
            service
        )
        message = denied(lambda client=client: call(client))["Error"]["Message"]
        assert f"is not authorized to perform: {missing[0]} on resource: {missing[1]}" in message
    call(session(bench, *(allow(action, on=each) for action, each in needs))(service))


def test_making_a_distribution_a_source_needs_its_own_leave_too(bench: Workbench) -> None:
    made, name = edge.distribution(bench.instance), edge.new_token()
    needs = [
        ("logs:PutDeliverySource", f"{OWN}:delivery-source:{name}"),
        ("cloudfront:AllowVendedLogDeliveryForResource", made["ARN"]),
    ]
    each_is_needed(
        bench,
        "logs",
        needs,
        lambda logs: logs.put_delivery_source(name=name, resourceArn=made["ARN"], logType="ACCESS_LOGS"),
    )


def test_a_delivery_needs_leave_for_both_its_ends_and_itself(bench: Workbench) -> None:
    _, made = delivery(bench)
    name, to = made["deliverySourceName"], destination(bench, f"{bucket(bench)}/standard")
    ends = [f"{OWN}:delivery-source:{name}", to]
    each_is_needed(
        bench,
        "logs",
        [("logs:CreateDelivery", each) for each in (*ends, f"{OWN}:delivery:*")],
        lambda logs: logs.create_delivery(deliverySourceName=name, deliveryDestinationArn=to),
    )
    changed = (ends[0], made["deliveryDestinationArn"], made["arn"])
    each_is_needed(
        bench,
        "logs",
        [("logs:UpdateDeliveryConfiguration", each) for each in changed],
        lambda logs: logs.update_delivery_configuration(id=made["id"], recordFields=["date"]),
    )
    each_is_needed(
        bench, "logs", [("logs:DeleteDelivery", made["arn"])], lambda logs: logs.delete_delivery(id=made["id"])
    )


def test_lists_can_not_be_limited(bench: Workbench) -> None:
    each_is_needed(bench, "logs", [("logs:DescribeDeliveries", "*")], lambda logs: logs.describe_deliveries())


def logging_to(made: Json, name: str) -> Json:
    to = {"Enabled": True, "IncludeCookies": False, "Bucket": f"{name}.s3.amazonaws.com", "Prefix": ""}
    return {**made["DistributionConfig"], "Logging": to}


def test_turning_on_standard_logging_v1_needs_leave_for_the_list_of_the_bucket(bench: Workbench) -> None:
    made, name = edge.distribution(bench.instance), bucket(bench, ObjectOwnership="BucketOwnerPreferred")
    cloudfront = bench.client("cloudfront")

    def etag() -> str:
        return str(cloudfront.get_distribution_config(Id=made["Id"])["ETag"])

    arn = f"arn:aws:s3:::{name}"
    needs = [("cloudfront:UpdateDistribution", made["ARN"]), ("s3:GetBucketAcl", arn), ("s3:PutBucketAcl", arn)]
    config = logging_to(made, name)
    each_is_needed(
        bench,
        "cloudfront",
        needs,
        lambda client: client.update_distribution(Id=made["Id"], IfMatch=etag(), DistributionConfig=config),
    )
    again = {**config, "Comment": "where its log files go stays as it is"}
    each_is_needed(
        bench,
        "cloudfront",
        needs[:1],
        lambda client: client.update_distribution(Id=made["Id"], IfMatch=etag(), DistributionConfig=again),
    )
