"""What `cache_prewarm` is asked for, checked field by field."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cloudfront_extensions.certificates.names import shown
from cloudfront_extensions.distributions.source import FileSource
from cloudfront_extensions.errors import InvalidInput
from cloudfront_extensions.fields import described, distribution_id, identifier, refuse_unknown
from cloudfront_extensions.prewarming.pops import KnownPops, parse_target
from cloudfront_extensions.prewarming.urls import parse_urls

MOST_INLINE = 100
MOST_HEADERS = 10
MOST_INVALIDATED = 3_000
"""Paths that CloudFront invalidates at a time for one distribution ("Quotas on invalidations")."""
DEFAULT_TIMEOUT = 3_600
SHORTEST_TIMEOUT, LONGEST_TIMEOUT = 60, 86_400
_FIELDS = frozenset(
    {"requestToken", "distributionId", "urls", "source", "target", "headers", "invalidate", "timeoutSeconds"}
)
_ANY_HOST = "distribution.invalid"
_HEADER = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}")
_VALUE = re.compile(r"[\x20-\x7e]{0,1024}")
_NOT_YOURS = frozenset({"connection", "content-length", "host", "transfer-encoding", "upgrade"})
"""Headers that are the connection's own."""


@dataclass(frozen=True, slots=True)
class PrewarmRequest:
    token: str
    distribution_id: str
    urls: tuple[object, ...]
    """As they were given; none where they stand in `source`."""
    source: FileSource | None
    """A text file with a URL on each line."""
    pops: tuple[str, ...]
    headers: Mapping[str, str] = field(default_factory=dict)
    """Sent with each request: what the cache key has, such as accept-encoding."""
    invalidate: tuple[str, ...] | bool = False
    """Paths to invalidate first; True: those of the URLs."""
    timeout_seconds: int = DEFAULT_TIMEOUT

    def as_json(self) -> dict[str, Any]:
        """What the request token stands for."""
        return {
            "distributionId": self.distribution_id,
            "urls": list(self.urls),
            "source": {"bucket": self.source.bucket, "key": self.source.key} if self.source else None,
            "pops": list(self.pops),
            "headers": dict(self.headers),
            "invalidate": self.invalidate if isinstance(self.invalidate, bool) else list(self.invalidate),
            "timeoutSeconds": self.timeout_seconds,
        }


def parse_request(document: Mapping[str, Any], known: KnownPops) -> PrewarmRequest:
    """Read the workflow's input. Raises InvalidInput, which names the field that is wrong."""
    refuse_unknown(document, _FIELDS)
    urls, source = _urls(document)
    return PrewarmRequest(
        token=identifier(document, "requestToken"),
        distribution_id=distribution_id(document.get("distributionId"), "distributionId"),
        urls=urls,
        source=source,
        pops=parse_target(document.get("target"), known),
        headers=_headers(document.get("headers", {})),
        invalidate=_invalidate(document.get("invalidate", False)),
        timeout_seconds=_timeout(document.get("timeoutSeconds", DEFAULT_TIMEOUT)),
    )


def _urls(document: Mapping[str, Any]) -> tuple[tuple[object, ...], FileSource | None]:
    if ("urls" in document) == ("source" in document):
        raise InvalidInput("urls: give either urls, or source with the bucket and key of a text file of them")
    if "source" in document:
        match document["source"]:
            case {"bucket": str(bucket), "key": str(key), **rest} if bucket and key and not rest:
                return (), FileSource(bucket, key)
        raise InvalidInput(f"source: {described(document['source'])}; give bucket and key of a text file in S3")
    urls = document["urls"]
    if not isinstance(urls, list) or not 1 <= len(urls) <= MOST_INLINE:
        given = f"it has {len(urls)} URLs" if isinstance(urls, list) else described(urls)
        raise InvalidInput(f"urls: {given}; give 1 to {MOST_INLINE} here, or more in a file that source names")
    parse_urls(urls, _ANY_HOST)  # whose they are is known when the distribution is
    return tuple(urls), None


def _headers(value: object) -> dict[str, str]:
    if not isinstance(value, dict) or len(value) > MOST_HEADERS:
        given = f"it has {len(value)} headers" if isinstance(value, dict) else described(value)
        raise InvalidInput(f"headers: {given}; give an object of at most {MOST_HEADERS} headers and their values")
    for name, text in value.items():
        if not _HEADER.fullmatch(name) or name.lower() in _NOT_YOURS:
            raise InvalidInput(f"headers: {shown(name)} is no header that can be set here; leave it out")
        if not isinstance(text, str) or not _VALUE.fullmatch(text):
            raise InvalidInput(f"headers.{name}: {described(text)}; give at most 1,024 printable ASCII characters")
    return {name.lower(): text for name, text in value.items()}


def _invalidate(value: object) -> tuple[str, ...] | bool:
    if isinstance(value, bool):
        return value
    if not isinstance(value, list) or not 1 <= len(value) <= MOST_INVALIDATED:
        raise InvalidInput(
            f"invalidate: {described(value)}; give true, false, or a list of 1 to {MOST_INVALIDATED:,} paths"
        )
    for index, path in enumerate(value):
        if not isinstance(path, str) or not path.startswith("/") or not path.isascii() or " " in path:
            raise InvalidInput(f"invalidate[{index}]: {described(path)}; give a path such as /images/*")
    return tuple(dict.fromkeys(value))


def _timeout(value: object) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and SHORTEST_TIMEOUT <= value <= LONGEST_TIMEOUT:
        return value
    raise InvalidInput(
        f"timeoutSeconds: {described(value)}; give whole seconds from {SHORTEST_TIMEOUT} to {LONGEST_TIMEOUT:,}"
    )
