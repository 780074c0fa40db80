"""The inventory of certificates in DynamoDB: read by key alone, and only what the last run has seen.

| partition key        | sort key                        | holds                                                      |
|----------------------|---------------------------------|------------------------------------------------------------|
| `certificate#<arn>`  | `certificate`                   | a certificate                                              |
| `certificate#<arn>`  | `reminder#<not after>#<days>`   | see `reminder_sending`                                     |
| `expiry#<yyyy-mm>`   | `<not after>#<arn>`             | the same certificate, under the month in which it ends     |
| `expiry#none`        | `none#<arn>`                    | the same certificate, where it has no end                  |
| `expiry`             | `<yyyy-mm>` or `none`           | nothing: there are certificates that end in this month     |
| `status#<status>`    | `<not after or none>#<arn>`     | the same certificate, under its status                     |
| `name#<name>`        | `<arn>`                         | the same certificate, under each of its names              |
| `inventory`          | `run`                           | the run under way, the execution it is, and the last done  |

There is no history: a certificate that is read again takes the place of what stood there, and with it go the rows under
an end or a name that it no longer has. What a run has not seen at all is gone from the account: readers pass over rows of
runs before the last finished one, and DynamoDB removes them some weeks later.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import date
from itertools import chain
from typing import Any, NamedTuple

from cloudfront_extensions.aws.attributes import from_attribute, to_attribute, to_attributes
from cloudfront_extensions.aws.clock import epoch_seconds
from cloudfront_extensions.aws.table import Attributes, Table
from cloudfront_extensions.certificates.inventory import CheckedRecord, Entry, InDns, Origin, Renews
from cloudfront_extensions.errors import InventorySuperseded

KEPT_SECONDS = 60 * 24 * 3600
"""How long a row is kept that no run writes again. Without a run for so long there is no inventory."""

NO_END = "none"
"""Stands in keys for the end of a certificate that has none; comes after all that are one."""

_RUN: Attributes = {"pk": {"S": "inventory"}, "sk": {"S": "run"}}


@dataclass(frozen=True, slots=True)
class RunRecord:
    """The run under way or done last, and the last one that was finished."""

    run_id: str
    """Ids of later runs are greater texts."""
    started_at: str
    execution_arn: str
    finished_run_id: str | None = None


class Bounds(NamedTuple):
    """What places (`place_of`) lie between, both included."""

    first: str
    last: str


EVERYTHING = Bounds("0", "~")


class CertificateInventory:
    def __init__(self, table: Table | None = None) -> None:
        self._table = table or Table(os.environ["INVENTORY_TABLE"])

    # What readers ask.

    def certificate(self, arn: str) -> Entry | None:
        """A certificate as the last run saw it; None: it did not."""
        row = self._table.get(_certificate_key(arn))
        return _entry(row) if row and _run_of(row) >= self._oldest_run() else None

    def expiring(self, first: date, last: date) -> Iterator[Entry]:
        """The certificates that end between two days (UTC), both included, ordered by their end: a query for each month."""
        oldest = self._oldest_run()
        bounds = (first.isoformat(), f"{last.isoformat()}~")
        for month in _months(first, last):
            yield from _seen_since(oldest, self._table.query(f"expiry#{month}", between=bounds))

    def soonest(
        self, limit: int, *, status: str | None = None, within: Bounds = EVERYTHING, after: str | None = None
    ) -> list[Entry]:
        """At most `limit` certificates in the order of their ends, those without an end last, from behind a place on.

        Fewer than `limit` are all that there are. In one status they are one query, else one for each month in question.
        """
        oldest = self._oldest_run()
        found: list[Entry] = []
        for partition in [f"status#{status}"] if status else self._months_within(within, after):
            rows = self._places(partition, limit, within, after)
            for entry in _seen_since(oldest, rows):
                found.append(entry)
                if len(found) == limit:
                    return found
            # It lies in the first month; the others are read from their beginning.
            after = None
        return found

    def covering(self, host: str) -> Iterator[Entry]:
        """The certificates that cover a host name (or are for that very wildcard): those of its own name and of the wildcard
        beside it. The name is normalised, as `certificates.names` does."""
        oldest = self._oldest_run()
        wildcard = f"*.{host.partition('.')[2]}"
        found = {}
        for name in dict.fromkeys((host, wildcard)):
            found.update({entry.arn: entry for entry in _seen_since(oldest, self._table.query(f"name#{name}"))})
        return iter(found.values())

    def _months_within(self, within: Bounds, after: str | None) -> Iterator[str]:
        first = _month(max(within.first, after or ""))
        months = (row["sk"]["S"] for row in self._table.query("expiry"))
        return (f"expiry#{month}" for month in months if first <= month <= within.last)

    def _places(self, partition: str, limit: int, within: Bounds, after: str | None) -> Iterator[Attributes]:
        """The rows of a partition between two places, page by page."""
        key = to_attributes({"pk": partition, "sk": after}) if after else None
        while True:
            page = self._table.page(partition, limit, after=key, between=within)
            yield from page.rows
            key = page.last
            if key is None:
                return

    # What a run does.

    def run(self) -> RunRecord | None:
        row = self._table.get(_RUN)
        if row is None:
            return None
        return RunRecord(**{name: from_attribute(value) for name, value in row.items() if name not in ("pk", "sk")})

    def begin_run(self, run: RunRecord, instead_of: RunRecord | None) -> bool:
        """Note a run as the one under way; False when another execution was first."""
        if instead_of is None:
            return self._table.put(_RUN, to_attribute(run)["M"], only_new=True)
        changes = {"run_id": run.run_id, "started_at": run.started_at, "execution_arn": run.execution_arn}
        return self._table.update(_RUN, changes, only_if={"execution_arn": instead_of.execution_arn})

    def finish_run(self, run_id: str) -> None:
        self._table.update(_RUN, {"finished_run_id": run_id}, only_if={"run_id": run_id})

    def write(self, entries: Sequence[Entry], run_id: str) -> None:
        """Put certificates in the place of what stood there.

        The row under the ARN, which knows the others, is written last: a write that stops halfway is done again whole.

        Raises:
            InventorySuperseded: another run has begun, as where an execution was stopped whose function still works. It is
                asked once for all of a batch: a later run lists and looks for longer than a batch takes to write.
        """
        if not entries:
            return
        current = self.run()
        if current is None or current.run_id != run_id:
            raise InventorySuperseded(f"run {run_id} is not the run under way")
        before = {entry.arn: entry for entry in self._stored(entry.arn for entry in entries)}
        rows = (_row(key, entry, run_id) for entry in entries for key in _keys_beside(entry))
        self._table.put_many(chain(rows, _months_of(entries)))
        self._table.delete_many(
            {"pk": {"S": partition}, "sk": {"S": sort}}
            for entry in entries
            if entry.arn in before
            for partition, sort in sorted(_keys_beside(before[entry.arn]) - _keys_beside(entry))
        )
        self._table.put_many(_row(_certificate_texts(entry.arn), entry, run_id) for entry in entries)

    def carry_over(self, arns: Iterable[str], run_id: str) -> None:
        """Keep for readers, as it was, what this run could not read and earlier ones could."""
        self.write(list(self._stored(arns)), run_id)

    def _stored(self, arns: Iterable[str]) -> Iterator[Entry]:
        return map(_entry, self._table.get_many(map(_certificate_key, arns)))

    def _oldest_run(self) -> str:
        """Rows of earlier runs are of certificates that are gone."""
        run = self.run()
        return run.finished_run_id or "" if run else ""


def place_of(entry: Entry) -> str:
    """Where a certificate stands among those that are ordered by their ends."""
    return f"{entry.not_after or NO_END}#{entry.arn}"


def entry_from(values: dict[str, Any]) -> Entry:
    """An entry from its fields as DynamoDB and JSON keep them; what is no field of an entry is passed over."""
    names = {field.name for field in fields(Entry)}
    known = {name: value for name, value in values.items() if name in names}
    records = known.get("validation_records") or ()
    return Entry(
        **{
            **known,
            "names": tuple(known["names"]),
            "origin": Origin(known["origin"]),
            "renews": Renews(known["renews"]),
            "in_use_by": tuple(known.get("in_use_by") or ()),
            "validation_records": tuple(
                CheckedRecord(record["name"], record["type"], record["value"], InDns(record["in_dns"]))
                for record in records
            ),
        }
    )


def _seen_since(oldest: str, rows: Iterable[Attributes]) -> Iterator[Entry]:
    return (_entry(row) for row in rows if _run_of(row) >= oldest)


def _run_of(row: Attributes) -> str:
    return str(row["run_id"]["S"])


def _entry(row: Attributes) -> Entry:
    return entry_from({name: from_attribute(value) for name, value in row.items()})


def _row(key: tuple[str, str], entry: Entry, run_id: str) -> Attributes:
    partition, sort = key
    beside = {"pk": partition, "sk": sort, "run_id": run_id, "expires_at": epoch_seconds() + KEPT_SECONDS}
    return {**to_attribute(entry)["M"], **to_attributes(beside)}


def _keys_beside(entry: Entry) -> set[tuple[str, str]]:
    """Partition and sort key of each row of a certificate but the one under its ARN."""
    place = place_of(entry)
    return {
        *((f"name#{name}", entry.arn) for name in entry.names),
        (f"expiry#{_month(place)}", place),
        (f"status#{entry.status}", place),
    }


def _months_of(entries: Iterable[Entry]) -> Iterator[Attributes]:
    """The rows that tell in which months certificates end."""
    for month in sorted({_month(place_of(entry)) for entry in entries}):
        yield to_attributes({"pk": "expiry", "sk": month, "expires_at": epoch_seconds() + KEPT_SECONDS})


def _month(place: str) -> str:
    """`yyyy-mm` or `none`."""
    return place.partition("#")[0][: len("yyyy-mm")]


def _certificate_texts(arn: str) -> tuple[str, str]:
    return f"certificate#{arn}", "certificate"


def _certificate_key(arn: str) -> Attributes:
    partition, sort = _certificate_texts(arn)
    return {"pk": {"S": partition}, "sk": {"S": sort}}


def _months(first: date, last: date) -> Iterator[str]:
    for month in range(first.year * 12 + first.month - 1, last.year * 12 + last.month):
        yield f"{month // 12:04}-{month % 12 + 1:02}"
