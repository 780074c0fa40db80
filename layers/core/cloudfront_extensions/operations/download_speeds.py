"""How fast the viewers of a domain got what they downloaded, by country and network."""

from __future__ import annotations

from typing import TypedDict

from cloudfront_extensions.aws.clock import epoch_seconds
from cloudfront_extensions.aws.metrics_store import MetricsStore
from cloudfront_extensions.errors import InvalidInput
from cloudfront_extensions.metrics.download_speeds import Speed, Speeds, shares
from cloudfront_extensions.metrics.known_domains import ALL_DISTRIBUTIONS
from cloudfront_extensions.metrics.windows import Interval, label
from cloudfront_extensions.operations.metric_coverage import covered
from cloudfront_extensions.operations.metric_ranges import checked_country, checked_domain, range_of
from cloudfront_extensions.operations.sizes import fitting


class SpeedShare(TypedDict):
    speed: Speed
    """A class, named by the speed in bytes a second below which it lies: 500K is from 250K on."""
    percent: float
    """Of the network's answers."""


class NetworkSpeeds(TypedDict):
    country: str
    """ISO 3166-1 alpha-2; `-`: the logs do not tell it."""
    network: str
    """Number of the viewers' autonomous system; `-`: the logs do not tell it."""
    answers: int
    shares: list[SpeedShare]
    """All classes, the slowest first."""


DownloadSpeedsAnswer = TypedDict(
    "DownloadSpeedsAnswer",
    {
        "domain": str,
        "country": str | None,
        "fromOrigin": bool,
        "from": str,
        "to": str,
        "completeThrough": str | None,
        "final": bool,
        "rejected": int,
        "networks": list[NetworkSpeeds],
    },
)
"""`completeThrough`: up to where all figures are final; `final`: whether all of these are; `rejected`: lines in the account's
logs of these hours that could not be counted."""


def get_download_speeds(
    *,
    domain: str,
    from_time: str | None = None,
    to_time: str | None = None,
    country: str | None = None,
    from_origin: bool = False,
) -> DownloadSpeedsAnswer:
    """The download speeds of a domain in whole hours, networks with most answers first; the last day unless said otherwise.

    `from_origin` asks for answers that the origin gave. Standard logs v2 and real-time logs tell countries and networks;
    legacy logs tell neither, and are counted in no speeds at all.

    Raises:
        InvalidInput: as where it is asked for more than 31 days, or for the speeds of all distributions.
        InvalidDomainName
        AnswerTooLarge
    """
    of_domain, of_country = checked_domain(domain), checked_country(country)
    if of_domain == ALL_DISTRIBUTIONS:
        raise InvalidInput("domain: there are no download speeds of all distributions together; give one domain")
    now, store = epoch_seconds(), MetricsStore()
    asked = range_of(from_time, to_time, Interval.HOUR, now)
    found = store.speeds(of_domain, asked.first, asked.end)
    coverage = store.coverage(of_domain, asked.first, asked.end, now, frozenset())
    speeds = {
        cell: answers
        for cell, answers in found.items()
        if of_country in (None, cell.country) and (cell.from_origin or not from_origin)
    }
    answer: DownloadSpeedsAnswer = {
        "domain": of_domain,
        "country": of_country,
        "fromOrigin": from_origin,
        "from": label(asked.first),
        "to": label(asked.end),
        **covered(coverage, asked),
        "networks": _networks(speeds),
    }
    return fitting(answer, f"the download speeds of {of_domain}", "Ask for one country, or for a shorter time.")


def _networks(speeds: Speeds) -> list[NetworkSpeeds]:
    answers: dict[tuple[str, str], int] = {}
    for cell, count in speeds.items():
        answers[cell.country, cell.network] = answers.get((cell.country, cell.network), 0) + count
    networks: list[NetworkSpeeds] = [
        {
            "country": country,
            "network": network,
            "answers": answers[country, network],
            "shares": [{"speed": speed, "percent": percent} for speed, percent in classes.items()],
        }
        for country, of_country in shares(speeds).items()
        for network, classes in of_country.items()
    ]
    return sorted(networks, key=lambda one: (-one["answers"], one["country"], one["network"]))
