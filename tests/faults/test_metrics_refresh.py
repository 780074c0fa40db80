"""A function of the metrics that dies after any effect: no file is lost, none is counted twice, and no folder is forgotten."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

import pytest

from cloudfront_extensions.metrics.sources import Folder, Source, folder_at
from localaws.faults import faults
from tests.faults.kill_points import KillPoint, Retried, Scene, StartedAgain, Undisturbed, kill_points
from tests.faults.playing import Played, Scenario
from tests.workflows.application import Application, Json, eventually
from tests.workflows.cases import Case
from tests.workflows.logs import (
    Site,
    is_pending,
    keys_in,
    log_folders,
    new_hour,
    put_file,
    put_legacy,
    queries,
    refresh,
    requests_of,
    start_refresh,
    wait_until_pending,
)

ARRIVALS = {
    ("NoteLogArrivals", "CopyObject"): (1,),
    ("NoteLogArrivals", "UpdateItem"): (1, 2),
}
REFRESH = {
    ("BeginRefresh", "UpdateItem"): (1, 2),
    ("BeginRefresh", "PutObject"): (1, 2, 3, 4),
    ("JudgeQuery", "UpdateItem"): (1,),
    ("JudgeQuery", "CopyObject"): (1,),
    ("JudgeQuery", "DeleteObject"): (1,),
    ("StoreResults", "UpdateItem"): (1,),
    ("StoreResults", "BatchWriteItem"): (1,),
    ("FinishRefresh", "UpdateItem"): (1,),
    ("FinishRefresh", "TransactWriteItems"): (1,),
}
"""Function and operation by which it changes something, and after which of these calls it dies. One file can't be read:
it begins twice."""
FUNCTIONS = {function for function, _ in (*ARRIVALS, *REFRESH)}
REQUESTS = 3
MOST_REFRESHES = 5
BROKEN = b"this is no gzip file"


@dataclass(frozen=True, slots=True)
class Delivery(Scene):
    """A distribution, and an hour of it: one file with requests, and one that can't be read."""

    application: Application
    site: Site
    folder: Folder

    @classmethod
    def of(cls, application: Application, case: Case) -> Delivery:
        # A refresh has been before: this one takes the place of another's.
        refresh(application, Folder(Source.LEGACY, "2026-01-01-00"))
        return cls(application, Site.of(application, case.host("shop")), folder_at(Source.LEGACY, new_hour()))

    @classmethod
    def arrived(cls, application: Application, case: Case) -> Delivery:
        delivery = cls.of(application, case)
        delivery.arrive()
        return delivery

    @property
    def broken(self) -> str:
        return f"{self.folder.prefix}{self.site.distribution_id}.broken.gz"

    def arrive(self) -> None:
        hour = self.folder.begins
        put_file(self.application, self.folder, self.broken.rpartition("/")[2], BROKEN)
        wait_until_pending(self.application, self.folder)
        requests = [self.site.line(hour + timedelta(seconds=number)) for number in range(REQUESTS)]
        put_legacy(self.application, self.site, hour, requests)
        wait_until_pending(self.application, self.folder, files=2)

    def start(self) -> str:
        return start_refresh(self.application, self.folder)

    def assert_over(self, ended: Json) -> None:
        assert ended["status"] == "SUCCEEDED", ended
        # A message that comes once more makes the folder pending again, which the next refresh puts right.
        for _ in range(MOST_REFRESHES):
            if not is_pending(self.application, self.folder):
                break
            refresh(self.application, self.folder)
        else:
            raise AssertionError(f"{self.folder} is pending after {MOST_REFRESHES} more refreshes")
        record = log_folders(self.application).record(self.folder)
        assert (record.unreadable, record.rejected_lines) == ((self.broken,), 0)
        assert requests_of(self.application, self.site.aliases[0], self.folder.begins) == REQUESTS
        assert self.broken not in keys_in(self.application, self.folder.prefix)
        assert keys_in(self.application, f"unreadable/{self.folder.prefix}") == [f"unreadable/{self.broken}"]


class Arriving(Delivery):
    """One whose files arrive only when it is started."""

    def start(self) -> str:
        self.arrive()
        return super().start()


@contextmanager
def messages_soon_seen_again(application: Application) -> Iterator[None]:
    """A message whose function died is seen again within a second of this machine, for the block."""
    sqs = application.client("sqs")
    (queue,) = [url for url in sqs.list_queues()["QueueUrls"] if "-Arrivals-" in url]
    sqs.set_queue_attributes(QueueUrl=queue, Attributes={"VisibilityTimeout": "1"})
    try:
        yield
    finally:
        sqs.set_queue_attributes(QueueUrl=queue, Attributes={"VisibilityTimeout": "660"})


@dataclass(frozen=True, slots=True)
class Redelivered:
    """The function that notes arrivals dies once; its messages come again."""

    point: KillPoint

    def __str__(self) -> str:
        return f"{self.point}-redelivered"

    def play(self, application: Application, case: Case) -> None:
        delivery = Delivery.of(application, case)
        with messages_soon_seen_again(application), faults(application.instance, self.point.fault) as injected:
            delivery.arrive()
            eventually(lambda: injected.struck() == [1])
        delivery.assert_over(delivery.run())


class NotNamed(Retried):
    """The function that finds which file can't be read, where Athena does not say it, dies once, and is tried again."""

    def __str__(self) -> str:
        return f"{self.point}-not-named"


def unnamed(application: Application, case: Case) -> Delivery:
    """Athena does not say which file can't be read."""
    delivery = Delivery.arrived(application, case)
    queries(application, containing="GROUPING SETS", fail="HIVE_CURSOR_ERROR: incorrect header check", times=1)
    return delivery


POINTS = kill_points(REFRESH)
SCENARIOS: list[Scenario] = [
    Undisturbed({**ARRIVALS, **REFRESH}, Arriving.of, FUNCTIONS),
    *map(Redelivered, kill_points(ARRIVALS)),
    *(Retried(point, Delivery.arrived) for point in POINTS),
    *(StartedAgain(point, Delivery.arrived) for point in POINTS),
    *(NotNamed(point, unnamed) for point in POINTS if point.function == "JudgeQuery"),
]


@pytest.mark.parametrize("scenario", SCENARIOS, ids=str)
def test_metrics_survive(scenario: Scenario, played: Played) -> None:
    played(scenario)
