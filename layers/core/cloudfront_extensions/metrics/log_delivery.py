"""Which distributions are to deliver their access logs, and what that takes for each: nothing of somebody else's is touched.

Standard logging v2 is a *source* (of one distribution, which can have no second one), a *destination* (one for all), and a
*delivery* from the one to the other. Standard logging v1 and real-time logs (`realtime_attachment`) are parts of the
distribution's own configuration.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NotRequired, TypedDict

from cloudfront_extensions.errors import CloudFrontExtensionsError, InvalidInput, split_next_action
from cloudfront_extensions.fields import described, distribution_id, flag, identifier, refuse_unknown
from cloudfront_extensions.metrics.columns import STANDARD_FIELDS
from cloudfront_extensions.metrics.sources import Source

MOST_CHOSEN = 1_000
SOURCE_PREFIX = "cloudfront-extensions-"
"""What the names of our delivery sources begin with; the distribution's id is the rest."""
PATH = "{yyyy}/{MM}/{dd}/{HH}"
"""Below the destination's prefix. With Hive-compatible paths, CloudFront itself writes `year=` before the year and so on."""
_FIELDS = frozenset({"requestToken", "distributions", "kind", "mode", "dryRun"})
_NAMED_IN_CAUSE = 20


class Mode(StrEnum):
    ATTACH = "attach"
    DETACH = "detach"


class Outcome(StrEnum):
    """What became of one distribution; of a dry run, what would have become of it."""

    ATTACHED = "attached"
    UPDATED = "updated"
    """Its delivery was ours already, but brought other fields or went to another path."""
    DETACHED = "detached"
    UNCHANGED = "unchanged"
    """It was as wanted already."""
    ELSEWHERE = "deliveredElsewhere"
    """Its logs go where somebody else has sent them. That was left as it is."""
    GONE = "gone"
    """There is no such distribution."""
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class LogDeliveryRequest:
    kind: Source
    mode: Mode
    distribution_ids: tuple[str, ...] = ()
    """None: all that there are."""
    dry_run: bool = False
    token: str | None = None

    def as_json(self) -> dict[str, Any]:
        """What a request token stands for."""
        return {
            "distributions": list(self.distribution_ids) or "all",
            "kind": self.kind.value,
            "mode": self.mode.value,
            "dryRun": self.dry_run,
        }


@dataclass(frozen=True, slots=True)
class FoundSource:
    """A delivery source of a distribution."""

    name: str
    distribution_id: str


@dataclass(frozen=True, slots=True)
class FoundDelivery:
    """A delivery from a source to wherever."""

    id: str
    source_name: str
    destination_arn: str
    fields: tuple[str, ...] = ()
    path: str = ""
    is_hive: bool = False


class Step(TypedDict):
    """What is to be done for one distribution. `outcome` is what it comes to when it is done."""

    distributionId: str
    outcome: str
    deliveryId: NotRequired[str]
    reason: NotRequired[str]


class Change(TypedDict):
    """What became of one distribution."""

    distributionId: str
    outcome: str
    error: str | None
    """By name, where it failed."""
    reason: str | None
    nextAction: str | None


def parse_request(document: Mapping[str, Any]) -> LogDeliveryRequest:
    """Raises InvalidInput."""
    refuse_unknown(document, _FIELDS)
    return LogDeliveryRequest(
        kind=Source(_one_of(document, "kind", tuple(Source))),
        mode=Mode(_one_of(document, "mode", tuple(Mode))),
        distribution_ids=_ids(document.get("distributions")),
        dry_run=flag(document, "dryRun", default=False),
        token=identifier(document, "requestToken") if "requestToken" in document else None,
    )


def source_name(one: str) -> str:
    """The name of our delivery source of a distribution."""
    return f"{SOURCE_PREFIX}{one}"


def standard_steps(
    mode: Mode,
    chosen: Iterable[str],
    sources: Iterable[FoundSource],
    deliveries: Iterable[FoundDelivery],
    destination_name: str,
) -> list[Step]:
    """What each distribution takes, given all sources and deliveries of the account. `chosen` are distributions' ids."""
    by_distribution = {source.distribution_id: source for source in sources}
    by_source: dict[str, list[FoundDelivery]] = {}
    for delivery in deliveries:
        by_source.setdefault(delivery.source_name, []).append(delivery)
    steps = []
    for one in chosen:
        source = by_distribution.get(one)
        going = by_source.get(source.name, []) if source else []
        ours = next((each for each in going if is_to(each, destination_name)), None)
        steps.append(
            _attaching(one, source, going, ours) if mode is Mode.ATTACH else _detaching(one, source, going, ours)
        )
    return steps


def is_ours(source: FoundSource) -> bool:
    """Whether a source has the name that we give; its delivery tells whether it is this deployment's."""
    return source.name == source_name(source.distribution_id)


def is_to(delivery: FoundDelivery, destination_name: str) -> bool:
    """Whether a delivery goes to the destination of this deployment, which nobody else's has for its name."""
    return delivery.destination_arn.endswith(f":delivery-destination:{destination_name}")


def legacy_logging(mode: Mode, logging: Mapping[str, Any], bucket: str) -> tuple[Outcome, dict[str, Any] | None]:
    """What a distribution's configuration is to say of logging, given what it says; None where it stays as it is.

    Cookies are logged, by v1 and v2, as this part of the configuration says: that is not ours to change.
    """
    domain = f"{bucket}.s3.amazonaws.com"
    is_on = bool(logging.get("Enabled"))
    is_ours = is_on and logging.get("Bucket") == domain
    cookies = {"IncludeCookies": bool(logging.get("IncludeCookies"))}
    if mode is Mode.DETACH:
        off = {"Enabled": False, **cookies, "Bucket": "", "Prefix": ""}
        return (Outcome.DETACHED, off) if is_ours else (Outcome.UNCHANGED, None)
    # CloudFront writes flat; under any prefix, files would not be known as ours.
    if is_ours and not logging.get("Prefix"):
        return Outcome.UNCHANGED, None
    if is_on and not is_ours:
        return Outcome.ELSEWHERE, None
    return Outcome.ATTACHED, {"Enabled": True, **cookies, "Bucket": domain, "Prefix": ""}


def changed(one: str, outcome: Outcome, reason: str | None = None) -> Change:
    return {"distributionId": one, "outcome": outcome.value, "error": None, "reason": reason, "nextAction": None}


def failed(one: str, error: type[CloudFrontExtensionsError], message: str) -> Change:
    reason, next_action = split_next_action(message)
    return {
        "distributionId": one,
        "outcome": Outcome.FAILED.value,
        "error": error.__name__,
        "reason": reason,
        "nextAction": next_action or error.next_action,
    }


def counts(changes: Sequence[Change]) -> dict[str, int]:
    """How many distributions were considered, and what became of them: the others add up to `distributions`."""
    found = Counter(change["outcome"] for change in changes)
    return {"distributions": len(changes), **{outcome.value: found[outcome] for outcome in Outcome}}


def cause(failures: Sequence[Change], report: str) -> str:
    """What a run that is not whole says: which distributions, the first one's reason, and where the rest stands."""
    named = ", ".join(change["distributionId"] for change in failures[:_NAMED_IN_CAUSE])
    more = f" and {len(failures) - _NAMED_IN_CAUSE} more" if len(failures) > _NAMED_IN_CAUSE else ""
    first = (failures[0]["reason"] or "").rstrip(".")
    return f"Not done ({len(failures)}): {named}{more}. The first because: {first}. All reasons are in {report}."


def _attaching(one: str, source: FoundSource | None, going: list[FoundDelivery], ours: FoundDelivery | None) -> Step:
    if source and ours:
        if (set(ours.fields), ours.path, ours.is_hive) == (set(STANDARD_FIELDS), PATH, True):
            return {"distributionId": one, "outcome": Outcome.UNCHANGED}
        return {"distributionId": one, "outcome": Outcome.UPDATED, "deliveryId": ours.id}
    if source and (going or not is_ours(source)):
        return {"distributionId": one, "outcome": Outcome.ELSEWHERE, "reason": _whose(source, going)}
    return {"distributionId": one, "outcome": Outcome.ATTACHED}


def _detaching(one: str, source: FoundSource | None, going: list[FoundDelivery], ours: FoundDelivery | None) -> Step:
    if source and ours:
        return {"distributionId": one, "outcome": Outcome.DETACHED, "deliveryId": ours.id}
    if source and not going and is_ours(source):
        return {"distributionId": one, "outcome": Outcome.DETACHED}
    return {"distributionId": one, "outcome": Outcome.UNCHANGED}


def _whose(source: FoundSource, going: Sequence[FoundDelivery]) -> str:
    where = ", ".join(sorted(delivery.destination_arn for delivery in going)) or "nowhere yet"
    return (
        f"its delivery source is {source.name}, which delivers to {where}, and a distribution can have one source only: "
        "delete that delivery and that source first, if its logs are to come here"
    )


def _one_of(document: Mapping[str, Any], name: str, words: Sequence[str]) -> str:
    value = document.get(name)
    if isinstance(value, str) and value in words:
        return value
    raise InvalidInput(f"{name}: {described(value)}; give {' or '.join(words)}")


def _ids(value: object) -> tuple[str, ...]:
    if value == "all":
        return ()
    if not isinstance(value, list):
        raise InvalidInput(f'distributions: {described(value)}; give a list of distributions\' ids, or "all"')
    ids = tuple(dict.fromkeys(distribution_id(one, "distributions") for one in value))
    if not 1 <= len(ids) <= MOST_CHOSEN:
        raise InvalidInput(f'distributions: it has {len(ids):,} ids; give 1 to {MOST_CHOSEN:,}, or "all"')
    return ids
