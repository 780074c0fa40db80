"""Views read no address of a viewer, for where it is CloudFront says; and they read all that is paid for."""

from __future__ import annotations

import re

import pytest

from cloudfront_extensions.metrics.columns import LEGACY_FIELDS, REALTIME_FIELDS, STANDARD_FIELDS, column
from cloudfront_extensions.metrics.sources import Source
from logs.views import view_sql

ADDRESSES = {"c_ip", "x_forwarded_for"}


@pytest.mark.parametrize("source", Source)
def test_no_address_of_a_viewer_is_read(source: Source) -> None:
    assert not ADDRESSES & set(re.findall(r"\w+", view_sql(source)))


@pytest.mark.parametrize("source", Source)
def test_the_country_is_the_logs_own_or_unknown(source: Source) -> None:
    told = "c_country" in set(re.findall(r"\w+", view_sql(source)))
    assert told == (source is not Source.LEGACY)


@pytest.mark.parametrize("fields", [set(STANDARD_FIELDS) - set(LEGACY_FIELDS), set(REALTIME_FIELDS)])
def test_no_field_is_paid_for_that_no_view_reads(fields: set[str]) -> None:
    """Each field that can be left out costs by its bytes. The 33 of legacy logs are for whoever reads the files themselves."""
    read = set(re.findall(r"\w+", view_sql(Source.STANDARD) + view_sql(Source.REALTIME)))
    assert {column(field) for field in fields} <= read
