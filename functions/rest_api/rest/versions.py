"""/distributions/{distributionId}/versions and /diff: what a distribution was, and what is different."""

from __future__ import annotations

from typing import Annotated, Literal

from aws_lambda_powertools.event_handler.openapi.params import Query

from cloudfront_extensions.operations import versions
from rest.answers import Answer, document, text
from rest.callers import caller_of
from rest.parameters import Cursor, DistributionId, Limit, Number, VersionNumber
from rest.routing import new_router, route

router = new_router()


@route(router, "listVersions")
def list_versions(distribution_id: DistributionId, limit: Limit = 50, cursor: Cursor = None) -> Answer:
    """The versions of a distribution, the newest first."""
    return document(versions.list_versions(distribution_id, limit=limit, cursor=cursor))


@route(router, "getVersion")
def get_version(distribution_id: DistributionId, number: Number) -> Answer:
    """One version with its configuration, in which what is secret is masked."""
    return document(versions.get_version(distribution_id, number))


@route(router, "getDiff")
def get_diff(
    distribution_id: DistributionId,
    from_version: Annotated[
        VersionNumber | Literal["previous"],
        Query(alias="from", description="The number of the one version; previous is the one before the other."),
    ] = "previous",
    to_version: Annotated[
        VersionNumber | Literal["live"], Query(alias="to", description="The number of the other; live is what is live.")
    ] = "live",
    form: Annotated[
        Literal["json", "unified", "patch"],
        Query(alias="format", description="json: the changes with their risk; unified: a text; patch: RFC 6902."),
    ] = "json",
) -> Answer:
    """What is different between two versions of a distribution."""
    if form == "json":
        return document(versions.get_diff(distribution_id, from_version=from_version, to_version=to_version))
    media_type = "text/x-diff" if form == "unified" else "application/json-patch+json"
    written = versions.diff_text(distribution_id, from_version=from_version, to_version=to_version, form=form)
    return text(written, media_type)


@route(router, "pinVersion")
def pin_version(distribution_id: DistributionId, number: Number) -> Answer:
    """Keep a version for ever, whatever its age."""
    caller = caller_of(router.current_event.raw_event)
    return document(versions.pin_version(distribution_id, number, caller=caller))


@route(router, "unpinVersion")
def unpin_version(distribution_id: DistributionId, number: Number) -> Answer:
    """Keep a version no longer than others."""
    caller = caller_of(router.current_event.raw_event)
    return document(versions.unpin_version(distribution_id, number, caller=caller))
