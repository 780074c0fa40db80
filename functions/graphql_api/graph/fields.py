"""The fields of the root types, and the operation behind each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from aws_lambda_powertools.event_handler import AppSyncResolver

from cloudfront_extensions.operations import (
    certificates,
    distributions,
    jobs,
    key_bundles,
    metric_exports,
    predecessor_metrics,
    prewarms,
    rollbacks,
    snapshots,
    versions,
)
from graph import given, told

Operation = Callable[..., Any]

QUERIES: Mapping[str, Operation] = {
    "jobs": jobs.list_jobs,
    "job": jobs.get_job,
    "jobItems": told.each(told.item, jobs.list_job_items),
    "jobReport": jobs.get_job_report,
    "validationRecords": given.records,
    "certificates": told.each(told.certificate, certificates.list_certificates),
    "certificate": told.one(told.certificate, certificates.get_certificate),
    "distributions": distributions.list_distributions,
    "distribution": distributions.get_distribution,
    "versions": versions.list_versions,
    "version": told.one(told.version, versions.get_version),
    "diff": told.one(told.diff, given.diff),
    "snapshots": told.each(told.snapshot, snapshots.list_snapshots),
    "snapshot": told.one(told.snapshot, snapshots.get_snapshot),
    "rollbacks": rollbacks.list_rollbacks,
    "rollback": rollbacks.get_rollback,
    "rollbackPlan": told.one(told.plan, rollbacks.get_rollback_plan),
    "metrics": told.one(told.metrics, given.metrics),
    "metricCountries": given.metric_countries,
    "topUrls": given.top_urls,
    "downloadSpeeds": given.download_speeds,
    "metricsExport": metric_exports.get_metrics_export,
    "prewarm": prewarms.get_prewarm,
    "predecessorMetric": told.one(told.predecessor_metric, predecessor_metrics.get_predecessor_metric),
}
MUTATIONS: Mapping[str, Operation] = {
    "startJob": given.start_job,
    "redriveJob": jobs.redrive_job,
    "cancelJob": jobs.cancel_job,
    "cleanUpJob": given.clean_up_job,
    "createKeyBundleUpload": told.one(told.key_bundle_upload, key_bundles.create_key_bundle_upload),
    "pinVersion": versions.pin_version,
    "unpinVersion": versions.unpin_version,
    "createSnapshot": told.one(told.snapshot, snapshots.create_snapshot),
    "annotateSnapshot": told.one(told.snapshot, snapshots.annotate_snapshot),
    "deleteSnapshot": told.one(told.snapshot, snapshots.delete_snapshot),
    "startRollback": given.start_rollback,
    "answerRollback": rollbacks.answer_rollback,
    "stopRollback": rollbacks.stop_rollback,
    "startMetricsExport": given.start_metrics_export,
    "startPrewarm": given.start_prewarm,
}
PUBLISHED: Mapping[str, Operation] = {
    "publishJobChanged": jobs.get_job,
    "publishRollbackChanged": rollbacks.get_rollback,
}
"""What subscribers are told is read here: who publishes says of what, and not what."""

resolver = AppSyncResolver()  # type: ignore[no-untyped-call]


def _by_caller(operation: Operation) -> Operation:
    """Whoever changes something is named in its record and in the log."""

    def resolve(**arguments: Any) -> Any:
        return operation(**arguments, caller=resolver.context["caller"])

    return resolve


for _field, _operation in QUERIES.items():
    resolver.resolver(type_name="Query", field_name=_field)(_operation)
for _field, _operation in MUTATIONS.items():
    resolver.resolver(type_name="Mutation", field_name=_field)(_by_caller(_operation))
for _field, _operation in PUBLISHED.items():
    resolver.resolver(type_name="Mutation", field_name=_field)(_operation)
