"""What is remembered of a deployment of an extension: of the whole, and of each place where a function of it is attached."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from cloudfront_extensions.extensions.deployment_request import Attachment


class DeploymentStatus(StrEnum):
    BEGUN = "BEGUN"
    """It was asked for, and nothing is changed yet."""
    DEPLOYING = "DEPLOYING"
    """Its stack is being made or changed."""
    ATTACHING = "ATTACHING"
    LIVE = "LIVE"
    """Its functions are published, and attached where asked."""
    DETACHING = "DETACHING"
    REMOVING = "REMOVING"
    REMOVED = "REMOVED"
    FAILED = "FAILED"
    """For the reason on record; what was live before may be so still."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A request that works on a deployment, and the execution that does it."""

    token: str
    body_hash: str
    """Of the request, as `DeploymentRequest.body_hash` has it."""
    execution_arn: str


@dataclass(frozen=True, slots=True)
class Deployment:
    name: str
    extension: str
    token: str
    """Of the request that works on it, or did last; so is the next."""
    body_hash: str
    execution_arn: str
    status: DeploymentStatus = DeploymentStatus.BEGUN
    version: str | None = None
    """Of the catalogue, as are the hash, the parameters and the functions: what the stack holds."""
    content_hash: str | None = None
    parameters: Mapping[str, str] = field(default_factory=dict)
    functions: Mapping[str, str] = field(default_factory=dict)
    """Their ARNs by event."""
    stack_id: str | None = None
    requested_by: str | None = None
    """Who asked an API for it."""
    error: str | None = None
    reason: str | None = None
    next_action: str | None = None
    created_at: str = ""
    updated_at: str = ""

    @property
    def claim(self) -> Claim:
        return Claim(self.token, self.body_hash, self.execution_arn)


@dataclass(frozen=True, slots=True)
class AttachedFunction:
    """A function of a deployment at an event of a behavior. It is noted before it is attached, and until it is detached."""

    deployment: str
    place: Attachment
    function_arn: str
    attached_at: str | None = None
    """None: it was about to be."""
