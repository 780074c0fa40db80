""" "AWS API Call via CloudTrail": the record of one call, as EventBridge delivers it.

Its form is that of "Logging with CloudTrail" in CloudFront's developer guide and of "CloudTrail record contents" in
CloudTrail's user guide. What a call asked and what it got are 100 KB each at most, or left out, so that no event comes
near the 256 KB of EventBridge. What loses, doubles or delays events is `faults.events`.
"""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

LARGEST_FIELD = 100 * 1024
"""Bytes of requestParameters and of responseElements: "When the field size exceeds 100 KB, the content is omitted"."""
LONGEST_TEXT = 1024
"""Of a user agent and an error's message: "content exceeding that limit is truncated"."""
OMITTED = {"omitted": True}
"""In place of a field's content."""
REGION = "us-east-1"
"""Where CloudFront's events are, whatever Region a request is signed for."""


@dataclass(frozen=True, slots=True)
class ApiCall:
    name: str
    identity: dict[str, Any]
    source: str
    user_agent: str
    request_id: str
    parameters: dict[str, Any] | None
    response: dict[str, Any] | None
    error: tuple[str, str] | None = None
    """Code and message, of a call that was refused."""


def send(account: str, call: ApiCall) -> None:
    from ministack.core.responses import request_scope
    from ministack.services import eventbridge

    entry = {
        "Source": "aws.cloudfront",
        "DetailType": "AWS API Call via CloudTrail",
        "Detail": json.dumps(detail(account, call, datetime.now(UTC))),
    }
    with request_scope(account, REGION):
        eventbridge._put_events({"Entries": [entry]}, allow_aws_source=True)
        eventbridge._events_log_list().clear()  # which MiniStack fills and never reads: a batch would fill the memory


def detail(account: str, call: ApiCall, now: datetime) -> dict[str, Any]:
    code, message = call.error or ("", "")
    return {
        "eventVersion": "1.08",
        "userIdentity": call.identity,
        "eventTime": f"{now:%Y-%m-%dT%H:%M:%SZ}",
        "eventSource": "cloudfront.amazonaws.com",
        "eventName": call.name,
        "awsRegion": REGION,
        "sourceIPAddress": call.source,
        "userAgent": call.user_agent[:LONGEST_TEXT],
        **({"errorCode": code, "errorMessage": message[:LONGEST_TEXT]} if call.error else {}),
        "requestParameters": _unless_too_large(call.parameters),
        "responseElements": _unless_too_large(call.response),
        "requestID": call.request_id,
        "eventID": str(uuid.uuid4()),
        "readOnly": False,
        "eventType": "AwsApiCall",
        "apiVersion": "2020_05_31",
        "managementEvent": True,
        "recipientAccountId": account,
        "eventCategory": "Management",
    }


def _unless_too_large(field: dict[str, Any] | None) -> dict[str, Any] | None:
    return OMITTED if len(json.dumps(field, separators=(",", ":")).encode()) > LARGEST_FIELD else field
