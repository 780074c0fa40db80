"""What `domain_onboarding` is asked for, checked field by field."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256
from typing import Any

from cloudfront_extensions.certificates.validation import Validation, ValidationMode, parse_validation
from cloudfront_extensions.distributions.alias_dns import AliasDns, AliasDnsMode, parse_alias_dns
from cloudfront_extensions.distributions.config import MAXIMUM_COMMENT_CHARACTERS
from cloudfront_extensions.distributions.source import FileSource, LiveSource, Source, parse_source
from cloudfront_extensions.errors import InvalidInput, KeyExposed
from cloudfront_extensions.fields import described, flag, identifier, notification_topic, refuse_unknown
from cloudfront_extensions.jobs.pasted_keys import WHAT_WAS_PASTED, holds_key
from cloudfront_extensions.tags import MAXIMUM_TAGS, parse_tags

MAXIMUM_INLINE_ROWS = 100

_FIELDS = frozenset(
    {
        "requestToken",
        "source",
        "domains",
        "distribution",
        "validation",
        "aggregateWildcards",
        "invalidRows",
        "onFailure",
        "dryRun",
        "notificationTopic",
        "tags",
    }
)
_DISTRIBUTION_FIELDS = frozenset({"source", "dns", "enabled", "comment", "tags"})
_SOURCE_FIELDS = frozenset({"bucket", "key", "format"})


class BatchFormat(StrEnum):
    CSV = "csv"
    JSON = "json"


class InvalidRows(StrEnum):
    """What becomes of a batch that has rows that can't be used."""

    REFUSE = "refuse"
    """Nothing is started."""
    SKIP = "skip"
    """They become failed items, and the others go on."""


class OnFailure(StrEnum):
    """What becomes of what was made for rows that are not done when the job ends."""

    KEEP = "keep"
    """It stays, and starting the job again goes on from there."""
    CLEANUP = "cleanup"
    """It is taken back before the report."""


@dataclass(frozen=True, slots=True)
class BatchFile:
    """A batch in S3."""

    bucket: str
    key: str
    format: BatchFormat


@dataclass(frozen=True, slots=True)
class InlineRows:
    """A batch in the request itself."""

    rows: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class DistributionTemplate:
    """What the distributions of a batch have in common."""

    source: Source
    dns: AliasDns = field(default_factory=AliasDns)
    enabled: bool = True
    comment: str | None = None
    """For rows that have none of their own."""
    tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OnboardingRequest:
    job_id: str
    """The client's request token."""
    batch: BatchFile | InlineRows
    distribution: DistributionTemplate | None
    """None: certificates alone."""
    validation: Validation = field(default_factory=lambda: Validation(ValidationMode.AUTO))
    aggregate_wildcards: bool = False
    invalid_rows: InvalidRows = InvalidRows.REFUSE
    on_failure: OnFailure = OnFailure.KEEP
    dry_run: bool = False
    notification_topic: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict)

    @property
    def wants_hosted_zones(self) -> bool:
        """Whether the account's hosted zones decide who writes DNS records."""
        template = self.distribution
        return self.validation.mode is ValidationMode.AUTO or (
            template is not None and template.dns.mode is AliasDnsMode.AUTO
        )


def parse_request(document: Mapping[str, Any]) -> OnboardingRequest:
    """Read the workflow's input. Rows that stand in it are read later, with those of files.

    Raises:
        InvalidInput: a field is missing, unknown or not what it must be; the message names it.
        KeyExposed: the input holds a key, which is in the execution's history now.
    """
    _refuse_keys(document)
    refuse_unknown(document, _FIELDS)
    tags = parse_tags(document.get("tags"))
    return OnboardingRequest(
        job_id=identifier(document, "requestToken"),
        batch=_batch(document),
        distribution=_distribution(document, tags),
        validation=parse_validation(document.get("validation", {"mode": "auto"})),
        aggregate_wildcards=flag(document, "aggregateWildcards", default=False),
        invalid_rows=_invalid_rows(document.get("invalidRows", "refuse")),
        on_failure=_on_failure(document.get("onFailure", "keep")),
        dry_run=flag(document, "dryRun", default=False),
        notification_topic=notification_topic(document),
        tags=tags,
    )


def canonical_json(request: OnboardingRequest) -> str:
    """The request with every default written out and keys in order: the same for requests that mean the same."""
    return json.dumps(_as_json(request), ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def body_hash(request: OnboardingRequest) -> str:
    """SHA-256 in hexadecimal over what the canonical request asks to be made.

    Neither its token is part of that, nor who is told: a wrong topic is put right under the same token.
    """
    body = {
        name: value for name, value in _as_json(request).items() if name not in ("requestToken", "notificationTopic")
    }
    return sha256(json.dumps(body, separators=(",", ":"), sort_keys=True).encode()).hexdigest()


def _refuse_keys(document: Mapping[str, Any]) -> None:
    """Before anything else looks at the input: nothing of a key is quoted, and the request is not kept."""
    for field_name, value in document.items():
        if holds_key((field_name, value)):
            place = f"{field_name}: " if field_name in _FIELDS else ""
            raise KeyExposed(
                f"{place}{WHAT_WAS_PASTED}; the key is in this execution's history now: treat it as exposed"
            )


def _as_json(request: OnboardingRequest) -> dict[str, Any]:
    batch = request.batch
    rows = (
        {"domains": list(batch.rows)}
        if isinstance(batch, InlineRows)
        else {"source": {"bucket": batch.bucket, "key": batch.key, "format": batch.format.value}}
    )
    template = request.distribution
    return {
        "requestToken": request.job_id,
        **rows,
        "distribution": template and _template_json(template),
        "validation": request.validation.as_json(),
        "aggregateWildcards": request.aggregate_wildcards,
        "invalidRows": request.invalid_rows.value,
        "onFailure": request.on_failure.value,
        "dryRun": request.dry_run,
        "notificationTopic": request.notification_topic,
        "tags": dict(request.tags),
    }


def _template_json(template: DistributionTemplate) -> dict[str, Any]:
    return {
        "source": _source_json(template.source),
        "dns": template.dns.as_json(),
        "enabled": template.enabled,
        "comment": template.comment,
        "tags": dict(template.tags),
    }


def _source_json(source: Source) -> dict[str, Any]:
    match source:
        case LiveSource(distribution_id):
            return {"distributionId": distribution_id}
        case FileSource(bucket, key, distribution_id):
            return {"bucket": bucket, "key": key, **({"distributionId": distribution_id} if distribution_id else {})}
    return {"config": source.config}


def _batch(document: Mapping[str, Any]) -> BatchFile | InlineRows:
    source, rows = document.get("source"), document.get("domains")
    if (source is None) == (rows is None):
        raise InvalidInput("source, domains: give one of the two, a file with source or rows with domains")
    if rows is not None:
        if not isinstance(rows, list) or not 1 <= len(rows) <= MAXIMUM_INLINE_ROWS:
            raise InvalidInput(
                f"domains: give 1 to {MAXIMUM_INLINE_ROWS} rows; a larger batch goes into a file named by source"
            )
        return InlineRows(tuple(rows))
    if not isinstance(source, dict) or source.keys() != _SOURCE_FIELDS:
        raise InvalidInput("source: give bucket, key and format of a file in S3")
    bucket, key, file_format = source["bucket"], source["key"], source["format"]
    if not (isinstance(bucket, str) and bucket and isinstance(key, str) and key):
        raise InvalidInput("source: bucket and key must be texts")
    if file_format not in tuple(BatchFormat):
        raise InvalidInput(f"source.format: {described(file_format)}; give {' or '.join(BatchFormat)}")
    return BatchFile(bucket, key, BatchFormat(file_format))


def _distribution(document: Mapping[str, Any], tags: Mapping[str, str]) -> DistributionTemplate | None:
    if "distribution" not in document:
        raise InvalidInput("distribution: it is missing; give an object with a source, or null for certificates alone")
    value = document["distribution"]
    if value is None:
        return None
    if not isinstance(value, dict):
        raise InvalidInput(f"distribution: {described(value)}; give an object with a source, or null")
    refuse_unknown(value, _DISTRIBUTION_FIELDS, place="distribution.")
    comment = value.get("comment")
    if comment is not None and not (isinstance(comment, str) and len(comment) <= MAXIMUM_COMMENT_CHARACTERS):
        raise InvalidInput(f"distribution.comment: give a text of at most {MAXIMUM_COMMENT_CHARACTERS} characters")
    own_tags = parse_tags(value.get("tags"), "distribution.tags")
    if len({**tags, **own_tags}) > MAXIMUM_TAGS:
        raise InvalidInput(f"distribution.tags: with those of the job there are more than {MAXIMUM_TAGS}")
    return DistributionTemplate(
        source=parse_source(value.get("source"), "distribution.source"),
        dns=parse_alias_dns(value.get("dns"), "distribution.dns"),
        enabled=flag(value, "enabled", default=True, place="distribution."),
        comment=comment,
        tags=own_tags,
    )


def _invalid_rows(value: Any) -> InvalidRows:
    if value in tuple(InvalidRows):
        return InvalidRows(value)
    raise InvalidInput(f"invalidRows: {described(value)}; give {' or '.join(InvalidRows)}")


def _on_failure(value: Any) -> OnFailure:
    if value in tuple(OnFailure):
        return OnFailure(value)
    raise InvalidInput(f"onFailure: {described(value)}; give {' or '.join(OnFailure)}")
