"""A bare origin for measurements, in a process of its own: `python -m benchmarks.edge_origin` prints its URL and serves."""

from __future__ import annotations

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

BODY = b"x" * 1024


class Page(BaseHTTPRequestHandler):
    """The same page for everything, for an hour."""

    protocol_version = "HTTP/1.1"
    wbufsize = -1

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("content-type", "text/plain")
        self.send_header("content-length", str(len(BODY)))
        self.send_header("cache-control", "max-age=3600")
        self.end_headers()
        self.wfile.write(BODY)

    def log_message(self, *arguments: Any) -> None:
        """Nothing."""


class Origin(ThreadingHTTPServer):
    request_queue_size = 128
    """Connections that wait: of the usual five, some would be tried again a second later."""


if __name__ == "__main__":
    with Origin(("127.0.0.1", 0), Page) as server:
        print(f"http://127.0.0.1:{server.server_port}/", flush=True)
        server.serve_forever()
