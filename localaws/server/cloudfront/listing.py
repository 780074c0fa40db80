"""ListDistributions and the lists by policy: pages, and summaries with the members that AWS's have."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element, SubElement

from localaws.server.cloudfront import distributions
from localaws.server.cloudfront.answers import RefusedError, query_value
from localaws.server.cloudfront.distributions import Distribution

GREATEST_PAGE = 100


@dataclass(frozen=True, slots=True)
class Page:
    marker: str
    size: int
    distributions: list[Distribution]
    is_truncated: bool


def distribution_list(query: dict[str, Any]) -> Element:
    """A page of the caller's distributions. Raises RefusedError."""
    from ministack.services import cloudfront

    page = _page(query, list(distributions.mine().values()))
    root = Element("DistributionList")
    cloudfront._build_distribution_list_xml(root, page.distributions)
    _set(root, "Marker", page.marker)
    _set(root, "MaxItems", str(page.size))
    _set(root, "IsTruncated", str(page.is_truncated).lower())
    if page.is_truncated:
        SubElement(root, "NextMarker").text = page.distributions[-1]["Id"]
    for summary, distribution in zip(root.iter("DistributionSummary"), page.distributions, strict=True):
        config = cloudfront._dist_config_el(distribution)
        SubElement(summary, "ETag").text = distribution["ETag"]
        cloudfront._add_config_block(summary, config, "OriginGroups")
        _set(summary, "Staging", cloudfront._text(config, "Staging") or "false")
    return root


def users_of_policy(policy_id: str, query: dict[str, Any]) -> Element:
    """A page of the ids of the caller's distributions that use a policy. Raises RefusedError."""
    page = _page(query, distributions.users_of(policy_id))
    root = Element("DistributionIdList")
    SubElement(root, "Marker").text = page.marker
    SubElement(root, "MaxItems").text = str(page.size)
    SubElement(root, "IsTruncated").text = str(page.is_truncated).lower()
    SubElement(root, "Quantity").text = str(len(page.distributions))
    if page.is_truncated:
        SubElement(root, "NextMarker").text = page.distributions[-1]["Id"]
    listed = SubElement(root, "Items")
    for distribution in page.distributions:
        SubElement(listed, "DistributionId").text = distribution["Id"]
    return root


def _page(query: dict[str, Any], found: list[Distribution]) -> Page:
    """Distributions in the order of their ids.

    The marker is the id of the last one seen, so that a page stays right when distributions come and go in between.
    """
    marker, size = query_value(query, "Marker") or "", _page_size(query_value(query, "MaxItems"))
    following = sorted((each for each in found if each["Id"] > marker), key=lambda each: str(each["Id"]))
    return Page(marker, size, following[:size], len(following) > size)


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
