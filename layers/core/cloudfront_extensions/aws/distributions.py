"""The steps of the workflow distribution_creation: prepare, create, look.

Every step can be run again at any point: the intent is on record before CloudFront is asked, and what an earlier try
created is found by its tags and adopted.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from cloudfront_extensions.aws import cloudfront
from cloudfront_extensions.aws.account_facts import account_distributions, load_source
from cloudfront_extensions.aws.acm import AcmCertificates
from cloudfront_extensions.aws.certificate_waits import CertificateWaits
from cloudfront_extensions.aws.deployment_tag import is_of_this_deployment
from cloudfront_extensions.aws.error_table import CallerReferenceUsed
from cloudfront_extensions.aws.job_store import JobStore
from cloudfront_extensions.aws.objects import get_json, jobs_bucket, put_json
from cloudfront_extensions.aws.service_quotas import limits
from cloudfront_extensions.certificates.arn import CertificateArn, check_region, parse_certificate_arn
from cloudfront_extensions.certificates.coverage import check_covers
from cloudfront_extensions.distributions.alias_dns import AliasDnsMode
from cloudfront_extensions.distributions.aliases import check_conflicts, check_owners, refused_by_cloudfront
from cloudfront_extensions.distributions.checks import (
    check_issued,
    check_room,
)
from cloudfront_extensions.distributions.config import DistributionConfig, ItemSettings, aliases_of, rewrite
from cloudfront_extensions.distributions.deployment import DistributionState, Wait, WaitPlan, may_be_unseen
from cloudfront_extensions.distributions.request import DistributionRequest, caller_reference
from cloudfront_extensions.distributions.source import live_distribution_id
from cloudfront_extensions.errors import (
    AliasInUse,
    DistributionNotAdopted,
    DistributionNotFound,
    RequestTokenConflict,
    SourceConfigNotFound,
)
from cloudfront_extensions.jobs.items import is_being_removed, removal_begun
from cloudfront_extensions.jobs.quotas import QuotaName
from cloudfront_extensions.jobs.records import DistributionStage, DistributionStatus, Item, ItemKey

MADE = (DistributionStatus.DEPLOYING, DistributionStatus.DEPLOYED)
NO_WAIT: Wait = {"seconds": 0, "waitedSeconds": 0}
"""A distribution that was made before this execution began is looked at at once."""
NO_FAILURE: dict[str, Any] = {"error": None, "reason": None, "next_action": None}


class DistributionCreation:
    def __init__(
        self,
        store: JobStore | None = None,
        waits: CertificateWaits | None = None,
        acm: AcmCertificates | None = None,
    ) -> None:
        self._store = store or JobStore()
        self._waits = waits or CertificateWaits()
        self._acm = acm or AcmCertificates()

    def prepare(self, request: DistributionRequest) -> DistributionState:
        """Refuse what CloudFront would refuse, and put the configuration to create on record; or find what is made.

        Raises:
            CertificateInWrongRegion, CertificateNotFound, CertificateNotIssued, CertificateDoesNotCoverAlias
            SourceConfigNotFound, InvalidDistributionConfig
            AliasInUse, QuotaWouldBeExceeded
            RequestTokenConflict: the item has a distribution with other aliases.
            DistributionBeingRemoved
        """
        arn = parse_certificate_arn(request.certificate_arn)
        item = self._store.ensure_item(_new_item(request))
        stage = item.distribution
        reference = caller_reference(request.job_id, request.item_id, stage.attempt)
        if stage.id and is_being_removed(item):
            raise removal_begun(stage.id)
        if made := self._made(request, stage, reference):
            return made
        check_region(arn)
        source = load_source(request.source)
        request = self._with_aliases(request, item)
        config = rewrite(source, _settings(request, reference))
        try:
            self._check_account(request, arn, stage)
        except AliasInUse:
            if found := owner_by_reference(reference, request.aliases, account_distributions().owners):
                return self._record_made(_first_state(request, reference, wait=NO_WAIT), found)
            raise
        state = _first_state(request, reference, wait_plan().first())
        put_json(state["bucket"], state["configKey"], {"DistributionConfig": config, "Tags": request.all_tags})
        self._store.update_distribution(_key(state), unless=MADE, status=DistributionStatus.CREATING, **NO_FAILURE)
        return state

    def create(self, state: DistributionState) -> DistributionState:
        """Create the distribution whose configuration is on record, once; or adopt it.

        Raises:
            DistributionNotAdopted: it was created before, but is not found by its tags yet.
            AliasInUse and the other refusals of CreateDistributionWithTags in the error table.
        """
        if "distributionId" in state:
            return state
        record = get_json(state["bucket"], state["configKey"], not_found=SourceConfigNotFound)
        try:
            made = cloudfront.create(record["DistributionConfig"], record["Tags"])
        except (CallerReferenceUsed, AliasInUse) as refusal:
            return self._record_made(state, _own(_key(state), record["DistributionConfig"], refusal))
        return self._record_made(state, made, etag=made.etag)

    def look(self, state: DistributionState) -> DistributionState:
        """Whether the distribution is deployed, and if not, how long to wait next.

        Raises:
            DistributionNotDeployed: all waits have passed.
            DistributionNotFound: somebody deleted it.
        """
        distribution_id = state["distributionId"]
        found = cloudfront.distribution(distribution_id)
        if found is None and not may_be_unseen(state["wait"]):
            raise DistributionNotFound(f"distribution {distribution_id} of {state['callerReference']} no longer exists")
        if found is None or not found.deployed:
            wait = wait_plan().after(state["wait"], distribution_id)
            return {**state, "status": DistributionStatus.DEPLOYING.value, "wait": wait}
        if state["dns"]["mode"] == AliasDnsMode.MANUAL:
            mark_deployed(self._store, state)
        return {**state, "status": DistributionStatus.DEPLOYED.value}

    def _made(self, request: DistributionRequest, stage: DistributionStage, reference: str) -> DistributionState | None:
        """The state of an item whose distribution exists; None when there is none, or none that is known of."""
        if stage.id:
            _check_same_aliases(request, stage.id)
            self._store.update_distribution(
                ItemKey(request.job_id, request.item_id),
                unless=(DistributionStatus.DEPLOYED,),
                status=DistributionStatus.DEPLOYING,
                **NO_FAILURE,
            )
            made = (stage.id, stage.arn or "", stage.domain_name or "", stage.status)
            return _with_distribution(_first_state(request, reference, wait=NO_WAIT), *made)
        if _was_tried(stage) and (found := cloudfront.created_for(request.job_id, request.item_id, reference)):
            return self._record_made(_first_state(request, reference, wait=NO_WAIT), found)
        return None

    def _record_made(
        self, state: DistributionState, made: cloudfront.Distribution, etag: str | None = None
    ) -> DistributionState:
        """`etag` is there where creating answered it; that of a distribution found later may be another person's change."""
        self._store.update_distribution(
            _key(state),
            unless=(DistributionStatus.DEPLOYED,),
            status=DistributionStatus.DEPLOYING,
            id=made.id,
            arn=made.arn,
            domain_name=made.domain_name,
            etag=etag,
            **NO_FAILURE,
        )
        return _with_distribution(state, made.id, made.arn, made.domain_name, DistributionStatus.DEPLOYING)

    def _with_aliases(self, request: DistributionRequest, item: Item) -> DistributionRequest:
        """The request with the aliases that the distribution gets, which its certificate covers."""
        names = self._issued_names(request.certificate_arn)
        if request.aliases:
            check_covers(names, request.aliases, f"certificate {request.certificate_arn}")
            return request
        if not item.names:
            self._store.update_item(item.key, names=names, domain_name=names[0])
        return replace(request, aliases=names)

    def _issued_names(self, arn: str) -> tuple[str, ...]:
        """What is on record of a certificate saves the question to ACM."""
        known = self._waits.known(arn)
        if known and known.issued:
            return known.names
        certificate = self._acm.describe(arn)
        check_issued(arn, certificate.status)
        return certificate.names

    def _check_account(self, request: DistributionRequest, arn: CertificateArn, stage: DistributionStage) -> None:
        """Whether the aliases are free and there is room for one more distribution."""
        if not _may_have_reached_cloudfront(stage):
            self._check_aliases(request, arn)
        if not request.preflighted:
            existing = account_distributions()
            check_owners(request.aliases, existing.owners)
            check_room(existing.count, limits([QuotaName.DISTRIBUTIONS])[QuotaName.DISTRIBUTIONS])

    def _check_aliases(self, request: DistributionRequest, arn: CertificateArn) -> None:
        """Ask CloudFront about every alias, through the live source; what it doesn't tell so, it tells on creation."""
        through = live_distribution_id(request.source)
        if through is None:
            return
        for alias in request.aliases:
            answers = cloudfront.conflicting_aliases(through, alias)
            check_conflicts(alias, answers.conflicts or (), arn.account_id)
            if not answers.worth_asking_again:
                return


def mark_deployed(store: JobStore, state: DistributionState) -> None:
    """The item's distribution is finished: deployed, and its DNS records written where the workflow writes them."""
    store.update_distribution(_key(state), status=DistributionStatus.DEPLOYED, **NO_FAILURE)


def wait_plan() -> WaitPlan:
    """The deployment's waits, in seconds."""
    return WaitPlan(
        first_seconds=int(os.environ.get("DISTRIBUTION_FIRST_WAIT", "60")),
        longest_seconds=int(os.environ.get("DISTRIBUTION_LONGEST_WAIT", "300")),
        limit_seconds=int(os.environ.get("DISTRIBUTION_WAIT_LIMIT", "7200")),
    )


def _own(
    key: ItemKey, config: DistributionConfig, refusal: CallerReferenceUsed | AliasInUse
) -> cloudfront.Distribution:
    """The distribution that an earlier try of this item created: its reference, or an alias, is in use by that one."""
    reference = config["CallerReference"]
    if found := cloudfront.created_for(*key, reference):
        return found
    aliases, owners = aliases_of(config), account_distributions().owners
    if found := owner_by_reference(reference, aliases, owners):
        return found
    if isinstance(refusal, AliasInUse):
        raise refused_by_cloudfront(aliases, owners) from refusal
    raise DistributionNotAdopted(
        f"CloudFront knows caller reference {reference}, but its distribution is found neither by tags nor by aliases"
    ) from refusal


def owner_by_reference(
    reference: str, aliases: Iterable[str], owners: Mapping[str, str]
) -> cloudfront.Distribution | None:
    """The distribution that has one of the aliases, if its caller reference says that this item made it.

    CloudFront lists a distribution at once, where the tagging API learns of it with a delay.
    """
    for distribution_id in {owners[alias] for alias in aliases if alias in owners}:
        found = cloudfront.distribution(distribution_id)
        if found and found.caller_reference == reference and is_of_this_deployment(cloudfront.tags_of(found.arn)):
            return found
    return None


def _check_same_aliases(request: DistributionRequest, distribution_id: str) -> None:
    """Raises RequestTokenConflict. Aliases that are not named, or a configuration no longer on record, can't contradict."""
    if not request.aliases:
        return
    try:
        record = get_json(jobs_bucket(), config_key(request.job_id, request.item_id), not_found=SourceConfigNotFound)
    except SourceConfigNotFound:
        return
    aliases = aliases_of(record["DistributionConfig"])
    if set(aliases) != set(request.aliases):
        raise RequestTokenConflict(
            f"item {request.item_id} of job {request.job_id} has distribution {distribution_id} for "
            f"{', '.join(aliases)}; give other aliases another jobId or itemId"
        )


def _was_tried(stage: DistributionStage) -> bool:
    """Whether an earlier try may have created a distribution that is not on record."""
    return stage.status in (DistributionStatus.CREATING, DistributionStatus.UNKNOWN, DistributionStatus.FAILED)


def _may_have_reached_cloudfront(stage: DistributionStage) -> bool:
    """Whether the alias may be in use by what this item created itself, unseen as yet: then only creating can tell."""
    return stage.status in (DistributionStatus.CREATING, DistributionStatus.UNKNOWN)


def _settings(request: DistributionRequest, reference: str) -> ItemSettings:
    return ItemSettings(
        caller_reference=reference,
        aliases=request.aliases,
        certificate_arn=request.certificate_arn,
        comment=request.comment,
        enabled=request.enabled,
        origin_domain_name=request.origin_domain_name,
    )


def _new_item(request: DistributionRequest) -> Item:
    """The record of an item that no batch has written: its distribution was asked for alone."""
    return Item(
        job_id=request.job_id,
        item_id=request.item_id,
        domain_name=request.aliases[0] if request.aliases else "",
        names=request.aliases,
        origin_domain_name=request.origin_domain_name,
        comment=request.comment,
        hosted_zone_id=request.dns.hosted_zone_id,
    )


def config_key(job_id: str, item_id: str) -> str:
    """Where the configuration is on record that an item's distribution was created with."""
    return f"jobs/{job_id}/distributions/{item_id}.json"


def _first_state(request: DistributionRequest, reference: str, wait: Wait) -> DistributionState:
    return {
        "jobId": request.job_id,
        "itemId": request.item_id,
        "bucket": jobs_bucket(),
        "configKey": config_key(request.job_id, request.item_id),
        "callerReference": reference,
        "certificateArn": request.certificate_arn,
        "dns": request.dns.as_json(),
        "status": DistributionStatus.CREATING.value,
        "wait": wait,
    }


def _with_distribution(
    state: DistributionState, distribution_id: str, arn: str, domain_name: str, status: DistributionStatus
) -> DistributionState:
    deployed = status is DistributionStatus.DEPLOYED
    return {
        **state,
        "status": (DistributionStatus.DEPLOYED if deployed else DistributionStatus.DEPLOYING).value,
        "distributionId": distribution_id,
        "distributionArn": arn,
        "distributionDomainName": domain_name,
    }


def _key(state: DistributionState) -> ItemKey:
    return ItemKey(state["jobId"], state["itemId"])
