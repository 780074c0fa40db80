"""Asks an origin: a server over HTTP, a folder for one of its files, or an echo for the request itself."""

from __future__ import annotations

import hashlib
import http.client
import mimetypes
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path
from urllib.parse import unquote

from extensions.harness.emulator.origins import Origin
from extensions.harness.emulator.wire import read_response, request_fields
from extensions.harness.messages import Request, Response


class OriginFailed(Exception):
    """An origin gives no answer."""

    def __init__(self, status: int, reason: str, counts_as: int | None = None) -> None:
        """The status is the viewer's; for failover a failure may count as another."""
        super().__init__(reason)
        self.status = status
        self.counts_as = counts_as or status


def ask(origin: Origin, request: Request) -> Response:
    """The origin's answer to a request; raises OriginFailed where there is none."""
    if origin.echoes:
        return _echo(origin, request)
    if origin.folder is not None:
        return _read(origin.folder, origin.path, request)
    if origin.is_bucket:
        raise OriginFailed(502, f"no folder stands for the bucket {origin.domain}; give one with --origin id=folder")
    try:
        connection = _connect(origin, origin.attempts)
    except OSError as error:
        raise OriginFailed(502, f"{origin} can't be reached: {error}", counts_as=503) from error
    with closing(connection):
        try:
            return _ask_server(connection, origin, request)
        except TimeoutError as error:
            raise OriginFailed(504, f"{origin} did not answer within {origin.read_timeout} s") from error
        except (OSError, http.client.HTTPException) as error:
            raise OriginFailed(502, f"{origin} broke off: {error!r}") from error


def _connect(origin: Origin, attempts: int) -> http.client.HTTPConnection:
    kind = http.client.HTTPSConnection if origin.protocol == "https" else http.client.HTTPConnection
    connection = kind(origin.domain, origin.port, timeout=origin.connection_timeout)
    try:
        connection.connect()
    except OSError:
        if attempts == 1:
            raise
        return _connect(origin, attempts - 1)
    connection.sock.settimeout(origin.read_timeout)
    return connection


def _ask_server(connection: http.client.HTTPConnection, origin: Origin, request: Request) -> Response:
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


def _target(origin: Origin, request: Request) -> str:
    query = f"?{request.query}" if request.query else ""
    return f"{origin.path}{request.uri}{query}"


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
