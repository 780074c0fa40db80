"""Follows a redirect of the origin to an allowed host and answers with what is there, so that it can be cached."""

import base64
import http.client
import ipaddress
import re
import socket
import time
import urllib.request
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urljoin, urlsplit


def parameter(encoded: str) -> str:
    return base64.b64decode(encoded).decode()


ALLOWED_HOSTS = [host.strip() for host in parameter("${AllowedHosts}").split(",")]
MOST_REDIRECTS = int(parameter("${MaxRedirects}"))
MOST_BYTES = int(parameter("${MaxBytes}"))
MOST_SECONDS = int(parameter("${MaxSeconds}"))

REDIRECTS = (301, 302, 307, 308)
OF_ORIGINAL_BODY = ("accept-ranges", "content-length", "location")
OF_CACHING = {"cache-control", "expires"}
STRICT = re.compile("no-store|no-cache|private", re.IGNORECASE)
OF_BODY = (
    "cache-control",
    "content-disposition",
    "content-encoding",
    "content-language",
    "content-type",
    "etag",
    "expires",
    "last-modified",
)


class PublicConnection(http.client.HTTPSConnection):
    """A connection that sends nothing to an address inside a network, whatever DNS says of the host."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._create_connection = public_connection


class PublicHandler(urllib.request.HTTPSHandler):
    def https_open(self, request: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(PublicConnection, request)


class NoRedirects(urllib.request.HTTPRedirectHandler):
    """Each redirect is looked at here before it is followed."""

    def redirect_request(self, *_: object) -> None:
        return None


urllib.request.install_opener(urllib.request.build_opener(PublicHandler, NoRedirects))


def public_connection(*arguments: Any) -> socket.socket:
    connection = socket.create_connection(*arguments)
    if is_public(connection.getpeername()[0]):
        return connection
    connection.close()
    raise OSError("the host has an address that is not public")


def is_public(address: str) -> bool:
    parsed = ipaddress.ip_address(address.partition("%")[0])
    return (getattr(parsed, "ipv4_mapped", None) or parsed).is_global


def is_allowed(url: str) -> bool:
    """Whether it is https, at its usual port, of an allowed host: never an address, and nothing of a user."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.scheme != "https" or parts.port not in (None, 443) or "@" in parts.netloc:
        return False
    return any(host == allowed or (allowed[:2] == "*." and host.endswith(allowed[1:])) for allowed in ALLOWED_HOSTS)


def ask(url: str, method: str, seconds: float) -> http.client.HTTPResponse | HTTPError:
    headers = {"user-agent": "Amazon CloudFront", "accept-encoding": "identity"}
    request = urllib.request.Request(url, method=method, headers=headers)  # noqa: S310 (is_allowed takes https only)
    try:
        return urllib.request.urlopen(request, timeout=seconds)  # noqa: S310 (the same)
    except HTTPError as error:
        return error


def body_of(answer: http.client.HTTPResponse, deadline: float) -> bytes:
    """Raises ValueError for what is too long or takes too long."""
    body = b""
    while part := answer.read1(65_536):
        body += part
        if len(body) > MOST_BYTES or time.monotonic() > deadline:
            raise ValueError
    return body


def followed(url: str, method: str) -> dict | None:
    """The response at the end of the redirects, or None if there is none that is wanted."""
    deadline = time.monotonic() + MOST_SECONDS
    for _ in range(MOST_REDIRECTS):
        seconds = deadline - time.monotonic()
        if seconds <= 0 or not is_allowed(url):
            return None
        with ask(url, method, seconds) as answer:
            if answer.status == 200:
                headers = {name: answer.headers[name] for name in OF_BODY if name in answer.headers}
                return {"headers": headers, "body": body_of(answer, deadline)}
            if answer.status not in REDIRECTS:
                return None
            url = urljoin(url, answer.headers.get("location", ""))
    return None


def merged(old: dict, new: dict) -> dict:
    """The redirect's headers under those of the body; its own caching stays if it is the stricter or the only one."""
    kept = {name: values for name, values in old.items() if name not in OF_ORIGINAL_BODY + OF_BODY}
    caching = {name: values for name, values in old.items() if name in OF_CACHING}
    if any(STRICT.search(one["value"]) for one in old.get("cache-control", [])):
        return {**kept, **new, **caching}
    return {**kept, **(caching if not new.keys() & OF_CACHING else {}), **new}


def handler(event: dict, context: object) -> dict:
    exchange = event["Records"][0]["cf"]
    request, response = exchange["request"], exchange["response"]
    headers = response["headers"]
    is_redirect = int(response["status"]) in REDIRECTS and "location" in headers
    if not is_redirect or request["method"] not in ("GET", "HEAD") or "set-cookie" in headers:
        return response  # what sets a cookie is for one viewer
    here = f"https://{request['headers']['host'][0]['value']}{request['uri']}"
    try:
        found = followed(urljoin(here, headers["location"][0]["value"]), request["method"])
    except (OSError, http.client.HTTPException, ValueError):
        return response
    if found is None:
        return response
    new = {name: [{"key": name, "value": value}] for name, value in found["headers"].items()}
    return {
        "status": "200",
        "statusDescription": "OK",
        "headers": merged(headers, new),
        "body": base64.b64encode(found["body"]).decode(),
        "bodyEncoding": "base64",
    }
