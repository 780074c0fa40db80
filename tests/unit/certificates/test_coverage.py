"""A certificate is for all the names that it shall serve, or the missing ones are named."""

from __future__ import annotations

import pytest

from cloudfront_extensions.certificates.coverage import check_covers
from cloudfront_extensions.errors import CertificateDoesNotCoverAlias

NAMES = ("example.com", "*.example.com")


def test_names_and_wildcards_cover_aliases() -> None:
    check_covers(NAMES, ("example.com", "shop.example.com"))
    check_covers(NAMES, ())


def test_every_alias_that_is_not_covered_is_named() -> None:
    with pytest.raises(CertificateDoesNotCoverAlias) as refusal:
        check_covers(NAMES, ("shop.example.com", "a.b.example.com", "example.org"), "certificate X")

    assert str(refusal.value) == (
        "certificate X does not cover a.b.example.com, example.org; it covers example.com, *.example.com"
    )
