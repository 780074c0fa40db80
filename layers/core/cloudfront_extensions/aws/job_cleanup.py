"""Take back what a job made for one item: alias records, distribution, certificates, validation records, in this order.

A step does all that can be done now and says how long to wait for the rest. It reads what is left to do from the item's
record and from AWS, so that it can be run again at any point: a removal is noted before it is made, and what is noted and
gone was removed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from functools import partial
from typing import TypedDict

from cloudfront_extensions.aws import cloudfront
from cloudfront_extensions.aws.account_facts import account_distributions
from cloudfront_extensions.aws.acm import AcmCertificates
from cloudfront_extensions.aws.distributions import config_key, owner_by_reference, wait_plan
from cloudfront_extensions.aws.error_table import AlreadyGone, EtagMoved, NotYetDisabled, StillInUse
from cloudfront_extensions.aws.job_store import JobStore
from cloudfront_extensions.aws.objects import get_json, jobs_bucket, put_json
from cloudfront_extensions.aws.record_sets import ChangeRefused, RecordSet, change, plain_name, record_sets, values_of
from cloudfront_extensions.certificates.outcome import Certificate
from cloudfront_extensions.certificates.validation import ValidationRecord, created_by_us
from cloudfront_extensions.distributions.deployment import Wait
from cloudfront_extensions.distributions.request import caller_reference
from cloudfront_extensions.errors import (
    CertificateNotFound,
    DistributionNotDeployed,
    HostedZoneNotFound,
    JobNotFound,
    SourceConfigNotFound,
)
from cloudfront_extensions.jobs.cleanup import (
    certificate_is_uncertain,
    config_hash,
    differences,
    distribution_is_uncertain,
    foreign_tags,
    has_certificate,
    is_unchanged,
    why_certificate_stays,
)
from cloudfront_extensions.jobs.cleanup_plan import CleanupEntry
from cloudfront_extensions.jobs.records import (
    AliasRecord,
    CertificateStatus,
    CleanupStatus,
    DistributionStatus,
    Item,
    ItemKey,
)
from cloudfront_extensions.tags import ITEM_TAG, JOB_TAG

LOOKS = 3
"""So often, with waits between, what may have been made is looked for before it counts as never made, or as gone."""
TRIES = 3
"""So often a change is tried at once that meets another one."""
_STAYS = (CleanupStatus.LEFT, CleanupStatus.FAILED, CleanupStatus.UNKNOWN)


class CleanupState(TypedDict):
    """What the loop of one item carries."""

    jobId: str
    itemId: str
    dryRun: bool
    bucket: str
    prefix: str
    entry: CleanupEntry
    looks: int
    """How often something that may be there was looked for in vain."""
    wait: Wait
    done: bool


class CleanupInput(TypedDict):
    """What the map gives a child."""

    jobId: str
    dryRun: bool
    bucket: str
    prefix: str
    entry: CleanupEntry


def clean_up_item(given: CleanupInput | CleanupState, store: JobStore | None = None) -> CleanupState:
    """Do what can be done now; `done`, or how long to wait before the next step.

    Raises:
        DistributionNotDeployed: a distribution is still not disabled after all waits.
    """
    state: CleanupState = {
        "jobId": given["jobId"],
        "itemId": given["entry"]["itemId"],
        "dryRun": given["dryRun"],
        "bucket": given["bucket"],
        "prefix": given["prefix"],
        "entry": given["entry"],
        "looks": given.get("looks", 0),  # type: ignore[typeddict-item]
        "wait": given.get("wait", wait_plan().first()),  # type: ignore[typeddict-item]
        "done": False,
    }
    return _Cleanup(state, store or JobStore()).step()


class _Cleanup:
    def __init__(self, state: CleanupState, store: JobStore) -> None:
        self._state, self._store, self._acm = state, store, AcmCertificates()
        self._dry_run = state["dryRun"]
        self._key = ItemKey(state["jobId"], state["itemId"])
        self._item = self._read()
        self._removed, self._left = list(self._item.cleanup.removed), list(self._item.cleanup.left)
        self._distribution_stays = False
        """With it stay its certificate and its records."""
        if self._dry_run:
            self._removed, self._left = [], []

    def step(self) -> CleanupState:
        parts: tuple[Callable[[], Wait | None], ...] = (
            self._take_distribution_back,
            self._take_certificates_back,
            self._take_validation_records_back,
        )
        for part in parts:
            if wait := part():
                return {**self._state, "wait": wait}
        return self._finished()

    def _finished(self) -> CleanupState:
        status = CleanupStatus.LEFT if self._left else CleanupStatus.REMOVED
        if self._dry_run:
            found = {"status": status.value, "removed": self._removed, "left": self._left}
            put_json(self._state["bucket"], f"{self._state['prefix']}/{self._key.item_id}.json", found)
        else:
            self._store.update_cleanup(self._key, status=status, error=None, reason=None, next_action=None)
        return {**self._state, "done": True}

    def _take_distribution_back(self) -> Wait | None:
        if not self._item.distribution.id and not distribution_is_uncertain(self._item.distribution):
            return None
        for _ in range(TRIES):
            found = self._find_distribution()
            if found is None:
                return self._unfound_distribution()
            if reason := self._why_distribution_stays(found):
                self._distribution_stays = True
                self._leave(f"distribution {found.id}: {reason}")
                return None
            try:
                wait = None if self._dry_run else self._disabled(found)
                self._take_alias_records_back(found.domain_name)
                if wait:
                    return wait
                self._remove([found.arn], partial(cloudfront.delete, found))
            except (EtagMoved, NotYetDisabled):
                continue
            except AlreadyGone:
                pass
            except StillInUse as refusal:
                self._distribution_stays = True
                self._keep(found.arn, f"distribution {found.id}: {refusal}")
                return None
            self._note_distribution_gone()
            return None
        return self._next_wait(f"distribution {self._item.distribution.id}")

    def _find_distribution(self) -> cloudfront.Distribution | None:
        stage = self._item.distribution
        if stage.id:
            return cloudfront.distribution(stage.id)
        reference = caller_reference(*self._key, stage.attempt)
        found = cloudfront.created_for(*self._key, reference)
        if found is None and self._is_last_look:
            found = owner_by_reference(reference, self._item.names, account_distributions().owners)
        if found and not self._dry_run:
            self._store.update_distribution(
                self._key, id=found.id, arn=found.arn, domain_name=found.domain_name, etag=found.etag
            )
            self._item = self._read()
        return found

    def _unfound_distribution(self) -> Wait | None:
        """It was taken back by an earlier step, or by somebody else; was never made; or is not shown yet."""
        stage = self._item.distribution
        if stage.arn not in self._removed and not self._is_last_look:
            return self._look_again()
        if stage.domain_name:
            self._take_alias_records_back(stage.domain_name)
        self._note_distribution_gone()
        return None

    def _note_distribution_gone(self) -> None:
        if not self._dry_run:
            self._store.update_distribution(
                self._key,
                status=DistributionStatus.REMOVED,
                attempt=self._item.distribution.attempt + 1,
                id=None,
                arn=None,
                domain_name=None,
                etag=None,
                alias_records=(),
            )

    def _why_distribution_stays(self, found: cloudfront.Distribution) -> str | None:
        if reason := foreign_tags(cloudfront.tags_of(found.arn), self._key):
            return reason
        of_this_look = self._dry_run and not self._item.distribution.id
        if of_this_look or is_unchanged(self._item, found.etag, found.config):
            return None
        try:
            recorded = get_json(jobs_bucket(), config_key(*self._key), not_found=SourceConfigNotFound)
        except SourceConfigNotFound:
            return differences(None, found.config)
        return differences(recorded["DistributionConfig"], found.config)

    def _disabled(self, found: cloudfront.Distribution) -> Wait | None:
        """Disable it, or wait until that is deployed; None when it can be deleted."""
        if found.config["Enabled"]:
            self._store.update_cleanup(self._key, config_hash=config_hash(found.config))
            self._item = self._read()
            self._store.update_distribution(self._key, etag=cloudfront.disable(found))
            return wait_plan().first()
        return None if found.deployed else self._next_wait(f"distribution {found.id}")

    def _take_alias_records_back(self, target: str) -> None:
        journal = self._item.distribution.alias_records
        by_zone: dict[str, list[AliasRecord]] = defaultdict(list)
        for record in journal:
            by_zone[record.zone_id].append(record)
        for zone_id, records in by_zone.items():
            self._delete_records(zone_id, [(one.name, one.type, (target.lower(),)) for one in records])
        if journal and not self._dry_run:
            self._store.update_distribution(self._key, alias_records=())
            self._item = self._read()

    def _take_certificates_back(self) -> Wait | None:
        if self._distribution_stays:
            return None
        stage = self._item.certificate
        arns = dict.fromkeys([*([stage.arn] if stage.arn else []), *self._state["entry"]["certificates"]])
        if certificate_is_uncertain(stage) and not arns:
            arns = dict.fromkeys(self._acm.tagged(*self._key))
            if not arns and not self._is_last_look:
                return self._look_again()
        stayed = len(self._left)
        for arn in arns:
            if wait := self._take_certificate_back(arn):
                return wait
        if has_certificate(self._item) and len(self._left) == stayed and not self._dry_run:
            self._store.update_certificate(
                self._key,
                status=CertificateStatus.REMOVED,
                attempt=stage.attempt + 1,
                arn=None,
                records_published=False,
            )
            self._item = self._read()
        return None

    def _take_certificate_back(self, arn: str) -> Wait | None:
        try:
            certificate, tags = self._acm.describe(arn), self._acm.tags_of(arn)
        except (CertificateNotFound, AlreadyGone):
            is_new = arn == self._item.certificate.arn and arn not in self._removed and not self._is_last_look
            return self._look_again() if is_new else None
        if reason := why_certificate_stays(self._item, arn, tags, self._state["entry"]["alsoServes"]):
            self._leave(f"certificate {arn}: {reason}")
            return None
        used = self._users(certificate)
        if isinstance(used, str):
            self._leave(f"certificate {arn}: it is used by {used}")
            return None
        if used and not self._dry_run:
            return self._wait_for_users(arn, used)
        try:
            self._remove([arn], partial(self._acm.delete, arn))
        except StillInUse:
            return self._wait_for_users(arn, ["something that ACM does not name"])
        except AlreadyGone:
            return None
        return None

    def _users(self, certificate: Certificate) -> str | list[str]:
        """What uses a certificate and stays; or what does, and goes: ACM names it until it has heard that it is gone."""
        going = []
        for user in certificate.in_use_by:
            if user not in self._removed and self._user_stays(user, certificate.arn.split(":")[4]):
                return user
            going.append(user)
        return going

    def _user_stays(self, user: str, account_id: str) -> bool:
        """Whether a user of the certificate is none of this cleanup's distributions, or one that was left."""
        _, _, service, _, account, *_ = user.split(":")
        if (service, account) != ("cloudfront", account_id):
            return True
        try:
            tags = cloudfront.tags_of(user)
        except AlreadyGone:
            return False
        if tags.get(JOB_TAG) != self._key.job_id or ITEM_TAG not in tags:
            return True
        other = self._store.item(ItemKey(self._key.job_id, tags[ITEM_TAG]))
        return other is None or (not self._dry_run and other.cleanup.status in _STAYS)

    def _wait_for_users(self, arn: str, users: list[str]) -> Wait | None:
        try:
            return self._next_wait(arn)
        except DistributionNotDeployed:
            self._keep(arn, f"certificate {arn}: ACM still says that it is used by {', '.join(users)}")
            return None

    def _take_validation_records_back(self) -> Wait | None:
        if self._distribution_stays or (has_certificate(self._item) and not self._dry_run):
            return None
        kept: list[ValidationRecord] = []
        by_zone: dict[str, list[ValidationRecord]] = defaultdict(list)
        for record in created_by_us(self._item.certificate.validation_records):
            needed_by = self._state["entry"]["neededBy"].get(record.name)
            for other_id in self._state["entry"]["sharedWith"].get(record.name, ()) if not needed_by else ():
                other = self._store.item(ItemKey(self._key.job_id, other_id))
                if other and has_certificate(other) and not self._dry_run:
                    if other.cleanup.status not in _STAYS:
                        return self._wait_for_sharer(other_id)
                    needed_by = other.certificate.arn or f"of item {other_id}"
            if needed_by:
                self._leave(f"{record.name} {record.type}: certificate {needed_by} needs it")
                kept.append(record)
            else:
                by_zone[str(record.created_in)].append(record)
        for zone_id, records in by_zone.items():
            wanted = [(one.name, one.type, (one.value.rstrip(".").lower(),)) for one in records]
            self._delete_records(zone_id, wanted)
        if not self._dry_run and tuple(kept) != self._item.certificate.validation_records:
            self._store.update_certificate(self._key, validation_records=tuple(kept))
        return None

    def _wait_for_sharer(self, other_id: str) -> Wait:
        return self._next_wait(f"the certificate of item {other_id}")

    def _delete_records(self, zone_id: str, wanted: Iterable[tuple[str, str, tuple[str, ...]]]) -> None:
        """Delete record sets of a zone, by name, type and values, in one change; those that say something else are left."""
        remaining = list(wanted)
        for attempt in range(TRIES):
            found: dict[str, RecordSet] = {}
            for name, type_, values in remaining:
                record_set = _record_set(zone_id, name, type_)
                shown = f"{plain_name(name)} {type_}"
                if record_set and values_of(record_set) != values:
                    says = ", ".join(values_of(record_set))
                    self._keep(shown, f"{shown} in hosted zone {zone_id}: it says {says} now, not {', '.join(values)}")
                elif record_set:
                    found[shown] = record_set
            if not found:
                return
            deletion = partial(change, zone_id, [("DELETE", one) for one in found.values()], f"records in {zone_id}")
            try:
                self._remove(found, deletion)
                return
            except ChangeRefused:
                if attempt == TRIES - 1:
                    raise

    @property
    def _is_last_look(self) -> bool:
        return self._dry_run or self._state["looks"] >= LOOKS

    def _look_again(self) -> Wait:
        self._state["looks"] += 1
        return wait_plan().first()

    def _next_wait(self, what: str) -> Wait:
        return wait_plan().after(self._state["wait"], what)

    def _remove(self, names: Iterable[str], how: Callable[[], None]) -> None:
        """Note what is about to be removed, then remove it; a dry run notes it for its report."""
        before = len(self._removed)
        self._removed += [name for name in names if name not in self._removed]
        if self._dry_run:
            return
        if len(self._removed) != before:
            self._store.update_cleanup(self._key, removed=tuple(self._removed))
        how()

    def _keep(self, name: str, reason: str) -> None:
        """Leave something that was perhaps noted as about to be removed."""
        if name in self._removed:
            self._removed.remove(name)
            if not self._dry_run:
                self._store.update_cleanup(self._key, removed=tuple(self._removed))
        self._leave(reason)

    def _leave(self, reason: str) -> None:
        if reason not in self._left:
            self._left.append(reason)
            if not self._dry_run:
                self._store.update_cleanup(self._key, left=tuple(self._left))

    def _read(self) -> Item:
        item = self._store.item(self._key)
        if item is None:
            raise JobNotFound(f"job {self._key.job_id} has no item {self._key.item_id}")
        return item


def _record_set(zone_id: str, name: str, type_: str) -> RecordSet | None:
    try:
        return next((found for found in record_sets(zone_id, name) if found["Type"] == type_), None)
    except HostedZoneNotFound:
        return None
