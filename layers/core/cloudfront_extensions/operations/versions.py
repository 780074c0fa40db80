"""The versions of a distribution: who wrote which configuration when, what it is, and what changed between two.

Nothing that is answered here holds the value of an origin header, which may be a secret (`versions.secret_values`); not even
the JSON Patch, in which each such value is named by a number of its own.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any, Final, Literal, NamedTuple, NotRequired, TypedDict, TypeVar

from cloudfront_extensions.aws.snapshots import Snapshots
from cloudfront_extensions.aws.version_store import VersionStore
from cloudfront_extensions.errors import InvalidCursor, InvalidInput, VersionNotFound
from cloudfront_extensions.fields import described
from cloudfront_extensions.fields import distribution_id as checked_id
from cloudfront_extensions.operations.access import audit
from cloudfront_extensions.operations.callers import Caller
from cloudfront_extensions.operations.cursors import cursor_after, position_of
from cloudfront_extensions.operations.pages import DEFAULT_LIMIT, Page, checked_limit
from cloudfront_extensions.operations.sizes import fitting
from cloudfront_extensions.versions.diff import Change, diff, diff_tags
from cloudfront_extensions.versions.json_patch import json_patch
from cloudfront_extensions.versions.records import DELETED_ETAG, UNTOLD_ETAG, Version, VersionKind, Write
from cloudfront_extensions.versions.risk import ChangeJson, Risk, as_json, risk_of
from cloudfront_extensions.versions.secret_values import concealed, numbered
from cloudfront_extensions.versions.snapshots import PinJson, pin_json
from cloudfront_extensions.versions.text import unified

PREVIOUS: Final = "previous"
"""As `from`: the version before the other one, the newest below it that has content."""
LIVE: Final = "live"
"""As `to`: the live version, as it is on record."""

HIGHEST: Final = 10**8 - 1
"""The number of a version that its key, of eight digits, has room for."""

AnswerT = TypeVar("AnswerT")


class DiffForm(StrEnum):
    UNIFIED = "unified"
    """Both configurations in canonical form, line by line, as `diff -u` tells it."""
    PATCH = "patch"
    """JSON Patch (RFC 6902) on the canonical form."""


class Tag(TypedDict):
    key: str
    value: str


class WriteAnswer(TypedDict):
    """Who wrote a configuration, when and how, as CloudTrail tells it."""

    eventId: str
    eventName: str
    time: str
    principal: str
    sourceIp: str | None
    userAgent: str | None
    requestId: str | None


class VersionItem(TypedDict):
    """A version in the list."""

    distributionId: str
    number: int
    kind: VersionKind
    """PARTIAL: overtaken before it was read, with what is `hidden` left out; UNKNOWN: overtaken, and nobody knows what it was;
    DELETED: the tombstone of a deleted distribution."""
    etag: str | None
    """None where CloudTrail has not told it, and of the tombstone of a deleted distribution."""
    contentHash: str | None
    capturedAt: str
    modifiedAt: str | None
    isLive: bool
    pinned: bool
    rollback: str | None
    """Request token of the rollback that wrote it."""
    hidden: list[str]
    """What of a PARTIAL version nobody knows, such as `Comment`."""
    tags: list[Tag] | None
    writes: list[WriteAnswer]


class VersionAnswer(VersionItem):
    config: dict[str, Any] | None
    """CloudFront's own structure, values of origin headers concealed; None where the version has no content."""


class ComparedVersion(TypedDict):
    number: int
    kind: VersionKind
    hidden: list[str]


DiffAnswer = TypedDict(
    "DiffAnswer",
    {
        "distributionId": str,
        "from": ComparedVersion,
        "to": ComparedVersion,
        "isSame": bool,
        "risk": Risk | None,
        "changes": list[ChangeJson],
    },
)
"""`isSame`: both mean the same; `risk`: the worst of all changes, None without any. Tags are compared too; what is hidden in
either version is not."""


class DiffInForms(DiffAnswer):
    unified: NotRequired[str]
    patch: NotRequired[str]


class _Side(NamedTuple):
    version: Version
    config: Mapping[str, Any]


def list_versions(distribution_id: str, *, limit: int = DEFAULT_LIMIT, cursor: str | None = None) -> Page[VersionItem]:
    """The versions that are on record, the newest first: two calls for a page. Empty for a distribution without any.

    Raises:
        InvalidInput, InvalidCursor
    """
    checked_id(distribution_id, "distributionId")
    store, of_list = VersionStore(), ("versions", distribution_id)
    found = store.newest(distribution_id, checked_limit(limit), _number_in(position_of(cursor, *of_list)))
    head = store.head(distribution_id)
    live = head.live if head else None
    return {
        "items": [_item(version, live) for version in found.versions],
        "nextCursor": cursor_after(str(found.versions[-1].number), *of_list) if found.has_more else None,
    }


def get_version(distribution_id: str, number: int) -> VersionAnswer:
    """A version with its configuration.

    Raises:
        InvalidInput
        VersionNotFound
        AnswerTooLarge
    """
    checked_id(distribution_id, "distributionId")
    store = VersionStore()
    version, head = store.version(distribution_id, _checked_number(number, "number")), store.head(distribution_id)
    config = concealed(store.content_of(version)) if version.object_key else None
    answer: VersionAnswer = {**_item(version, head.live if head else None), "config": config}
    return _whole(answer, f"version {number} of distribution {distribution_id}")


def get_diff(
    distribution_id: str,
    *,
    from_version: int | Literal["previous"] = PREVIOUS,
    to_version: int | Literal["live"] = LIVE,
) -> DiffAnswer:
    """What changes from one version to another, in CloudFront's terms, with the risk of each change.

    Raises:
        InvalidInput
        VersionNotFound: one of them is not there, or has no content; or there is none before, or none that is live.
        AnswerTooLarge
    """
    return get_diff_in(distribution_id, (), from_version=from_version, to_version=to_version)


def get_diff_in(
    distribution_id: str,
    forms: Iterable[str],
    *,
    from_version: int | Literal["previous"] = PREVIOUS,
    to_version: int | Literal["live"] = LIVE,
) -> DiffInForms:
    """The same, and as text in each of these forms too, all from one reading. Raises as `get_diff`."""
    wanted = {_form(form) for form in forms}
    before, after = _sides(distribution_id, from_version, to_version)
    changes = _changes(before, after)
    answer: DiffInForms = {
        "distributionId": distribution_id,
        "from": _compared(before.version),
        "to": _compared(after.version),
        "isSame": not changes,
        "risk": risk_of(changes),
        "changes": as_json(changes),
    }
    for form in wanted:
        answer[form.value] = _written(before, after, form)
    return _whole(answer, _named(before, after))


def diff_text(
    distribution_id: str,
    *,
    from_version: int | Literal["previous"] = PREVIOUS,
    to_version: int | Literal["live"] = LIVE,
    form: str = DiffForm.UNIFIED,
) -> str:
    """The same as text: `unified` (empty where both mean the same), or `patch`, which is JSON. Tags are in neither.

    Raises: as `get_diff`.
    """
    wanted = _form(form)
    before, after = _sides(distribution_id, from_version, to_version)
    return _whole(_written(before, after, wanted), _named(before, after))


def pin_version(distribution_id: str, number: int, *, caller: Caller) -> PinJson:
    """Keep a version whatever the retention says. Raises InvalidInput, VersionNotFound."""
    return _pin(distribution_id, number, "pinVersion", caller, pinned=True)


def unpin_version(distribution_id: str, number: int, *, caller: Caller) -> PinJson:
    """Leave a version to the retention again. Raises InvalidInput, VersionNotFound."""
    return _pin(distribution_id, number, "unpinVersion", caller, pinned=False)


def _pin(distribution_id: str, number: int, operation: str, caller: Caller, *, pinned: bool) -> PinJson:
    checked_id(distribution_id, "distributionId")
    _checked_number(number, "number")
    audit(operation, caller, f"version {number} of distribution {distribution_id}")
    return pin_json(VersionStore().pin(distribution_id, number, pinned=pinned))


def _sides(distribution_id: str, before: int | str, after: int | str) -> tuple[_Side, _Side]:
    checked_id(distribution_id, "distributionId")
    store = VersionStore()
    number = Snapshots(store=store).latest(distribution_id) if after == LIVE else _checked_number(after, "to", LIVE)
    to_side = _side(store, store.version(distribution_id, number))
    if before == PREVIOUS:
        return _side(store, _previous(store, distribution_id, number)), to_side
    from_number = _checked_number(before, "from", PREVIOUS)
    return _side(store, store.version(distribution_id, from_number)), to_side


def _side(store: VersionStore, version: Version) -> _Side:
    return _Side(version, store.content_of(version))


def _previous(store: VersionStore, distribution_id: str, number: int) -> Version:
    """The retention leaves gaps, and what was overtaken may have no content."""
    below = store.newest(distribution_id, limit=20, below=number).versions
    for version in below:
        if version.object_key:
            return version
    raise VersionNotFound(f"distribution {distribution_id} has no version before {number} that could be compared")


def _changes(before: _Side, after: _Side) -> tuple[Change, ...]:
    """What is hidden in a version is not known to have changed."""
    hidden = {*before.version.hidden, *after.version.hidden}
    changes = tuple(change for change in diff(before.config, after.config) if change.path[0] not in hidden)
    tags = before.version.tags, after.version.tags
    return changes if tags[0] is None or tags[1] is None else (*changes, *diff_tags(tags[0], tags[1]))


def _item(version: Version, live: int | None) -> VersionItem:
    return {
        "distributionId": version.distribution_id,
        "number": version.number,
        "kind": version.kind,
        "etag": None if version.etag == DELETED_ETAG or version.etag.startswith(UNTOLD_ETAG) else version.etag,
        "contentHash": version.content_hash,
        "capturedAt": version.captured_at,
        "modifiedAt": version.modified_at,
        "isLive": version.number == live and version.etag != DELETED_ETAG,
        "pinned": version.pinned,
        "rollback": version.rollback,
        "hidden": list(version.hidden),
        "tags": None
        if version.tags is None
        else [{"key": key, "value": value} for key, value in sorted(version.tags.items())],
        "writes": [_write(write) for write in version.writes],
    }


def _write(write: Write) -> WriteAnswer:
    return {
        "eventId": write.event_id,
        "eventName": write.event_name,
        "time": write.time,
        "principal": write.principal,
        "sourceIp": write.source_ip,
        "userAgent": write.user_agent,
        "requestId": write.request_id,
    }


def _compared(version: Version) -> ComparedVersion:
    return {"number": version.number, "kind": version.kind, "hidden": list(version.hidden)}


def _form(text: str) -> DiffForm:
    try:
        return DiffForm(text)
    except ValueError:
        raise InvalidInput(f"form: {described(text)}; give one of {', '.join(DiffForm)}") from None


def _written(before: _Side, after: _Side, form: DiffForm) -> str:
    if form is DiffForm.UNIFIED:
        names = [f"{side.version.distribution_id}/{side.version.number}" for side in (before, after)]
        return unified(before.config, after.config, (names[0], names[1]))
    mark = numbered()
    patch = json_patch(concealed(before.config, mark=mark), concealed(after.config, mark=mark))
    return json.dumps(patch, ensure_ascii=False, separators=(",", ":"))


def _named(before: _Side, after: _Side) -> str:
    version = after.version
    return f"versions {before.version.number} and {version.number} of distribution {version.distribution_id}"


def _checked_number(value: object, field: str, word: str | None = None) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= HIGHEST:
        return value
    or_word = f', or "{word}"' if word else ""
    raise InvalidInput(f"{field}: {described(value)}; give the number of a version, from 1 up{or_word}")


def _number_in(position: str | None) -> int | None:
    """Of a cursor, which comes back from outside."""
    if position is None:
        return None
    if position.isascii() and position.isdigit() and len(position) <= len(str(HIGHEST)):
        return int(position)
    raise InvalidCursor("cursor: it does not name a version")


def _whole(answer: AnswerT, what: str) -> AnswerT:
    return fitting(answer, what, "Compare closer versions, or read the objects in the bucket of configurations.")
