"""Origins: a server that is asked over HTTP, a folder whose files are served as a bucket's objects, or an echo."""

from __future__ import annotations

import contextlib
import hashlib
import http.client
import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit

from extensions.harness.emulator.wire import read_response, request_fields
from extensions.harness.messages import Request, Response

PORTS = {"http": 80, "https": 443}


class OriginFailed(Exception):
    """No answer of an origin: 502 where it can't be reached or understood, 504 where it takes too long."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status


@dataclass(frozen=True, slots=True)
class Origin:
    id: str
    domain: str
    protocol: str = "https"
    port: int = 443
    path: str = ""
    """Put before the URI; begins with a slash, and ends without."""
    headers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Sent besides the request's."""
    host: str = ""
    """The Host header, where it is not the request's."""
    folder: Path | None = None
    echoes: bool = False
    """Answers with the request that it got: an origin for whoever has none."""
    attempts: int = 3
    read_timeout: int = 30
    keepalive_timeout: int = 5

    def __str__(self) -> str:
        if self.echoes:
            return f"origin {self.id}, which echoes requests"
        return f"origin {self.id}, {self.folder or f'{self.protocol}://{self.domain}:{self.port}{self.path}'}"

    @property
    def is_bucket(self) -> bool:
        return self.folder is not None or ".s3." in self.domain


ECHO = Origin("echo", "origin.example.com", echoes=True)


def origin_at(id: str, place: str) -> Origin:  # noqa: A002 - the word that CloudFront uses
    """The origin that a URL or a folder names."""
    if place.startswith(("http://", "https://")):
        url = urlsplit(place)
        port = url.port or PORTS[url.scheme]
        return Origin(id, url.hostname or "", url.scheme, port, url.path.rstrip("/"))
    folder = Path(place)
    if not folder.is_dir():
        raise NotADirectoryError(f"origin {id}: {place} is neither a URL nor a folder; make it one of the two")
    return Origin(id, f"{id}.s3.us-east-1.amazonaws.com", folder=folder.resolve())


def ask(origin: Origin, request: Request) -> Response:
    """The origin's answer to a request; raises OriginFailed where there is none."""
    if origin.echoes:
        return _echo(origin, request)
    if origin.folder is not None:
        return _read(origin.folder, origin.path, request)
    if origin.is_bucket:
        raise OriginFailed(502, f"no folder stands for the bucket {origin.domain}; give one with --origin id=folder")
    try:
        return _ask_server(origin, request)
    except TimeoutError as error:
        raise OriginFailed(504, f"origin {origin.id} did not answer within {origin.read_timeout} s") from error
    except (OSError, http.client.HTTPException) as error:
        where = f"{origin.protocol}://{origin.domain}:{origin.port}"
        raise OriginFailed(502, f"origin {origin.id} at {where} can't be asked: {error!r}") from error


def _target(origin: Origin, request: Request) -> str:
    query = f"?{request.query}" if request.query else ""
    return f"{origin.path}{request.uri}{query}"


def _ask_server(origin: Origin, request: Request) -> Response:
    connection = _connect(origin)
    try:
        connection.putrequest(request.method, _target(origin, request), skip_host=True, skip_accept_encoding=True)
        for name, value in request_fields(request):
            if not (name == "host" and origin.host):
                connection.putheader(name, value)
        if origin.host:
            connection.putheader("host", origin.host)
        for name, values in origin.headers.items():
            connection.putheader(name, *values)
        if request.body is not None:
            connection.putheader("content-length", str(len(request.body)))
        connection.endheaders(request.body)
        answer = connection.getresponse()
        return read_response(answer.status, answer.getheaders(), answer.read())
    finally:
        connection.close()


def _connect(origin: Origin) -> http.client.HTTPConnection:
    """A connection, after as many attempts as the origin allows; a request itself is sent only once."""
    kind = http.client.HTTPSConnection if origin.protocol == "https" else http.client.HTTPConnection
    for _ in range(origin.attempts - 1):
        connection = kind(origin.domain, origin.port, timeout=origin.read_timeout)
        with contextlib.suppress(OSError):
            connection.connect()
            return connection
    connection = kind(origin.domain, origin.port, timeout=origin.read_timeout)
    connection.connect()
    return connection


def _read(folder: Path, path: str, request: Request) -> Response:
    """A file as S3 answers it: no index documents, and no listing."""
    if request.method not in ("GET", "HEAD"):
        return _text(405, "MethodNotAllowed")
    file = (folder / unquote(f"{path}{request.uri}").lstrip("/")).resolve()
    if not file.is_relative_to(folder) or not file.is_file() or request.uri.endswith("/"):
        return _text(404, "NoSuchKey")
    body = file.read_bytes()
    kind, _ = mimetypes.guess_type(file.name)
    headers = {
        "content-type": (kind or "application/octet-stream",),
        "etag": (f'"{hashlib.md5(body, usedforsecurity=False).hexdigest()}"',),
        "last-modified": (format_datetime(datetime.fromtimestamp(int(file.stat().st_mtime), UTC), usegmt=True),),
    }
    return Response(status=200, headers=headers, cookies={}, body=body)


def _echo(origin: Origin, request: Request) -> Response:
    lines = [f"{request.method} {_target(origin, request)}", *map(": ".join, request_fields(request))]
    response = _text(200, "\n".join(lines))
    return replace(response, headers={**response.headers, "cache-control": ("no-store",)})


def _text(status: int, text: str) -> Response:
    return Response(status=status, headers={"content-type": ("text/plain",)}, cookies={}, body=f"{text}\n".encode())
