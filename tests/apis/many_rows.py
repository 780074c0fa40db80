"""Tables with many rows, and every read of the APIs that meets them: what a request costs must not grow with its answer."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from cloudfront_extensions.aws.certificate_inventory import CertificateInventory, RunRecord
from cloudfront_extensions.aws.metrics_store import MetricsStore
from cloudfront_extensions.aws.rollback_planning import prefix_of
from cloudfront_extensions.aws.rollback_store import RollbackStore
from cloudfront_extensions.aws.table import Table
from cloudfront_extensions.aws.version_store import VersionStore
from cloudfront_extensions.jobs.items import item_id, new_item
from cloudfront_extensions.jobs.records import Item, Job, JobStatus
from cloudfront_extensions.jobs.rows import Row
from cloudfront_extensions.metrics.domain_figures import DomainFigures
from cloudfront_extensions.metrics.known_domains import ALL_DISTRIBUTIONS
from cloudfront_extensions.metrics.sources import Source, folder_at
from cloudfront_extensions.metrics.top_urls import UrlFigures, UrlList
from cloudfront_extensions.metrics.windows import Interval, label, start_of
from cloudfront_extensions.versions.records import Seen
from cloudfront_extensions.versions.rollback_records import Ending, Rollback
from tests.apis.graphql import whole
from tests.apis.making import new_distribution
from tests.apis.world import World
from tests.unit.certificates.entries import arn, entry
from tests.unit.metrics.lines import Line, facts_of
from tests.workflows import changes

PAGE = 50
ROWS = 2 * PAGE
DISTRIBUTIONS = 10
"""Each of them is captured, which takes its time."""
JOB = "many-rows"
SHARED = f"www.{JOB}.example.com"
"""Every certificate is for this name too."""
COUNTED = f"counted.{JOB}.example.com"
METRICS_HOURS = 30 * 24
METRICS_FROM = start_of(int(time.time()), Interval.DAY) - METRICS_HOURS * 3600
VERSIONED = "E2MANYROWS0001"
"""Has versions, and is no distribution any more."""


@dataclass(frozen=True, slots=True)
class Read:
    path: str
    query: str
    items: int | None = None
    """How many it answers; None: it is no list."""


def fill(world: World) -> dict[str, Read]:
    """Write the rows, and say what there is to read, by its name."""
    _write_jobs(world)
    _write_certificates(world)
    _write_versions(world)
    _write_rollbacks(world)
    _write_metrics(world)
    for _ in range(DISTRIBUTIONS):
        changes.new_distribution(world.application)
    live = new_distribution(world)
    for number in range(PAGE):
        body = {"name": f"{JOB}-{number}", "version": 1}
        assert world.rest("operator", "POST", f"/distributions/{live}/snapshots", body).status == 201
    return dict(_reads(live))


def _reads(live: str) -> Iterator[tuple[str, Read]]:
    job, versioned, distribution = f'jobId: "{JOB}"', f'distributionId: "{VERSIONED}"', f'distributionId: "{live}"'
    certificate, rollback = arn(1).rpartition("/")[2], f"{JOB}-1"
    asks, page = f"limit={PAGE}", f"limit: {PAGE}"
    for name, path, field, answer, items in (
        ("list of jobs", f"jobs?{asks}", f"jobs({page})", "JobPage", PAGE),
        ("job", f"jobs/{JOB}-1", f'job(jobId: "{JOB}-1")', "Job", None),
        ("list of items", f"jobs/{JOB}/items?{asks}", f"jobItems({job}, {page})", "JobItemPage", PAGE),
        (
            "list of items of one outcome",
            f"jobs/{JOB}/items?status=unfinished&{asks}",
            f"jobItems({job}, status: unfinished, {page})",
            "JobItemPage",
            PAGE,
        ),
        ("report", f"jobs/{JOB}/report", f"jobReport({job})", "JobReport", None),
        (
            "validation records",
            f"jobs/{JOB}/validation-records",
            f"validationRecords({job})",
            "ValidationRecords",
            None,
        ),
        ("list of certificates", f"certificates?{asks}", f"certificates({page})", "CertificatePage", PAGE),
        (
            "list of certificates of one status",
            f"certificates?status=ISSUED&{asks}",
            f"certificates(status: ISSUED, {page})",
            "CertificatePage",
            PAGE,
        ),
        (
            "list of certificates for a name",
            f"certificates?domain={SHARED}&{asks}",
            f'certificates(domain: "{SHARED}", {page})',
            "CertificatePage",
            PAGE,
        ),
        (
            "certificate",
            f"certificates/{certificate}",
            f'certificate(certificateId: "{certificate}")',
            "Certificate",
            None,
        ),
        (
            "list of distributions",
            f"distributions?limit={DISTRIBUTIONS}",
            f"distributions(limit: {DISTRIBUTIONS})",
            "DistributionPage",
            DISTRIBUTIONS,
        ),
        ("distribution", f"distributions/{live}", f"distribution({distribution})", "Distribution", None),
        (
            "list of versions",
            f"distributions/{VERSIONED}/versions?{asks}",
            f"versions({versioned}, {page})",
            "VersionPage",
            PAGE,
        ),
        ("version", f"distributions/{live}/versions/2", f"version({distribution}, number: 2)", "Version", None),
        (
            "diff",
            f"distributions/{live}/diff?from=1&to=2",
            f"diff({distribution}, fromVersion: 1, toVersion: 2)",
            "Diff",
            None,
        ),
        (
            "list of snapshots",
            f"distributions/{live}/snapshots?{asks}",
            f"snapshots({distribution}, {page})",
            "SnapshotPage",
            PAGE,
        ),
        ("list of rollbacks", f"rollbacks?{asks}", f"rollbacks({page})", "RollbackPage", PAGE),
        ("rollback", f"rollbacks/{rollback}", f'rollback(requestToken: "{rollback}")', "Rollback", None),
        ("plan", f"rollbacks/{rollback}/plan", f'rollbackPlan(requestToken: "{rollback}")', "RollbackPlan", None),
        *_of_metrics(),
    ):
        yield name, Read(f"/{path}", f"query {{ {field} {whole(answer)} }}", items)


def _of_metrics() -> Iterator[tuple[str, str, str, str, None]]:
    """A month of all figures of a domain."""
    first, end = label(METRICS_FROM), label(METRICS_FROM + METRICS_HOURS * 3600)
    asked, given = f"domain={COUNTED}&from={first}&to={end}", f'domain: "{COUNTED}", from: "{first}", to: "{end}"'
    yield "metrics", f"metrics?{asked}", f"metrics({given})", "Metrics", None
    yield "countries", f"metrics/countries?{asked}", f"metricCountries({given})", "MetricCountries", None
    yield "top URLs", f"metrics/top-urls?{asked}", f"topUrls({given})", "TopUrls", None
    yield "download speeds", f"metrics/download-speeds?{asked}", f"downloadSpeeds({given})", "DownloadSpeeds", None
    start_time, end_time = (text.replace("T", " ").rstrip("Z") for text in (first, end))
    yield (
        "predecessor's metrics",
        f"metric?StartTime={start_time}&EndTime={end_time}&Metric=all&Domain={COUNTED}".replace(" ", "+"),
        f'predecessorMetric(startTime: "{start_time}", endTime: "{end_time}", metric: "all", domain: "{COUNTED}")',
        "PredecessorMetric",
        None,
    )


def _write_jobs(world: World) -> None:
    """Jobs that have ended, one of them with a report, and with items whose certificates are those of another page's items."""
    store = world.application.store
    execution = f"{world.application.state_machine('domain_onboarding').replace(':stateMachine:', ':execution:')}:{JOB}"
    for name in (JOB, *(f"{JOB}-{number}" for number in range(1, ROWS))):
        store.create_job(Job(name, "0" * 64, execution, JobStatus.SUCCEEDED))
    domains = [{"domainName": _domain(line)} for line in range(1, ROWS + 1)]
    request = {"requestToken": JOB, "domains": domains, "distribution": None}
    world.application.put(f"jobs/{JOB}/request.json", json.dumps(request))
    world.application.put(f"jobs/{JOB}/report.json", {})
    store.put_items(map(_item, range(1, ROWS + 1)))


def _item(line: int) -> Item:
    item = new_item(JOB, Row(line, (_domain(line),)), wants_distribution=False)
    return replace(item, certificate_item_id=item_id(line if line > PAGE else line + PAGE))


def _domain(line: int) -> str:
    return f"shop-{line}.{JOB}.example.com"


def _write_certificates(world: World) -> None:
    """In a run of the inventory that has ended; they end one after another, over all months of a year."""
    inventory = CertificateInventory(_table(world, "InventoryTable"))
    run = "2026-11-22T050003.214Z"
    inventory.begin_run(RunRecord(run, run, JOB), inventory.run())
    days = 360 / ROWS
    account = world.application.state_machine("certificate_inventory").split(":")[4]
    inventory.write(
        [
            entry(number, _domain(number), SHARED, days=days * number, arn=arn(number).replace("123456789012", account))
            for number in range(1, ROWS + 1)
        ],
        run,
    )
    inventory.finish_run(run)


def _write_versions(world: World) -> None:
    store = VersionStore(_table(world, "VersionsTable"), world.application.outputs["ConfigurationBucket"])
    for number in range(1, ROWS + 1):
        store.record(
            Seen(VERSIONED, f"E{number}", modified_at=f"2026-03-02T09:{number // 60:02}:{number % 60:02}.000Z")
        )


def _write_rollbacks(world: World) -> None:
    """Rollbacks that have ended; one of them had many targets, and has its plan."""
    store = RollbackStore(_table(world, "VersionsTable"))
    machine = world.application.state_machine("config_rollback").replace(":stateMachine:", ":execution:")
    for number in range(1, ROWS + 1):
        token = f"{JOB}-{number}"
        store.create(Rollback(token, "0" * 64, f"{machine}:{token}"))
        store.end(token, f"{machine}:{token}", Ending.APPLIED)
    for number in range(PAGE):
        store.ensure_target(f"{JOB}-1", f"E2TARGET{number:06}")
    world.application.put(f"{prefix_of(f'{JOB}-1', dry_run=False)}/plan.json", {"status": "PLANNED"})


def _table(world: World, name: str) -> Table:
    return Table(world.application.outputs[name], world.application.client("dynamodb"))


def _write_metrics(world: World) -> None:
    """Each hour of a month has requests of 60 countries, in two windows of five minutes."""
    MetricsStore(_table(world, "MetricsTable")).write(_figures())


def _figures() -> Iterator[DomainFigures]:
    by_country = [Line(country=f"{first}{second}", path=f"/{first}") for first in "ABCDEF" for second in "ABCDEFGHIJ"]
    facts = facts_of([*by_country, *(line._replace(status="404", result="Error") for line in by_country)])
    for start in range(METRICS_FROM, METRICS_FROM + METRICS_HOURS * 3600, 3600):
        folder = folder_at(Source.STANDARD, datetime.fromtimestamp(start, UTC))
        urls = {start: UrlList([UrlFigures(f"/{number}", 1, 1) for number in range(100)])}
        yield DomainFigures(COUNTED, folder, {start: facts, start + 1800: facts}, urls)
        yield DomainFigures(ALL_DISTRIBUTIONS, folder, {start: {}})
