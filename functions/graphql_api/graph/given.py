"""What is given to a field, as the operations take it: without nulls, for null and nothing mean the same.

Not so in what is JSON of any form: that is the customer's own, and goes on as it came.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from cloudfront_extensions.errors import InvalidInput
from cloudfront_extensions.metrics.windows import Interval
from cloudfront_extensions.operations import jobs, metric_exports, prewarms, rollbacks, validation_records, versions
from cloudfront_extensions.operations.callers import Caller
from cloudfront_extensions.operations.download_speeds import DownloadSpeedsAnswer, get_download_speeds
from cloudfront_extensions.operations.job_answers import RecordsInForms
from cloudfront_extensions.operations.metric_countries import CountriesAnswer, get_metric_countries
from cloudfront_extensions.operations.metric_exports import ExportAnswer
from cloudfront_extensions.operations.metrics import MetricsAnswer, get_metrics
from cloudfront_extensions.operations.prewarms import PrewarmAnswer
from cloudfront_extensions.operations.rollback_answers import RollbackAnswer
from cloudfront_extensions.operations.top_urls import TopUrlsAnswer, get_top_urls

Json = dict[str, Any]

DOCUMENTS = frozenset({"config"})
"""Members of type AWSJSON."""


def arguments_of(event: Mapping[str, Any]) -> Json:
    """By the names of the operations' parameters: `jobId` is `job_id`."""
    given = without_nulls(event.get("arguments") or {})
    return {re.sub("[A-Z]", lambda letter: f"_{letter[0].lower()}", name): value for name, value in given.items()}


def without_nulls(value: Any) -> Any:
    """Lists stay as they are, but for what is inside of their elements."""
    if isinstance(value, dict):
        return {
            name: member if name in DOCUMENTS else without_nulls(member)
            for name, member in value.items()
            if member is not None
        }
    if isinstance(value, list):
        return [without_nulls(element) for element in value]
    return value


def records(job_id: str, forms: Sequence[str] = ()) -> RecordsInForms:
    return validation_records.list_validation_records_in(job_id, forms)


def diff(distribution_id: str, forms: Sequence[str] = (), **between: Any) -> versions.DiffInForms:
    return versions.get_diff_in(distribution_id, forms, **between)


def metrics(
    domain: str, metrics: Sequence[str] = (), interval: str = Interval.HOUR.name, **others: Any
) -> MetricsAnswer:
    return get_metrics(domain=domain, metric=metrics, interval=Interval[interval], **_times(others))


def metric_countries(**arguments: Any) -> CountriesAnswer:
    return get_metric_countries(**_times(arguments))


def top_urls(**arguments: Any) -> TopUrlsAnswer:
    return get_top_urls(**_times(arguments))


def download_speeds(**arguments: Any) -> DownloadSpeedsAnswer:
    return get_download_speeds(**_times(arguments))


def start_job(job: Json, *, caller: Caller) -> jobs.JobDocument:
    request = {"distribution": None, **job}
    if "tags" in job:
        request["tags"] = _by_key(job["tags"], "tags")
    if "distribution" in job:
        request["distribution"] = _template(job["distribution"])
    return jobs.start_job(request, caller=caller)


def clean_up_job(
    job_id: str, *, items: list[str] | None = None, failed_only: bool = False, dry_run: bool = False, caller: Caller
) -> jobs.JobDocument:
    if failed_only and items is not None:
        raise InvalidInput("items, failedOnly: give one of the two")
    return jobs.clean_up_job(job_id, items="failed" if failed_only else items, dry_run=dry_run, caller=caller)


def start_rollback(rollback: Json, *, caller: Caller) -> RollbackAnswer:
    request = dict(rollback)
    source = rollback.get("source", {})
    if "functionAssociations" in source:
        wanted = [{"functionArn": None, **one} for one in source["functionAssociations"]]
        request["source"] = {**source, "functionAssociations": wanted}
    if "strategy" in rollback:
        strategy = dict(rollback["strategy"])
        if header := strategy.pop("header", None):
            strategy["headers"] = {header["name"]: header["value"]}
        request["strategy"] = strategy
    return rollbacks.start_rollback(request, caller=caller)


def start_metrics_export(export: Json, *, caller: Caller) -> ExportAnswer:
    request = dict(export)
    if "interval" in export:
        request["interval"] = str(Interval[export["interval"]])
    return metric_exports.start_metrics_export(request, caller=caller)


def start_prewarm(prewarm: Json, *, caller: Caller) -> PrewarmAnswer:
    request = dict(prewarm)
    if "headers" in prewarm:
        request["headers"] = _by_key(prewarm["headers"], "headers", key="name")
    if paths := request.pop("invalidatePaths", None):
        if "invalidate" in prewarm:
            raise InvalidInput("invalidate: give either invalidate or invalidatePaths")
        request["invalidate"] = paths
    return prewarms.start_prewarm(request, caller=caller)


def _times(arguments: Json) -> Json:
    """`from` is a word of Python's."""
    names = {"from": "from_time", "to": "to_time"}
    return {names.get(name, name): value for name, value in arguments.items()}


def _template(given: Json) -> Json:
    template = dict(given)
    if "tags" in given:
        template["tags"] = _by_key(given["tags"], "distribution.tags")
    config = given["source"].get("config")
    if isinstance(config, str):
        template["source"] = {**given["source"], "config": _parsed(config)}
    return template


def _by_key(pairs: list[Json], field: str, *, key: str = "key") -> dict[str, str]:
    found = {pair[key]: pair["value"] for pair in pairs}
    if len(found) < len(pairs):
        raise InvalidInput(f"{field}: a {key} is given twice")
    return found


def _parsed(text: str) -> Any:
    """AppSync hands on what a text of AWSJSON says; a text that came through is read here."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise InvalidInput("distribution.source.config: it is not JSON") from None
