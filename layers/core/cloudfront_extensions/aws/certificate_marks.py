"""The mark on a certificate that one job made and another has come to use, so that the first one's cleanup leaves it.

What an import finds in ACM already, or replaces the content of, may be what another job imported. As long as no distribution
uses it, ACM lets that job's cleanup delete it. The tag USED_BY_TAG says who needs it: the item that came last, which is enough
until there is a distribution.

Only what carries a job's tag is marked. No cleanup deletes anything else, and nothing is written on what others have made. The
items of one job need no mark among themselves: they are cleaned up together.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress

from cloudfront_extensions.aws.acm import AcmCertificates
from cloudfront_extensions.aws.deployment_tag import is_of_this_deployment
from cloudfront_extensions.aws.error_table import AlreadyGone
from cloudfront_extensions.jobs.records import ItemKey
from cloudfront_extensions.tags import JOB_TAG, USED_BY_TAG, used_by


def mark_as_used(arn: str, user: ItemKey) -> None:
    """Mark a certificate, unless the item's own job made it, or none did. Raises AlreadyGone where there is no such one."""
    acm = AcmCertificates()
    tags = acm.tags_of(arn)
    is_own = is_of_this_deployment(tags) and tags.get(JOB_TAG) == user.job_id
    if JOB_TAG in tags and not is_own:
        acm.add_tag(arn, USED_BY_TAG, used_by(*user))


def take_mark_away(arn: str, tags: Mapping[str, str], user: ItemKey) -> None:
    """Remove an item's mark from a certificate with these tags; another's stays, even one that has just been written."""
    mark = used_by(*user)
    if tags.get(USED_BY_TAG) == mark:
        with suppress(AlreadyGone):
            AcmCertificates().remove_tag(arn, USED_BY_TAG, mark)
