"""What `config_rollback` is asked for, checked field by field."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256
from typing import Any

from cloudfront_extensions.certificates.names import shown
from cloudfront_extensions.distributions.source import FileSource
from cloudfront_extensions.errors import InvalidInput
from cloudfront_extensions.fields import (
    described,
    distribution_id,
    flag,
    identifier,
    is_well_formed,
    notification_topic,
    refuse_unknown,
)
from cloudfront_extensions.versions import function_source
from cloudfront_extensions.versions.function_source import FunctionSource, functions_json, parse_functions
from cloudfront_extensions.versions.keep import NAMES
from cloudfront_extensions.versions.rollback_strategy import Strategy, parse_strategy, seconds, word
from cloudfront_extensions.versions.snapshots import LATEST

MAXIMUM_TARGETS = 100
DEFAULT_APPROVAL_SECONDS = 24 * 3600

_SNAPSHOT_NAME = re.compile(r"[A-Za-z0-9._-]{1,64}")
_FIELDS = frozenset(
    {
        "requestToken",
        "targets",
        "source",
        "keep",
        "approval",
        "approvalSeconds",
        "strategy",
        "onFailure",
        "dryRun",
        "notificationTopic",
    }
)
_NOT_OF_THE_BODY = ("requestToken", "notificationTopic")


class OnFailure(StrEnum):
    """What becomes of the others when a target can't be brought to its version."""

    REVERT = "revert"
    """Those that were changed go back, the last one first."""
    STOP = "stop"
    """Each stays as it is at that moment."""
    CONTINUE = "continue"
    """They are rolled back all the same."""


class Approval(StrEnum):
    NONE = "none"
    REQUIRED = "required"


@dataclass(frozen=True, slots=True)
class VersionSource:
    distribution_id: str
    version: int


@dataclass(frozen=True, slots=True)
class SnapshotSource:
    distribution_id: str
    snapshot: str
    """A snapshot's name, or LATEST: what is live on that distribution when the plan is made."""


WholeSource = VersionSource | SnapshotSource | FileSource
"""A configuration that targets get, but for what they keep of their own."""
Source = WholeSource | FunctionSource


@dataclass(frozen=True, slots=True)
class RollbackRequest:
    token: str
    targets: tuple[str, ...]
    """Ids of distributions, in the order in which they are worked on."""
    source: Source
    keep: tuple[str, ...] | None = None
    """Names of `keep.FIELDS`; None: the default, which depends on the target."""
    approval: Approval = Approval.NONE
    approval_seconds: int = DEFAULT_APPROVAL_SECONDS
    """How long a person has for the answer."""
    strategy: Strategy = field(default_factory=Strategy)
    on_failure: OnFailure = OnFailure.REVERT
    dry_run: bool = False
    notification_topic: str | None = None

    def gives_back(self, target: str) -> bool:
        """Whether the target gets a configuration that it once had itself."""
        return isinstance(self.source, VersionSource | SnapshotSource) and self.source.distribution_id == target


def parse_request(document: Mapping[str, Any]) -> RollbackRequest:
    """Read the workflow's input. Raises InvalidInput, which names the field that is wrong."""
    refuse_unknown(document, _FIELDS)
    token = identifier(document, "requestToken")
    targets = _targets(document.get("targets")) if "targets" in document or not _names_targets(document) else ()
    source = _source(document.get("source"))
    return RollbackRequest(
        token=token,
        targets=_those_named(source, targets) if isinstance(source, FunctionSource) else targets,
        source=source,
        keep=_keep(document.get("keep"), source),
        approval=word(Approval, document.get("approval", Approval.NONE), "approval"),
        approval_seconds=seconds(document, "approvalSeconds", default=DEFAULT_APPROVAL_SECONDS),
        strategy=parse_strategy(document["strategy"]) if "strategy" in document else Strategy(),
        on_failure=word(OnFailure, document.get("onFailure", OnFailure.REVERT), "onFailure"),
        dry_run=flag(document, "dryRun", default=False),
        notification_topic=notification_topic(document),
    )


def as_json(request: RollbackRequest) -> dict[str, Any]:
    """The request as the workflow's input with every default written out, but that of `keep`, which depends on the target."""
    return {
        "requestToken": request.token,
        "targets": list(request.targets),
        "source": _source_json(request.source),
        "keep": None if request.keep is None else list(request.keep),
        "approval": request.approval.value,
        "approvalSeconds": request.approval_seconds,
        "strategy": request.strategy.as_json(),
        "onFailure": request.on_failure.value,
        "dryRun": request.dry_run,
        "notificationTopic": request.notification_topic,
    }


def body_hash(request: RollbackRequest) -> str:
    """SHA-256 in hexadecimal over what is asked to be done: neither the token is part of that, nor who is told."""
    body = {name: value for name, value in as_json(request).items() if name not in _NOT_OF_THE_BODY}
    return sha256(json.dumps(body, separators=(",", ":"), sort_keys=True).encode()).hexdigest()


def _targets(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not 1 <= len(value) <= MAXIMUM_TARGETS:
        given = f"it has {len(value)} ids" if isinstance(value, list) else described(value)
        raise InvalidInput(f"targets: {given}; give a list of 1 to {MAXIMUM_TARGETS} ids of distributions")
    targets: list[str] = []
    for index, target in enumerate(value):
        if target in targets:
            raise InvalidInput(f"targets[{index}]: {target} is in the list already; name each distribution once")
        targets.append(distribution_id(target, f"targets[{index}]"))
    return tuple(targets)


def _names_targets(document: Mapping[str, Any]) -> bool:
    """Whether the source does: functions are wanted at certain distributions, which need not be said twice."""
    source = document.get("source")
    return isinstance(source, dict) and function_source.NAME in source


def _those_named(source: FunctionSource, targets: tuple[str, ...]) -> tuple[str, ...]:
    """The targets, which must be those that the source names; where they are left out, in its order."""
    named = source.distribution_ids
    if len(named) > MAXIMUM_TARGETS:
        raise InvalidInput(
            f"source.{function_source.NAME}: it names {len(named)} distributions; name up to {MAXIMUM_TARGETS}"
        )
    if targets and (odd := sorted(set(targets) ^ set(named))):
        raise InvalidInput(
            f"targets: {odd[0]} is not both here and in source.{function_source.NAME}; leave targets out, "
            "or name the same distributions"
        )
    return targets or named


def _source(value: object) -> Source:
    fields = value if isinstance(value, dict) else {}
    match fields:
        case {"distributionId": owner, "version": number, **rest} if not rest:
            return VersionSource(distribution_id(owner, "source.distributionId"), _version(number))
        case {"distributionId": owner, "snapshot": name, **rest} if not rest:
            return SnapshotSource(distribution_id(owner, "source.distributionId"), _snapshot(name))
        case {"bucket": bucket, "key": key, **rest} if not rest:
            return FileSource(_text(bucket, "source.bucket"), _text(key, "source.key"))
        case {function_source.NAME: wanted, **rest} if not rest:
            return parse_functions(wanted)
    given = f"it has {', '.join(shown(str(name)) for name in list(fields)[:10])}" if fields else described(value)
    raise InvalidInput(
        f"source: {given}; give distributionId and version, distributionId and snapshot, bucket and key of a file in S3, "
        f"or {function_source.NAME}"
    )


def _version(value: object) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and value >= 1:
        return value
    raise InvalidInput(f"source.version: {described(value)}; give the number of a version, from 1 up")


def _snapshot(value: object) -> str:
    if isinstance(value, str) and _SNAPSHOT_NAME.fullmatch(value):
        return value
    raise InvalidInput(f'source.snapshot: {described(value)}; give the name of a snapshot, or "{LATEST}"')


def _text(value: object, field_name: str) -> str:
    if isinstance(value, str) and value and is_well_formed(value):
        return value
    raise InvalidInput(f"{field_name}: {described(value)}; give a text")


def _keep(value: object, source: Source) -> tuple[str, ...] | None:
    if value is None:
        return None
    if isinstance(source, FunctionSource):
        raise InvalidInput(f"keep: with {function_source.NAME} each target keeps everything else; leave it out")
    if not isinstance(value, list):
        raise InvalidInput(f"keep: {described(value)}; give a list of what each target keeps of its own")
    for index, name in enumerate(value):
        if not isinstance(name, str) or name not in NAMES:
            raise InvalidInput(f"keep[{index}]: {described(name)}; choose from {', '.join(NAMES)}")
    return tuple(name for name in NAMES if name in value)


def _source_json(source: Source) -> dict[str, Any]:
    match source:
        case VersionSource(owner, version):
            return {"distributionId": owner, "version": version}
        case SnapshotSource(owner, snapshot):
            return {"distributionId": owner, "snapshot": snapshot}
        case FunctionSource():
            return {function_source.NAME: functions_json(source)}
    return {"bucket": source.bucket, "key": source.key}
