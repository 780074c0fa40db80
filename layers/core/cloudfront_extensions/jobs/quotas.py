"""The Service Quotas that a batch can run into, and whether it would.

Defaults are those of the quota pages of ACM and CloudFront; an account's own values take their place where Service
Quotas tells them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from cloudfront_extensions.distributions.usage import DISTRIBUTIONS_PER_SHARED_THING, SharedKind


class QuotaName(StrEnum):
    """The names by which Service Quotas knows them."""

    CERTIFICATES = "ACM certificates"
    CERTIFICATES_A_YEAR = "ACM certificates created in last 365 days"
    IMPORTED_CERTIFICATES = "Imported certificates"
    IMPORTS_A_YEAR = "Imported certificates in last 365 days"
    """ACM's guide does not say whether an import into a certificate that is there counts; it is counted here, to be safe."""
    NAMES_PER_CERTIFICATE = "Domain names per ACM certificate"
    DISTRIBUTIONS = "Web distributions per AWS account"
    ALIASES_PER_DISTRIBUTION = "Alternate domain names (CNAMEs) per distribution"
    DISTRIBUTIONS_PER_CACHE_POLICY = "Distributions associated with the same cache policy"
    DISTRIBUTIONS_PER_ORIGIN_REQUEST_POLICY = "Distributions associated with the same origin request policy"
    DISTRIBUTIONS_PER_RESPONSE_HEADERS_POLICY = "Distributions associated with the same response headers policy"
    DISTRIBUTIONS_PER_ORIGIN_ACCESS_CONTROL = "Distributions associated with the same origin access control"
    DISTRIBUTIONS_PER_FUNCTION = "Distributions associated with the same function"


@dataclass(frozen=True, slots=True)
class Quota:
    name: QuotaName
    service_code: str
    code: str | None
    """The code in Service Quotas, for people who ask for more; None where it is not known."""
    default: int


QUOTAS: Mapping[QuotaName, Quota] = {
    quota.name: quota
    for quota in (
        Quota(QuotaName.CERTIFICATES, "acm", "L-F141DD1D", 2_500),
        Quota(QuotaName.CERTIFICATES_A_YEAR, "acm", "L-DA1D8B98", 5_000),
        Quota(QuotaName.IMPORTED_CERTIFICATES, "acm", "L-D2CB7DE9", 2_500),
        Quota(QuotaName.IMPORTS_A_YEAR, "acm", "L-3808DC70", 5_000),
        Quota(QuotaName.NAMES_PER_CERTIFICATE, "acm", "L-FB94F0B0", 10),
        Quota(QuotaName.DISTRIBUTIONS, "cloudfront", "L-24B04930", 500),
        Quota(QuotaName.ALIASES_PER_DISTRIBUTION, "cloudfront", None, 100),
        Quota(QuotaName.DISTRIBUTIONS_PER_CACHE_POLICY, "cloudfront", None, DISTRIBUTIONS_PER_SHARED_THING),
        Quota(QuotaName.DISTRIBUTIONS_PER_ORIGIN_REQUEST_POLICY, "cloudfront", None, DISTRIBUTIONS_PER_SHARED_THING),
        Quota(QuotaName.DISTRIBUTIONS_PER_RESPONSE_HEADERS_POLICY, "cloudfront", None, DISTRIBUTIONS_PER_SHARED_THING),
        Quota(QuotaName.DISTRIBUTIONS_PER_ORIGIN_ACCESS_CONTROL, "cloudfront", None, DISTRIBUTIONS_PER_SHARED_THING),
        Quota(QuotaName.DISTRIBUTIONS_PER_FUNCTION, "cloudfront", None, DISTRIBUTIONS_PER_SHARED_THING),
    )
}

QUOTA_OF_SHARED: Mapping[SharedKind, QuotaName] = {
    SharedKind.CACHE_POLICY: QuotaName.DISTRIBUTIONS_PER_CACHE_POLICY,
    SharedKind.ORIGIN_REQUEST_POLICY: QuotaName.DISTRIBUTIONS_PER_ORIGIN_REQUEST_POLICY,
    SharedKind.RESPONSE_HEADERS_POLICY: QuotaName.DISTRIBUTIONS_PER_RESPONSE_HEADERS_POLICY,
    SharedKind.ORIGIN_ACCESS_CONTROL: QuotaName.DISTRIBUTIONS_PER_ORIGIN_ACCESS_CONTROL,
    SharedKind.FUNCTION: QuotaName.DISTRIBUTIONS_PER_FUNCTION,
}


@dataclass(frozen=True, slots=True)
class Limits:
    """The quotas in force in an account: its own values, and AWS's defaults for all others."""

    own: Mapping[QuotaName, int]

    def __getitem__(self, name: QuotaName) -> int:
        return self.own.get(name, QUOTAS[name].default)


@dataclass(frozen=True, slots=True)
class QuotaLine:
    """One quota, held against what an account uses and what a batch needs besides."""

    quota: Quota
    limit: int
    used: int
    needed: int
    resource: str | None = None
    """The policy, origin access control or function that the quota is counted for; None: the account."""

    @property
    def is_exceeded(self) -> bool:
        """Whether the batch would go beyond it. What needs nothing exceeds nothing, however full the account is."""
        return self.needed > 0 and self.used + self.needed > self.limit
