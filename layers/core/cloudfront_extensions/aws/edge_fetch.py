"""One GET through one address of a point of presence: host name and SNI are the URL's, the address is not DNS's."""

from __future__ import annotations

import http.client
import socket
import ssl
import time
from collections.abc import Mapping, Sequence
from contextlib import closing
from functools import cache

from cloudfront_extensions.prewarming.fetches import Fetch, Outcome, judged, not_fetched
from cloudfront_extensions.prewarming.urls import Url

TRIES = 3
SILENCE = 10.0
"""Seconds for which a connection may say nothing."""
LONGEST = 300.0
"""Seconds that one answer may take in all."""
USUAL_HEADERS = {"accept": "*/*", "accept-encoding": "br, gzip", "user-agent": "cloudfront-extensions-prewarm"}
"""Sent where a request does not say otherwise: what browsers accept is what the cache shall have."""
_PIECE = 1 << 18
_FAILED = (OSError, http.client.HTTPException)
"""`ssl.SSLError` and timeouts are OSErrors."""


def fetch(
    url: Url,
    pop: str,
    addresses: Sequence[str],
    headers: Mapping[str, str],
    *,
    longest: float = LONGEST,
    context: ssl.SSLContext | None = None,
) -> Fetch:
    """Fetch a URL through a PoP and let its body go; the PoP's addresses are tried in turn, until one gives a whole answer.

    A bad status is an answer: it is not asked for again. `longest` is for all tries together. `context` is what is trusted;
    None: what the system trusts.
    """
    begun, reason = time.monotonic(), ""
    for attempt in range(1, TRIES + 1):
        try:
            with closing(_connected(url, addresses[(attempt - 1) % len(addresses)], context)) as connection:
                return _fetched(url, pop, connection, headers, begun, longest, attempt)
        except _FAILED as error:
            reason = f"{type(error).__name__}: {error}"
        if time.monotonic() - begun > longest:
            break
    return not_fetched(str(url), pop, Outcome.UNREACHABLE, reason, attempt)


def _fetched(
    url: Url,
    pop: str,
    connection: http.client.HTTPConnection,
    headers: Mapping[str, str],
    begun: float,
    longest: float,
    attempt: int,
) -> Fetch:
    connection.request("GET", url.target, headers={"host": url.authority, **USUAL_HEADERS, **headers})
    answer = connection.getresponse()
    size = 0
    announced = answer.length  # None where it comes in chunks, which tell their end themselves
    while piece := answer.read1(_PIECE):
        size += len(piece)
        if time.monotonic() - begun > longest:
            raise TimeoutError(f"the answer was not whole after {longest:g} s")
    if announced is not None and size < announced:  # reading in pieces does not tell of it
        raise http.client.IncompleteRead(b"", announced - size)
    answered_by = answer.getheader("x-amz-cf-pop")
    outcome, reason = judged(pop, answer.status, answered_by)
    return {
        "url": str(url),
        "pop": pop,
        "outcome": outcome.value,
        "status": answer.status,
        "bytes": size,
        "seconds": round(time.monotonic() - begun, 3),
        "cache": answer.getheader("x-cache"),
        "answeredBy": answered_by,
        "attempts": attempt,
        "reason": reason,
    }


def _connected(url: Url, address: str, context: ssl.SSLContext | None) -> http.client.HTTPConnection:
    connection = http.client.HTTPConnection(url.host, url.port)
    plain = socket.create_connection((address, url.port), timeout=SILENCE)
    try:
        secure = url.scheme == "https"
        connection.sock = (context or _trusting()).wrap_socket(plain, server_hostname=url.host) if secure else plain
    except OSError:
        plain.close()
        raise
    return connection


@cache
def _trusting() -> ssl.SSLContext:
    """The certificate authorities that the system trusts. Reading them takes some ten milliseconds."""
    return ssl.create_default_context()
