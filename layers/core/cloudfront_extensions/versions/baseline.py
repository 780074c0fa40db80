"""The baseline: what differs between the distributions that there are and the versions on record, and what became of it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypedDict

from cloudfront_extensions.errors import InvalidInput
from cloudfront_extensions.fields import flag, refuse_unknown
from cloudfront_extensions.versions.records import Head

MOST_CHOSEN = 1_000
_FIELDS = frozenset({"distributionIds", "prune"})
_DISTRIBUTION_ID = re.compile(r"[A-Z0-9]{1,32}")
_NAMED_IN_CAUSE = 20


class Result(StrEnum):
    """What a look at one distribution came to."""

    CAPTURED = "captured"
    UNCHANGED = "unchanged"
    """Its version was there already: another capture came first."""
    CLOSED = "closed"
    """It is gone, and its history ends with a tombstone now."""
    UNKNOWN = "unknown"
    """There is no such distribution, nor was there one as far as anybody knows."""
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class BaselineRequest:
    distribution_ids: tuple[str, ...] = ()
    """Those alone, instead of all."""
    prune: bool = True
    """Whether versions that have outlived their days go."""


@dataclass(frozen=True, slots=True)
class Differences:
    to_look_at: tuple[str, ...]
    """Ids of distributions."""
    on_record: tuple[str, ...]
    """Those that have versions already, changed or not."""
    unchanged: int
    """How many are on record as they are."""


class Look(TypedDict):
    """What became of one distribution."""

    distributionId: str
    result: str
    version: int | None
    reason: str | None


def parse_request(document: Mapping[str, Any]) -> BaselineRequest:
    """{} asks for everything. Raises InvalidInput."""
    refuse_unknown(document, _FIELDS)
    chosen = tuple(dict.fromkeys(_ids(document["distributionIds"]))) if "distributionIds" in document else ()
    return BaselineRequest(chosen, flag(document, "prune", default=True))


def differences(heads: Iterable[Head], etags: Mapping[str, str | None]) -> Differences:
    """What to look at: distributions without a version or with another ETag than the one known as live, and those on record
    that are there no more. `etags` are those that ListDistributions told, by id.
    """
    known = {head.distribution_id: head for head in heads}
    changed = [one for one, etag in etags.items() if etag is None or one not in known or known[one].live_etag != etag]
    gone = [one for one, head in known.items() if one not in etags and not head.is_closed]
    return Differences((*changed, *gone), tuple(known), unchanged=len(etags) - len(changed))


def counts(unchanged: int, looks: Sequence[Look]) -> dict[str, int]:
    """How many distributions were considered, and what became of them: the others add up to `distributions`."""
    found = Counter(look["result"] for look in looks)
    return {
        "distributions": unchanged + len(looks),
        "captured": found[Result.CAPTURED],
        "unchanged": unchanged + found[Result.UNCHANGED],
        "closed": found[Result.CLOSED],
        "unknown": found[Result.UNKNOWN],
        "failed": found[Result.FAILED],
    }


def cause(failed: Mapping[str, str], not_pruned: Mapping[str, str], report: str) -> str:
    """What a baseline that is not whole says: which distributions, the first one's reason, and where the rest stands."""
    sentences = [
        f"{what} ({len(which)}): {_named(which)}."
        for which, what in ((failed, "Not captured"), (not_pruned, "Not pruned"))
        if which
    ]
    first = next(iter((failed or not_pruned).values()))
    return f"{' '.join(sentences)} The first because: {first.rstrip('.')}. All reasons are in {report}."


def _ids(value: object) -> list[str]:
    if not isinstance(value, list) or not all(
        isinstance(one, str) and _DISTRIBUTION_ID.fullmatch(one) for one in value
    ):
        raise InvalidInput("distributionIds: give a list of distributions' ids, such as E2QWRUHAPOMQZL")
    if not 1 <= len(value) <= MOST_CHOSEN:
        raise InvalidInput(f"distributionIds: it has {len(value):,} ids; give 1 to {MOST_CHOSEN:,}, or leave it out")
    return value


def _named(ids: Mapping[str, str]) -> str:
    named = ", ".join(list(ids)[:_NAMED_IN_CAUSE])
    return f"{named} and {len(ids) - _NAMED_IN_CAUSE} more" if len(ids) > _NAMED_IN_CAUSE else named
