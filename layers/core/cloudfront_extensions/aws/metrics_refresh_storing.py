"""The step of `metrics_refresh` that stores figures: in portions, for as long as its function has time."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator

from cloudfront_extensions.aws.athena_results import PlacedRow, rows_at
from cloudfront_extensions.aws.known_distributions import kept_known_domains
from cloudfront_extensions.aws.log_folders import LogFolders
from cloudfront_extensions.aws.metrics_refresh_state import Query, Refresh, Stored, domains_key
from cloudfront_extensions.aws.metrics_store import MetricsStore
from cloudfront_extensions.errors import RefreshSuperseded
from cloudfront_extensions.metrics.domain_figures import DomainFigures, figures
from cloudfront_extensions.metrics.known_domains import ALL_DISTRIBUTIONS, KnownDomains
from cloudfront_extensions.metrics.rows import RejectedRow, Row
from cloudfront_extensions.metrics.stored_items import Retention

LOOK_EVERY = 100
"""Figures of domains between two looks at whether the refresh is still the one under way."""


def store(refresh: Refresh, query: Query, stored: Stored, has_time: Callable[[], bool]) -> Stored:
    """Store the figures of a result behind a place, until all are stored or the time is over: where to go on.

    What was stored after that place is stored again: each item is written whole.

    Raises:
        RefreshSuperseded: another refresh has begun, as where an execution was stopped whose function still works.
        QueryFailed: the result is gone, or is none.
    """
    known = kept_known_domains(refresh["bucket"], domains_key(refresh))
    portion = _Portion(query["output"], known, stored, refresh["runId"], has_time)
    retention = Retention(int(os.environ["FIVE_MINUTES_DAYS"]), int(os.environ["HOUR_DAYS"]))
    MetricsStore(retention=retention).write(portion)
    return {"offset": portion.offset, "position": portion.passed - portion.passed_at_offset, "done": portion.is_last}


class _Portion:
    """Figures from behind a place on, at least those of one domain, for as long as there is time."""

    def __init__(
        self, output: str, known: KnownDomains, stored: Stored, run_id: str, has_time: Callable[[], bool]
    ) -> None:
        self._found = figures(self._rows(rows_at(output, stored["offset"])), known)
        self._position, self._run_id, self._has_time = stored["position"], run_id, has_time
        self.offset = stored["offset"]
        """Where the rows begin of the distribution whose figures are handed out."""
        self.passed = 0
        """Figures of domains that have been handed out, or had been before."""
        self.passed_at_offset = 0
        """Those of what lies before the offset."""
        self._folders = LogFolders()
        self.handed_out = 0
        """Now, that is."""
        self.is_last = False

    def __iter__(self) -> Iterator[DomainFigures]:
        for of_domain in self._found:
            if self.passed < self._position:
                self.passed += 1
                continue
            if self.handed_out and not self._has_time():
                return
            if self.handed_out % LOOK_EVERY == 0:
                self._look()
            if of_domain.domain == ALL_DISTRIBUTIONS:
                self._folders.note_rejected(of_domain.folder, of_domain.rejected)
            self.handed_out += 1
            self.passed += 1
            yield of_domain
        self.is_last = True

    def _rows(self, placed: Iterable[PlacedRow]) -> Iterator[Row]:
        """The figures of a distribution are found once the first row of the next one has been read, or the last row of all."""
        begins, last = self.offset, None
        for place, row in placed:
            part = row.folder, None if isinstance(row, RejectedRow) else row.edge_domain
            if last and part != last:
                self.offset, self.passed_at_offset = begins, self.passed
                begins = place
            last = part
            yield row
        self.offset, self.passed_at_offset = begins, self.passed

    def _look(self) -> None:
        current = self._folders.run()
        if current is None or current.run_id != self._run_id:
            raise RefreshSuperseded(f"refresh {self._run_id} is not the one under way")
