"""What an event of CloudTrail tells of a distribution's configuration.

"Logging Amazon CloudFront API calls using AWS CloudTrail" in CloudFront's guide has an example. Members are spelt as in the
API with their first letter small (`aCMCertificateArn`); what CloudTrail calls secret, the comment above all, is replaced by a
mark; what is too large is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cloudfront_extensions.errors import EventNotUnderstood, InvalidInput
from cloudfront_extensions.fields import described, refuse_unknown
from cloudfront_extensions.versions.records import Write

_IN_REQUEST, _IN_ANSWER = ("requestParameters", "id"), ("responseElements", "distribution", "id")
OPERATIONS: Mapping[str, tuple[str, ...]] = {
    "CreateDistribution": _IN_ANSWER,
    "CreateDistributionWithTags": _IN_ANSWER,
    "CopyDistribution": _IN_ANSWER,
    "UpdateDistribution": _IN_REQUEST,
    "UpdateDistributionWithStagingConfig": _IN_REQUEST,
    "AssociateAlias": ("requestParameters", "targetDistributionId"),
    "DeleteDistribution": _IN_REQUEST,
}
"""The operations that change the configuration of a distribution, and where their events name it."""

_API_DATE = re.compile(r"\d{4}_\d{2}_\d{2}$")
"""At the end of the operation's name in older events; newer ones have it in `apiVersion`."""
_DISTRIBUTION_ID = re.compile(r"[A-Z0-9]{1,32}")


@dataclass(frozen=True, slots=True)
class Change:
    """A configuration that was written."""

    write: Write
    distribution_id: str | None
    """None where CloudTrail has left it out with all of a large request."""
    etag: str | None = None
    """Of what was written; None where the event does not tell it."""
    config: Mapping[str, Any] | None = None
    """What was written, in CloudTrail's spelling; None where the event does not tell it."""

    @property
    def is_deletion(self) -> bool:
        return self.write.event_name == "DeleteDistribution"


@dataclass(frozen=True, slots=True)
class FailedCall:
    """A call that changed nothing."""

    event_name: str
    error_code: str


@dataclass(frozen=True, slots=True)
class Look:
    """Not an event: somebody wants what is live to be captured."""

    distribution_id: str


def read_event(document: Mapping[str, Any]) -> Change | FailedCall | Look:
    """What an event tells, as EventBridge delivers it; or what `{"distributionId": …}` asks for.

    Raises:
        InvalidInput: it is neither.
        EventNotUnderstood: the event is not of an operation that writes configurations, or lacks what it must tell.
    """
    if "detail" not in document:
        return _look(document)
    detail = document["detail"]
    if not isinstance(detail, dict):
        raise InvalidInput(f"detail: {described(detail)}; give an event of CloudTrail")
    operation = _API_DATE.sub("", _text(detail, "eventName"))
    if operation not in OPERATIONS:
        raise EventNotUnderstood(f"eventName: {operation} writes no configuration of a distribution")
    if error_code := detail.get("errorCode"):
        return FailedCall(operation, str(error_code))
    config = _at(detail, ("responseElements", "distribution", "distributionConfig"))
    return Change(
        write=_write(detail, operation),
        distribution_id=_text_at(detail, OPERATIONS[operation]) or _text_at(detail, _IN_ANSWER),
        etag=_text_at(detail, ("responseElements", "eTag")),
        config=config if isinstance(config, dict) else None,
    )


def _look(document: Mapping[str, Any]) -> Look:
    refuse_unknown(document, ("distributionId",))
    distribution_id = document.get("distributionId")
    if isinstance(distribution_id, str) and _DISTRIBUTION_ID.fullmatch(distribution_id):
        return Look(distribution_id)
    raise InvalidInput(
        f"distributionId: {described(distribution_id)}; give the id of a distribution such as E2QWRUHAPOMQZL, "
        "or an event of CloudTrail"
    )


def _write(detail: Mapping[str, Any], operation: str) -> Write:
    return Write(
        event_id=_text(detail, "eventID"),
        event_name=operation,
        time=_time(detail),
        principal=_principal(detail.get("userIdentity") or {}),
        source_ip=detail.get("sourceIPAddress"),
        user_agent=detail.get("userAgent"),
        request_id=detail.get("requestID"),
    )


def _time(detail: Mapping[str, Any]) -> str:
    time = _text(detail, "eventTime")
    try:
        datetime.fromisoformat(time)
    except ValueError as error:
        raise EventNotUnderstood(
            f"eventTime: {described(time)}; CloudTrail tells it as 2026-03-02T09:14:07Z"
        ) from error
    return time


def _principal(identity: Mapping[str, Any]) -> str:
    """A service that calls for itself has no ARN."""
    told = (identity.get(member) for member in ("arn", "invokedBy", "principalId", "type"))
    return str(next(filter(None, told), "unknown"))


def _text(detail: Mapping[str, Any], member: str) -> str:
    value = detail.get(member)
    if isinstance(value, str) and value:
        return value
    raise EventNotUnderstood(f"detail.{member}: {described(value)}; an event of CloudTrail tells it")


def _text_at(document: Any, path: Iterable[str]) -> str | None:
    value = _at(document, path)
    return value if isinstance(value, str) and value else None


def _at(document: Any, path: Iterable[str]) -> Any:
    """What stands at a path; None where the path ends before."""
    for member in path:
        document = document.get(member) if isinstance(document, dict) else None
    return document
