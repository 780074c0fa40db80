"""Which resources use a certificate."""

from __future__ import annotations

import re
from collections import defaultdict

_ATTACHED = re.compile(r"ACMCertificateArn>([^<]+)<")


def by_certificate() -> dict[str, list[str]]:
    """ARNs of the distributions of every account that use a certificate, by its ARN."""
    from ministack.services import cloudfront

    users: dict[str, list[str]] = defaultdict(list)
    for distribution in list(cloudfront._distributions._data.values()):
        for arn in set(_ATTACHED.findall(distribution.get("config_xml") or "")):
            users[arn].append(distribution["ARN"])
    return users


def users_of(certificate_arn: str) -> list[str]:
    """ARNs of the distributions and signing profiles that use it."""
    from ministack.services import acm

    profiles: list[str] = acm._signing_profiles_using(certificate_arn)
    return by_certificate().get(certificate_arn, []) + profiles
