"""The plan of a rollback: of each target what would change, how risky that is, and what speaks against it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from cloudfront_extensions.errors import CloudFrontExtensionsError, split_next_action
from cloudfront_extensions.messages import brief
from cloudfront_extensions.versions.content import content_hash
from cloudfront_extensions.versions.diff import Change
from cloudfront_extensions.versions.function_source import FunctionSource
from cloudfront_extensions.versions.risk import Risk, as_json, risk_of
from cloudfront_extensions.versions.rollback_draft import Draft, Facts, reasons_against
from cloudfront_extensions.versions.rollback_request import OnFailure, RollbackRequest
from cloudfront_extensions.versions.rollback_request import as_json as request_json
from cloudfront_extensions.versions.rollback_strategy import Strategy
from cloudfront_extensions.versions.text import lines

_CHANGES_IN_TEXT = 50
"""Of each target: the text of the largest plan stays below five megabytes."""


class PlanStatus(StrEnum):
    """Of a target, and of the plan as a whole."""

    PLANNED = "PLANNED"
    IDENTICAL = "IDENTICAL"
    """It is as it should be: nothing is written to it."""
    REFUSED = "REFUSED"


@dataclass(frozen=True, slots=True)
class TargetPlan:
    distribution_id: str
    status: PlanStatus
    refusals: tuple[CloudFrontExtensionsError, ...] = ()
    etag: str | None = None
    """Of the configuration that the plan was made from; None where the target could not be read."""
    version_before: int | None = None
    hash_before: str | None = None
    planned_hash: str | None = None
    kept: tuple[str, ...] = ()
    """What stays the target's own: names of `keep.FIELDS`."""
    changes: tuple[Change, ...] = ()

    @property
    def risk(self) -> Risk | None:
        return risk_of(self.changes)


@dataclass(frozen=True, slots=True)
class RollbackPlan:
    request: RollbackRequest
    planned_at: str
    targets: tuple[TargetPlan, ...]

    @property
    def status(self) -> PlanStatus:
        """One refused target stops a plan, but for requests whose other targets go on whatever happens to one."""
        found = {target.status for target in self.targets}
        goes_on = self.request.on_failure is OnFailure.CONTINUE and PlanStatus.REFUSED in found and len(found) > 1
        if PlanStatus.REFUSED in found and not goes_on:
            return PlanStatus.REFUSED
        return PlanStatus.PLANNED if PlanStatus.PLANNED in found else PlanStatus.IDENTICAL

    @property
    def risk(self) -> Risk | None:
        """The worst of all changes."""
        return risk_of(change for target in self.targets for change in target.changes)

    @property
    def totals(self) -> dict[str, int]:
        counts = Counter(target.status for target in self.targets)
        return {"targets": len(self.targets), **{status.value.lower(): counts[status] for status in PlanStatus}}


def target_plans(drafts: Iterable[Draft], facts: Facts, *, canary: bool) -> list[TargetPlan]:
    """What becomes of each draft, in order; an alias that one target would get is not there for the next."""
    owners = dict(facts.alias_owners)
    plans = []
    for draft in drafts:
        against = Facts(facts.missing, facts.certificates, owners)
        refusals = tuple(reasons_against(draft, against, canary=canary))
        plans.append(_target_plan(draft, refusals))
        if not refusals:
            owners.update((alias.lower(), draft.live.distribution_id) for alias in draft.new_aliases)
    return plans


def refused(distribution_id: str, *refusals: CloudFrontExtensionsError) -> TargetPlan:
    """A target of which no draft can be made."""
    return TargetPlan(distribution_id, PlanStatus.REFUSED, refusals)


def plan_json(plan: RollbackPlan) -> dict[str, Any]:
    """The whole plan, which may take many megabytes."""
    summary = plan_summary(plan)
    targets = zip(summary["targets"], plan.targets, strict=True)
    return {**summary, "targets": [{**entry, "changes": as_json(target.changes)} for entry, target in targets]}


def plan_summary(plan: RollbackPlan) -> dict[str, Any]:
    """The plan with the number of each target's changes instead of the changes themselves."""
    return {
        "status": plan.status.value,
        "plannedAt": plan.planned_at,
        "risk": plan.risk,
        "totals": plan.totals,
        "request": request_json(plan.request),
        "targets": [_target_json(target) for target in plan.targets],
    }


def plan_text(plan: RollbackPlan) -> str:
    """The plan for people; where a target has very many changes, not all of them."""
    text = [_headline(plan), _from_where(plan.request)]
    for target in plan.targets:
        text += ["", *_target(target)]
    return "\n".join(text) + "\n"


def _target_plan(draft: Draft, refusals: tuple[CloudFrontExtensionsError, ...]) -> TargetPlan:
    status = PlanStatus.PLANNED if draft.changes else PlanStatus.IDENTICAL
    return TargetPlan(
        draft.live.distribution_id,
        PlanStatus.REFUSED if refusals else status,
        refusals,
        etag=draft.live.etag,
        version_before=draft.live.version,
        hash_before=content_hash(draft.live.config),
        planned_hash=content_hash(draft.planned),
        kept=draft.kept,
        changes=draft.changes,
    )


def _target_json(target: TargetPlan) -> dict[str, Any]:
    return {
        "distributionId": target.distribution_id,
        "status": target.status.value,
        "risk": target.risk,
        "etag": target.etag,
        "versionBefore": target.version_before,
        "hashBefore": target.hash_before,
        "plannedHash": target.planned_hash,
        "kept": list(target.kept),
        "changeCount": len(target.changes),
        "refusedBecause": [_refusal_json(error) for error in target.refusals],
    }


def _refusal_json(error: CloudFrontExtensionsError) -> dict[str, str]:
    reason, next_action = split_next_action(str(error))
    return {"error": type(error).__name__, "reason": reason, "nextAction": next_action or error.next_action}


def _headline(plan: RollbackPlan) -> str:
    outcome = "refused" if plan.status is PlanStatus.REFUSED else "planned"
    risk = f", risk {plan.risk}" if plan.risk else ""
    words = {"planned": "to change", "identical": "identical", "refused": "refused"}
    counts = [f"{plan.totals[name]} {words[name]}" for name in words if plan.totals[name]]
    return (
        f"Rollback {plan.request.token} {outcome}{risk}: {', '.join(counts)} of {plan.totals['targets']} distributions"
    )


def _from_where(request: RollbackRequest) -> str:
    if isinstance(request.source, FunctionSource):
        number = len(request.source.wanted)
        source = f"Functions at {number} event{'s' if number > 1 else ''} of behaviors"
    else:
        members = request_json(request)["source"].items()
        source = f"From {', '.join(f'{name} {value}' for name, value in members)}"
    return f"{source}; strategy {_way(request.strategy)}"


def _way(strategy: Strategy) -> str:
    if strategy.header:
        return f"{strategy.type} for requests with the header {strategy.header.name}"
    if strategy.weight:
        return f"{strategy.type} for {strategy.weight * 100:g} % of all requests"
    return strategy.type.value


def _target(target: TargetPlan) -> Iterator[str]:
    version = f" (version {target.version_before})" if target.version_before else ""
    count = f", {len(target.changes)} change{'s' if len(target.changes) > 1 else ''}" if target.changes else ""
    risk = f", risk {target.risk}" if target.risk else ""
    yield f"{target.distribution_id}{version}: {target.status.value.lower()}{count}{risk}"
    for refusal in map(_refusal_json, target.refusals):
        yield f"  {refusal['error']}: {brief(refusal['reason'])}"
        yield f"  Next: {brief(refusal['nextAction'])}"
    yield from (f"  {line}" for line in lines(target.changes[:_CHANGES_IN_TEXT]))
    if len(target.changes) > _CHANGES_IN_TEXT:
        yield f"  and {len(target.changes) - _CHANGES_IN_TEXT} more"
