"""What `extension_deployment` is asked for, checked field by field. What the catalogue says of it is another matter."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256
from typing import Any

from cloudfront_extensions.errors import InvalidInput
from cloudfront_extensions.fields import described, distribution_id, flag, identifier, refuse_unknown
from cloudfront_extensions.versions.edge_functions import EdgeEvent

MOST_ATTACHED = 100
MOST_PARAMETERS = 60
_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_LONGEST_NAME = 40
_VERSION = re.compile(r"[0-9]+\.[0-9]+\.[0-9]+")
_ATTACHED = frozenset({"distributionId", "pathPattern", "eventType"})
_LONGEST_PATTERN = 255
"""Characters (CloudFront's API reference, CacheBehavior)."""


class Mode(StrEnum):
    DEPLOY = "deploy"
    """A stack of its own with the extension's functions, published, and attached where asked."""
    UPDATE = "update"
    """Other parameters, or the catalogue's present version; what is attached follows."""
    ATTACH = "attach"
    DETACH = "detach"
    """Where asked, or everywhere."""
    REMOVE = "remove"
    """Detached everywhere, and deleted."""


_FIELDS = frozenset(
    {"requestToken", "deployment", "extension", "version", "parameters", "attach", "mode", "replace", "approval"}
)
_OF_THE_STACK = ("version", "parameters")
_TAKEN = {
    Mode.DEPLOY: _FIELDS,
    Mode.UPDATE: _FIELDS - {"attach", "replace"},
    Mode.ATTACH: _FIELDS - set(_OF_THE_STACK),
    Mode.DETACH: _FIELDS - {*_OF_THE_STACK, "replace"},
    Mode.REMOVE: _FIELDS - {*_OF_THE_STACK, "attach", "replace"},
}


@dataclass(frozen=True, slots=True)
class Attachment:
    """An event of a behavior of a distribution, at which a function is, or shall be."""

    distribution_id: str
    path_pattern: str
    """`*` is the default behavior."""
    event: EdgeEvent

    def as_json(self) -> dict[str, str]:
        return {
            "distributionId": self.distribution_id,
            "pathPattern": self.path_pattern,
            "eventType": self.event.value,
        }


@dataclass(frozen=True, slots=True)
class DeploymentRequest:
    token: str
    deployment: str
    """The deployment's name: an extension can be deployed several times, with other parameters."""
    mode: Mode
    extension: str | None = None
    """None: that of the deployment, which there is then."""
    version: str | None = None
    """Of the catalogue; None: the one that it has."""
    parameters: Mapping[str, object] = field(default_factory=dict)
    """Of an update: those that change. As they were given."""
    attach: tuple[Attachment, ...] = ()
    replace: bool = False
    """Whether functions may go that stand where this one is to be attached."""
    needs_approval: bool = False
    """Whether somebody has to approve of the plan for the distributions."""

    def as_json(self) -> dict[str, Any]:
        return {
            "requestToken": self.token,
            "deployment": self.deployment,
            "mode": self.mode.value,
            "extension": self.extension,
            "version": self.version,
            "parameters": dict(self.parameters),
            "attach": [one.as_json() for one in self.attach],
            "replace": self.replace,
            "approval": "required" if self.needs_approval else "none",
        }

    @property
    def body_hash(self) -> str:
        """SHA-256 in hexadecimal over what the request token stands for."""
        body = {name: value for name, value in self.as_json().items() if name != "requestToken"}
        return sha256(json.dumps(body, separators=(",", ":"), sort_keys=True).encode()).hexdigest()


def parse_request(document: Mapping[str, Any]) -> DeploymentRequest:
    """Read the workflow's input. Raises InvalidInput, which names the field that is wrong."""
    refuse_unknown(document, _FIELDS)
    mode = _mode(document.get("mode"))
    for name in sorted(document.keys() & (_FIELDS - _TAKEN[mode])):
        raise InvalidInput(f"{name}: {mode} does not take it; leave it out")
    extension = _name(document["extension"], "extension") if "extension" in document else None
    if extension is None and (mode is Mode.DEPLOY or "deployment" not in document):
        raise InvalidInput(
            "extension: it is missing; give the name of an extension of the catalogue"
            + ("" if mode is Mode.DEPLOY else ", or deployment, the name of what is deployed")
        )
    attach = _attach(document.get("attach", []))
    if mode is Mode.ATTACH and not attach:
        raise InvalidInput("attach: it is missing; give a list of distributionId, pathPattern and eventType")
    return DeploymentRequest(
        token=identifier(document, "requestToken"),
        deployment=_name(document["deployment"], "deployment") if "deployment" in document else str(extension),
        mode=mode,
        extension=extension,
        version=_version(document.get("version")),
        parameters=_parameters(document.get("parameters", {})),
        attach=attach,
        replace=flag(document, "replace", default=False),
        needs_approval=_approval(document.get("approval", "none")),
    )


def _mode(value: object) -> Mode:
    if isinstance(value, str) and value in tuple(Mode):
        return Mode(value)
    raise InvalidInput(f"mode: {described(value)}; give {', '.join(Mode)}")


def _name(value: object, field_name: str) -> str:
    if isinstance(value, str) and _NAME.fullmatch(value) and len(value) <= _LONGEST_NAME:
        return value
    raise InvalidInput(
        f"{field_name}: {described(value)}; give at most {_LONGEST_NAME} small letters and digits, a letter first, "
        "with single hyphens between them"
    )


def _version(value: object) -> str | None:
    if value is None or (isinstance(value, str) and _VERSION.fullmatch(value)):
        return value
    raise InvalidInput(f"version: {described(value)}; give a version such as 1.0.0, or leave it out")


def _parameters(value: object) -> dict[str, object]:
    if isinstance(value, dict) and len(value) <= MOST_PARAMETERS:
        return value
    given = f"it has {len(value)} parameters" if isinstance(value, dict) else described(value)
    raise InvalidInput(f"parameters: {given}; give an object of at most {MOST_PARAMETERS} parameters and their values")


def _approval(value: object) -> bool:
    if value in ("none", "required"):
        return value == "required"
    raise InvalidInput(f"approval: {described(value)}; give none or required")


def _attach(value: object) -> tuple[Attachment, ...]:
    if not isinstance(value, list) or len(value) > MOST_ATTACHED:
        given = f"it has {len(value)} elements" if isinstance(value, list) else described(value)
        raise InvalidInput(f"attach: {given}; give a list of at most {MOST_ATTACHED}, one for each event of a behavior")
    attached = [_attachment(element, f"attach[{index}]") for index, element in enumerate(value)]
    for index, one in enumerate(attached):
        if one in attached[:index]:
            raise InvalidInput(f"attach[{index}]: it is in the list already; name each event of a behavior once")
    return tuple(attached)


def _attachment(element: object, place: str) -> Attachment:
    if not isinstance(element, dict):
        raise InvalidInput(f"{place}: {described(element)}; give an object with {', '.join(sorted(_ATTACHED))}")
    refuse_unknown(element, _ATTACHED, f"{place}.")
    return Attachment(
        distribution_id(element.get("distributionId"), f"{place}.distributionId"),
        _pattern(element.get("pathPattern"), f"{place}.pathPattern"),
        _event(element.get("eventType"), f"{place}.eventType"),
    )


def _pattern(value: object, field_name: str) -> str:
    if isinstance(value, str) and 1 <= len(value) <= _LONGEST_PATTERN and value.isprintable():
        return value
    raise InvalidInput(
        f"{field_name}: {described(value)}; give the path pattern of a behavior as the distribution has it, "
        'or "*" for the default one'
    )


def _event(value: object, field_name: str) -> EdgeEvent:
    if isinstance(value, str) and value in tuple(EdgeEvent):
        return EdgeEvent(value)
    raise InvalidInput(f"{field_name}: {described(value)}; give {', '.join(EdgeEvent)}")
