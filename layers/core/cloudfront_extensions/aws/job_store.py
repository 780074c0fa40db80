"""Jobs and items in DynamoDB: one table, read by key alone.

| partition key       | sort key         | holds                                                             |
|---------------------|------------------|-------------------------------------------------------------------|
| `job#<job id>`      | `job`            | the job, which also stands in the index `listing`                 |
| `job#<job id>`      | `item#<item id>` | an item and its two stages                                        |
| `certificate#<arn>` | `certificate`    | see `certificate_waits`                                           |
| `bundle#<hash>`     | `certificate`    | see `import_claims`                                               |
| `turns#<queue>`     | `turns`          | see `turns`                                                       |

The index `listing` has the jobs under `jobs` by `<created at>#<job id>`, with what a list shows of them.

Stages are written field by field, under conditions that keep a late writer from undoing a newer state.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any, NamedTuple

from cloudfront_extensions.aws.attributes import item_from_attributes, job_from_attributes, to_attribute, to_attributes
from cloudfront_extensions.aws.clock import now
from cloudfront_extensions.aws.table import Attributes, Index, Table
from cloudfront_extensions.jobs.records import CertificateStatus, Item, ItemKey, Job, JobStatus

_LISTING = Index("listing", "listing", "listed_at")
_LISTED = "jobs"
EVALUATED = 1_000
"""Rows that one page of a filtered list looks through at most."""


class JobPage(NamedTuple):
    jobs: list[Job]
    last: str | None
    """The place in the list behind which it goes on; None: it ends here."""


class ItemPage(NamedTuple):
    items: list[Item]
    last: str | None
    """The id of the item behind which the list goes on; None: it ends here."""


class JobStore:
    def __init__(self, table: Table | None = None) -> None:
        self._table = table or Table()

    def create_job(self, job: Job) -> bool:
        """Write a new job; False when a job of that id exists already."""
        moment = now()
        created = replace(job, created_at=moment, updated_at=moment)
        listing = {_LISTING.partition_key: _LISTED, _LISTING.sort_key: f"{moment}#{job.job_id}"}
        return self._table.put(
            _job_key(job.job_id), {**to_attribute(created)["M"], **to_attributes(listing)}, only_new=True
        )

    def job(self, job_id: str) -> Job | None:
        attributes = self._table.get(_job_key(job_id))
        return job_from_attributes(attributes) if attributes else None

    def newest_jobs(self, limit: int, *, after: str | None = None, status: JobStatus | None = None) -> JobPage:
        """At most `limit` jobs, the newest first; of those in one status maybe fewer, with more to come.

        `after` is the place of a job in the list, `<created at>#<job id>`. The jobs have what the index holds of them.
        """
        page = self._table.page(
            _LISTED,
            limit,
            after=_listing_key(after) if after else None,
            descending=True,
            index=_LISTING,
            only={"status": status} if status else None,
            evaluated=EVALUATED if status else None,
        )
        last = page.last[_LISTING.sort_key]["S"] if page.last else None
        return JobPage([job_from_attributes(row) for row in page.rows], last)

    def take_over_job(self, job_id: str, from_execution: str, to_execution: str) -> bool:
        """Make another execution the one that works on a job; False when somebody else was first."""
        return self._table.update(
            _job_key(job_id),
            {"execution_arn": to_execution, "status": JobStatus.RUNNING, "updated_at": now()},
            only_if={"execution_arn": from_execution},
        )

    def cancel_job(self, job_id: str, execution_arn: str) -> bool:
        """Note that a job is being stopped; False when its execution has ended it, or another works on it by now."""
        return self._table.update(
            _job_key(job_id),
            {"status": JobStatus.CANCELLED, "updated_at": now()},
            only_if={"execution_arn": execution_arn, "status": JobStatus.RUNNING},
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

    def item_page(self, job_id: str, limit: int, after: str | None = None) -> ItemPage:
        """At most `limit` items of a job in the order of their ids, from behind an item on."""
        page = self._table.page(
            f"job#{job_id}",
            limit,
            after=_item_key(ItemKey(job_id, after)) if after else None,
            between=("item#", "item#~"),
        )
        last = page.last["sk"]["S"].removeprefix("item#") if page.last else None
        return ItemPage([item_from_attributes(row) for row in page.rows], last)

    def items_named(self, keys: Iterable[ItemKey]) -> Iterator[Item]:
        """The items that there are of these, in any order."""
        return map(item_from_attributes, self._table.get_many(_item_key(key) for key in keys))

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


def _listing_key(place: str) -> Attributes:
    job_id = place.partition("#")[2]
    return {**_job_key(job_id), **to_attributes({_LISTING.partition_key: _LISTED, _LISTING.sort_key: place})}


def _item_key(key: ItemKey) -> Attributes:
    return {"pk": {"S": f"job#{key.job_id}"}, "sk": {"S": f"item#{key.item_id}"}}
