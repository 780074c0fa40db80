"""Jobs and items in DynamoDB: one table, read by key alone.

| partition key       | sort key         | holds                                                             |
|---------------------|------------------|-------------------------------------------------------------------|
| `job#<job id>`      | `job`            | the job                                                           |
| `job#<job id>`      | `item#<item id>` | an item and its two stages                                        |
| `certificate#<arn>` | `certificate`    | see `certificate_waits`                                           |
| `bundle#<hash>`     | `certificate`    | see `import_claims`                                               |
| `turns#<queue>`     | `turns`          | see `turns`                                                       |

Stages are written field by field, under conditions that keep a late writer from undoing a newer state.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from cloudfront_extensions.aws.attributes import item_from_attributes, job_from_attributes, to_attribute
from cloudfront_extensions.aws.clock import now
from cloudfront_extensions.aws.table import Attributes, Table
from cloudfront_extensions.jobs.records import CertificateStatus, Item, ItemKey, Job, JobStatus


class JobStore:
    def __init__(self, table: Table | None = None) -> None:
        self._table = table or Table()

    def create_job(self, job: Job) -> bool:
        """Write a new job; False when a job of that id exists already."""
        created = replace(job, created_at=now(), updated_at=now())
        return self._table.put(_job_key(job.job_id), to_attribute(created)["M"], only_new=True)

    def job(self, job_id: str) -> Job | None:
        attributes = self._table.get(_job_key(job_id))
        return job_from_attributes(attributes) if attributes else None

    def take_over_job(self, job_id: str, from_execution: str, to_execution: str) -> bool:
        """Make another execution the one that works on a job; False when somebody else was first."""
        return self._table.update(
            _job_key(job_id),
            {"execution_arn": to_execution, "status": JobStatus.RUNNING, "updated_at": now()},
            only_if={"execution_arn": from_execution},
        )

    def update_job(self, job_id: str, **changes: Any) -> None:
        """Change fields of the job record, named as in `Job`."""
        self._table.update(_job_key(job_id), {**changes, "updated_at": now()})

    def put_items(self, items: Iterable[Item]) -> None:
        """Write items whole, whatever stood there: for the one execution that owns the job, before its maps begin."""
        self._table.put_many({**_item_key(item.key), **to_attribute(item)["M"]} for item in items)

    def ensure_item(self, item: Item) -> Item:
        """The item as it stands on record, written first if there is none: a batch has written all of its own."""
        found = self.item(item.key)
        if found or self._table.put(_item_key(item.key), to_attribute(item)["M"], only_new=True):
            return found or item
        return self.item(item.key) or item

    def item(self, key: ItemKey) -> Item | None:
        attributes = self._table.get(_item_key(key))
        return item_from_attributes(attributes) if attributes else None

    def items(self, job_id: str) -> Iterator[Item]:
        """Every item of a job in the order of its ids, page by page."""
        return (item_from_attributes(attributes) for attributes in self._table.query(f"job#{job_id}", "item#"))

    def update_item(self, key: ItemKey, **changes: Any) -> None:
        """Change fields of an item itself, named as in `Item`."""
        self._table.update(_item_key(key), changes)

    def update_certificate(self, key: ItemKey, *, unless: tuple[str, ...] = (), **changes: Any) -> bool:
        """Change fields of an item's certificate stage, named as in `CertificateStage`; None removes a field.

        False, and nothing changed, when there is no such item or its status is one of `unless`.
        """
        return self._update_stage(key, "certificate", unless, changes)

    def mark_certificate_issued(self, key: ItemKey, arn: str) -> bool:
        """Note that an item's certificate is issued.

        False, and nothing noted, when that is on record already or the item has another certificate by now.
        """
        changes = {"status": CertificateStatus.ISSUED, "error": None, "reason": None, "next_action": None}
        return self._table.update(
            _item_key(key),
            {**changes, "updated_at": now()},
            inside="certificate",
            unless={"status": CertificateStatus.ISSUED},
            only_if={"arn": arn},
        )

    def update_distribution(self, key: ItemKey, *, unless: tuple[str, ...] = (), **changes: Any) -> bool:
        """Like `update_certificate`, for the distribution stage."""
        return self._update_stage(key, "distribution", unless, changes)

    def update_cleanup(self, key: ItemKey, *, unless: tuple[str, ...] = (), **changes: Any) -> bool:
        """Like `update_certificate`, for the cleanup stage."""
        return self._update_stage(key, "cleanup", unless, changes)

    def _update_stage(self, key: ItemKey, stage: str, unless: tuple[str, ...], changes: dict[str, Any]) -> bool:
        return self._table.update(
            _item_key(key),
            {**changes, "updated_at": now()},
            inside=stage,
            unless={"status": unless} if unless else None,
        )


def _job_key(job_id: str) -> Attributes:
    return {"pk": {"S": f"job#{job_id}"}, "sk": {"S": "job"}}


def _item_key(key: ItemKey) -> Attributes:
    return {"pk": {"S": f"job#{key.job_id}"}, "sk": {"S": f"item#{key.item_id}"}}
