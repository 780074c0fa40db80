"""Who asks: the headers with which CloudFront describes a viewer, and how a test says what they shall be.

A client that sends `x-emulate-country: FR` is in France for this request; `x-emulate-device` is one of DEVICES,
`x-emulate-ip` an address, and any other `x-emulate-<name>` becomes `cloudfront-viewer-<name>`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from extensions.harness.messages import Headers

EMULATED = "x-emulate-"
DEVICES = ("desktop", "mobile", "tablet", "smarttv")
SYSTEMS = ("android", "ios")
MARKS = {
    "smarttv": ("smart-tv", "smarttv", "googletv", "appletv"),
    "tablet": ("ipad", "tablet", "kindle"),
    "mobile": ("iphone", "mobile"),
}
"""Words in a user agent that tell the device, in the order in which they are looked for."""
MARKS_OF_SYSTEMS = {"android": ("android",), "ios": ("iphone", "ipad", "ipod")}


@dataclass(frozen=True, slots=True)
class Viewer:
    ip: str
    port: int
    country: str = ""
    device: str = ""
    """One of DEVICES; empty where the user agent shall tell."""
    more: Mapping[str, str] = field(default_factory=dict)
    """Other `cloudfront-viewer-…` headers, by what follows."""


def viewer_of(headers: Headers, ip: str, port: int, default_country: str = "") -> Viewer:
    """The viewer that a request describes."""
    emulated = {name.removeprefix(EMULATED): values[0] for name, values in headers.items() if name.startswith(EMULATED)}
    return Viewer(
        ip=emulated.pop("ip", ip),
        port=port,
        country=emulated.pop("country", default_country),
        device=emulated.pop("device", ""),
        more=emulated,
    )


def cloudfront_headers(viewer: Viewer, user_agent: str) -> dict[str, tuple[str, ...]]:
    """All headers that CloudFront can add about a viewer; policies choose among them."""
    agent = user_agent.lower()
    device = viewer.device or _first(MARKS, agent) or "desktop"
    system = device if device in SYSTEMS else _first(MARKS_OF_SYSTEMS, agent)
    device = "mobile" if device in SYSTEMS else device
    address = f"[{viewer.ip}]" if ":" in viewer.ip else viewer.ip
    described = {
        **({"cloudfront-viewer-country": viewer.country} if viewer.country else {}),
        **{f"cloudfront-is-{name}-viewer": str(name == device).lower() for name in DEVICES},
        **{f"cloudfront-is-{name}-viewer": str(name == system).lower() for name in SYSTEMS},
        "cloudfront-viewer-address": f"{address}:{viewer.port}",
        "cloudfront-viewer-http-version": "1.1",
        "cloudfront-forwarded-proto": "http",
        **{f"cloudfront-viewer-{name}": value for name, value in viewer.more.items()},
    }
    return {name: (value,) for name, value in described.items()}


def _first(marks: Mapping[str, tuple[str, ...]], agent: str) -> str:
    return next((name for name, words in marks.items() if any(word in agent for word in words)), "")
