"""The last step of `certificate_inventory`: reminds people of what won't renew itself, of each end once at each threshold.

A reminder is a row of the inventory's table, beside its certificate, under the certificate's end and the threshold. It is
written as pending before the message goes out and as sent after it: a task that dies between the two sends the digest again
rather than never. A certificate that is imported again has another end, and with it reminders of its own.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import TypedDict

from cloudfront_extensions.aws.attributes import to_attributes
from cloudfront_extensions.aws.certificate_inventory import CertificateInventory
from cloudfront_extensions.aws.clients import client
from cloudfront_extensions.aws.failures import aws_call
from cloudfront_extensions.aws.table import Attributes, Table
from cloudfront_extensions.certificates.reminders import ENDED, THRESHOLDS, Digest, Reminder, digest, due

LOOK_BACK = timedelta(days=400)
"""How long ago a certificate may have ended that nobody was told of."""
KEPT = timedelta(days=30)
"""How long a reminder is remembered after the end that it was of. That of an end which has passed is kept for good."""


class RunToRemindOf(TypedDict):
    """What is read of the workflow's state."""

    startedAt: str
    report: dict[str, str]


class Reminded(TypedDict):
    due: int
    sent: int


def send_reminders(run: RunToRemindOf, moment: datetime | None = None) -> Reminded:
    """Send one digest of all reminders that are due and not sent; what this run could not read is left for another.

    `moment` is the present one.
    """
    moment = moment or datetime.now(UTC)
    table = Table(os.environ["INVENTORY_TABLE"])
    first, last = (moment - LOOK_BACK).date(), (moment + timedelta(days=max(THRESHOLDS))).date()
    ending = CertificateInventory(table).expiring(first, last)
    reminders = due((entry for entry in ending if entry.read_at >= run["startedAt"]), moment)
    unsent = _unsent(table, reminders)
    if unsent:
        table.put_many(_row(reminder, "pending") for reminder in unsent)
        _publish(digest(unsent, moment, f"s3://{run['report']['bucket']}/{run['report']['csvKey']}"))
        table.put_many(_row(reminder, "sent") for reminder in unsent)
    return {"due": len(reminders), "sent": len(unsent)}


def _unsent(table: Table, reminders: Iterable[Reminder]) -> list[Reminder]:
    by_key = {_text(_key(reminder)): reminder for reminder in reminders}
    for row in table.get_many(map(_key, by_key.values())):
        if row["status"]["S"] == "sent":
            del by_key[_text(row)]
    return list(by_key.values())


def _key(reminder: Reminder) -> Attributes:
    return {
        "pk": {"S": f"certificate#{reminder.entry.arn}"},
        "sk": {"S": f"reminder#{reminder.entry.not_after}#{reminder.threshold:02}"},
    }


def _text(row: Attributes) -> str:
    return f"{row['pk']['S']} {row['sk']['S']}"


def _row(reminder: Reminder, status: str) -> Attributes:
    expires = None if reminder.threshold == ENDED else int((reminder.ends + KEPT).timestamp())
    return {**_key(reminder), **to_attributes({"status": status, "expires_at": expires})}


def _publish(message: Digest) -> None:
    topic = os.environ["NOTIFICATION_TOPIC"]
    with aws_call("Publish", topic):
        client("sns").publish(TopicArn=topic, Subject=message.subject, Message=message.text)
