"""The shop that act two is about: its distribution, the versions of that, and what a canary leaves there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cloudfront_extensions.aws.table import Table
from cloudfront_extensions.aws.version_store import VersionStore
from cloudfront_extensions.versions.content import content_hash
from cloudfront_extensions.versions.records import Version
from demo.stage import Stage

NAME = "shop.acme.example.com"


class Shop:
    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._versions = VersionStore(Table(stage.outputs["VersionsTable"]), stage.outputs["ConfigurationBucket"])
        self.id = next(str(one["Id"]) for one in self._distributions() if NAME in one["Aliases"].get("Items", ()))

    def live_version(self) -> Version:
        """The version of what is live, once its event has come."""
        etag = self._stage.client("cloudfront").get_distribution_config(Id=self.id)["ETag"]

        def captured() -> Version | None:
            number = self._versions.number_of(self.id, etag)
            version = self._versions.version(self.id, number) if number else None
            return version if version and version.writes else None

        return self._stage.eventually(captured, f"the change of {NAME} did not become a version")

    def content(self, version: Version) -> dict[str, Any] | None:
        """The configuration of a version; None where nobody knows it."""
        return self._versions.content(self.id, version.number) if version.object_key else None

    def history(self) -> list[Version]:
        return list(self._versions.versions(self.id))

    def is_at(self, version: Version) -> bool:
        """Whether what CloudFront has is what the version says."""
        live = self._stage.client("cloudfront").get_distribution_config(Id=self.id)["DistributionConfig"]
        return content_hash(live) == version.content_hash

    def shares_viewers(self) -> bool:
        """Whether CloudFront sends some of them to a staging distribution."""
        found = self._stage.client("cloudfront").get_distribution(Id=self.id)["Distribution"]
        return bool(found["DistributionConfig"]["ContinuousDeploymentPolicyId"] and found["Status"] == "Deployed")

    def has_leftovers(self) -> bool:
        """Whether a staging distribution or a policy is there still."""
        policies = self._stage.client("cloudfront").list_continuous_deployment_policies()
        return bool(policies["ContinuousDeploymentPolicyList"]["Quantity"]) or any(
            one["Staging"] for one in self._distributions()
        )

    def _distributions(self) -> Iterator[dict[str, Any]]:
        pages = self._stage.client("cloudfront").get_paginator("list_distributions").paginate()
        return (one for page in pages for one in page["DistributionList"].get("Items", ()))
