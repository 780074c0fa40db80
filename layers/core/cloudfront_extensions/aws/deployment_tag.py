"""Which deployment of this library made something: two in one account may have jobs and items of the same names.

What a cleanup deletes, and what a repeated task takes for its own, is found by tags; so these say it too. A deployment is named
by its table, which holds all that it knows.
"""

from __future__ import annotations

import os
from collections.abc import Mapping

from cloudfront_extensions.tags import DEPLOYMENT_TAG, ITEM_TAG, JOB_TAG


def deployment() -> str:
    return os.environ["JOBS_TABLE"]


def with_deployment(tags: Mapping[str, str]) -> dict[str, str]:
    return {**tags, DEPLOYMENT_TAG: deployment()}


def is_of_this_deployment(tags: Mapping[str, str]) -> bool:
    return tags.get(DEPLOYMENT_TAG) == deployment()


def own_tag_filters(job_id: str, item_id: str | None = None) -> list[dict[str, object]]:
    """TagFilters of GetResources for what this deployment made for a job, or for one of its items."""
    wanted = {DEPLOYMENT_TAG: deployment(), JOB_TAG: job_id, **({ITEM_TAG: item_id} if item_id else {})}
    return [{"Key": key, "Values": [value]} for key, value in wanted.items()]
