"""Whose certificate an ARN is, and which executions wait for it: found by the ARN with one keyed read.

| partition key       | sort key                    | holds                                                            |
|---------------------|-----------------------------|------------------------------------------------------------------|
| `certificate#<arn>` | `certificate`               | the item that owns it, its names, whether it is issued           |
| `certificate#<arn>` | `waiter#<execution's hash>` | the task token of an execution's present wait (expires by TTL)   |
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from cloudfront_extensions.aws.attributes import from_attribute, to_attributes
from cloudfront_extensions.aws.table import Attributes, Table
from cloudfront_extensions.jobs.records import CertificateStatus, ItemKey


@dataclass(frozen=True, slots=True)
class KnownCertificate:
    """What this library remembers of a certificate that it asked for."""

    owner: ItemKey
    names: tuple[str, ...]
    issued: bool


@dataclass(frozen=True, slots=True)
class Waiter:
    execution_arn: str
    task_token: str


class CertificateWaits:
    def __init__(self, table: Table | None = None) -> None:
        self._table = table or Table()

    def remember(self, arn: str, owner: ItemKey, names: tuple[str, ...]) -> None:
        """Note whose certificate this is. What is known already (above all that it is issued) stays."""
        record = {
            "job_id": owner.job_id,
            "item_id": owner.item_id,
            "names": names,
            "status": CertificateStatus.REQUESTED,
        }
        self._table.put(_certificate_key(arn), to_attributes(record), only_new=True)

    def remember_imported(self, arn: str, owner: ItemKey, names: tuple[str, ...]) -> None:
        """Note an imported certificate. One that is known already keeps its owner, and has other names by now."""
        record = {"names": names, "status": CertificateStatus.ISSUED}
        new = {**record, "job_id": owner.job_id, "item_id": owner.item_id}
        if not self._table.put(_certificate_key(arn), to_attributes(new), only_new=True):
            self._table.update(_certificate_key(arn), record)

    def mark_issued(self, arn: str) -> bool:
        """Note that a remembered certificate is issued; False, and nothing noted, when it is not one of ours."""
        return self._table.update(_certificate_key(arn), {"status": CertificateStatus.ISSUED})

    def known(self, arn: str) -> KnownCertificate | None:
        attributes = self._table.get(_certificate_key(arn))
        return _known(attributes) if attributes else None

    def known_many(self, arns: Iterable[str]) -> dict[str, KnownCertificate]:
        """Those of the certificates that this library asked for, by their ARNs."""
        found = self._table.get_many(_certificate_key(arn) for arn in arns)
        return {attributes["pk"]["S"].partition("#")[2]: _known(attributes) for attributes in found}

    def known_and_waiters(self, arn: str) -> tuple[KnownCertificate | None, list[Waiter]]:
        """Everything on record for a certificate, by one query."""
        known: KnownCertificate | None = None
        waiters: list[Waiter] = []
        for attributes in self._table.query(f"certificate#{arn}"):
            if attributes["sk"]["S"] == "certificate":
                known = _known(attributes)
            else:
                waiters.append(Waiter(_value(attributes, "execution_arn"), _value(attributes, "task_token")))
        return known, waiters

    def add_waiter(self, arn: str, waiter: Waiter, expires_at: int) -> None:
        """Keep the token of an execution's present wait; the next wait of the same execution replaces it.

        `expires_at` is in epoch seconds: DynamoDB removes then what nobody came back for.
        """
        record = {"execution_arn": waiter.execution_arn, "task_token": waiter.task_token, "expires_at": expires_at}
        self._table.put(_waiter_key(arn, waiter), to_attributes(record))

    def remove_waiter(self, arn: str, waiter: Waiter) -> None:
        """Forget a waiter, unless its execution has begun another wait meanwhile."""
        self._table.delete(_waiter_key(arn, waiter), only_if=("task_token", waiter.task_token))


def _known(attributes: Attributes) -> KnownCertificate:
    return KnownCertificate(
        owner=ItemKey(_value(attributes, "job_id"), _value(attributes, "item_id")),
        names=tuple(_value(attributes, "names")),
        issued=_value(attributes, "status") == CertificateStatus.ISSUED,
    )


def _value(attributes: Attributes, field: str) -> Any:
    return from_attribute(attributes[field])


def _certificate_key(arn: str) -> Attributes:
    return {"pk": {"S": f"certificate#{arn}"}, "sk": {"S": "certificate"}}


def _waiter_key(arn: str, waiter: Waiter) -> Attributes:
    digest = sha256(waiter.execution_arn.encode()).hexdigest()[:32]
    return {"pk": {"S": f"certificate#{arn}"}, "sk": {"S": f"waiter#{digest}"}}
