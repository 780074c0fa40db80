"""An account with CloudFront as the API reference describes it, in memory; it can be told to refuse or lose answers.

Moto's CloudFront accepts what AWS refuses (an alias twice, a certificate that is not there), so it proves nothing here.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

from botocore.exceptions import ClientError, ConnectionClosedError
from botocore.session import get_session
from botocore.validate import ParamValidator

from cloudfront_extensions.aws import clients
from tests.unit.service_models import with_models_read_once

ACCOUNT = "123456789012"
MODIFIED = datetime(2026, 3, 2, 9, 14, 7, tzinfo=UTC)
PAGE = 2
"""Items on a page of a list: small, so that every list of more is read page by page."""

Json = dict[str, Any]


class CloudFrontAccount:
    """Stands for the clients of CloudFront, the Resource Groups Tagging API and Service Quotas."""

    def __init__(self) -> None:
        self.distributions: dict[str, Json] = {}
        self.foreign_aliases: set[str] = set()
        self.covered_by_source: set[str] = set()
        """Aliases that the certificate of every distribution asked through covers."""
        self.quotas: dict[str, float] = {}
        """Values by name."""
        self.managed_policies: set[str] = set()
        self.tags_are_visible = True
        self.loses_next_answer = False
        self.calls: list[str] = []
        self._refusals: dict[str, list[str]] = {}
        model = with_models_read_once(get_session()).get_service_model("cloudfront")
        self.meta = SimpleNamespace(service_model=model)

    @contextmanager
    def in_place_of_aws(self) -> Iterator[None]:
        """Every client of these three services is this account; others are made as usual."""
        real = with_models_read_once(get_session())
        mine = {"cloudfront", "resourcegroupstaggingapi", "service-quotas"}

        def create_client(service: str, **settings: Any) -> Any:
            return self if service in mine else real.create_client(service, **settings)

        clients.client.cache_clear()
        with patch.object(clients, "_session", lambda: SimpleNamespace(create_client=create_client)):
            yield
        clients.client.cache_clear()

    def refuse(self, operation: str, *codes: str) -> None:
        """Answer the next calls of an operation with these errors."""
        self._refusals.setdefault(operation, []).extend(codes)

    def add(self, distribution_id: str, config: Json, tags: Json | None = None, status: str = "Deployed") -> None:
        self.distributions[distribution_id] = {"config": deepcopy(config), "tags": tags or {}, "status": status}

    def create_distribution_with_tags(self, **request: Json) -> Json:
        self._call("CreateDistribution")
        config = request["DistributionConfigWithTags"]["DistributionConfig"]
        report = ParamValidator().validate(config, self.meta.service_model.shape_for("DistributionConfig"))
        assert not report.has_errors(), report.generate_report()
        aliases = config["Aliases"].get("Items", [])
        for existing in self.distributions.values():
            if existing["config"]["CallerReference"] == config["CallerReference"]:
                raise self._error("CreateDistribution", "DistributionAlreadyExists")
        taken = {
            alias for found in self.distributions.values() for alias in found["config"]["Aliases"].get("Items", [])
        }
        if taken & set(aliases) or self.foreign_aliases & set(aliases):
            raise self._error("CreateDistribution", "CNAMEAlreadyExists")
        distribution_id = f"E{len(self.distributions) + 1:013d}"
        tags = {tag["Key"]: tag["Value"] for tag in request["DistributionConfigWithTags"]["Tags"]["Items"]}
        self.add(distribution_id, config, tags, status="InProgress")
        if self.loses_next_answer:
            self.loses_next_answer = False
            raise ConnectionClosedError(endpoint_url="https://cloudfront.example")
        return {"ETag": "E1", "Distribution": self._answer(distribution_id)}

    def get_distribution(self, **request: str) -> Json:
        self._call("GetDistribution")
        self._present("GetDistribution", request["Id"])
        return {"ETag": "E1", "Distribution": self._answer(request["Id"])}

    def get_distribution_config(self, **request: str) -> Json:
        self._call("GetDistributionConfig")
        self._present("GetDistributionConfig", request["Id"])
        return {"ETag": "E1", "DistributionConfig": deepcopy(self.distributions[request["Id"]]["config"])}

    def list_tags_for_resource(self, **request: str) -> Json:
        self._call("ListTagsForResource")
        tags = self.distributions[request["Resource"].rpartition("/")[2]]["tags"]
        return {"Tags": {"Items": [{"Key": key, "Value": value} for key, value in tags.items()]}}

    def list_distributions(self, **request: str) -> Json:
        self._call("ListDistributions")
        following = [found for found in sorted(self.distributions) if found > request.get("Marker", "")]
        page = following[: int(request.get("MaxItems", PAGE))]
        items = [{**self._answer(found), **self.distributions[found]["config"]} for found in page]
        more = {"NextMarker": page[-1]} if len(following) > len(page) else {}
        return {"DistributionList": {"IsTruncated": bool(more), "Quantity": len(page), "Items": items, **more}}

    def list_conflicting_aliases(self, **request: str) -> Json:
        self._call("ListConflictingAliases")
        self._present("ListConflictingAliases", request["DistributionId"])
        wanted = request["Alias"]
        if wanted not in self.covered_by_source:
            raise self._error("ListConflictingAliases", "InvalidArgument")
        found = [
            {"Alias": alias, "DistributionId": "*******" + owner[-6:], "AccountId": "******" + ACCOUNT[-6:]}
            for owner, existing in self.distributions.items()
            for alias in existing["config"]["Aliases"].get("Items", [])
            if alias == wanted
        ]
        if wanted in self.foreign_aliases:
            found.append({"Alias": wanted, "DistributionId": "*******EMCVL9", "AccountId": "******112233"})
        return {"ConflictingAliasesList": {"Quantity": len(found), "Items": found}}

    def get_resources(self, **request: Any) -> Json:
        self._call("GetResources")
        wanted = {(wish["Key"], wish["Values"][0]) for wish in request["TagFilters"]}
        found = [
            {"ResourceARN": f"arn:aws:cloudfront::{ACCOUNT}:distribution/{distribution_id}"}
            for distribution_id, existing in self.distributions.items()
            if self.tags_are_visible and wanted <= existing["tags"].items()
        ]
        return {"ResourceTagMappingList": found, "PaginationToken": ""}

    def list_service_quotas(self, **request: Any) -> Json:
        self._call("ListServiceQuotas")
        following = sorted(name for name in self.quotas if name > request.get("NextToken", ""))
        page = [{"QuotaName": name, "Value": self.quotas[name]} for name in following[:PAGE]]
        return {"Quotas": page, **({"NextToken": following[PAGE - 1]} if len(following) > PAGE else {})}

    def list_cache_policies(self, **request: str) -> Json:
        return self._managed("CachePolicy", request)

    def list_origin_request_policies(self, **request: str) -> Json:
        return self._managed("OriginRequestPolicy", request)

    def list_response_headers_policies(self, **request: str) -> Json:
        return self._managed("ResponseHeadersPolicy", request)

    def _managed(self, policy: str, request: Json) -> Json:
        assert request["Type"] == "managed"
        following = sorted(found for found in self.managed_policies if found > request.get("Marker", ""))
        items = [{"Type": "managed", policy: {"Id": found}} for found in following[:PAGE]]
        more = {"NextMarker": following[PAGE - 1]} if len(following) > PAGE else {}
        return {f"{policy}List": {"Quantity": len(items), "Items": items, **more}}

    def _call(self, operation: str) -> None:
        self.calls.append(operation)
        if refusals := self._refusals.get(operation):
            raise self._error(operation, refusals.pop(0))

    def _present(self, operation: str, distribution_id: str) -> None:
        if distribution_id not in self.distributions:
            raise self._error(operation, "NoSuchDistribution")

    def _answer(self, distribution_id: str) -> Json:
        existing = self.distributions[distribution_id]
        return {
            "Id": distribution_id,
            "ARN": f"arn:aws:cloudfront::{ACCOUNT}:distribution/{distribution_id}",
            "DomainName": f"{distribution_id.lower()}.cloudfront.net",
            "Status": existing["status"],
            "LastModifiedTime": MODIFIED,
            "DistributionConfig": deepcopy(existing["config"]),
        }

    @staticmethod
    def _error(operation: str, code: str) -> ClientError:
        return ClientError({"Error": {"Code": code, "Message": "in the words of AWS"}}, operation)
