"""How far a job is, live: one bar for each stage, counted from the job's own items."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

from cloudfront_extensions.jobs.records import CertificateStatus, DistributionStatus, Item

REQUESTED = {CertificateStatus.PENDING_VALIDATION, CertificateStatus.ISSUED}
CREATED = {DistributionStatus.DEPLOYING, DistributionStatus.DEPLOYED}


def _owns_certificate(item: Item) -> bool:
    return item.certificate_item_id in (None, item.item_id)


STAGES: dict[str, Callable[[Item], bool]] = {
    "Certificates requested": lambda item: (
        _owns_certificate(item) and (item.certificate.status in REQUESTED or bool(item.certificate.validation_records))
    ),
    "Certificates issued": lambda item: _owns_certificate(item) and item.certificate.status == CertificateStatus.ISSUED,
    "Distributions created": lambda item: item.distribution.status in CREATED,
    "Distributions deployed": lambda item: item.distribution.status == DistributionStatus.DEPLOYED,
    "Items in trouble": lambda item: item.certificate.error is not None or item.distribution.error is not None,
}


class JobProgress:
    """A line for each stage. `certificates` and `distributions` are how many preflight said there will be."""

    def __init__(self, console: Console, items: int, certificates: int, distributions: int) -> None:
        self._bars = Progress(
            SpinnerColumn(),
            TextColumn("{task.description:<24}"),
            BarColumn(bar_width=36),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=console,
        )
        totals = {"Certificates": certificates, "Distributions": distributions, "Items": items}
        self._tasks: dict[str, TaskID] = {
            stage: self._bars.add_task(stage, total=totals[stage.split()[0]]) for stage in STAGES
        }

    def __enter__(self) -> JobProgress:
        self._bars.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bars.stop()

    def show(self, items: Iterable[Item]) -> None:
        reached = dict.fromkeys(STAGES, 0)
        for item in items:
            for stage, is_reached in STAGES.items():
                reached[stage] += is_reached(item)
        for stage, count in reached.items():
            self._bars.update(self._tasks[stage], completed=count)
