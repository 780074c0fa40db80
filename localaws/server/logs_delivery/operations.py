"""The operations of the delivery API that are answered here, over MiniStack's tables."""

from __future__ import annotations

import secrets
import string
import threading
from collections.abc import Callable, Mapping
from typing import Any

from ministack.core.responses import get_account_id, get_region
from ministack.services import cloudfront, cloudwatch_logs, s3

from localaws.server.aws_json import JsonService, Operation, ServiceError
from localaws.server.logs_delivery import access, changes, layout

Json = dict[str, Any]

PAGE = 50
"""The greatest limit, and the one where none is given."""
ID_SIGNS = string.ascii_letters + string.digits
CLOUDFRONT_LOGS = "ACCESS_LOGS"
REFUSED = "ValidationException"

_lock = threading.RLock()


def put_source(request: Json) -> Json:
    name, arn = request["name"], request["resourceArn"]
    service = arn.split(":")[2] if arn.count(":") >= 5 else ""
    if service != "cloudfront":
        raise ServiceError(REFUSED, "Only distributions are sources in this embedded AWS")
    if get_region() != "us-east-1":
        raise ServiceError(REFUSED, "Sources of CloudFront's logs are in us-east-1")
    if arn.rpartition("/")[2] not in cloudfront._distributions or arn.split(":")[4] != get_account_id():
        raise ServiceError("ResourceNotFoundException", f"There is no such resource: {arn}")
    if request["logType"] != CLOUDFRONT_LOGS:
        raise ServiceError(REFUSED, f"CloudFront has no logs of the type {request['logType']}")
    if any(arn in other["resourceArns"] and other["name"] != name for other in sources().values()):
        message = "This ResourceId has already been used in another Delivery Source in this account"
        raise ServiceError("ConflictException", message)
    changes.check(name)
    before = sources().get(name)
    if before and before["resourceArns"] != [arn] and deliveries_of(before):
        raise ServiceError("ConflictException", f"The delivery source {name} is of another resource")
    tags = request.get("tags") or (before or {}).get("tags")
    sources()[name] = {
        "name": name,
        "arn": _arn("delivery-source", name),
        "resourceArns": [arn],
        "service": service,
        "logType": request["logType"],
        **({"tags": tags} if tags else {}),
    }
    return {"deliverySource": sources()[name]}


def get_source(request: Json) -> Json:
    return {"deliverySource": _found(sources(), request["name"], "source")}


def delete_source(request: Json) -> None:
    source = _found(sources(), request["name"], "source")
    changes.check(source["name"])
    if deliveries_of(source):
        raise ServiceError("ConflictException", f"The delivery source {source['name']} has deliveries")
    del sources()[source["name"]]


def put_destination(request: Json) -> Json:
    name = request["name"]
    resource = request.get("deliveryDestinationConfiguration", {}).get("destinationResourceArn", "")
    if not resource.startswith("arn:aws:s3:::"):
        raise ServiceError(REFUSED, "Only buckets are destinations in this embedded AWS")
    if resource.rpartition(":")[2].partition("/")[0] not in s3._buckets:
        raise ServiceError("ResourceNotFoundException", f"There is no such bucket: {resource}")
    changes.check(name)
    before = destinations().get(name, {})
    form = request.get("outputFormat") or before.get("outputFormat") or "w3c"
    if before and before["outputFormat"] != form:
        raise ServiceError(REFUSED, "The output format of a delivery destination can't be changed")
    tags = request.get("tags") or before.get("tags")
    destinations()[name] = {
        "name": name,
        "arn": _arn("delivery-destination", name),
        "deliveryDestinationType": "S3",
        "outputFormat": form,
        "deliveryDestinationConfiguration": {"destinationResourceArn": resource},
        **({"tags": tags} if tags else {}),
    }
    return {"deliveryDestination": destinations()[name]}


def get_destination(request: Json) -> Json:
    return {"deliveryDestination": _found(destinations(), request["name"], "destination")}


def delete_destination(request: Json) -> None:
    destination = _found(destinations(), request["name"], "destination")
    changes.check(destination["name"])
    if any(delivery["deliveryDestinationArn"] == destination["arn"] for delivery in deliveries().values()):
        raise ServiceError("ConflictException", f"The delivery destination {destination['name']} has deliveries")
    del destinations()[destination["name"]]


def create_delivery(request: Json) -> Json:
    source = _found(sources(), request["deliverySourceName"], "source")
    destination = _destination_of(request["deliveryDestinationArn"])
    changes.check(source["name"], destination["name"])
    if any(each["deliveryDestinationArn"] == destination["arn"] for each in deliveries_of(source)):
        raise ServiceError("ConflictException", "There is a delivery from this source to this destination")
    delivery_id = "".join(secrets.choice(ID_SIGNS) for _ in range(16))
    delivery = {
        "id": delivery_id,
        "arn": _arn("delivery", delivery_id),
        "deliverySourceName": source["name"],
        "deliveryDestinationArn": destination["arn"],
        "deliveryDestinationType": destination["deliveryDestinationType"],
    }
    configured = _configured(request, delivery)
    resource = destination["deliveryDestinationConfiguration"]["destinationResourceArn"]
    if not access.may_write(f"{resource}/any-file", source["arn"]):
        raise ServiceError("AccessDeniedException", f"The policy of the bucket does not let log files into {resource}")
    deliveries()[delivery_id] = configured
    return {"delivery": configured}


def update_delivery(request: Json) -> None:
    delivery = _changeable(request["id"])
    deliveries()[delivery["id"]] = _configured(request, delivery)


def get_delivery(request: Json) -> Json:
    return {"delivery": _found(deliveries(), request["id"], "delivery")}


def delete_delivery(request: Json) -> None:
    del deliveries()[_changeable(request["id"])["id"]]


def sources() -> Any:
    return cloudwatch_logs._delivery_sources


def destinations() -> Any:
    return cloudwatch_logs._delivery_destinations


def deliveries() -> Any:
    return cloudwatch_logs._deliveries


def _configured(request: Json, delivery: Json) -> Json:
    """A delivery with the fields and the layout of a request; what that leaves out stays."""
    place = {**delivery.get("s3DeliveryConfiguration", {}), **request.get("s3DeliveryConfiguration", {})}
    layout.check(place.get("suffixPath", ""), is_hive=place.get("enableHiveCompatiblePath", False))
    fields = request.get("recordFields") or delivery.get("recordFields") or list(access.DEFAULT_FIELDS)
    if unknown := sorted(set(fields) - access.FIELDS):
        raise ServiceError(REFUSED, f"CloudFront's access logs have no field {unknown[0]}")
    told = {name: request[name] for name in ("fieldDelimiter", "tags") if request.get(name)}
    return {**delivery, "recordFields": fields, **({"s3DeliveryConfiguration": place} if place else {}), **told}


def deliveries_of(source: Json) -> list[Json]:
    return [each for each in deliveries().values() if each["deliverySourceName"] == source["name"]]


def _changeable(delivery_id: str) -> Json:
    delivery = _found(deliveries(), delivery_id, "delivery")
    changes.check(delivery["deliverySourceName"], delivery["deliveryDestinationArn"].rpartition(":")[2])
    return delivery


def _destination_of(arn: str) -> Json:
    for destination in destinations().values():
        if destination["arn"] == arn:
            found: Json = destination
            return found
    raise ServiceError("ResourceNotFoundException", f"There is no such delivery destination: {arn}")


def _found(table: Any, key: str, what: str) -> Json:
    found: Json | None = table.get(key)
    if found is None:
        raise ServiceError("ResourceNotFoundException", f"There is no such {what}: {key}")
    return found


def _arn(kind: str, name: str) -> str:
    return f"arn:aws:logs:{get_region()}:{get_account_id()}:{kind}:{name}"


def _listed(table: Callable[[], Any], answer: str) -> Operation:
    """A page of a table, in the order of its keys; a token is the key behind which the page begins."""

    def describe(request: Json) -> Json:
        keys = sorted(key for key in table() if key > request.get("nextToken", ""))
        page = keys[: request.get("limit", PAGE)]
        more = {"nextToken": page[-1]} if len(keys) > len(page) else {}
        return {answer: [table()[key] for key in page], **more}

    return describe


OPERATIONS: Mapping[str, Operation] = {
    "PutDeliverySource": put_source,
    "GetDeliverySource": get_source,
    "DeleteDeliverySource": delete_source,
    "DescribeDeliverySources": _listed(sources, "deliverySources"),
    "PutDeliveryDestination": put_destination,
    "GetDeliveryDestination": get_destination,
    "DeleteDeliveryDestination": delete_destination,
    "DescribeDeliveryDestinations": _listed(destinations, "deliveryDestinations"),
    "CreateDelivery": create_delivery,
    "UpdateDeliveryConfiguration": update_delivery,
    "GetDelivery": get_delivery,
    "DeleteDelivery": delete_delivery,
    "DescribeDeliveries": _listed(deliveries, "deliveries"),
}


def service() -> JsonService:
    return JsonService("logs", {name: _exclusive(one) for name, one in OPERATIONS.items()}, refusal=REFUSED)


def _exclusive(operation: Operation) -> Operation:
    def perform(request: Json) -> Json | None:
        with _lock:
            return operation(request)

    return perform
