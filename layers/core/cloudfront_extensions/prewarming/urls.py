"""The URLs that a pre-warming fetches: each once, and written as they go over the wire."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple
from urllib.parse import quote, urlsplit

from cloudfront_extensions.errors import InvalidInput
from cloudfront_extensions.fields import described, is_well_formed

MOST_URLS = 10_000
LONGEST_URL = 8_192
"""Characters, as CloudFront takes them ("Quotas on headers, cookies and query strings")."""
_UNTOUCHED = "%/:@!$&'()*+,;=~-._?"
"""What may stand in a path and a query (RFC 3986, 3.3 and 3.4); `%` because URLs come encoded."""
_PORTS = {"http": 80, "https": 443}


class Url(NamedTuple):
    scheme: str
    host: str
    port: int
    """That of the scheme where the URL names none. CloudFront has no others; servers that stand in for it do."""
    target: str
    """Path and query, percent-encoded."""

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]

    def __str__(self) -> str:
        return f"{self.scheme}://{self.authority}{self.target}"

    @property
    def authority(self) -> str:
        """The value of the request's Host header."""
        return self.host if self.port == _PORTS[self.scheme] else f"{self.host}:{self.port}"


def parse_urls(values: Iterable[object], default_host: str, place: str = "urls") -> tuple[Url, ...]:
    """URLs, each once, in their order. What begins with a slash is on `default_host`. Raises InvalidInput, naming the first."""
    urls = tuple(dict.fromkeys(parse_url(value, default_host, f"{place}[{n}]") for n, value in enumerate(values)))
    if not 1 <= len(urls) <= MOST_URLS:
        raise InvalidInput(f"{place}: there are {len(urls):,} URLs; give 1 to {MOST_URLS:,}")
    return urls


def parse_url(value: object, default_host: str, field: str) -> Url:
    """Raises InvalidInput."""
    if not isinstance(value, str) or not value or not is_well_formed(value):
        raise InvalidInput(f"{field}: {described(value)}; give a URL such as https://www.example.com/film.mp4")
    try:
        parts = urlsplit(f"https://{default_host}{value}" if value.startswith("/") else value)
        port = parts.port
    except ValueError:
        raise InvalidInput(f"{field}: {described(value)}; it is no URL") from None
    if parts.scheme not in _PORTS or not parts.hostname or parts.username is not None:
        raise InvalidInput(
            f"{field}: {described(value)}; a URL begins with https:// or http:// and a host name, or with /"
        )
    target = quote(parts.path or "/", safe=_UNTOUCHED)
    if parts.query:
        target += f"?{quote(parts.query, safe=_UNTOUCHED)}"
    if len(target) > LONGEST_URL:
        raise InvalidInput(
            f"{field}: its path and query have {len(target):,} characters; CloudFront takes {LONGEST_URL:,}"
        )
    return Url(parts.scheme, parts.hostname, port or _PORTS[parts.scheme], target)
