"""The sockets of the emulator: HTTP/1.1 on 127.0.0.1, a thread for each connection."""

from __future__ import annotations

import contextlib
import socket
import sys
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any

from extensions.harness.emulator.behaviors import METHODS
from extensions.harness.emulator.edge import Edge
from extensions.harness.emulator.trace import Trace
from extensions.harness.emulator.viewers import viewer_of
from extensions.harness.emulator.wire import read_request, response_fields
from extensions.harness.messages import Request, Response

BODYLESS_STATUSES = (204, 304)
Report = Callable[[Request, Response, Trace], None]


class Emulator:
    """Serves a distribution from `with` to its end, when every connection and thread is gone."""

    def __init__(self, edge: Edge, report: Report, port: int = 0, country: str = "") -> None:
        self._server = _Server(("127.0.0.1", port), edge, report, country)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05})

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Emulator:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = False
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], edge: Edge, report: Report, country: str) -> None:
        self.edge = edge
        self.report = report
        self.country = country
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        super().__init__(address, _Connection)  # last: it closes what it can't bind

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._lock:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        with self._lock:
            self._open.discard(request)
        super().shutdown_request(request)

    def server_close(self) -> None:
        """Answers under way are still sent; a connection that waits for its next request sees the end."""
        with self._lock:
            for connection in self._open:
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RD)
        super().server_close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away is nobody's fault."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _Connection(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1
    """Headers and body leave together."""
    server: _Server

    def serve(self) -> None:
        try:
            body = self._body()
        except ValueError:
            self.send_error(400, "The length of the body is no number")
            return
        request = read_request(self.command, self.path, self.headers.items(), body)
        ip, port = self.client_address[:2]
        viewer = viewer_of(request.headers, ip, port, self.server.country)
        trace = Trace()
        response = self.server.edge.answer(request, viewer, trace)
        self.server.report(request, response, trace)
        self._send(response)

    def _body(self) -> bytes | None:
        """Raises ValueError where its length is no number."""
        if "chunked" in self.headers.get("transfer-encoding", "").lower():
            return b"".join(iter(self._chunk, b""))
        length = self.headers.get("content-length", "0")
        if not length.isdecimal():
            raise ValueError(length)
        return self.rfile.read(int(length)) if int(length) else None

    def _chunk(self) -> bytes:
        size = int(self.rfile.readline().split(b";")[0], 16)
        chunk = self.rfile.read(size)
        self.rfile.readline()
        return chunk

    def _send(self, response: Response) -> None:
        body = response.body or b""
        self.send_response_only(response.status)
        for name, value in response_fields(response):
            self.send_header(name, value)
        if "date" not in response.headers:
            self.send_header("date", self.date_time_string())
        if "server" not in response.headers:
            self.send_header("server", "CloudFront")
        if response.status not in BODYLESS_STATUSES:
            of_head = response.headers.get("content-length", ()) if self.command == "HEAD" and not body else ()
            self.send_header("content-length", next(iter(of_head), str(len(body))))
        self.end_headers()
        if self.command != "HEAD" and response.status not in BODYLESS_STATUSES:
            self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name in the standard library
        """Nothing: the emulator has lines of its own."""


for _method in METHODS:
    setattr(_Connection, f"do_{_method}", _Connection.serve)
