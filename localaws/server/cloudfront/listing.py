"""ListDistributions: pages, and summaries with the members that AWS's have."""

from __future__ import annotations

from typing import Any
from xml.etree.ElementTree import Element, SubElement

from localaws.server.cloudfront import distributions
from localaws.server.cloudfront.answers import RefusedError, query_value

GREATEST_PAGE = 100


def distribution_list(query: dict[str, Any]) -> Element:
    """A page of the caller's distributions in the order of their ids. Raises RefusedError.

    The marker is the id of the last one seen, so that a page stays right when distributions come and go in between.
    """
    from ministack.services import cloudfront

    marker, size = query_value(query, "Marker") or "", _page_size(query_value(query, "MaxItems"))
    following = [found for _, found in sorted(distributions.mine().items()) if found["Id"] > marker]
    page = following[:size]
    root = Element("DistributionList")
    cloudfront._build_distribution_list_xml(root, page)
    _set(root, "Marker", marker)
    _set(root, "MaxItems", str(size))
    _set(root, "IsTruncated", str(len(following) > size).lower())
    if len(following) > size:
        SubElement(root, "NextMarker").text = page[-1]["Id"]
    for summary, distribution in zip(root.iter("DistributionSummary"), page, strict=True):
        config = cloudfront._dist_config_el(distribution)
        SubElement(summary, "ETag").text = distribution["ETag"]
        cloudfront._add_config_block(summary, config, "OriginGroups")
        _set(summary, "Staging", cloudfront._text(config, "Staging") or "false")
    return root


def _page_size(text: str | None) -> int:
    if text is None:
        return GREATEST_PAGE
    if not text.isdecimal() or int(text) < 1:
        raise RefusedError("InvalidArgument", f"MaxItems must be a number from 1 up, not {text!r}")
    return min(int(text), GREATEST_PAGE)


def _set(parent: Element, tag: str, text: str) -> None:
    found = parent.find(tag)
    if found is not None:
        found.text = text
