"""The plan of a rollback: read the targets and what they shall become, look up what that refers to, and write it all down.

Nothing is written to CloudFront. The state comes last: where it is, the plan is whole, and another start with the same
request token goes on with that plan, for its targets may have been changed by it already.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypedDict

from cloudfront_extensions.aws import cloudfront
from cloudfront_extensions.aws.account_facts import account_distributions
from cloudfront_extensions.aws.clock import now
from cloudfront_extensions.aws.config_capture import record_live
from cloudfront_extensions.aws.config_references import certificates_found, missing_things
from cloudfront_extensions.aws.error_table import AlreadyGone
from cloudfront_extensions.aws.objects import get_json, jobs_bucket, put_json, put_text
from cloudfront_extensions.aws.rollback_source import UNUSABLE_SOURCE, read_source
from cloudfront_extensions.aws.version_store import VersionStore
from cloudfront_extensions.errors import (
    CloudFrontExtensionsError,
    DistributionNotFound,
    RequestTokenConflict,
    with_next_action,
)
from cloudfront_extensions.versions.function_source import FunctionSource
from cloudfront_extensions.versions.keep import kept_fields
from cloudfront_extensions.versions.references import ReferenceKind
from cloudfront_extensions.versions.rollback_draft import Draft, Facts, LiveTarget, draft, draft_with_functions
from cloudfront_extensions.versions.rollback_plan import (
    PlanStatus,
    RollbackPlan,
    TargetPlan,
    plan_json,
    plan_summary,
    plan_text,
    refused,
    target_plans,
)
from cloudfront_extensions.versions.rollback_request import (
    RollbackRequest,
    body_hash,
    parse_request,
)
from cloudfront_extensions.versions.rollback_strategy import StrategyType


class PlannedRollback(TypedDict):
    """What the workflow goes on with."""

    requestToken: str
    dryRun: bool
    status: str
    """PLANNED, IDENTICAL (there is nothing to do) or REFUSED."""
    risk: str | None
    """The worst of all changes."""
    totals: dict[str, int]
    plannedAt: str
    bucket: str
    prefix: str
    """Of all keys of this rollback."""
    planKey: str
    textKey: str
    summaryKey: str
    """The plan without the changes themselves."""
    manifestKey: str
    """A list of `ManifestEntry`: the targets to be changed, in the order of the request."""


class ManifestEntry(TypedDict):
    distributionId: str
    etag: str
    """Of what the plan was made from."""
    versionBefore: int
    hashBefore: str
    plannedHash: str
    plannedKey: str
    """Object with the configuration that the target shall have."""
    beforeKey: str
    """Object with the one that it had."""


class _Recorded(TypedDict):
    bodyHash: str
    state: PlannedRollback


def plan_rollback(document: Mapping[str, Any], store: VersionStore | None = None) -> PlannedRollback:
    """Make the plan that the workflow's input asks for; one that an earlier execution has made stands, unless it was refused.

    Raises:
        InvalidInput: the input does not say what is wanted.
        RequestTokenConflict: there is a plan for another request under this token.
    """
    request = parse_request(document)
    prefix = rollback_prefix(request)
    if (earlier := _earlier(prefix, request)) and earlier["status"] != PlanStatus.REFUSED:
        return earlier
    drafts, plan = _planned(request, store or VersionStore())
    return _written(plan, drafts, prefix)


def rollback_prefix(request: RollbackRequest) -> str:
    """Of the keys in the jobs bucket, whose lifecycle removes what dry runs leave."""
    return prefix_of(request.token, dry_run=request.dry_run)


def prefix_of(token: str, *, dry_run: bool) -> str:
    return f"{'dry-runs/' if dry_run else ''}rollbacks/{token}"


def _earlier(prefix: str, request: RollbackRequest) -> PlannedRollback | None:
    try:
        recorded: _Recorded = get_json(jobs_bucket(), f"{prefix}/state.json", not_found=AlreadyGone)
    except AlreadyGone:
        return None
    if recorded["bodyHash"] != body_hash(request):
        raise RequestTokenConflict(f"requestToken: {request.token} is the token of another rollback")
    return recorded["state"]


def _planned(request: RollbackRequest, store: VersionStore) -> tuple[list[Draft], RollbackPlan]:
    try:
        drafted = _drafting(request, store)
    except UNUSABLE_SOURCE as error:
        return [], RollbackPlan(request, now(), tuple(refused(target, error) for target in request.targets))
    drafts: list[Draft] = []
    plans: dict[str, TargetPlan] = {}
    for target in request.targets:
        if live := _live(target, store):
            drafts.append(drafted(live))
        else:
            plans[target] = refused(target, _no_such_target(target))
    canary = request.strategy.type is StrategyType.CANARY
    for plan in target_plans(drafts, _facts(drafts), canary=canary):
        plans[plan.distribution_id] = plan
    return drafts, RollbackPlan(request, now(), tuple(plans[target] for target in request.targets))


def _drafting(request: RollbackRequest, store: VersionStore) -> Callable[[LiveTarget], Draft]:
    """What makes the draft of a target. Raises one of UNUSABLE_SOURCE."""
    wanted = request.source
    if isinstance(wanted, FunctionSource):
        return lambda live: draft_with_functions(live, wanted.of(live.distribution_id))
    source = read_source(wanted, store)

    def drafted(live: LiveTarget) -> Draft:
        given_back = request.gives_back(live.distribution_id)
        return draft(live, source.config, kept_fields(request.keep, same_distribution=given_back, besides=source.kept))

    return drafted


def _live(distribution_id: str, store: VersionStore) -> LiveTarget | None:
    """A target as it is now, with the version that it is, captured if need be; None where there is no such distribution."""
    found = cloudfront.distribution(distribution_id)
    if found is None:
        return None
    number = store.number_of(found.id, found.etag) or record_live(found, store).version.number
    return LiveTarget(found.id, found.etag, number, found.arn.split(":")[4], found.config)


def _no_such_target(distribution_id: str) -> CloudFrontExtensionsError:
    return DistributionNotFound(
        with_next_action(
            f"there is no distribution {distribution_id} in this account",
            "Leave it out of the targets, and start again with a new request token.",
        )
    )


def _facts(drafts: Sequence[Draft]) -> Facts:
    """Each reference of all targets is looked up once; certificates and aliases where they depend on it."""
    things = {reference.thing for draft in drafts for reference in draft.references}
    arns = {thing.id for thing in things if thing.kind is ReferenceKind.CERTIFICATE}
    certificates = certificates_found(arns.union(draft.certificate_arn for draft in drafts if draft.certificate_arn))
    unknown = {thing for thing in things if thing.kind is ReferenceKind.CERTIFICATE and thing.id not in certificates}
    return Facts(
        missing=missing_things(thing for thing in things if thing.kind is not ReferenceKind.CERTIFICATE) | unknown,
        certificates=certificates,
        alias_owners=account_distributions().owners if any(draft.new_aliases for draft in drafts) else {},
    )


def _written(plan: RollbackPlan, drafts: Iterable[Draft], prefix: str) -> PlannedRollback:
    bucket, by_id = jobs_bucket(), {draft.live.distribution_id: draft for draft in drafts}
    manifest = []
    for target in plan.targets:
        if target.status is PlanStatus.PLANNED:
            entry = _manifest_entry(target, prefix)
            put_json(bucket, entry["plannedKey"], by_id[target.distribution_id].planned)
            put_json(bucket, entry["beforeKey"], by_id[target.distribution_id].live.config)
            manifest.append(entry)
    state = PlannedRollback(
        requestToken=plan.request.token,
        dryRun=plan.request.dry_run,
        status=plan.status.value,
        risk=plan.risk,
        totals=plan.totals,
        plannedAt=plan.planned_at,
        bucket=bucket,
        prefix=prefix,
        planKey=f"{prefix}/plan.json",
        textKey=f"{prefix}/plan.txt",
        summaryKey=f"{prefix}/summary.json",
        manifestKey=f"{prefix}/targets.json",
    )
    put_json(bucket, state["manifestKey"], manifest)
    put_json(bucket, state["planKey"], plan_json(plan))
    put_json(bucket, state["summaryKey"], plan_summary(plan))
    put_text(bucket, state["textKey"], plan_text(plan), "text/plain; charset=utf-8")
    put_json(bucket, f"{prefix}/state.json", _Recorded(bodyHash=body_hash(plan.request), state=state))
    return state


def _manifest_entry(target: TargetPlan, prefix: str) -> ManifestEntry:
    return ManifestEntry(
        distributionId=target.distribution_id,
        etag=str(target.etag),
        versionBefore=target.version_before or 0,
        hashBefore=str(target.hash_before),
        plannedHash=str(target.planned_hash),
        plannedKey=f"{prefix}/targets/{target.distribution_id}.json",
        beforeKey=f"{prefix}/before/{target.distribution_id}.json",
    )
