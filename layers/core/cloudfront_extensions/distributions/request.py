"""What `distribution_creation` is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cloudfront_extensions.distributions.alias_dns import AliasDns, parse_alias_dns
from cloudfront_extensions.distributions.config import MAXIMUM_COMMENT_CHARACTERS
from cloudfront_extensions.distributions.source import Source, parse_source
from cloudfront_extensions.errors import InvalidInput
from cloudfront_extensions.fields import flag, host_name, identifier, refuse_unknown
from cloudfront_extensions.tags import parse_tags, with_own_tags

_FIELDS = frozenset(
    {
        "jobId",
        "itemId",
        "aliases",
        "certificateArn",
        "source",
        "originDomainName",
        "comment",
        "tags",
        "dns",
        "enabled",
        "preflighted",
    }
)


@dataclass(frozen=True, slots=True)
class DistributionRequest:
    job_id: str
    item_id: str
    aliases: tuple[str, ...]
    """Normalised, each once; none: all names of the certificate."""
    certificate_arn: str
    source: Source
    dns: AliasDns
    origin_domain_name: str | None = None
    comment: str | None = None
    tags: dict[str, str] = field(default_factory=dict)
    enabled: bool = True
    preflighted: bool = False
    """Whether a batch's preflight has looked at the account's aliases and its quota of distributions."""

    @property
    def all_tags(self) -> dict[str, str]:
        return with_own_tags(self.tags, self.job_id, self.item_id)


def caller_reference(job_id: str, item_id: str, attempt: int = 1) -> str:
    """The name under which CloudFront creates a distribution once and never twice, even if that one is deleted."""
    return f"{job_id}/{item_id}" if attempt == 1 else f"{job_id}/{item_id}/{attempt}"


def parse_request(event: Mapping[str, Any]) -> DistributionRequest:
    """Read the workflow's input.

    Raises:
        InvalidInput: a field is missing, unknown or not what it must be; the message names it.
    """
    refuse_unknown(event, _FIELDS)
    return DistributionRequest(
        job_id=identifier(event, "jobId"),
        item_id=identifier(event, "itemId"),
        aliases=_aliases(event["aliases"]) if "aliases" in event else (),
        certificate_arn=_text(event, "certificateArn"),
        source=parse_source(event.get("source")),
        dns=parse_alias_dns(event.get("dns")),
        origin_domain_name=_origin_domain_name(event),
        comment=_comment(event),
        tags=parse_tags(event.get("tags")),
        enabled=flag(event, "enabled", default=True),
        preflighted=flag(event, "preflighted", default=False),
    )


def _text(event: Mapping[str, Any], name: str) -> str:
    value = event.get(name)
    if isinstance(value, str) and value:
        return value
    raise InvalidInput(f"{name} must be a text; it is {value!r}")


def _aliases(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not value:
        raise InvalidInput("aliases must be a list of at least one name")
    return tuple(dict.fromkeys(host_name(text, f"aliases[{index}]") for index, text in enumerate(value)))


def _origin_domain_name(event: Mapping[str, Any]) -> str | None:
    value = event.get("originDomainName")
    if value is None:
        return None
    name = host_name(value, "originDomainName")
    if name.startswith("*."):
        raise InvalidInput(f"originDomainName must be one host; it is {name!r}")
    return name


def _comment(event: Mapping[str, Any]) -> str | None:
    value = event.get("comment")
    if value is None:
        return None
    if not isinstance(value, str) or len(value) > MAXIMUM_COMMENT_CHARACTERS:
        raise InvalidInput(f"comment must be a text of at most {MAXIMUM_COMMENT_CHARACTERS} characters")
    return value
