"""One mutation for each job or rollback that has changed, which tells its subscribers how it stands now.

A subscriber gets of an answer what the mutation asked for: these ask for every field.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping

from cloudfront_extensions.aws.graphql import FieldRefused, ask
from cloudfront_extensions.aws.log import logger
from news.changes import Changed, Kind

MUTATIONS: Mapping[Kind, str] = {
    Kind.JOB: """
        mutation PublishJobChanged($id: ID!) {
          publishJobChanged(jobId: $id) { jobId status executionArn dryRun startedBy createdAt updatedAt etag }
        }""",
    Kind.ROLLBACK: """
        mutation PublishRollbackChanged($id: ID!) {
          publishRollbackChanged(requestToken: $id) {
            requestToken status requestedBy createdAt updatedAt executionArn
            approval { answer until by at comment }
            stop { by at }
            dryRun risk plannedAt
            totals { outcome count }
            targets {
              distributionId outcome risk changes versionBefore etag appliedAt reverting
              canary { stagingId stagingDomain policyId attached }
              error reason nextAction left
            }
            failure { error reason nextAction }
            plan { bucket key url }
            report { bucket key url }
            etag
          }
        }""",
}


def publish(changed: Iterable[Changed]) -> None:
    """What can't be told, such as a job that is not on record yet, is not told, and holds up nothing.

    Raises:
        AwsThrottled, AwsUnavailable: whoever told of the changes tells again, some minutes long.
        AwsRefused: the API does not let us in, which the function's errors are to show.
    """
    for kind, name in changed:
        try:
            ask(os.environ["GRAPHQL_URL"], MUTATIONS[kind], {"id": name})
        except FieldRefused as error:
            logger.warning("subscribers were not told", kind=kind.value, id=name, reason=str(error))
