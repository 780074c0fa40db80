"""What preflight has to know of the account that a batch is for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from cloudfront_extensions.distributions.usage import SharedThing
from cloudfront_extensions.jobs.quotas import Limits


@dataclass(frozen=True, slots=True)
class AccountFacts:
    """The account as it stands, certificates in us-east-1. What a request has no use for may be left at its default."""

    certificates: int = 0
    """Certificates that ACM issued or was asked for; imported ones count towards another quota."""
    certificates_this_year: int = 0
    """Those of them that were asked for within the last 365 days."""
    imported_certificates: frozenset[str] = frozenset()
    """ARNs."""
    imports_this_year: int = 0
    """Imported certificates whose content is of the last 365 days: what it replaced within them can't be seen."""
    distributions: int = 0
    aliases: Mapping[str, str] = field(default_factory=dict)
    """Every alias in use, normalised, and the id of the distribution that has it."""
    shared: Mapping[SharedThing, int] = field(default_factory=dict)
    """What the source configuration shares with others, and how many distributions of the account use it already."""
    fixed_origin: str | None = None
    """Why the source's origin can't be replaced row by row; None where it can."""
    hosted_zones: Mapping[str, str] = field(default_factory=dict)
    """The ids (without /hostedzone/) of the public hosted zones by name, without trailing dot."""
    limits: Limits = field(default_factory=lambda: Limits({}))
