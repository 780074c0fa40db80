"""ListDistributions and the lists by policy: pages, and summaries with the members that AWS's have."""

from __future__ import annotations

from typing import Any
from xml.etree.ElementTree import Element, SubElement

from localaws.server.cloudfront import distributions
from localaws.server.cloudfront.distributions import Distribution
from localaws.server.cloudfront.pages import page_of


def distribution_list(query: dict[str, Any], of: dict[str, Distribution] | None = None) -> Element:
    """A page of the caller's distributions, or of some of them by id. Raises RefusedError."""
    from ministack.services import cloudfront

    page = page_of(distributions.mine() if of is None else of, query)
    root = Element("DistributionList")
    cloudfront._build_distribution_list_xml(root, list(page.items.values()))
    _set(root, "Marker", page.marker)
    _set(root, "MaxItems", str(page.size))
    _set(root, "IsTruncated", str(page.next_marker is not None).lower())
    if page.next_marker:
        SubElement(root, "NextMarker").text = page.next_marker
    for summary, distribution in zip(root.iter("DistributionSummary"), page.items.values(), strict=True):
        config = cloudfront._dist_config_el(distribution)
        SubElement(summary, "ETag").text = distribution["ETag"]
        cloudfront._add_config_block(summary, config, "OriginGroups")
        _set(summary, "Staging", cloudfront._text(config, "Staging") or "false")
    return root


def users_of_policy(policy_id: str, query: dict[str, Any]) -> Element:
    """A page of the ids of the caller's distributions that use a policy. Raises RefusedError."""
    page = page_of({user["Id"]: user for user in distributions.users_of(policy_id)}, query)
    root = Element("DistributionIdList")
    SubElement(root, "Marker").text = page.marker
    SubElement(root, "MaxItems").text = str(page.size)
    SubElement(root, "IsTruncated").text = str(page.next_marker is not None).lower()
    SubElement(root, "Quantity").text = str(len(page.items))
    if page.next_marker:
        SubElement(root, "NextMarker").text = page.next_marker
    listed = SubElement(root, "Items")
    for distribution_id in page.items:
        SubElement(listed, "DistributionId").text = distribution_id
    return root


def _set(parent: Element, tag: str, text: str) -> None:
    found = parent.find(tag)
    if found is not None:
        found.text = text
