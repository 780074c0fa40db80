"""Whom extensions/follow-redirect talks to: a real server with a certificate that is trusted, but not a public address."""

from __future__ import annotations

import http.server
import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.error import URLError

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.extensions.lambda_edge.edge_module import edge_module


def write_certificate(path: Path) -> None:
    """A key and a certificate that it signed itself, for localhost."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder(
        name, name, key.public_key(), x509.random_serial_number(), now, now + timedelta(1)
    )
    names = x509.SubjectAlternativeName([x509.DNSName("localhost")])
    constraints = x509.BasicConstraints(ca=True, path_length=0)
    certificate = builder.add_extension(names, critical=False).add_extension(constraints, critical=True)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + certificate.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))


class Files(http.server.BaseHTTPRequestHandler):
    asked: list[str]

    def do_GET(self) -> None:
        self.asked.append(self.path)
        self.send_response(302 if self.path == "/old" else 200)
        self.send_header("location", "/new")
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *arguments: Any) -> None:
        """Nothing."""


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[http.server.HTTPServer]:
    pem = tmp_path / "localhost.pem"
    write_certificate(pem)
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    monkeypatch.setattr(Files, "asked", [], raising=False)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Files) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def extension(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr("urllib.request._opener", None)  # put back what the function installs
    return edge_module("follow-redirect", "origin-response", {"AllowedHosts": "files.example.net"})


def test_nothing_is_sent_to_an_address_that_is_not_public(extension: Any, server: http.server.HTTPServer) -> None:
    with pytest.raises(URLError, match="not public"):
        extension.ask(f"https://localhost:{server.server_port}/", "GET", 5)
    assert Files.asked == []


def test_a_redirect_is_not_followed_unseen(extension: Any, server: http.server.HTTPServer) -> None:
    extension.is_public = lambda address: address == "127.0.0.1"
    with extension.ask(f"https://localhost:{server.server_port}/old", "GET", 5) as answer:
        assert (answer.status, answer.headers["location"]) == (302, "/new")
    assert Files.asked == ["/old"]


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"])
def test_public_addresses(extension: Any, address: str) -> None:
    assert extension.is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.1",
        "::1",
        "fe80::1%eth0",
        "fd00:ec2::254",
        "::ffff:169.254.169.254",
    ],
)
def test_addresses_that_are_not_public(extension: Any, address: str) -> None:
    assert not extension.is_public(address)
