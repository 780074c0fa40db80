"""The DNS that the embedded world sees: public zones of Route 53, and what the user publishes elsewhere.

Other DNS providers are one table, changed over HTTP: `GET`, `PUT` and `DELETE /_localaws/dns` with
`{"name": "www.example.com", "type": "CNAME", "value": "target.example.net"}`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from localaws.server import control
from localaws.server.seams import on_reset
from localaws.server.settings import Settings

Record = tuple[str, str, str]
"""Name, type and value, the first two normalised."""
_published_elsewhere: set[Record] = set()
_changes = 0


def install(_settings: Settings) -> None:
    from ministack.services import route53

    on_reset(route53, _published_elsewhere.clear)
    on_reset(route53, note_change)
    control.serve("/_localaws/dns", GET=_list, PUT=_publish, DELETE=_withdraw)


def normalised(name: str) -> str:
    """A name without its trailing dot and in lower case, as DNS compares names (RFC 4343)."""
    return name.removesuffix(".").lower()


def note_change() -> None:
    """Records were changed, here or in a hosted zone."""
    global _changes
    _changes += 1


def version() -> tuple[int, int, int]:
    """Another one whenever a record or a zone has changed; CloudFormation tells nobody, so that what it adds is counted."""
    from ministack.services import route53

    return _changes, len(route53._zones._data), sum(map(len, list(route53._records._data.values())))


def everything() -> dict[tuple[str, str], list[str]]:
    """All values by normalised name and type: what to take for many lookups at one moment."""
    values: dict[tuple[str, str], list[str]] = defaultdict(list)
    for name, record_type, value in (*_published_elsewhere, *_in_route53()):
        values[name, record_type].append(value)
    return dict(values)


def _in_route53() -> Iterator[Record]:
    """Records of the public hosted zones of every account: the public DNS knows no accounts.

    The value of an alias record is the name that it points to, as the console shows it.
    """
    from ministack.services import route53

    for key, records in list(route53._records._data.items()):
        zone = route53._zones._data.get(key)
        if zone is None or zone.get("private"):
            continue
        for record in records:
            target = [record["AliasTarget"]["DNSName"]] if "AliasTarget" in record else []
            for value in (*record.get("ResourceRecords", []), *target):
                yield normalised(record["Name"]), record["Type"], value


def _list(_: dict[str, Any]) -> list[dict[str, str]]:
    records = sorted((*_published_elsewhere, *_in_route53()))
    return [{"name": name, "type": record_type, "value": value} for name, record_type, value in records]


def _publish(body: dict[str, Any]) -> dict[str, str]:
    record = _record(body)
    _published_elsewhere.add(record)
    note_change()
    return dict(zip(("name", "type", "value"), record, strict=True))


def _withdraw(body: dict[str, Any]) -> dict[str, str]:
    record = _record(body)
    if record not in _published_elsewhere:
        raise control.BadRequestError(f"no such record was published here: {' '.join(record)}")
    _published_elsewhere.remove(record)
    note_change()
    return dict(zip(("name", "type", "value"), record, strict=True))


def _record(body: dict[str, Any]) -> Record:
    name, record_type, value = control.fields(body, "name", "type", "value")
    return normalised(name), record_type.upper(), value
