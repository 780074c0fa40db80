"""Requests that are larger than AWS takes are refused, with the service's own error.

MiniStack takes any size of what is listed here; what it refuses itself (items of DynamoDB, messages of SNS) is tested
together with it. What a function is given and gives back is measured in `functions.payloads`.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree

from localaws.server import front_door, quotas, refusals
from localaws.server.front_door import Answer, Call, Proceed
from localaws.server.quotas import Key
from localaws.server.settings import Settings

Refusal = tuple[str, str]
"""Code and message."""
TIME_BYTES = 14
"""What the Time of an event counts (EventBridge user guide, "Calculating event entry size")."""


def install(settings: Settings) -> None:
    front_door.add(limited)


async def limited(call: Call, proceed: Proceed) -> Answer:
    limit = LIMITS.get((call.service or "", call.operation or ""))
    if refused := limit(call.body) if limit else None:
        return refusals.refusal(call, *refused)
    return await proceed(call)


@dataclass(frozen=True, slots=True)
class Text:
    """A field of a JSON request that is a text of limited length, in bytes of UTF-8."""

    field: str
    quota: Key

    def __call__(self, body: bytes) -> Refusal | None:
        most = quotas.limit(self.quota)
        if len(body) <= most or len(str(json.loads(body).get(self.field, "")).encode()) <= most:
            return None
        constraint = f"Member must have length less than or equal to {most}"
        where = self.field[0].lower() + self.field[1:]
        return (
            "ValidationException",
            f"1 validation error detected: Value at '{where}' failed to satisfy constraint: {constraint}",
        )


def event_entries(body: bytes) -> Refusal | None:
    if len(body) <= (most := quotas.limit(quotas.EVENT_ENTRIES_BYTES)):
        return None
    if sum(map(entry_bytes, json.loads(body)["Entries"])) <= most:
        return None
    return "ValidationException", "Total size of the entries in the request is over the limit."


def entry_bytes(entry: dict[str, Any]) -> int:
    texts = [entry.get(name) or "" for name in ("Source", "DetailType", "Detail")] + entry.get("Resources", [])
    return sum(len(text.encode()) for text in texts) + (TIME_BYTES if "Time" in entry else 0)


def record_changes(body: bytes) -> Refusal | None:
    """A changed record counts twice where it is an UPSERT, as a deletion and a creation."""
    try:
        changes = ElementTree.fromstring(body).findall(".//{*}Change")  # noqa: S314 - of callers on this machine
    except ElementTree.ParseError:
        return None  # for the service to refuse
    records = characters = 0
    for change in changes:
        times = 2 if change.findtext("{*}Action") == "UPSERT" else 1
        values = [record.findtext("{*}Value") or "" for record in change.iterfind(".//{*}ResourceRecord")]
        records += times * len(values)
        characters += times * sum(map(len, values))
    for counted, quota, what in (
        (records, quotas.RECORDS_PER_CHANGE, "records"),
        (characters, quotas.RECORD_CHARACTERS_PER_CHANGE, "characters"),
    ):
        if counted > quotas.limit(quota):
            return "InvalidChangeBatch", f"[Number of {what} limit of {quotas.limit(quota)} exceeded.]"
    return None


LIMITS: dict[tuple[str, str], Callable[[bytes], Refusal | None]] = {
    ("events", "PutEvents"): event_entries,
    ("route53", "ChangeResourceRecordSets"): record_changes,
    ("secretsmanager", "CreateSecret"): Text("SecretString", quotas.SECRET_BYTES),
    ("secretsmanager", "PutSecretValue"): Text("SecretString", quotas.SECRET_BYTES),
    ("secretsmanager", "UpdateSecret"): Text("SecretString", quotas.SECRET_BYTES),
    ("states", "CreateStateMachine"): Text("definition", quotas.DEFINITION_BYTES),
    ("states", "UpdateStateMachine"): Text("definition", quotas.DEFINITION_BYTES),
    ("states", "SendTaskSuccess"): Text("output", quotas.STATE_BYTES),
    ("states", "StartExecution"): Text("input", quotas.STATE_BYTES),
    ("states", "StartSyncExecution"): Text("input", quotas.STATE_BYTES),
}
"""By service and operation: why a request's body is too large, or None."""
