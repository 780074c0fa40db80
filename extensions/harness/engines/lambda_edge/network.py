"""The network of a function: a server on 127.0.0.1 that answers as the case says, whatever host is asked.

Requests through http.client (and so urllib) come to it in the place of their host; boto3 is led to it by AWS_ENDPOINT_URL.
Nothing else can be reached.
"""

from __future__ import annotations

import base64
import errno
import http.client
import json
import os
import re
import socket
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

HERE = "127.0.0.1"
SIGNED_FOR = re.compile(r"Credential=[^/]+/[^/]+/(?P<region>[^/]+)/(?P<service>[^/]+)/")


class Network:
    """What a case says, and what it was asked besides."""

    def __init__(self) -> None:
        self.answers: dict[str, Any] = {}
        self.secrets: dict[str, str] = {}
        self.unanswered: list[str] = []
        self.origins: dict[int, str] = {}
        """The scheme and host that a connection is meant for, by the port from which it comes."""

    def begin(self, call: dict[str, Any]) -> None:
        self.answers = {answer["request"]: answer for answer in reversed(call["network"])}
        self.secrets = call["secrets"]
        self.unanswered = []

    def knows(self, origin: str) -> bool:
        return any(request.partition(" ")[2].startswith(f"{origin}/") for request in self.answers)


class Answering(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    network: Network

    def answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        signed = SIGNED_FOR.search(self.headers.get("authorization", ""))
        if signed and signed["service"] == "secretsmanager":
            self._tell_secret(json.loads(body)["SecretId"])
            return
        origin = self.network.origins.get(self.client_address[1], "")
        url = _aws_url(signed["service"], signed["region"], self.path) if signed and not origin else origin + self.path
        request = f"{self.command} {url}"
        if answer := self.network.answers.get(request):
            content = answer.get("body", "")
            body = base64.b64decode(content["base64"]) if isinstance(content, dict) else content.encode()
            self._send(answer.get("status", 200), answer.get("headers", {}), body)
        else:
            self.network.unanswered.append(request)
            self.close_connection = True

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = do_PATCH = do_OPTIONS = answer

    def _tell_secret(self, name: str) -> None:
        kind = {"content-type": "application/x-amz-json-1.1"}
        if name in self.network.secrets:
            secret = {"ARN": name, "Name": name, "SecretString": self.network.secrets[name]}
            self._send(200, kind, json.dumps(secret).encode())
            return
        self.network.unanswered.append(f"the secret {name}")
        message = "Secrets Manager can't find the specified secret."
        self._send(400, kind, json.dumps({"__type": "ResourceNotFoundException", "message": message}).encode())

    def _send(self, status: int, headers: dict[str, Any], body: bytes) -> None:
        self.send_response_only(status)
        for name, values in headers.items():
            for value in values if isinstance(values, list) else [values]:
                self.send_header(name, value)
        if "content-length" not in {name.lower() for name in headers}:
            self.send_header("content-length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)


def install() -> Network:
    """Start the server, and lead every connection to it."""
    network = Network()
    server = ThreadingHTTPServer((HERE, 0), type("Answers", (Answering,), {"network": network}))
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    os.environ["AWS_ENDPOINT_URL"] = f"http://{HERE}:{server.server_port}"

    def connect(connection: http.client.HTTPConnection) -> None:
        scheme = "https" if isinstance(connection, http.client.HTTPSConnection) else "http"
        port = "" if connection.port == connection.default_port else f":{connection.port}"
        origin = f"{scheme}://{connection.host}{port}"
        if not network.knows(origin):
            network.unanswered.append(origin)
            raise OSError(errno.EHOSTUNREACH, os.strerror(errno.EHOSTUNREACH))
        connection.sock = socket.create_connection((HERE, server.server_port), connection.timeout)
        network.origins[connection.sock.getsockname()[1]] = origin

    for kind in (http.client.HTTPConnection, http.client.HTTPSConnection):
        setattr(kind, "connect", connect)  # noqa: B010 - which a type checker refuses as an assignment
    sys.addaudithook(lambda event, arguments: _stay_here(network, event, arguments))
    return network


def _stay_here(network: Network, event: str, arguments: tuple[Any, ...]) -> None:
    """Refuse what goes around http.client, such as a socket of one's own."""
    host = {"socket.connect": lambda: arguments[1][0], "socket.getaddrinfo": lambda: arguments[0]}.get(
        event, lambda: HERE
    )()
    if host not in (HERE, None):
        network.unanswered.append(f"a connection to {host}")
        raise OSError(errno.EHOSTUNREACH, os.strerror(errno.EHOSTUNREACH))


def _aws_url(service: str, region: str, path: str) -> str:
    """The address that a signed request would have at AWS."""
    if service == "s3":
        _, bucket, key = [*path.split("/", 2), ""][:3]
        return f"https://{bucket}.s3.{region}.amazonaws.com/{key}"
    return f"https://{service}.{region}.amazonaws.com{path}"
