"""Standard logging v2: CloudWatch Logs' delivery sources, destinations and deliveries.

All of it is in us-east-1 (Developer Guide, "Configure standard logging (v2)"). What was put or deleted by an earlier try is put
or deleted again without harm. Whatever changes something here may raise AwsUnavailable because another call is changing the
same source or destination.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from cloudfront_extensions.aws.clients import client
from cloudfront_extensions.aws.error_table import AlreadyGone, StillInUse
from cloudfront_extensions.aws.failures import aws_call
from cloudfront_extensions.errors import (
    AwsRefused,
    AwsUnavailable,
    CloudFrontExtensionsError,
    QuotaWouldBeExceeded,
)
from cloudfront_extensions.metrics.columns import STANDARD_FIELDS
from cloudfront_extensions.metrics.log_delivery import PATH, FoundDelivery, FoundSource

ACCESS_LOGS = "ACCESS_LOGS"
"""The one type of logs that a distribution vends."""
_CLOUDFRONT = "cloudfront"
_NOT_THERE: dict[str, type[CloudFrontExtensionsError]] = {"ResourceNotFoundException": AlreadyGone}
_NO_ROOM: dict[str, type[CloudFrontExtensionsError]] = {"ServiceQuotaExceededException": QuotaWouldBeExceeded}
_BEING_CHANGED = "currently being updated"
"""In the message of the ConflictException for a source or destination that another call is changing: only these words tell it
from the one for what is there already, or is in use."""
_LAYOUT = {"suffixPath": PATH, "enableHiveCompatiblePath": True}


class SourceElsewhere(CloudFrontExtensionsError):
    """The distribution has a delivery source of another name, and can have one only; never seen outside the adapters."""


class AlreadyDelivered(CloudFrontExtensionsError):
    """There is a delivery from this source to this destination; never seen outside the adapters."""


def sources() -> Iterator[FoundSource]:
    """The delivery sources of all distributions of the account."""
    for source in _pages("DescribeDeliverySources", "describe_delivery_sources", "deliverySources"):
        if source["service"] == _CLOUDFRONT:
            yield from (FoundSource(source["name"], arn.rpartition("/")[2]) for arn in source["resourceArns"])


def deliveries() -> Iterator[FoundDelivery]:
    """All deliveries of the account, also those of other services."""
    for delivery in _pages("DescribeDeliveries", "describe_deliveries", "deliveries"):
        layout = delivery.get("s3DeliveryConfiguration", {})
        yield FoundDelivery(
            id=delivery["id"],
            source_name=delivery["deliverySourceName"],
            destination_arn=delivery["deliveryDestinationArn"],
            fields=tuple(delivery.get("recordFields", ())),
            path=layout.get("suffixPath", ""),
            is_hive=layout.get("enableHiveCompatiblePath", False),
        )


def put_destination(name: str, folder_arn: str) -> str:
    """Have a destination for Parquet files in a folder of a bucket; its ARN. Raises QuotaWouldBeExceeded."""
    with _change("PutDeliveryDestination", name, _NO_ROOM):
        answer = client("logs").put_delivery_destination(
            name=name, outputFormat="parquet", deliveryDestinationConfiguration={"destinationResourceArn": folder_arn}
        )
    arn: str = answer["deliveryDestination"]["arn"]
    return arn


def put_source(name: str, distribution_arn: str) -> None:
    """Have a source of a distribution's access logs.

    Raises:
        SourceElsewhere: it has a source of another name.
        AlreadyGone: there is no such distribution.
        QuotaWouldBeExceeded
    """
    meanings = {**_NOT_THERE, **_NO_ROOM, "ConflictException": SourceElsewhere}
    with _change("PutDeliverySource", distribution_arn, meanings):
        client("logs").put_delivery_source(name=name, resourceArn=distribution_arn, logType=ACCESS_LOGS)


def create_delivery(source_name: str, destination_arn: str) -> None:
    """Deliver from a source to the destination, hour by hour, with the fields that metrics are made of.

    Raises:
        AlreadyDelivered: it does so already.
        QuotaWouldBeExceeded
    """
    with _change("CreateDelivery", source_name, {**_NO_ROOM, "ConflictException": AlreadyDelivered}):
        client("logs").create_delivery(
            deliverySourceName=source_name,
            deliveryDestinationArn=destination_arn,
            recordFields=list(STANDARD_FIELDS),
            s3DeliveryConfiguration=_LAYOUT,
        )


def update_delivery(delivery_id: str) -> None:
    """Give a delivery the fields and the layout that `create_delivery` gives. Raises AlreadyGone."""
    with _change("UpdateDeliveryConfiguration", delivery_id, _NOT_THERE):
        client("logs").update_delivery_configuration(
            id=delivery_id, recordFields=list(STANDARD_FIELDS), s3DeliveryConfiguration=_LAYOUT
        )


def delete_delivery(delivery_id: str) -> None:
    """Raises AlreadyGone."""
    with _change("DeleteDelivery", delivery_id, _NOT_THERE):
        client("logs").delete_delivery(id=delivery_id)


def delete_source(name: str) -> None:
    """Raises AlreadyGone; StillInUse where it has a delivery."""
    with _change("DeleteDeliverySource", name, {**_NOT_THERE, "ConflictException": StillInUse}):
        client("logs").delete_delivery_source(name=name)


def delete_destination(name: str) -> None:
    """Raises AlreadyGone; StillInUse where it has a delivery."""
    with _change("DeleteDeliveryDestination", name, {**_NOT_THERE, "ConflictException": StillInUse}):
        client("logs").delete_delivery_destination(name=name)


@contextmanager
def _change(operation: str, target: str, meanings: Mapping[str, type[CloudFrontExtensionsError]]) -> Iterator[None]:
    """As `aws_call`, of a call that may meet another one at the same source or destination."""
    try:
        with aws_call(operation, target, meanings):
            yield
    except (SourceElsewhere, AlreadyDelivered, StillInUse, AwsRefused) as error:
        if _BEING_CHANGED in str(error):
            raise AwsUnavailable(str(error)) from error
        raise


def _pages(operation: str, method: str, name: str) -> Iterator[dict[str, Any]]:
    token = None
    while True:
        with aws_call(operation, "this account"):
            page = getattr(client("logs"), method)(**({"nextToken": token} if token else {}))
        yield from page.get(name, ())
        token = page.get("nextToken")
        if not token:
            return
