"""Filling caches before viewers ask."""

from __future__ import annotations

from cloudfront_extensions.errors.base import CloudFrontExtensionsError


class InvalidationTimedOut(CloudFrontExtensionsError):
    """CloudFront had not invalidated everything when the time of a pre-warming was over. Nothing was fetched."""

    next_action = "Start cache_prewarm again with the same request token: it waits for the same invalidation."


class PrewarmNotFound(CloudFrontExtensionsError):
    """There is no pre-warming of this id, or it was so long ago that nobody remembers it."""

    next_action = "Start it again."


class PrewarmIncomplete(CloudFrontExtensionsError):
    """A pre-warming went through, but not every URL came through every point of presence; the message names the report."""

    next_action = (
        "Read the report, and start cache_prewarm again with the same request token: it fetches what is missing."
    )
