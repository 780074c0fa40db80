"""What must hold before a distribution is created."""

from __future__ import annotations

from cloudfront_extensions.errors import CertificateNotIssued, QuotaWouldBeExceeded


def check_issued(arn: str, status: str) -> None:
    """Raises CertificateNotIssued. `status` is ACM's."""
    if status != "ISSUED":
        raise CertificateNotIssued(f"certificate {arn} is {status}, not ISSUED")


def check_room(distributions: int, quota: int) -> None:
    """Raises QuotaWouldBeExceeded when the account has as many distributions as it may have."""
    if distributions >= quota:
        raise QuotaWouldBeExceeded(f"the account has {distributions} distributions, and its quota is {quota}")
