"""Log files in the account, as CloudFront delivers them, and what a refresh makes of them.

Each test has distributions of its own. Hours may be another test's too: nobody minds, where only one's own domains are
looked at.
"""

from __future__ import annotations

import gzip
import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cloudfront_extensions.aws.log_folders import LogFolders
from cloudfront_extensions.aws.metrics_store import MetricsStore
from cloudfront_extensions.aws.table import Table
from cloudfront_extensions.metrics.columns import LEGACY_FIELDS
from cloudfront_extensions.metrics.facts import Measures, added, total
from cloudfront_extensions.metrics.sources import Folder, Source, folder_at
from cloudfront_extensions.metrics.windows import Interval
from localaws.control import control
from logs.distributions import from_file
from logs.files import generate
from tests.workflows.account import issued_certificate, plain_config
from tests.workflows.application import Application, Json, eventually

LEGACY_HEADER = f"#Version: 1.0\n#Fields: {' '.join(LEGACY_FIELDS)}\n"
_hours = itertools.count()
_names = itertools.count()


def new_hour() -> datetime:
    """An hour of the last days that no other test has."""
    today = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    return today - timedelta(hours=36 + next(_hours))


@dataclass(frozen=True, slots=True)
class Site:
    """A distribution that is viewed."""

    distribution_id: str
    edge_domain: str
    aliases: tuple[str, ...]

    @classmethod
    def of(cls, application: Application, *aliases: str) -> Site:
        """A new distribution with these aliases."""
        certificate_arn = issued_certificate(application, *aliases) if aliases else ""
        config = plain_config(*aliases, certificate_arn=certificate_arn)
        made = application.client("cloudfront").create_distribution(DistributionConfig=config)["Distribution"]
        return cls(made["Id"], made["DomainName"], aliases)

    def as_json(self) -> Json:
        return {
            "distributionId": self.distribution_id,
            "edgeDomain": self.edge_domain,
            "aliases": list(self.aliases),
        }

    def line(self, moment: datetime, host: str | None = None, **fields: str) -> str:
        """A line of standard logging v1: what `fields` says of it, by the names that the legacy fields have as columns."""
        values = {
            "date": f"{moment:%Y-%m-%d}",
            "time": f"{moment:%H:%M:%S}",
            "x-edge-location": "FRA56-P4",
            "sc-bytes": "1000",
            "c-ip": "192.0.2.10",
            "cs-method": "GET",
            "cs(Host)": self.edge_domain,
            "cs-uri-stem": "/",
            "sc-status": "200",
            "x-edge-result-type": "Hit",
            "x-host-header": host or (self.aliases[0] if self.aliases else self.edge_domain),
            "time-taken": "0.010",
            "x-edge-response-result-type": "Hit",
            "x-edge-detailed-result-type": "Hit",
            **fields,
        }
        return "\t".join(values.get(name, "-") for name in LEGACY_FIELDS) + "\n"


def put_legacy(application: Application, site: Site, hour: datetime, lines: Iterable[str]) -> str:
    """Deliver a file of standard logging v1 as CloudFront does, into its own bucket; the name of the file."""
    name = f"{site.distribution_id}.{hour:%Y-%m-%d-%H}.{next(_names):08x}.gz"
    content = gzip.compress((LEGACY_HEADER + "".join(lines)).encode(), mtime=0)
    application.client("s3").put_object(Bucket=application.outputs["LegacyLogsBucket"], Key=name, Body=content)
    return name


def put_file(application: Application, folder: Folder, name: str, content: bytes) -> str:
    """Put an object into a folder of the logs bucket; its key."""
    key = f"{folder.prefix}{name}"
    application.client("s3").put_object(Bucket=application.outputs["LogsBucket"], Key=key, Body=content)
    return key


def deliver(
    application: Application,
    out: Path,
    source: Source,
    sites: Sequence[Site],
    hour: datetime,
    *,
    lines: int = 1_000,
    hours: int = 1,
    seed: int = 1,
) -> list[Folder]:
    """Generate logs of sites from an hour on and put them into the logs bucket; the folders in which they lie.

    The same seed makes the same files, which replace those of before.
    """
    distributions = from_file([site.as_json() for site in sites])
    for path in generate(out, source, distributions, seed=seed, lines=lines, start=hour, hours=hours):
        key = path.relative_to(out).as_posix()
        application.client("s3").put_object(Bucket=application.outputs["LogsBucket"], Key=key, Body=path.read_bytes())
    folders = {folder_at(source, hour + timedelta(hours=number)) for number in range(hours)}
    wait_until_pending(application, *folders)
    return sorted(folders)


def log_folders(application: Application) -> LogFolders:
    return LogFolders(Table(application.outputs["MetricsTable"], application.client("dynamodb")))


def arrivals(application: Application, folder: Folder) -> int:
    """How often an arrival in a folder was noted since it is pending; 0: it is not."""
    return next((one.arrived for one in log_folders(application).pending() if one.folder == folder), 0)


def is_pending(application: Application, folder: Folder) -> bool:
    return arrivals(application, folder) > 0


def wait_until_pending(application: Application, *folders: Folder, files: int = 1) -> None:
    """Wait until the arrival of so many files is noted for each folder."""
    for folder in folders:
        eventually(lambda folder=folder: arrivals(application, folder) >= files)  # type: ignore[misc]


def start_refresh(application: Application, *folders: Folder, **request: Any) -> str:
    """Start a refresh of these folders alone, or of what is pending; its execution."""
    named = [{"source": folder.source.value, "hour": folder.hour} for folder in folders]
    return application.start("metrics_refresh", {**({"folders": named} if named else {}), **request})


def refresh(application: Application, *folders: Folder, **request: Any) -> Json:
    """The output of a refresh of these folders alone, or of what is pending."""
    ended = application.wait(start_refresh(application, *folders, **request))
    assert ended["status"] == "SUCCEEDED", ended
    output: Json = ended["output"]
    return output


def metrics_store(application: Application) -> MetricsStore:
    store = MetricsStore(application.outputs["MetricsTable"])
    store._table = Table(application.outputs["MetricsTable"], application.client("dynamodb"))
    return store


def measures_of(application: Application, domain: str, hour: datetime, hours: int = 1) -> Measures:
    """What is stored of a domain from an hour on, all cells and hours together."""
    first = int(hour.timestamp())
    series = metrics_store(application).facts(domain, first, first + 3600 * hours, Interval.HOUR)
    return total(added(series.facts.values()))


def requests_of(application: Application, domain: str, hour: datetime, hours: int = 1) -> int:
    return measures_of(application, domain, hour, hours).requests


def queries(application: Application, **outcome: Any) -> None:
    """Tell what happens to the next queries of Athena: `queuedSeconds`, `fail`, `cancel`, `times`."""
    control(application.instance, "POST", "queries", outcome)


def forget_queries(application: Application) -> None:
    control(application.instance, "DELETE", "queries", {})


def keys_in(application: Application, prefix: str) -> list[str]:
    """The keys of the logs bucket below a prefix."""
    pages = (
        application.client("s3")
        .get_paginator("list_objects_v2")
        .paginate(Bucket=application.outputs["LogsBucket"], Prefix=prefix)
    )
    return [one["Key"] for page in pages for one in page.get("Contents", [])]
