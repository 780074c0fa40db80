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
EDGE_FUNCTIONS_BACK = (
    "CloudFront asks for it where what a target gets back names functions of Lambda@Edge; no test goes there"
)
FAILED_DRY_RUN = "a dry run that ends with an error has a report too"
REASONS = {
    ("CertificateInventoryRole", "states:DescribeExecution", "/*"): DISTRIBUTED_MAP,
    ("CertificateInventoryRole", "states:RedriveExecution", "/*"): DISTRIBUTED_MAP,
    ("CompleteJobRole", "s3:GetObject", "/dry-runs/*"): FAILED_DRY_RUN,
    ("CompleteJobRole", "s3:PutObject", "/dry-runs/*"): FAILED_DRY_RUN,
    ("ConfigBaselineRole", "states:DescribeExecution", "/*"): DISTRIBUTED_MAP,
    ("ConfigBaselineRole", "states:RedriveExecution", "/*"): DISTRIBUTED_MAP,
    ("ConfigRollbackRole", "states:DescribeExecution", "/*"): DISTRIBUTED_MAP,
    ("ConfigRollbackRole", "states:RedriveExecution", "/*"): DISTRIBUTED_MAP,
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
    ("PrepareDistributionRole", "cloudfront:ListTagsForResource", "/*"): UNSEEN_TAGS,
    ("RequestCertificateRole", "tag:GetResources", "*"): LATE_RETRY,
    ("RevertTargetsRole", "lambda:DisableReplication*", ":*:*"): EDGE_FUNCTIONS_BACK,
    ("RevertTargetsRole", "lambda:EnableReplication*", ":*:*"): EDGE_FUNCTIONS_BACK,
    ("RevertTargetsRole", "lambda:GetFunction", ":*:*"): EDGE_FUNCTIONS_BACK,
}
"""By role, action and the end of the resource."""


def reason_for(grant: Grant) -> str | None:
    for (role, action, resource), reason in REASONS.items():
        if (role, action) == (grant.template_name, grant.action) and grant.resource.endswith(resource):
            return reason
    return None
