"""/distributions: what is live, with what is known of its versions."""

from __future__ import annotations

from cloudfront_extensions.operations import distributions
from rest.answers import Answer, document
from rest.parameters import Cursor, DistributionId, Limit
from rest.routing import new_router, route

router = new_router()


@route(router, "listDistributions")
def list_distributions(limit: Limit = 50, cursor: Cursor = None) -> Answer:
    """All distributions of the account, each with the number of its live version."""
    return document(distributions.list_distributions(limit=limit, cursor=cursor))


@route(router, "getDistribution")
def get_distribution(distribution_id: DistributionId) -> Answer:
    """One distribution as it is live, with what is known of it here."""
    return document(distributions.get_distribution(distribution_id))
