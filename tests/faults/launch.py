"""The job that faults are thrown at: twelve domains, half of them in a hosted zone of ours, half of customers.

The customers publish their records once the job waits for them, so that it both writes records and is resumed by events.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass

from cloudfront_extensions.jobs.records import Item
from cloudfront_extensions.tags import ITEM_TAG, JOB_TAG
from tests.faults.kill_points import Scene
from tests.workflows.account import hosted_zone, plain_config, publish_records, records_in
from tests.workflows.application import Application, Json, eventually
from tests.workflows.cases import Case

ROWS_IN_OUR_ZONE = 6
ROWS_OF_CUSTOMERS = 6
ROWS = ROWS_IN_OUR_ZONE + ROWS_OF_CUSTOMERS
SECONDS_BETWEEN_LOOKS = 0.5
SECONDS_OF_QUIET = 2.0
"""A function that is at work calls more often, and one that starts cold on a busy machine has begun by then."""
PATIENCE = 300
"""Seconds of this machine, which is busy: a job takes some ten by itself."""


def wait_for_quiet(application: Application) -> None:
    """Wait until nothing is called any more: what a stopped execution had begun goes on to its own end."""
    calls = application.instance.calls
    last, since = calls.stat().st_size, time.monotonic()

    def is_quiet() -> bool:
        nonlocal last, since
        if (size := calls.stat().st_size) != last:
            last, since = size, time.monotonic()
        return time.monotonic() - since > SECONDS_OF_QUIET

    eventually(is_quiet)


@dataclass(frozen=True, slots=True)
class Launch(Scene):
    """One job of twelve domains."""

    application: Application
    case: Case
    zone_id: str

    @classmethod
    def of(cls, application: Application, case: Case) -> Launch:
        return cls(application, case, hosted_zone(application, case.domain))

    @property
    def our_hosts(self) -> list[str]:
        return [self.case.host(f"shop-{number}") for number in range(ROWS_IN_OUR_ZONE)]

    @property
    def customers_hosts(self) -> list[str]:
        name = self.case.domain.partition(".")[0]
        return [f"shop-{number}.{name}.example.net" for number in range(ROWS_OF_CUSTOMERS)]

    @property
    def request(self) -> Json:
        return {
            "requestToken": self.case.job_id,
            "domains": [{"domainName": host} for host in (*self.our_hosts, *self.customers_hosts)],
            "distribution": {"source": {"config": plain_config(CallerReference="source")}, "dns": {"mode": "auto"}},
        }

    def start(self) -> str:
        return self.application.start("domain_onboarding", self.request)

    def finish(self, execution: str) -> Json:
        """The ended execution; meanwhile the customers do what they are told."""
        with self.customers():
            return self.application.wait(execution, PATIENCE)

    def go_on(self, execution: str, until: Callable[[], bool]) -> None:
        with self.customers():
            eventually(until)

    def stop(self, execution: str) -> None:
        self.application.stop(execution)
        self.application.wait(execution)

    @contextmanager
    def customers(self) -> Iterator[None]:
        """They publish the records of each certificate that an execution waits for, for the block."""
        over = threading.Event()
        publishing = threading.Thread(target=self._publish_until, args=(over,))
        publishing.start()
        try:
            yield
        finally:
            over.set()
            publishing.join()

    def _publish_until(self, over: threading.Event) -> None:
        published: set[str] = set()
        waits = self._calls_of("AwaitCertificate", "PutItem")
        while len(published) < ROWS_OF_CUSTOMERS and not over.wait(SECONDS_BETWEEN_LOOKS):
            if not next(waits):
                continue
            for item in self.items():
                is_theirs = item.domain_name in self.customers_hosts and item.domain_name not in published
                if is_theirs and item.certificate.status == "PENDING_VALIDATION" and self._is_waited_for(item):
                    publish_records(self.application, item.certificate.validation_records)
                    published.add(item.domain_name)

    def _calls_of(self, function: str, operation: str) -> Iterator[int]:
        """How often a function made a call since the last time this was asked: read from the record, which costs nothing."""
        caller, called = f'/{self.application.function(function)}"', f'"{operation}"'
        with self.application.instance.calls.open() as record:
            while True:
                yield sum(caller in line and called in line for line in record)

    @contextmanager
    def looking_often(self, wanted: bool) -> Iterator[None]:
        """The workflow looks at certificates some times a second, for the block, where that is wanted."""
        with self.application.looking_often() if wanted else nullcontext():
            yield

    def items(self) -> list[Item]:
        return self.application.items(self.case.job_id)

    def made(self) -> Counter[tuple[str, str]]:
        """How often (service, item id) is tagged as this job's, over all certificates and distributions that exist."""
        pages = (
            self.application.client("resourcegroupstaggingapi")
            .get_paginator("get_resources")
            .paginate(TagFilters=[{"Key": JOB_TAG, "Values": [self.case.job_id]}])
        )
        return Counter(
            (resource["ResourceARN"].split(":")[2], tag["Value"])
            for page in pages
            for resource in page["ResourceTagMappingList"]
            for tag in resource["Tags"]
            if tag["Key"] == ITEM_TAG
        )

    def assert_over(self, ended: Json) -> None:
        """Everything was made, once, is on record, and serves its name."""
        assert ended["status"] == "SUCCEEDED", ended
        assert ended["output"]["totals"]["done"] == ROWS
        items = self.items()
        self.assert_made_once()
        for item in items:
            assert item.certificate.status == "ISSUED", item
            assert item.distribution.status == "DEPLOYED", item
        self.assert_dns(items)

    def assert_made_once(self) -> None:
        """One certificate and one distribution for each item, those that its record names."""
        expected = {(service, item.item_id) for service in ("acm", "cloudfront") for item in self.items()}
        assert self.made() == dict.fromkeys(expected, 1)

    def assert_dns(self, items: list[Item]) -> None:
        """Our names, and no others of the zone, lead to their own distributions."""
        targets = {item.domain_name: item.distribution.domain_name for item in items}
        expected = {host: targets[host] for host in self.our_hosts}
        assert records_in(self.application, self.zone_id, "A") == expected
        assert len(records_in(self.application, self.zone_id, "CNAME")) == ROWS_IN_OUR_ZONE

    def assert_nothing_orphaned(self) -> None:
        """Nothing was made twice, or without its intent on record, and the report says how every item goes on."""
        made, items = self.made(), self.items()
        assert set(made.values()) <= {1}, made
        certificates = {("acm", item.item_id): item.certificate for item in items}
        distributions = {("cloudfront", item.item_id): item.distribution for item in items}
        for thing in made:
            stage = certificates.get(thing) or distributions[thing]
            assert stage.arn or stage.status in ("REQUESTED", "CREATING", "UNKNOWN"), (thing, stage)
        for entry in self.report_items():
            assert entry["outcome"] == "done" or (entry["reason"] and entry["nextAction"]), entry

    def report_items(self) -> list[Json]:
        """What the job's report says of each item; of a job that could not write it, its items are to be done by themselves."""
        key = f"jobs/{self.case.job_id}/report.json"
        if self.application.keys(key):
            entries: list[Json] = self.application.document(key)["items"]
            assert len(entries) == ROWS
            return entries
        items = self.items()
        assert len(items) == ROWS
        assert {(item.certificate.status, item.distribution.status) for item in items} == {("ISSUED", "DEPLOYED")}
        return []

    def _is_waited_for(self, item: Item) -> bool:
        return bool(self.application.waits.known_and_waiters(item.certificate.arn or "")[1])
