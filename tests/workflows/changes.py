"""Distributions that change, the events that tell of it, and the versions that come of them."""

from __future__ import annotations

import copy
import itertools
import json
from typing import Any

from cloudfront_extensions.versions.records import Version
from tests.workflows.account import EVENTS, plain_config
from tests.workflows.application import Application, Json, eventually

LONG_AGO = "2025-03-02T09:14:07Z"
"""When the calls of made-up events came, unless a test says otherwise: whatever is live has been written since."""

_numbers = itertools.count(1)
_EXAMPLES = {
    name: json.loads((EVENTS / "config_capture" / f"{name}.json").read_text())
    for name in ("update", "delete", "associate-alias")
}


def told_config(root_object: str, **more: Any) -> Json:
    """A configuration as CloudTrail tells it."""
    example = _EXAMPLES["update"]["detail"]["responseElements"]["distribution"]["distributionConfig"]
    return {**copy.deepcopy(example), "defaultRootObject": root_object, **more}


def update(distribution_id: str, etag: str, config: Json | None = None, *, time: str = LONG_AGO) -> Json:
    """The event of an update; without `config`, CloudTrail has left out what it answered."""
    event = _event("update", time)
    event["detail"]["requestParameters"] = {"id": distribution_id, "ifMatch": "E1BEFORE"}
    answer = event["detail"]["responseElements"]
    answer["eTag"] = etag
    answer["distribution"] |= {"id": distribution_id, "distributionConfig": config}
    if config is None:
        event["detail"]["responseElements"] = {"omitted": True}
    return event


def deletion(distribution_id: str) -> Json:
    event = _event("delete", LONG_AGO)
    event["detail"]["requestParameters"] = {"id": distribution_id, "ifMatch": "E1BEFORE"}
    return event


def alias_moved(distribution_id: str, *, time: str) -> Json:
    event = _event("associate-alias", time)
    event["detail"]["requestParameters"] |= {"targetDistributionId": distribution_id}
    return event


def failed(event: Json) -> Json:
    """The same call, refused."""
    return {**event, "detail": {**event["detail"], "errorCode": "PreconditionFailed", "responseElements": None}}


def new_distribution(application: Application, **config: Any) -> Json:
    """A live distribution: GetDistribution's answer."""
    tagged = {"DistributionConfig": plain_config(**config), "Tags": {"Items": [{"Key": "team", "Value": "shops"}]}}
    client = application.client("cloudfront")
    made = client.create_distribution_with_tags(DistributionConfigWithTags=tagged)
    answer: Json = client.get_distribution(Id=made["Distribution"]["Id"])
    return answer


def changed(application: Application, distribution_id: str, **config: Any) -> Json:
    """GetDistribution's answer after an update."""
    client = application.client("cloudfront")
    current = client.get_distribution_config(Id=distribution_id)
    client.update_distribution(
        Id=distribution_id,
        IfMatch=current["ETag"],
        DistributionConfig={**current["DistributionConfig"], **config},
    )
    answer: Json = client.get_distribution(Id=distribution_id)
    return answer


def versions(application: Application, distribution_id: str) -> list[Version]:
    return list(application.versions.versions(distribution_id))


def objects(application: Application, distribution_id: str) -> dict[str, Json]:
    """The stored configurations of a distribution, by the names of their objects."""
    s3, bucket = application.client("s3"), application.outputs["ConfigurationBucket"]
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=f"distributions/{distribution_id}/")
    keys = [found["Key"] for page in pages for found in page.get("Contents", [])]
    return {key: json.load(s3.get_object(Bucket=bucket, Key=key)["Body"]) for key in keys}


def content(application: Application, version: Version) -> Json:
    """The configuration of a version, which gets to its place a moment after the version is there."""
    return eventually(lambda: objects(application, version.distribution_id).get(str(version.object_key), {}))


def _event(example: str, time: str) -> Json:
    event: Json = copy.deepcopy(_EXAMPLES[example])
    event["detail"] |= {"eventID": f"event-{next(_numbers)}", "eventTime": time}
    return event
