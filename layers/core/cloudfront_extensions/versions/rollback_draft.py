"""What one target would become, and what speaks against it, as far as the configurations and a few facts tell."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from cloudfront_extensions.certificates.names import uncovered
from cloudfront_extensions.certificates.outcome import Certificate
from cloudfront_extensions.distributions.config import DistributionConfig, aliases_of
from cloudfront_extensions.errors import (
    AliasInUse,
    CanaryNotPossible,
    CertificateDoesNotCoverAlias,
    CertificateNotIssued,
    CloudFrontExtensionsError,
    InvalidDistributionConfig,
    ReferenceNotFound,
    with_next_action,
)
from cloudfront_extensions.versions.canary import why_no_canary
from cloudfront_extensions.versions.checks import check_config
from cloudfront_extensions.versions.diff import Change, diff
from cloudfront_extensions.versions.function_associations import reasons_against_functions, with_associations
from cloudfront_extensions.versions.function_source import WantedFunction
from cloudfront_extensions.versions.keep import planned_config
from cloudfront_extensions.versions.references import Reference, ReferenceKind, Thing, new_references


@dataclass(frozen=True, slots=True)
class LiveTarget:
    """A target as it was read."""

    distribution_id: str
    etag: str
    version: int
    """Number of the version that was live."""
    account: str
    config: DistributionConfig = field(repr=False)


@dataclass(frozen=True, slots=True)
class Draft:
    live: LiveTarget
    model: DistributionConfig = field(repr=False)
    """What it was planned after: a source's configuration, or the target's own."""
    planned: DistributionConfig = field(repr=False)
    changes: tuple[Change, ...]
    references: tuple[Reference, ...]
    """What the target does not refer to yet, and has to be there."""
    elsewhere: tuple[Reference, ...]
    """Functions of other accounts, which CloudFront does not take."""
    kept: tuple[str, ...] = ()
    """Names of `keep.FIELDS`."""
    refusals: tuple[CloudFrontExtensionsError, ...] = ()
    """What spoke against it already when it was made."""

    @property
    def new_aliases(self) -> tuple[str, ...]:
        before = set(aliases_of(self.live.config))
        return tuple(alias for alias in aliases_of(self.planned) if alias not in before)

    @property
    def certificate_arn(self) -> str | None:
        """The certificate in ACM that has to cover the aliases.

        None where CloudFront has found so already, or the certificate is none of ACM's.
        """
        arn = _certificate_arn(self.planned)
        return arn if self.new_aliases or arn != _certificate_arn(self.live.config) else None


@dataclass(frozen=True, slots=True)
class Facts:
    """What stands in the account, as far as the drafts of a plan depend on it."""

    missing: frozenset[Thing] = frozenset()
    """Of what the drafts refer to anew."""
    certificates: Mapping[str, Certificate] = field(default_factory=dict)
    """By ARN, all that the drafts need and that there are."""
    alias_owners: Mapping[str, str] = field(default_factory=dict)
    """Alias, lower-case → id of the distribution that has it, or that an earlier target of the plan gives it to."""


def draft(live: LiveTarget, source: DistributionConfig, kept: tuple[str, ...]) -> Draft:
    """The target with the source's configuration; `kept` as `keep.kept_fields` gives it."""
    return _draft(live, source, planned_config(live.config, source, kept), kept=kept)


def draft_with_functions(live: LiveTarget, wanted: Iterable[WantedFunction]) -> Draft:
    """The target as it is, but for some functions."""
    wanted = tuple(wanted)
    refusals = tuple(reasons_against_functions(live.config, wanted))
    return _draft(live, live.config, with_associations(live.config, wanted), refusals=refusals)


def _draft(live: LiveTarget, model: DistributionConfig, planned: DistributionConfig, **more: Any) -> Draft:
    changes = diff(live.config, planned)
    references = new_references(live.config, planned) if changes else ()
    elsewhere = tuple(one for one in references if one.thing.account not in (None, live.account))
    own = tuple(one for one in references if one not in elsewhere)
    return Draft(live, model, planned, changes, own, elsewhere, **more)


def reasons_against(one: Draft, facts: Facts, *, canary: bool) -> Iterator[CloudFrontExtensionsError]:
    """Each reason why a draft can't be carried out, all of them at once."""
    yield from one.refusals
    if not one.changes:
        return
    if _mode(one.live.config) != _mode(one.model):
        yield InvalidDistributionConfig(
            with_next_action(
                f"ConnectionMode: the target's is {_mode(one.live.config)}, and the source's is {_mode(one.model)}",
                "Choose a source of the target's own kind: a multi-tenant distribution can't become a standard one.",
            )
        )
    if fault := _fault(one):
        yield fault
    yield from _not_there(one, facts.missing)
    yield from _not_covered(one, facts.certificates)
    for alias in one.new_aliases:
        owner = facts.alias_owners.get(alias.lower(), one.live.distribution_id)
        if owner != one.live.distribution_id:
            yield AliasInUse(
                f"alias {alias} belongs to distribution {owner}; remove it there, or keep the target's own"
            )
    if canary:
        for reason in why_no_canary(one.live.config, one.changes):
            yield CanaryNotPossible(reason)


def _not_there(one: Draft, missing: Collection[Thing]) -> Iterator[CloudFrontExtensionsError]:
    for thing, path in one.elsewhere:
        yield InvalidDistributionConfig(
            with_next_action(
                f"{path}: {thing.kind} {thing.id} belongs to account {thing.account}, the distribution to {one.live.account}",
                f"Deploy the function in account {one.live.account}, and name that one.",
            )
        )
    for thing, path in one.references:
        if thing in missing:
            published = " that is published" if thing.kind is ReferenceKind.FUNCTION else ""
            yield ReferenceNotFound(f"{path}: there is no {thing.kind} {thing.id}{published}")


def _not_covered(one: Draft, certificates: Mapping[str, Certificate]) -> Iterator[CloudFrontExtensionsError]:
    """A certificate that does not exist is a missing reference; one of IAM can't be read by the id that it has."""
    certificate = certificates.get(one.certificate_arn or "")
    if certificate is None:
        return
    aliases = [alias.lower() for alias in aliases_of(one.planned)]
    if not certificate.is_issued:
        yield CertificateNotIssued(f"certificate {certificate.arn} has the status {certificate.status}")
    if missing := uncovered(aliases, certificate.names):
        yield CertificateDoesNotCoverAlias(
            f"certificate {certificate.arn} does not cover {', '.join(missing)}; "
            f"it covers {', '.join(certificate.names)}"
        )


def _mode(config: Mapping[str, Any]) -> str:
    return str(config.get("ConnectionMode", "direct"))


def _certificate_arn(config: Mapping[str, Any]) -> str | None:
    arn: str | None = config.get("ViewerCertificate", {}).get("ACMCertificateArn")
    return arn


def _fault(one: Draft) -> InvalidDistributionConfig | None:
    """What CloudFront once took, it is not for us to judge."""
    try:
        check_config(one.planned, f"what {one.live.distribution_id} would become", one.model)
    except InvalidDistributionConfig as fault:
        return InvalidDistributionConfig(
            with_next_action(
                str(fault), "Change what is asked for until it goes with what the target keeps, and start again."
            )
        )
    return None
