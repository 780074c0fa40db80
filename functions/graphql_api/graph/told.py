"""What operations answer, as the schema has it: JSON of any form as a text, maps as lists, words as the names of enums."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from cloudfront_extensions.metrics.windows import Interval

Json = dict[str, Any]
Operation = Callable[..., Any]


def one(convert: Callable[[Any], Json], operation: Operation) -> Operation:
    return lambda **arguments: convert(operation(**arguments))


def each(convert: Callable[[Any], Json], operation: Operation) -> Operation:
    """Of a page."""

    def resolve(**arguments: Any) -> Json:
        page = operation(**arguments)
        return {**page, "items": [convert(item) for item in page["items"]]}

    return resolve


def certificate(document: Mapping[str, Any]) -> Json:
    records = [{**record, "inDns": _name(record["inDns"])} for record in document["validationRecords"]]
    return {**document, "renews": _name(document["renews"]), "validationRecords": records}


def key_bundle_upload(document: Mapping[str, Any]) -> Json:
    headers = [{"name": name, "value": value} for name, value in document["headers"].items()]
    return {**document, "headers": headers}


def version(document: Mapping[str, Any]) -> Json:
    return {**document, "config": _text(document["config"])}


def snapshot(document: Mapping[str, Any]) -> Json:
    """Of `latest` nobody is told who made it, nor when."""
    return {**document, "createdAt": document["createdAt"] or None, "createdBy": document["createdBy"] or None}


def plan(document: Mapping[str, Any]) -> Json:
    return {**document, "plan": _text(document["plan"])}


def item(document: Mapping[str, Any]) -> Json:
    """The records of its certificate are its own members: below the certificate, their names were on the fifth level."""
    certificate = dict(document["certificate"])
    records = certificate.pop("validationRecords")
    return {**document, "certificate": certificate, "validationRecords": records}


def diff(document: Mapping[str, Any]) -> Json:
    changes = [
        {**change, "before": _text(change["before"]), "after": _text(change["after"])} for change in document["changes"]
    ]
    return {**document, "changes": changes}


def metrics(document: Mapping[str, Any]) -> Json:
    return {**document, "interval": Interval(document["interval"]).name}


def predecessor_metric(document: Mapping[str, Any]) -> Json:
    return {"Response": _text(document["Response"])}


def _text(value: Any) -> str | None:
    return None if value is None else json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _name(words: str) -> str:
    """`not needed` → not_needed."""
    return words.replace(" ", "_")
