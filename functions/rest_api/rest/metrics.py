"""/metrics: figures of domains from CloudFront's logs; and /metric, as the predecessor answered it."""

from __future__ import annotations

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Query

from cloudfront_extensions.metrics.windows import Interval
from cloudfront_extensions.operations import (
    download_speeds,
    metric_countries,
    metric_exports,
    metrics,
    predecessor_metrics,
    top_urls,
)
from rest.answers import Answer, document, hashed
from rest.callers import caller_of
from rest.parameters import ExportId, IdempotencyKey, Limit
from rest.requests import NewMetricsExport
from rest.routing import new_router, route

router = new_router()

Domain = Annotated[
    str, Query(max_length=1012, description="An alias, the id of a distribution, or * for all distributions.")
]
From = Annotated[
    str | None, Query(alias="from", description="From this time on (RFC 3339, or a date); windows are whole.")
]
To = Annotated[str | None, Query(alias="to", description="Up to, but not at, this time; now if left out.")]
Country = Annotated[
    str | None,
    Query(max_length=64, description="Two capital letters (ISO 3166-1), or - where the logs do not tell it."),
]


@route(router, "getMetrics")
def get_metrics(
    domain: Domain,
    metric: Annotated[
        str, Query(max_length=1000, description="all, or the names of metrics with commas between them.")
    ] = metrics.ALL,
    from_time: From = None,
    to_time: To = None,
    country: Country = None,
    interval: Annotated[
        Interval,
        Query(description="How long a window is. At once up to 3 days of 5m, 31 days of 1h and 400 days of 1d."),
    ] = Interval.HOUR,
    compare: Annotated[
        metrics.Compare | None, Query(description="previous: beside the values of the same time before.")
    ] = None,
) -> Answer:
    """Metrics of a domain in windows of five minutes, an hour or a day."""
    return document(
        metrics.get_metrics(
            domain=domain,
            metric=metric,
            from_time=from_time,
            to_time=to_time,
            country=country,
            interval=interval,
            compare=compare,
        )
    )


@route(router, "getMetricCountries")
def get_metric_countries(domain: Domain, from_time: From = None, to_time: To = None) -> Answer:
    """The countries of a domain's requests, those with most requests first; up to 31 days in whole hours."""
    return document(metric_countries.get_metric_countries(domain=domain, from_time=from_time, to_time=to_time))


@route(router, "getTopUrls")
def get_top_urls(
    domain: Domain,
    by: Annotated[top_urls.By, Query(description="What they are ordered by.")] = top_urls.By.REQUESTS,
    from_time: From = None,
    to_time: To = None,
    limit: Limit = 10,
) -> Answer:
    """The URLs of a domain with most requests, or with most bytes; up to 31 days in whole hours."""
    return document(top_urls.get_top_urls(domain=domain, by=by, from_time=from_time, to_time=to_time, limit=limit))


@route(router, "getDownloadSpeeds")
def get_download_speeds(
    domain: Domain,
    from_time: From = None,
    to_time: To = None,
    country: Country = None,
    from_origin: Annotated[bool, Query(alias="fromOrigin", description="Only answers that the origin gave.")] = False,
) -> Answer:
    """How fast viewers got what they downloaded, by country and network; up to 31 days in whole hours."""
    return document(
        download_speeds.get_download_speeds(
            domain=domain, from_time=from_time, to_time=to_time, country=country, from_origin=from_origin
        )
    )


@route(router, "startMetricsExport", 202)
def start_metrics_export(body: NewMetricsExport, idempotency_key: IdempotencyKey = None) -> Answer:
    """Write what was counted of domains into files, CSV or Parquet."""
    started = metric_exports.start_metrics_export(
        body.given(), idempotency_key=idempotency_key, caller=caller_of(router.current_event.raw_event)
    )
    return document(started, location=f"metrics/exports/{started['exportId']}")


@route(router, "getMetricsExport")
def get_metrics_export(export_id: ExportId) -> Answer:
    """An export, and links to its files once it is complete, which last some minutes."""
    export = metric_exports.get_metrics_export(export_id)
    files = [{name: told for name, told in file.items() if name != "url"} for file in export["files"]]
    return document(export, tag=hashed({**export, "files": files}))


@route(router, "getPredecessorMetric")
def get_predecessor_metric(
    start_time: Annotated[str, Query(alias="StartTime", description="YYYY-MM-DD HH:MM:SS (UTC).")],
    end_time: Annotated[str, Query(alias="EndTime", description="YYYY-MM-DD HH:MM:SS (UTC), not included.")],
    metric: Annotated[str, Query(alias="Metric", max_length=64, description="One of its names, or all.")],
    domain: Annotated[str, Query(alias="Domain", max_length=1012, description="As in /metrics.")],
    country: Annotated[str, Query(alias="Country", max_length=64, description="Two capital letters, or all.")] = "all",
) -> Answer:
    """Metrics in the shape of the predecessor's API, for those who switch."""
    told = predecessor_metrics.get_predecessor_metric(
        start_time=start_time,
        end_time=end_time,
        metric=metric,
        domain=domain,
        country=country,
        request_id=router.current_event.raw_event["requestContext"]["requestId"],
    )
    return document(told, tag=hashed({**told["Response"], "RequestId": ""}))
