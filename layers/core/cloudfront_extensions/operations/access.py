"""Which operations there are, by which names both APIs know them, who may ask for each, and who did."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from cloudfront_extensions.aws.log import logger
from cloudfront_extensions.errors import NotAllowed
from cloudfront_extensions.operations.callers import Caller, CallerKind


class Group(StrEnum):
    """A group of the user pool. Each may do all that those before it may."""

    VIEWER = "viewer"
    OPERATOR = "operator"
    ADMIN = "admin"


class GraphqlType(StrEnum):
    QUERY = "Query"
    MUTATION = "Mutation"


@dataclass(frozen=True, slots=True)
class Operation:
    name: str
    """The operationId of the REST API, and the word of the audit line."""
    least: Group
    """The least group that may ask for it."""
    method: str
    path: str
    graphql_type: GraphqlType
    graphql_field: str

    @property
    def groups(self) -> tuple[Group, ...]:
        """All groups that may ask for it."""
        everyone = tuple(Group)
        return everyone[everyone.index(self.least) :]

    @property
    def changes(self) -> bool:
        """Whether it changes anything, and is audited."""
        return self.graphql_type is GraphqlType.MUTATION


_DISTRIBUTION = "/distributions/{distributionId}"
_VERSION = f"{_DISTRIBUTION}/versions/{{number}}"
_SNAPSHOT = f"{_DISTRIBUTION}/snapshots/{{name}}"
_ROLLBACK = "/rollbacks/{requestToken}"

_ALL = (
    Operation("listJobs", Group.VIEWER, "GET", "/jobs", GraphqlType.QUERY, "jobs"),
    Operation("startJob", Group.OPERATOR, "POST", "/jobs", GraphqlType.MUTATION, "startJob"),
    Operation("getJob", Group.VIEWER, "GET", "/jobs/{jobId}", GraphqlType.QUERY, "job"),
    Operation("listJobItems", Group.VIEWER, "GET", "/jobs/{jobId}/items", GraphqlType.QUERY, "jobItems"),
    Operation("getJobReport", Group.VIEWER, "GET", "/jobs/{jobId}/report", GraphqlType.QUERY, "jobReport"),
    Operation(
        "listValidationRecords",
        Group.VIEWER,
        "GET",
        "/jobs/{jobId}/validation-records",
        GraphqlType.QUERY,
        "validationRecords",
    ),
    Operation("redriveJob", Group.OPERATOR, "POST", "/jobs/{jobId}/redrive", GraphqlType.MUTATION, "redriveJob"),
    Operation("cancelJob", Group.OPERATOR, "POST", "/jobs/{jobId}/cancel", GraphqlType.MUTATION, "cancelJob"),
    Operation("cleanUpJob", Group.ADMIN, "POST", "/jobs/{jobId}/cleanup", GraphqlType.MUTATION, "cleanUpJob"),
    Operation("listCertificates", Group.VIEWER, "GET", "/certificates", GraphqlType.QUERY, "certificates"),
    Operation("getCertificate", Group.VIEWER, "GET", "/certificates/{certificateId}", GraphqlType.QUERY, "certificate"),
    Operation(
        "createKeyBundleUpload",
        Group.OPERATOR,
        "POST",
        "/key-bundles",
        GraphqlType.MUTATION,
        "createKeyBundleUpload",
    ),
    Operation("listDistributions", Group.VIEWER, "GET", "/distributions", GraphqlType.QUERY, "distributions"),
    Operation("getDistribution", Group.VIEWER, "GET", _DISTRIBUTION, GraphqlType.QUERY, "distribution"),
    Operation("listVersions", Group.VIEWER, "GET", f"{_DISTRIBUTION}/versions", GraphqlType.QUERY, "versions"),
    Operation("getVersion", Group.VIEWER, "GET", _VERSION, GraphqlType.QUERY, "version"),
    Operation("getDiff", Group.VIEWER, "GET", f"{_DISTRIBUTION}/diff", GraphqlType.QUERY, "diff"),
    Operation("pinVersion", Group.OPERATOR, "PUT", f"{_VERSION}/pin", GraphqlType.MUTATION, "pinVersion"),
    Operation("unpinVersion", Group.OPERATOR, "DELETE", f"{_VERSION}/pin", GraphqlType.MUTATION, "unpinVersion"),
    Operation("listSnapshots", Group.VIEWER, "GET", f"{_DISTRIBUTION}/snapshots", GraphqlType.QUERY, "snapshots"),
    Operation("getSnapshot", Group.VIEWER, "GET", _SNAPSHOT, GraphqlType.QUERY, "snapshot"),
    Operation(
        "createSnapshot", Group.OPERATOR, "POST", f"{_DISTRIBUTION}/snapshots", GraphqlType.MUTATION, "createSnapshot"
    ),
    Operation("annotateSnapshot", Group.OPERATOR, "PATCH", _SNAPSHOT, GraphqlType.MUTATION, "annotateSnapshot"),
    Operation("deleteSnapshot", Group.OPERATOR, "DELETE", _SNAPSHOT, GraphqlType.MUTATION, "deleteSnapshot"),
    Operation("listRollbacks", Group.VIEWER, "GET", "/rollbacks", GraphqlType.QUERY, "rollbacks"),
    Operation("startRollback", Group.OPERATOR, "POST", "/rollbacks", GraphqlType.MUTATION, "startRollback"),
    Operation("getRollback", Group.VIEWER, "GET", _ROLLBACK, GraphqlType.QUERY, "rollback"),
    Operation("getRollbackPlan", Group.VIEWER, "GET", f"{_ROLLBACK}/plan", GraphqlType.QUERY, "rollbackPlan"),
    Operation("answerRollback", Group.ADMIN, "POST", f"{_ROLLBACK}/answer", GraphqlType.MUTATION, "answerRollback"),
    Operation("stopRollback", Group.OPERATOR, "POST", f"{_ROLLBACK}/stop", GraphqlType.MUTATION, "stopRollback"),
    Operation("getMetrics", Group.VIEWER, "GET", "/metrics", GraphqlType.QUERY, "metrics"),
    Operation("getMetricCountries", Group.VIEWER, "GET", "/metrics/countries", GraphqlType.QUERY, "metricCountries"),
    Operation("getTopUrls", Group.VIEWER, "GET", "/metrics/top-urls", GraphqlType.QUERY, "topUrls"),
    Operation(
        "getDownloadSpeeds", Group.VIEWER, "GET", "/metrics/download-speeds", GraphqlType.QUERY, "downloadSpeeds"
    ),
    Operation(
        "startMetricsExport", Group.OPERATOR, "POST", "/metrics/exports", GraphqlType.MUTATION, "startMetricsExport"
    ),
    Operation(
        "getMetricsExport", Group.VIEWER, "GET", "/metrics/exports/{exportId}", GraphqlType.QUERY, "metricsExport"
    ),
    Operation("startPrewarm", Group.OPERATOR, "POST", "/prewarms", GraphqlType.MUTATION, "startPrewarm"),
    Operation("getPrewarm", Group.VIEWER, "GET", "/prewarms/{prewarmId}", GraphqlType.QUERY, "prewarm"),
    Operation("getPredecessorMetric", Group.VIEWER, "GET", "/metric", GraphqlType.QUERY, "predecessorMetric"),
)

OPERATIONS: Mapping[str, Operation] = {operation.name: operation for operation in _ALL}
"""Every operation by its name: the one table that both APIs, the docs and the tests are made from."""


def check(operation: str, caller: Caller) -> None:
    """Whether a caller may ask for an operation. What a machine may do, IAM has decided before it got here.

    Raises:
        NotAllowed: the caller is in none of the operation's groups, or there is no such operation.
    """
    known = OPERATIONS.get(operation)
    if known and (caller.kind is CallerKind.MACHINE or caller.groups & frozenset(known.groups)):
        return
    wanted = f"; it is for {' and '.join(known.groups)}" if known else ""
    raise NotAllowed(f"{caller.name} may not {operation}{wanted}")


def audit(operation: str, caller: Caller, target: str) -> None:
    """One line in the log for what somebody is about to change: who, what, on what; never what was sent."""
    logger.info("audit", operation=operation, caller=caller.name, callerKind=caller.kind.value, target=target)
