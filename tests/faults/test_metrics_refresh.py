"""A function of the metrics that dies after any effect: no file is lost, none is counted twice, and no folder is forgotten."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

import pytest

from cloudfront_extensions.metrics.sources import Folder, Source, folder_at
from localaws.executions import lines
from localaws.faults import Fault, faults
from tests.faults.kill_points import CHANGES
from tests.faults.playing import Played
from tests.workflows.application import Application, eventually
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
CHANGES_OF_FILES = {**CHANGES, "s3": {"PutObject", "CopyObject", "DeleteObject"}}
REQUESTS = 3
MOST_REFRESHES = 5
BROKEN = b"this is no gzip file"


@dataclass(frozen=True, slots=True)
class Delivery:
    """A distribution, and an hour of it: one file with requests, and one that can't be read."""

    application: Application
    site: Site
    folder: Folder

    @classmethod
    def of(cls, application: Application, case: Case) -> Delivery:
        # A refresh has been before: this one takes the place of another's.
        refresh(application, Folder(Source.LEGACY, "2026-01-01-00"))
        return cls(application, Site.of(application, case.host("shop")), folder_at(Source.LEGACY, new_hour()))

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

    def assert_over(self) -> None:
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


@dataclass(frozen=True, slots=True)
class Death:
    function: str
    operation: str
    nth: int

    def __str__(self) -> str:
        return f"{self.function}-{self.operation}-{self.nth}"

    @property
    def fault(self) -> Fault:
        return Fault("kill-after", operation=self.operation, caller=f"*/{self.function}", nth=self.nth)


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

    death: Death

    def __str__(self) -> str:
        return f"{self.death}-redelivered"

    def play(self, application: Application, case: Case) -> None:
        delivery = Delivery.of(application, case)
        with messages_soon_seen_again(application), faults(application.instance, self.death.fault) as injected:
            delivery.arrive()
            eventually(lambda: injected.struck() == [1])
        refresh(application, delivery.folder)
        delivery.assert_over()


@dataclass(frozen=True, slots=True)
class Retried:
    """The function dies once; the state machine's own retry goes on."""

    death: Death

    def __str__(self) -> str:
        return f"{self.death}-retried"

    def play(self, application: Application, case: Case) -> None:
        delivery = Delivery.of(application, case)
        delivery.arrive()
        with faults(application.instance, self.death.fault) as injected:
            refresh(application, delivery.folder)
        assert injected.struck() == [1]
        delivery.assert_over()


@dataclass(frozen=True, slots=True)
class StartedAgain:
    """The function dies, the execution is stopped then and there, and another one is started."""

    death: Death

    def __str__(self) -> str:
        return f"{self.death}-started-again"

    def play(self, application: Application, case: Case) -> None:
        delivery = Delivery.of(application, case)
        delivery.arrive()
        with faults(application.instance, self.death.fault) as injected:
            execution = start_refresh(application, delivery.folder)
            eventually(lambda: injected.struck() == [1])
            application.stop(execution)
            application.wait(execution)
        refresh(application, delivery.folder)
        delivery.assert_over()


@dataclass(frozen=True, slots=True)
class NotNamed:
    """Athena does not say which file can't be read; the function that finds it dies once, and is tried again."""

    death: Death

    def __str__(self) -> str:
        return f"{self.death}-not-named"

    def play(self, application: Application, case: Case) -> None:
        delivery = Delivery.of(application, case)
        delivery.arrive()
        queries(application, containing="GROUPING SETS", fail="HIVE_CURSOR_ERROR: incorrect header check", times=1)
        with faults(application.instance, self.death.fault) as injected:
            refresh(application, delivery.folder)
        assert injected.struck() == [1]
        delivery.assert_over()


@dataclass(frozen=True, slots=True)
class Undisturbed:
    """Nothing goes wrong: what the functions do is what they can die of."""

    def __str__(self) -> str:
        return "undisturbed"

    def play(self, application: Application, case: Case) -> None:
        delivery = Delivery.of(application, case)
        before = len(lines(application.instance.calls))
        delivery.arrive()
        refresh(application, delivery.folder)
        functions = {physical: logical for logical, physical in application.functions.items() if logical in FUNCTIONS}
        made = {
            (functions[caller], call["operation"])
            for call in lines(application.instance.calls)[before:]
            if (caller := call["caller"].rpartition("/")[2]) in functions
            and call["operation"] in CHANGES_OF_FILES.get(call["service"], ())
        }
        assert made == {*ARRIVALS, *REFRESH}
        delivery.assert_over()


DEATHS = [Death(*effect, nth) for effect, times in REFRESH.items() for nth in times]
SCENARIOS = [
    Undisturbed(),
    *(Redelivered(Death(*effect, nth)) for effect, times in ARRIVALS.items() for nth in times),
    *map(Retried, DEATHS),
    *map(StartedAgain, DEATHS),
    *(NotNamed(death) for death in DEATHS if death.function == "JudgeQuery"),
]


@pytest.mark.parametrize("scenario", SCENARIOS, ids=str)
def test_metrics_survive(scenario: object, played: Played) -> None:
    played(scenario)
