"""CloudFront's API: our checks first, then MiniStack stores and answers."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any
from xml.etree.ElementTree import Element, tostring

from localaws.server.cloudfront import (
    alias_moves,
    aliases,
    checks,
    configuration,
    continuous_deployment,
    deployment,
    deployment_policies,
    deployment_policy_service,
    distributions,
    edge_functions,
    function_service,
    invalidations,
    key_value_store_service,
    realtime_log_service,
    references,
    replicas,
    staging,
    viewer_certificate,
)
from localaws.server.cloudfront.answers import Answer, RefusedError, query_value, xml
from localaws.server.cloudfront.configuration import Config
from localaws.server.cloudfront.defaults import completed
from localaws.server.cloudfront.deployment_policy_service import Operation
from localaws.server.cloudfront.distributions import Distribution
from localaws.server.cloudfront.listing import distribution_list, users_of_policy
from localaws.server.cloudfront.request import Request, check_if_match, parsed
from localaws.server.settings import Settings

DISTRIBUTIONS = re.compile(r"/2020-05-31/distribution/?")
DISTRIBUTION = re.compile(r"/2020-05-31/distribution/([^/]+)/?")
CONFIGURATION = re.compile(r"/2020-05-31/distribution/([^/]+)/config/?")
CONFLICTING_ALIASES = re.compile(r"/2020-05-31/conflicting-alias/?")
TAGGING = re.compile(r"/2020-05-31/tagging/?")
POLICIES = re.compile(r"/2020-05-31/(cache|origin-request|response-headers)-policy/?")
USERS_OF_POLICY = re.compile(
    r"/2020-05-31/distributionsBy(?:CachePolicyId|OriginRequestPolicyId|ResponseHeadersPolicyId)/([^/]+)/?"
)
COPY = re.compile(r"/2020-05-31/distribution/([^/]+)/copy/?")
PROMOTION = re.compile(r"/2020-05-31/distribution/([^/]+)/promote-staging-config/?")
INVALIDATIONS = re.compile(r"/2020-05-31/distribution/([^/]+)/invalidation/?")
INVALIDATION = re.compile(r"/2020-05-31/distribution/([^/]+)/invalidation/([^/]+)/?")
ASSOCIATION = re.compile(r"/2020-05-31/distribution/([^/]+)/associate-alias/?")

Handler = Callable[[str, str, dict[str, str], bytes, dict[str, Any]], Awaitable[Answer]]


class CloudFront:
    """What answers for CloudFront: the operations below are ours, all others MiniStack's."""

    def __init__(self, stock: Handler, settings: Settings) -> None:
        self._stock, self._settings = stock, settings
        self._operations: tuple[Operation, ...] = (
            ("GET", DISTRIBUTIONS, self._list),
            ("POST", DISTRIBUTIONS, self._create),
            ("PUT", CONFIGURATION, self._update),
            ("DELETE", DISTRIBUTION, self._delete),
            ("GET", CONFLICTING_ALIASES, self._list_conflicting_aliases),
            ("GET", TAGGING, self._tag),
            ("POST", TAGGING, self._tag),
            ("POST", POLICIES, self._create_policy),
            ("GET", USERS_OF_POLICY, self._list_users_of_policy),
            ("POST", COPY, self._copy),
            ("PUT", PROMOTION, self._promote),
            ("PUT", ASSOCIATION, self._associate_alias),
            ("POST", INVALIDATIONS, self._invalidate),
            ("GET", INVALIDATIONS, self._look_at_invalidations),
            ("GET", INVALIDATION, self._look_at_invalidations),
            *deployment_policy_service.operations(settings),
            *realtime_log_service.operations(),
            *function_service.operations(),
            *key_value_store_service.operations(),
        )

    async def handle_request(
        self, method: str, path: str, headers: dict[str, str], body: bytes, query_params: dict[str, Any]
    ) -> Answer:
        deployment.settle()
        request = Request(method, path, headers, body, query_params)
        try:
            for operation_method, pattern, operation in self._operations:
                if operation_method == method and (match := pattern.fullmatch(path)):
                    return await operation(request, *match.groups())
        except RefusedError as refusal:
            return refusal.answer()
        return await self._stored(request)

    async def _list(self, request: Request) -> Answer:
        return xml(distribution_list(request.query))

    async def _create(self, request: Request) -> Answer:
        answer = await self._stored(replace(request, body=_new_configuration(request.body)))
        return await self._deploying(answer, answer[1].get("Location", "").rpartition("/")[2])

    async def _update(self, request: Request, distribution_id: str) -> Answer:
        """MiniStack refuses what is not there or whose ETag is stale, so that is left to it."""
        distribution = distributions.mine().get(distribution_id)
        if distribution is None or request.headers.get("if-match") != distribution["ETag"]:
            return await self._stored(request)
        body = _changed_configuration(distribution, request.body)
        return await self._deploying(await self._stored(replace(request, body=body)), distribution_id)

    async def _delete(self, request: Request, distribution_id: str) -> Answer:
        """MiniStack keeps the tags of what it deleted, and the tagging API would go on finding it."""
        from ministack.services import cloudfront

        distribution = distributions.mine().get(distribution_id)
        if distribution is None or request.headers.get("if-match") != distribution["ETag"]:
            return await self._stored(request)
        if distribution["Status"] != deployment.DEPLOYED:
            raise RefusedError("DistributionNotDisabled", f"{distribution_id} is still being deployed; delete it after")
        continuous_deployment.check_unnamed(distribution)
        answer = await self._stored(request)
        if answer[0] == 204:
            cloudfront._tags.pop(distribution["ARN"], None)
            replicas.note()
        return answer

    async def _invalidate(self, request: Request, distribution_id: str) -> Answer:
        invalidations.check(request.body)
        before = invalidations.count(distribution_id)
        answer = await self._stored(request)
        is_new = invalidations.count(distribution_id) > before
        return invalidations.begun(distribution_id, answer, self._settings) if is_new else answer

    async def _look_at_invalidations(self, request: Request, distribution_id: str, *_: str) -> Answer:
        invalidations.settle(distribution_id)
        return await self._stored(request)

    async def _list_conflicting_aliases(self, request: Request) -> Answer:
        return xml(_conflicting_aliases(request.query))

    async def _tag(self, request: Request) -> Answer:
        """MiniStack has another code for a distribution that is gone than the API."""
        arn = query_value(request.query, "Resource") or ""
        if query_value(request.query, "Operation") == "Tag":
            _check_more_tags(arn, request.body)
        answer = await self._stored(request)
        if answer[0] == 404:
            raise RefusedError("NoSuchResource", f"The resource {arn} does not exist")
        return answer

    async def _create_policy(self, request: Request, kind: str) -> Answer:
        references.check_room_for_policy(kind)
        return await self._stored(request)

    async def _list_users_of_policy(self, request: Request, policy_id: str) -> Answer:
        """MiniStack refuses a policy that does not exist, but finds no user of one that does."""
        answer = await self._stored(request)
        return xml(users_of_policy(policy_id, request.query)) if answer[0] == 200 else answer

    async def _copy(self, request: Request, primary_id: str) -> Answer:
        """The copy has no tags: neither the API reference nor its answer says that they are copied."""
        primary = distributions.existing(primary_id)
        check_if_match(request, primary["ETag"])
        config = staging.copied(request, primary)
        checks.check_new(config, [])
        answer = await self._stored(Request("POST", "/2020-05-31/distribution", {}, _written(config), {}))
        return await self._deploying(answer, answer[1]["Location"].rpartition("/")[2])

    async def _promote(self, request: Request, primary_id: str) -> Answer:
        """The policy is disabled by it, so that all traffic goes to the primary distribution."""
        primary = distributions.existing(primary_id)
        policy, source = continuous_deployment.joined(primary, query_value(request.query, "StagingDistributionId"))
        check_if_match(request, primary["ETag"], source["ETag"])
        config = staging.promoted(distributions.config_of(primary), distributions.config_of(source))
        checks.check_changed(config, primary)
        self._deploy(primary, config)
        deployment_policies.change(policy, policy.config | {"Enabled": False})
        return await self._read(primary_id)

    async def _associate_alias(self, request: Request, target_id: str) -> Answer:
        from ministack.core.responses import get_account_id

        target, alias = distributions.existing(target_id), (query_value(request.query, "Alias") or "").lower()
        if alias in configuration.aliases(distributions.config_of(target)):
            return 200, {}, b""
        source = alias_moves.source_of(alias, target, get_account_id())
        config = alias_moves.with_alias(target, alias)
        if source is not None:
            self._deploy(source, alias_moves.without_alias(source, alias))
        self._deploy(target, config)
        return 200, {}, b""

    async def _stored(self, request: Request) -> Answer:
        return await self._stock(request.method, request.path, request.headers, request.body, request.query)

    async def _read(self, distribution_id: str) -> Answer:
        return await self._stock("GET", f"/2020-05-31/distribution/{distribution_id}", {}, b"", {})

    async def _deploying(self, stored: Answer, distribution_id: str) -> Answer:
        """The answer to a change, with the distribution as it is after it: InProgress."""
        status, headers, content = stored
        if status not in (200, 201):
            return stored
        self._begin(distributions.mine()[distribution_id])
        _, _, content = await self._read(distribution_id)
        return status, headers, content

    def _deploy(self, distribution: Distribution, config: Config) -> None:
        """Change what MiniStack has no operation to change."""
        distributions.store(distribution, config)
        self._begin(distribution)

    def _begin(self, distribution: Distribution) -> None:
        edge_functions.make_missing_roles(distribution)
        deployment.begin(distribution, self._settings)


def _new_configuration(body: bytes) -> bytes:
    """The request with its configuration completed, for MiniStack to store. Raises RefusedError."""
    from ministack.services import cloudfront

    element, tags = cloudfront._unwrap_distribution_create_xml(parsed(body))
    if element is None:
        raise RefusedError("MalformedXML", "The request has no DistributionConfig")
    config = configuration.read(element)
    checks.check_new(config, _tags(tags))
    if tags is None:
        return _written(config)
    root = Element("DistributionConfigWithTags")
    root.append(configuration.write(completed(config)))
    root.append(tags)
    return tostring(root)


def _changed_configuration(distribution: Distribution, body: bytes) -> bytes:
    config = staging.with_kept(configuration.read(parsed(body)), distributions.config_of(distribution))
    checks.check_changed(config, distribution)
    return _written(config)


def _written(config: Config) -> bytes:
    return tostring(configuration.write(completed(config)))


def _check_more_tags(arn: str, body: bytes) -> None:
    from ministack.services import cloudfront

    added = dict(_tags(parsed(body)))
    present = {tag["Key"]: tag["Value"] for tag in cloudfront._tags.get(arn, [])}
    checks.check_tags(_tags(parsed(body)))
    checks.check_tags(list((present | added).items()))


def _tags(element: Element | None) -> list[tuple[str, str]]:
    from ministack.services import cloudfront

    found = [] if element is None else [tag for tag in element.iter() if tag.tag.rpartition("}")[2] == "Tag"]
    return [(cloudfront._text(tag, "Key"), cloudfront._text(tag, "Value")) for tag in found]


def _conflicting_aliases(query: dict[str, Any]) -> Element:
    from ministack.core.responses import get_account_id

    alias = (query_value(query, "Alias") or "").lower()
    distribution = distributions.existing(query_value(query, "DistributionId") or "")
    certificate = distributions.config_of(distribution)["ViewerCertificate"].get("ACMCertificateArn")
    if not viewer_certificate.covers_alias(certificate, alias, get_account_id()):
        raise RefusedError("InvalidArgument", f"The certificate of {distribution['Id']} does not cover {alias!r}")
    return aliases.conflicting(alias, query_value(query, "Marker"), query_value(query, "MaxItems"))
