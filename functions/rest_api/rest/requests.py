"""The bodies of requests. What workflows take is checked further by the workflow's own parser, in the operation."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from cloudfront_extensions.operations.versions import HIGHEST
from rest.parameters import IDENTIFIER

Identifier = Annotated[str, Field(pattern=IDENTIFIER)]


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    def given(self) -> dict[str, Any]:
        """The fields that the client sent."""
        return self.model_dump(exclude_unset=True, by_alias=True)


class NewJob(Body):
    """Input of domain_onboarding; requestToken may be the header Idempotency-Key instead."""

    requestToken: Identifier | None = None
    source: dict[str, Any] | None = None
    domains: list[dict[str, Any]] | None = None
    distribution: dict[str, Any] | None = None
    validation: dict[str, Any] | None = None
    aggregateWildcards: bool = False
    invalidRows: Literal["refuse", "skip"] = "refuse"
    onFailure: Literal["keep", "cleanup"] = "keep"
    dryRun: bool = False
    notificationTopic: str | None = None
    tags: dict[str, str] | None = None


class Cleanup(Body):
    """Which items of the job to take back; all where `items` is left out."""

    items: Literal["failed"] | Annotated[list[Identifier], Field(min_length=1, max_length=1000)] | None = None
    dryRun: bool = Field(False, description="Report what would be taken back and what left, and change nothing.")


class NewSnapshot(Body):
    name: str = Field(pattern=r"^[A-Za-z0-9._-]{1,64}$", description="latest is taken: it is always the live version.")
    version: int | None = Field(None, ge=1, le=HIGHEST, description="The version to name; the live one if left out.")
    note: str = Field("", max_length=1000)


class SnapshotNote(Body):
    note: str = Field(max_length=1000)


class NewRollback(Body):
    """Input of config_rollback; requestToken may be the header Idempotency-Key instead."""

    requestToken: Identifier | None = None
    targets: list[Any] = Field([], description="Left out where the source names them.")
    source: dict[str, Any]
    keep: list[str] | None = None
    approval: Literal["none", "required"] = "none"
    approvalSeconds: int = 86400
    strategy: dict[str, Any] | None = None
    onFailure: Literal["revert", "stop", "continue"] = "revert"
    dryRun: bool = False
    notificationTopic: str | None = None


class NewMetricsExport(Body):
    """Input of metrics_export; requestToken, the id of the export, may be the header Idempotency-Key instead."""

    requestToken: Identifier | None = None
    domains: Literal["all"] | Annotated[list[str], Field(min_length=1, max_length=1000)] = Field(
        "all", description="Aliases, distribution ids, or * for all distributions together; all is each of them and *."
    )
    from_time: str = Field(alias="from", max_length=64, description="A date or a moment (RFC 3339).")
    to_time: str = Field(alias="to", max_length=64, description="A date or a moment, not included.")
    interval: Literal["5m", "1h", "1d"] = Field("1h", description="Up to 35 days of 5m, and 400 days of 1h or 1d.")
    format: Literal["csv", "parquet"] = "csv"
    countries: bool = Field(False, description="Whether rows are told apart by country.")


class NewPrewarm(Body):
    """Input of cache_prewarm; requestToken, the id of the pre-warming, may be the header Idempotency-Key instead."""

    requestToken: Identifier | None = None
    distributionId: str = Field(pattern=r"^[A-Z0-9]{1,32}$")
    urls: Annotated[list[str], Field(min_length=1, max_length=100)] | None = None
    source: dict[str, Any] | None = Field(None, description="Bucket and key of a text file with a URL on each line.")
    target: dict[str, Any] | None = Field(
        None, description="Lists of pops, countries or regions; left out, all regions but cn."
    )
    headers: dict[str, str] | None = None
    invalidate: bool | Annotated[list[str], Field(min_length=1, max_length=3000)] = Field(
        False, description="Whether the URLs' paths are invalidated first, or which paths are."
    )
    timeoutSeconds: int = Field(3600, ge=60, le=86400)


class AnswerToRollback(Body):
    approve: bool
    comment: str = Field("", max_length=1000)
