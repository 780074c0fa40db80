"""Tags of certificates."""

from __future__ import annotations

from typing import Any

from localaws.server.acm import certificates
from localaws.server.aws_json import ServiceError

TAGS_PER_CERTIFICATE = 50
Tag = dict[str, str]


def check(added: list[Tag], present: list[Tag]) -> None:
    """Raises ServiceError when these tags can't be added to those that are present."""
    keys = [tag["Key"] for tag in added]
    if any(key.lower().startswith("aws:") for key in keys):
        raise ServiceError("InvalidTagException", "Tag keys that begin with aws: belong to AWS")
    if len(set(keys)) < len(keys):
        raise ServiceError("InvalidParameterException", "A tag key is given twice")
    if len(set(keys) | {tag["Key"] for tag in present}) > TAGS_PER_CERTIFICATE:
        raise ServiceError("TooManyTagsException", f"A certificate can have {TAGS_PER_CERTIFICATE} tags")


def add(request: dict[str, Any]) -> None:
    certificate = certificates.find(request["CertificateArn"])
    check(request["Tags"], certificate["Tags"])
    changed = {tag["Key"]: tag for tag in (*certificate["Tags"], *request["Tags"])}
    certificate["Tags"] = list(changed.values())


def remove(request: dict[str, Any]) -> None:
    """A tag given with a value is removed only if it has that value."""
    certificate = certificates.find(request["CertificateArn"])
    unwanted = request["Tags"]
    certificate["Tags"] = [tag for tag in certificate["Tags"] if not any(_matches(tag, other) for other in unwanted)]


def list_tags(request: dict[str, Any]) -> dict[str, Any]:
    """None is no list: the API's model has no empty one."""
    tags = certificates.find(request["CertificateArn"])["Tags"]
    return {"Tags": tags} if tags else {}


def _matches(tag: Tag, unwanted: Tag) -> bool:
    return tag["Key"] == unwanted["Key"] and unwanted.get("Value", tag.get("Value")) == tag.get("Value")
