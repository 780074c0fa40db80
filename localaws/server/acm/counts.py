"""How many certificates an account has and has had, against its quotas."""

from __future__ import annotations

from collections import Counter

from localaws.server import quotas
from localaws.server.acm import certificates
from localaws.server.acm.certificates import AMAZON_ISSUED, IMPORTED
from localaws.server.aws_json import ServiceError

_KEPT = {AMAZON_ISSUED: quotas.CERTIFICATES, IMPORTED: quotas.IMPORTED_CERTIFICATES}
_A_YEAR = {AMAZON_ISSUED: quotas.CERTIFICATES_A_YEAR, IMPORTED: quotas.IMPORTS_A_YEAR}
_made: Counter[tuple[str, str, str]] = Counter()
"""By account, Region and type. No instance lives for a year, and deleting gives nothing back, so it only grows."""

forget = _made.clear


def check(certificate_type: str, *, adds_one: bool = True) -> None:
    """Raises ServiceError when one more certificate exceeds a quota; a reimport counts for the year only."""
    kept = sum(certificate["Type"] == certificate_type for certificate in certificates.table().values())
    if adds_one and kept >= quotas.limit(_KEPT[certificate_type]):
        raise ServiceError("LimitExceededException", f"The account has {kept} certificates of type {certificate_type}")
    if _made[_here(certificate_type)] >= quotas.limit(_A_YEAR[certificate_type]):
        raise ServiceError(
            "LimitExceededException",
            f"{_made[_here(certificate_type)]} of type {certificate_type} in the last 365 days",
        )


def one_more(certificate_type: str) -> None:
    _made[_here(certificate_type)] += 1


def _here(certificate_type: str) -> tuple[str, str, str]:
    from ministack.core.responses import get_account_id, get_region

    return get_account_id(), get_region(), certificate_type
