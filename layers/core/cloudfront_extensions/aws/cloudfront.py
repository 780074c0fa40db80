"""CloudFront's control plane: distributions created, read and listed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from cloudfront_extensions.aws.clients import client
from cloudfront_extensions.aws.clock import rfc3339
from cloudfront_extensions.aws.deployment_tag import own_tag_filters, with_deployment
from cloudfront_extensions.aws.error_table import AliasNotCovered, NotOursToAsk
from cloudfront_extensions.aws.failures import aws_call
from cloudfront_extensions.distributions.aliases import ConflictingAlias
from cloudfront_extensions.distributions.config import DistributionConfig, aliases_of
from cloudfront_extensions.distributions.usage import SharedKind
from cloudfront_extensions.errors import DistributionNotFound, InvalidCursor

_LISTS_OF_POLICIES = {
    SharedKind.CACHE_POLICY: ("list_cache_policies", "ListCachePolicies", "CachePolicy"),
    SharedKind.ORIGIN_REQUEST_POLICY: (
        "list_origin_request_policies",
        "ListOriginRequestPolicies",
        "OriginRequestPolicy",
    ),
    SharedKind.RESPONSE_HEADERS_POLICY: (
        "list_response_headers_policies",
        "ListResponseHeadersPolicies",
        "ResponseHeadersPolicy",
    ),
}
"""The client's method, the operation that it calls, and what it lists."""


@dataclass(frozen=True, slots=True)
class Distribution:
    """A distribution as CloudFront answers for it."""

    id: str
    arn: str
    domain_name: str
    caller_reference: str
    deployed: bool
    etag: str
    """Of its configuration as it is now."""
    modified_at: str
    """When that was written: RFC 3339 in UTC, to the millisecond."""
    config: DistributionConfig = field(default_factory=dict, compare=False, repr=False)


class SummaryPage(NamedTuple):
    summaries: list[dict[str, Any]]
    """As ListDistributions tells them."""
    next_marker: str | None
    """None: the list ends here."""


@dataclass(frozen=True, slots=True)
class AliasAnswers:
    """What CloudFront says of an alias. None: it can't be asked about this one through that distribution."""

    conflicts: tuple[ConflictingAlias, ...] | None
    worth_asking_again: bool = True
    """Whether the same distribution may be asked about another alias."""


def create(config: DistributionConfig, tags: Mapping[str, str]) -> Distribution:
    """Create a distribution, with its tags and the deployment's in the same call.

    Raises:
        CallerReferenceUsed: an earlier call created it.
        AliasInUse, CertificateNotIssued, QuotaWouldBeExceeded, InvalidDistributionConfig, InvalidInput: by the error table.
    """
    request = {
        "DistributionConfig": config,
        "Tags": {"Items": [{"Key": key, "Value": value} for key, value in with_deployment(tags).items()]},
    }
    target = f"{config['CallerReference']} ({', '.join(aliases_of(config))})"
    with aws_call("CreateDistributionWithTags", target):
        answer = client("cloudfront").create_distribution_with_tags(DistributionConfigWithTags=request)
    return _distribution(answer)


def distribution(distribution_id: str) -> Distribution | None:
    """A distribution of this account; None when there is none of that id."""
    try:
        with aws_call("GetDistribution", distribution_id):
            answer = client("cloudfront").get_distribution(Id=distribution_id)
    except DistributionNotFound:
        return None
    return _distribution(answer)


def tags_of(arn: str) -> dict[str, str]:
    """The tags of a distribution. Raises AlreadyGone where CloudFront knows none of that ARN."""
    with aws_call("ListTagsForResource", arn):
        answer = client("cloudfront").list_tags_for_resource(Resource=arn)
    return {tag["Key"]: tag.get("Value", "") for tag in answer["Tags"].get("Items", [])}


def disable(found: Distribution) -> str:
    """Disable a distribution as it was found; the ETag of its configuration after that.

    Raises:
        EtagMoved: its configuration is no longer the one that was found.
        AlreadyGone: there is no such distribution.
    """
    with aws_call("UpdateDistribution", found.id):
        answer = client("cloudfront").update_distribution(
            Id=found.id, IfMatch=found.etag, DistributionConfig={**found.config, "Enabled": False}
        )
    etag: str = answer["ETag"]
    return etag


def delete(found: Distribution) -> None:
    """Delete a distribution as it was found, which must be disabled and deployed.

    Raises:
        EtagMoved: its configuration is no longer the one that was found.
        NotYetDisabled: CloudFront still disables it.
        StillInUse: something of CloudFront refers to it.
        AlreadyGone: there is no such distribution.
    """
    with aws_call("DeleteDistribution", found.id):
        client("cloudfront").delete_distribution(Id=found.id, IfMatch=found.etag)


def created_for(job_id: str, item_id: str, reference: str) -> Distribution | None:
    """The distribution that an earlier try created for an item: its tags find it, its caller reference proves it.

    The tagging API learns of new resources with a delay, so None does not mean that there is none.
    """
    parameters: dict[str, Any] = {
        "ResourceTypeFilters": ["cloudfront:distribution"],
        "TagFilters": own_tag_filters(job_id, item_id),
    }
    while True:
        with aws_call("GetResources", f"the distribution of {reference}"):
            answer = client("resourcegroupstaggingapi").get_resources(**parameters)
        for tagged in answer["ResourceTagMappingList"]:
            found = distribution(tagged["ResourceARN"].rpartition("/")[2])
            if found and found.caller_reference == reference:
                return found
        if not answer.get("PaginationToken"):
            return None
        parameters["PaginationToken"] = answer["PaginationToken"]


def distribution_config(distribution_id: str) -> DistributionConfig:
    """The present configuration of a distribution. Raises SourceConfigNotFound."""
    with aws_call("GetDistributionConfig", distribution_id):
        answer = client("cloudfront").get_distribution_config(Id=distribution_id)
    config: DistributionConfig = answer["DistributionConfig"]
    return config


def distribution_summaries() -> Iterator[dict[str, Any]]:
    """Every distribution of the account, as ListDistributions sums it up, page by page."""
    marker = None
    while True:
        page = summary_page(after=marker)
        yield from page.summaries
        marker = page.next_marker
        if marker is None:
            return


def summary_page(limit: int | None = None, after: str | None = None) -> SummaryPage:
    """A page of the account's distributions, from behind a marker; `limit` is CloudFront's own where it is None, 100.

    Raises InvalidCursor where CloudFront does not take the marker, the one argument here that comes from outside.
    """
    parameters = {**({"MaxItems": str(limit)} if limit else {}), **({"Marker": after} if after else {})}
    with aws_call("ListDistributions", "this account", {"InvalidArgument": InvalidCursor} if after else {}):
        page = client("cloudfront").list_distributions(**parameters)["DistributionList"]
    return SummaryPage(page.get("Items", []), page["NextMarker"] if page["IsTruncated"] else None)


def managed_policy_ids(kind: SharedKind) -> frozenset[str]:
    """The ids of AWS's own policies of a kind, which any number of distributions may use; none for what is no policy."""
    method, operation, policy = _LISTS_OF_POLICIES.get(kind, (None, "", ""))
    found: set[str] = set()
    parameters = {"Type": "managed"}
    while method:
        with aws_call(operation, "AWS's managed policies"):
            page = getattr(client("cloudfront"), method)(**parameters)[f"{policy}List"]
        found.update(item[policy]["Id"] for item in page.get("Items", []))
        if not page.get("NextMarker"):
            break
        parameters["Marker"] = page["NextMarker"]
    return frozenset(found)


def conflicting_aliases(distribution_id: str, alias: str) -> AliasAnswers:
    """Who has an alias or one that overlaps with it, in any account, with masked ids.

    CloudFront answers only about aliases that the certificate of `distribution_id` covers (ListConflictingAliases), and
    only for distributions of this account.
    """
    found: list[ConflictingAlias] = []
    parameters = {"DistributionId": distribution_id, "Alias": alias}
    try:
        while True:
            with aws_call("ListConflictingAliases", alias, {"AccessDenied": NotOursToAsk}):
                answer = client("cloudfront").list_conflicting_aliases(**parameters)
            page = answer["ConflictingAliasesList"]
            found += [
                ConflictingAlias(item["Alias"], item["DistributionId"], item["AccountId"])
                for item in page.get("Items", [])
            ]
            if not page.get("NextMarker"):
                return AliasAnswers(tuple(found))
            parameters["Marker"] = page["NextMarker"]
    except AliasNotCovered:
        return AliasAnswers(None)
    except NotOursToAsk:
        return AliasAnswers(None, worth_asking_again=False)


def _distribution(answer: Mapping[str, Any]) -> Distribution:
    """Of an answer that has a distribution and its ETag."""
    found = answer["Distribution"]
    return Distribution(
        id=found["Id"],
        arn=found["ARN"],
        domain_name=found["DomainName"],
        caller_reference=found["DistributionConfig"]["CallerReference"],
        deployed=found["Status"] == "Deployed",
        etag=answer["ETag"],
        modified_at=rfc3339(found["LastModifiedTime"]),
        config=found["DistributionConfig"],
    )
