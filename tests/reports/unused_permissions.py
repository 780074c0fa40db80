"""Permissions that neither the workflow tests nor the faults use, and why the template gives each all the same."""

from __future__ import annotations

from localaws.permissions import Grant

DISTRIBUTED_MAP = "AWS's documentation asks for it in the role of a state machine with a Distributed Map"
RESULT_WRITER = "AWS's documentation asks for it where a Distributed Map has a ResultWriter"
NESTED = "AWS's documentation asks for it where a task waits for another state machine: an execution that is stopped stops it"
LATE_RETRY = "to find a certificate whose request is older than its idempotency token: only unit tests move that clock"
UNSEEN_TAGS = (
    "to know its own distribution by while the tagging API does not show it yet: only unit tests hide it so late"
)
FIREHOSE = "AWS's documentation asks for it in the role of a delivery stream; Firehose here has no use for it"
EDGE_FUNCTIONS_OF_LOGGED = (
    "CloudFront asks for it where a distribution with functions of Lambda@Edge begins to log by v1; no test goes there"
)
WRONG_LIST = "AWS's list of actions names a destination as what this is limited to, its documentation a source"
FAILED_DRY_RUN = "a dry run that ends with an error has a report too"
QUERY_RESULT = "AWS's documentation asks for it in a role for which Athena writes the results of queries"
QUERY = "AWS's documentation asks for it in the role of a state machine that waits for a query; Athena here has no use for it"
REASONS = {
    ("CachePrewarmRole", "states:DescribeExecution", "/*"): DISTRIBUTED_MAP,
    ("CachePrewarmRole", "states:RedriveExecution", "/*"): DISTRIBUTED_MAP,
    ("CachePrewarmRole", "states:StopExecution", "/*"): DISTRIBUTED_MAP,
    ("CertificateInventoryRole", "states:DescribeExecution", "/*"): DISTRIBUTED_MAP,
    ("CertificateInventoryRole", "states:RedriveExecution", "/*"): DISTRIBUTED_MAP,
    ("CompleteJobRole", "s3:GetObject", "/dry-runs/*"): FAILED_DRY_RUN,
    ("CompleteJobRole", "s3:PutObject", "/dry-runs/*"): FAILED_DRY_RUN,
    ("ConfigBaselineRole", "states:DescribeExecution", "/*"): DISTRIBUTED_MAP,
    ("ConfigBaselineRole", "states:RedriveExecution", "/*"): DISTRIBUTED_MAP,
    ("ConfigRollbackRole", "states:DescribeExecution", "/*"): DISTRIBUTED_MAP,
    ("ConfigRollbackRole", "states:RedriveExecution", "/*"): DISTRIBUTED_MAP,
    ("DeliverLinesRole", "lambda:GetFunctionConfiguration", ""): FIREHOSE,
    ("DeliverLinesRole", "s3:AbortMultipartUpload", "/*"): FIREHOSE,
    ("DeliverLinesRole", "s3:GetBucketLocation", ""): FIREHOSE,
    ("DeliverLinesRole", "s3:ListBucket", ""): FIREHOSE,
    ("DeliverLinesRole", "s3:ListBucketMultipartUploads", ""): FIREHOSE,
    ("DomainOnboardingRole", "s3:AbortMultipartUpload", "/map-results/*"): RESULT_WRITER,
    ("DomainOnboardingRole", "s3:GetObject", "/map-results/*"): RESULT_WRITER,
    ("DomainOnboardingRole", "s3:ListMultipartUploadParts", "/map-results/*"): RESULT_WRITER,
    ("DomainOnboardingRole", "states:DescribeExecution", "/*"): DISTRIBUTED_MAP,
    ("DomainOnboardingRole", "states:RedriveExecution", "/*"): DISTRIBUTED_MAP,
    ("DomainOnboardingRole", "states:StopExecution", ":*"): NESTED,
    ("JobCleanupRole", "s3:AbortMultipartUpload", "/map-results/*"): RESULT_WRITER,
    ("JobCleanupRole", "s3:GetObject", "/map-results/*"): RESULT_WRITER,
    ("JobCleanupRole", "s3:ListMultipartUploadParts", "/map-results/*"): RESULT_WRITER,
    ("JobCleanupRole", "states:DescribeExecution", "/*"): DISTRIBUTED_MAP,
    ("JobCleanupRole", "states:RedriveExecution", "/*"): DISTRIBUTED_MAP,
    ("JobCleanupRole", "states:StopExecution", "/*"): DISTRIBUTED_MAP,
    ("ChangeLogDeliveryRole", "lambda:DisableReplication*", ":*:*"): EDGE_FUNCTIONS_OF_LOGGED,
    ("ChangeLogDeliveryRole", "lambda:EnableReplication*", ":*:*"): EDGE_FUNCTIONS_OF_LOGGED,
    ("ChangeLogDeliveryRole", "lambda:GetFunction", ":*:*"): EDGE_FUNCTIONS_OF_LOGGED,
    ("ChangeLogDeliveryRole", "logs:DeleteDeliverySource", ":delivery-destination:cloudfront-extensions-*"): WRONG_LIST,
    ("LogDeliveryRole", "states:DescribeExecution", "/*"): DISTRIBUTED_MAP,
    ("LogDeliveryRole", "states:RedriveExecution", "/*"): DISTRIBUTED_MAP,
    ("LogDeliveryRole", "states:StopExecution", "/*"): DISTRIBUTED_MAP,
    ("MetricsRefreshRole", "athena:GetDataCatalog", "/AwsDataCatalog"): QUERY,
    ("MetricsRefreshRole", "glue:BatchGetPartition", ""): QUERY,
    ("MetricsRefreshRole", "glue:GetDatabases", ""): QUERY,
    ("MetricsRefreshRole", "glue:GetPartition", ""): QUERY,
    ("MetricsRefreshRole", "glue:GetPartitions", ""): QUERY,
    ("MetricsRefreshRole", "glue:GetTables", ""): QUERY,
    ("MetricsRefreshRole", "lakeformation:GetDataAccess", "*"): QUERY,
    ("MetricsRefreshRole", "s3:AbortMultipartUpload", "/queries/*"): QUERY_RESULT,
    ("MetricsRefreshRole", "s3:GetBucketLocation", ""): QUERY_RESULT,
    ("MetricsRefreshRole", "s3:GetObject", "/queries/*"): QUERY_RESULT,
    ("MetricsRefreshRole", "s3:ListBucket", ""): QUERY_RESULT,
    ("NoteLogArrivalsRole", "s3:ListBucket", ""): "without it S3 answers AccessDenied for a log file that is gone",
    ("MetricsRefreshRole", "s3:ListBucketMultipartUploads", ""): QUERY_RESULT,
    ("MetricsRefreshRole", "s3:ListMultipartUploadParts", "/queries/*"): QUERY_RESULT,
    ("PrepareDistributionRole", "cloudfront:ListTagsForResource", "/*"): UNSEEN_TAGS,
    ("RequestCertificateRole", "tag:GetResources", "*"): LATE_RETRY,
}
"""By role, action and the end of the resource."""


def reason_for(grant: Grant) -> str | None:
    for (role, action, resource), reason in REASONS.items():
        if (role, action) == (grant.template_name, grant.action) and grant.resource.endswith(resource):
            return reason
    return None
