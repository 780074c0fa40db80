"""Who is reminded of which certificate that won't renew itself, when, and in which words.

A certificate is reminded of when it comes within 45 days of its end, and then at 30, 15, 7, 3 and 1; once more when it has
ended. One that is first seen late gets the reminder of its present span alone, not those that it has missed.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from cloudfront_extensions.certificates.inventory import Entry, Origin, Renews, user_in_words

THRESHOLDS = (45, 30, 15, 7, 3, 1)
"""Days before the end."""
ENDED = 0
"""The threshold of a certificate that has expired."""
LONGEST_LISTING = 240_000
"""Bytes of a digest that certificates take up, of the 256 KiB that SNS takes."""
_NAMES_SHOWN = 5
_RECORDS_SHOWN = 10
_MOST_ALIASES = 20
_USERS_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Reminder:
    entry: Entry
    ends: datetime
    threshold: int
    """One of THRESHOLDS, or ENDED."""


class Digest(NamedTuple):
    subject: str
    """ASCII, fewer than 100 characters."""
    text: str


def threshold_at(ends: datetime, now: datetime) -> int | None:
    """The reminder that is due for a certificate; None: its end is far away."""
    left = ends - now
    if left <= timedelta(0):
        return ENDED
    return min((days for days in THRESHOLDS if left <= timedelta(days=days)), default=None)


def due(entries: Iterable[Entry], now: datetime) -> tuple[Reminder, ...]:
    """A reminder for each certificate that won't renew itself and ends soon, the most urgent first."""
    reminders = (
        Reminder(entry, entry.ends, threshold)
        for entry in entries
        if entry.renews is Renews.NO and entry.ends and (threshold := threshold_at(entry.ends, now)) is not None
    )
    return tuple(sorted(reminders, key=lambda reminder: (reminder.ends, reminder.entry.arn)))


def digest(reminders: Sequence[Reminder], now: datetime, table: str) -> Digest:
    """One message for all reminders. `table` is where all certificates are listed, those too that don't fit in here."""
    ended = sum(reminder.threshold == ENDED for reminder in reminders)
    count = _count(len(reminders))
    head = [f"{count} will not renew {'itself' if len(reminders) == 1 else 'themselves'}."]
    if ended:
        which = "It" if len(reminders) == 1 else f"{ended:,} of them"
        head.append(f"{which} {'has' if ended == 1 else 'have'} ended already.")
    head += ["Each is told of 45, 30, 15, 7, 3 and 1 days before its end, until it is renewed or replaced.", ""]
    listing = list(_fitting(reminders, now))
    left_out = len(reminders) - len(listing)
    tail = [f"... and {left_out:,} more, that end later. They are in the list.", ""] if left_out else []
    tail += [f"All certificates of the account: {table}", ""]
    return Digest(_subject(reminders, ended, now), "\n".join([*head, *listing, *tail]))


def _subject(reminders: Sequence[Reminder], ended: int, now: datetime) -> str:
    coming = [reminder for reminder in reminders if reminder.threshold != ENDED]
    parts = [f"{_count(ended)} ended"] if ended else []
    if coming:
        parts.append(f"{_count(len(coming))} to renew, the first ends {_when(coming[0].ends, now)}")
    return "; ".join(parts)


def _fitting(reminders: Sequence[Reminder], now: datetime) -> Iterator[str]:
    size = 0
    for number, reminder in enumerate(reminders, 1):
        paragraph = "\n".join((f"{number}. {_title(reminder, now)}", *(f"   {line}" for line in _lines(reminder)), ""))
        size += len(paragraph.encode()) + 1
        if size > LONGEST_LISTING:
            return
        yield paragraph


def _title(reminder: Reminder, now: datetime) -> str:
    others = len(reminder.entry.names) - 1
    more = f" and {others} more" if others > 0 else ""
    verb = "ended" if reminder.threshold == ENDED else "ends"
    return f"{reminder.entry.title}{more} {verb} {_when(reminder.ends, now)} ({reminder.ends:%Y-%m-%d %H:%M} UTC)"


def _lines(reminder: Reminder) -> Iterator[str]:
    entry = reminder.entry
    if len(entry.names) > 1:
        yield f"Names: {_first(entry.names, _NAMES_SHOWN)}"
    users = tuple(user_in_words(user) for user in entry.in_use_by)
    yield f"Used by: {_first(users, _USERS_SHOWN) if users else 'nothing, as far as ACM knows'}"
    yield f"Certificate: {entry.arn}"
    yield f"Why: {entry.because}."
    yield from _what_to_do(reminder)


def _what_to_do(reminder: Reminder) -> Iterator[str]:
    entry = reminder.entry
    if entry.origin is Origin.IMPORTED:
        yield "To do: get a new certificate for the same names, stage it, and import it into the same ARN:"
        yield from (f"  {line}" for line in reimport(entry, reminder.ends))
    elif missing := entry.missing_records:
        yield "To do: publish where the DNS of the domain is kept; ACM renews by itself once it sees"
        for record in missing[:_RECORDS_SHOWN]:
            yield f"  name   {record.name}"
            yield f"  type   {record.type}"
            yield f"  value  {record.value}"
        if len(missing) > _RECORDS_SHOWN:
            yield f"  and {len(missing) - _RECORDS_SHOWN} more, in the list"
    elif reminder.threshold == ENDED:
        yield "To do: request another certificate for these names and attach it; an expired one is not renewed."
    elif entry.validation_method == "EMAIL":
        yield "To do: follow the link in ACM's mail, or have it sent again:"
        yield f"  aws acm resend-validation-email --certificate-arn {entry.arn} --domain {entry.title} \\"
        yield f"    --validation-domain {entry.title.removeprefix('*.')}"
    else:
        yield "To do: put right what is said above; ACM tries again by itself. In time, or else request another"
        yield "  certificate for these names and attach it. What ACM says of it:"
        yield f"  aws acm describe-certificate --certificate-arn {entry.arn} --query Certificate.RenewalSummary"


def reimport(entry: Entry, ends: datetime) -> tuple[str, ...]:
    """The command that stages the new certificate, and the input with which certificate_import takes it."""
    aliases = " ".join(map(shlex.quote, entry.names)) if len(entry.names) <= _MOST_ALIASES else ""
    request = {
        "jobId": f"renewal-{ends:%Y-%m-%d}",
        "itemId": entry.arn.rpartition("/")[2],
        "keyBundle": {"secretId": "<what the command prints>"},
        "certificateArn": entry.arn,
    }
    return (
        "python -m cloudfront_extensions.stage_bundle --certificate cert.pem --key key.pem --chain chain.pem"
        + (f" --alias {aliases}" if aliases else ""),
        f"certificate_import: {json.dumps(request)}",
    )


def _when(moment: datetime, now: datetime) -> str:
    seconds = abs((moment - now).total_seconds())
    number, unit = (seconds / 86_400, "day") if seconds >= 2 * 86_400 else (seconds / 3_600, "hour")
    span = f"{int(number)} {unit}{'' if int(number) == 1 else 's'}"
    return f"in {span}" if moment > now else f"{span} ago"


def _count(number: int) -> str:
    return "1 certificate" if number == 1 else f"{number:,} certificates"


def _first(texts: Sequence[str], shown: int) -> str:
    more = f" and {len(texts) - shown} more" if len(texts) > shown else ""
    return ", ".join(texts[:shown]) + more
