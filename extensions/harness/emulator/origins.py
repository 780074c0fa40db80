"""Origins: a server that is asked over HTTP, a folder whose files are served as a bucket's objects, or an echo."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

PORTS = {"http": 80, "https": 443}


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
    """Answers with the request that it got, for whoever has no origin; so does what functions choose in its place."""
    attempts: int = 3
    connection_timeout: int = 10
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
