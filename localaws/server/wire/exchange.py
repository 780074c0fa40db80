"""Which operation of which model a call is, and in which protocol it is spoken."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from botocore.exceptions import UnknownServiceError

from localaws.server.front_door import Call
from localaws.server.models import model_of
from localaws.server.operations import FORM

JSON, REST_JSON, REST_XML, QUERY = "json", "rest-json", "rest-xml", "query"
BODY_TIMES = {JSON: "unixTimestamp", REST_JSON: "unixTimestamp", REST_XML: "iso8601", QUERY: "iso8601"}
"""How a protocol writes times in bodies, where the model says nothing else; its keys are the protocols judged."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """A call to an AWS service. `operation` is botocore's model of it, None when the service has no such operation."""

    service: str
    protocol: str
    operation: Any

    @property
    def times(self) -> str:
        return BODY_TIMES[self.protocol]


def exchange_of(call: Call) -> Exchange | None:
    """None for what is not judged: no AWS service, GraphQL, or a protocol that is none of BODY_TIMES."""
    if call.request.is_graphql:
        return None
    try:
        model = model_of(call.service) if call.service else None
    except UnknownServiceError:
        return None
    if model is None or (protocol := protocol_of(call, model)) not in BODY_TIMES:
        return None
    known = call.operation in model.operation_names
    return Exchange(str(call.service), protocol, model.operation_model(call.operation) if known else None)


def protocol_of(call: Call, model: Any) -> str:
    """Some services speak several, and the caller chooses."""
    headers = call.request.headers
    if "smithy-protocol" in headers:
        return headers["smithy-protocol"]
    if "x-amz-target" in headers:
        return JSON
    if headers.get("content-type", "").startswith(FORM) or "Action" in call.request.query:
        return QUERY
    return str(model.metadata["protocol"])
