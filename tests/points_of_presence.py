"""A server on this machine that stands in for points of presence of CloudFront, by HTTP or HTTPS.

What it answers is told by the path: `/404` a status, `/elsewhere` another PoP's name, `/nowhere` none, `/cut` less than was
announced, `/slow` a byte now and then; anything else is a page, a Miss the first time and a Hit after that. Its addresses
127.0.0.1, 127.0.0.2 … are one server to it, but it goes by one PoP's name at each.
"""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple

PAGE = b"a film of a kilobyte".ljust(1_000, b".")


class Asked(NamedTuple):
    address: str
    path: str
    headers: Mapping[str, str]
    """Names in lower case."""
    server_name: str | None
    """By SNI."""


class Server(ThreadingHTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        """A client that goes away before the end is not a fault here."""


class PointsOfPresence:
    def __init__(self, pops: Mapping[str, str], certificate: tuple[str, str] | None = None) -> None:
        """`pops` are the codes by their addresses; `certificate` the files of a chain and of its key."""
        self.asked: list[Asked] = []
        self.server = Server(("0.0.0.0", 0), handler(self, pops))  # noqa: S104 - all of 127.0.0.0/8
        self.server_names: dict[tuple[str, int], str | None] = {}
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*certificate)
            context.sni_callback = lambda connection, name, _: setattr(connection, "sni", name)
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True)

    @property
    def port(self) -> int:
        return int(self.server.server_address[1])

    def paths(self, address: str = "127.0.0.1") -> list[str]:
        return [one.path for one in self.asked if one.address == address]


def handler(world: PointsOfPresence, pops: Mapping[str, str]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            address = self.connection.getsockname()[0]
            seen = self.path in world.paths(address)
            headers = {name.lower(): value for name, value in self.headers.items()}
            world.asked.append(Asked(address, self.path, headers, getattr(self.connection, "sni", None)))
            self.send_response(404 if self.path == "/404" else 200)
            self.send_header("content-length", str(len(PAGE)))
            self.send_header("x-cache", f"{'Hit' if seen else 'Miss'} from cloudfront")
            if self.path != "/nowhere":
                self.send_header("x-amz-cf-pop", "LHR61-P3" if self.path == "/elsewhere" else pops.get(address, "?"))
            self.end_headers()
            self.answer()

        def answer(self) -> None:
            if self.path == "/cut":
                self.wfile.write(PAGE[:-1])
                self.close_connection = True
                return
            pieces = [PAGE] if self.path != "/slow" else [PAGE[:1]] * 100
            for piece in pieces:
                self.wfile.write(piece)
                if len(pieces) > 1:
                    time.sleep(0.05)

        def log_message(self, *args: object) -> None:
            """Nothing is printed."""

    return Handler


@contextmanager
def points_of_presence(
    pops: Mapping[str, str], certificate: tuple[str, str] | None = None
) -> Iterator[PointsOfPresence]:
    world = PointsOfPresence(pops, certificate)
    thread = threading.Thread(target=world.server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield world
    finally:
        world.server.shutdown()
        thread.join()
        world.server.server_close()
