"""Pre-warmings through servers on this machine, which DNS knows as points of presence of a distribution."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from localaws.control import publish
from tests.points_of_presence import PointsOfPresence, points_of_presence
from tests.workflows.application import Application, Json
from tests.workflows.changes import new_distribution

FUNCTIONS = ("BeginPrewarm", "LookAtInvalidation", "FetchUrls", "FinishPrewarm")
POPS = {"127.0.0.1": "FRA56-P4", "127.0.0.2": "SIN2-P1"}


@dataclass(frozen=True, slots=True)
class Shop:
    """A distribution whose URLs are fetched."""

    application: Application
    pops: PointsOfPresence
    distribution: Json = field(repr=False)

    @property
    def id(self) -> str:
        return str(self.distribution["Id"])

    @property
    def domain_name(self) -> str:
        return str(self.distribution["DomainName"])

    def url(self, path: str) -> str:
        """At the port of the servers that stand in for CloudFront's."""
        return f"http://{self.domain_name}:{self.pops.port}{path}"

    def request(self, token: str, *paths: str, **more: Any) -> Json:
        return {
            "requestToken": token,
            "distributionId": self.id,
            "urls": [self.url(path) for path in paths],
            "target": {"pops": list(POPS.values())},
            **more,
        }


@contextmanager
def shop(application: Application, **config: Any) -> Iterator[Shop]:
    with points_of_presence(POPS) as pops:
        made = Shop(application, pops, new_distribution(application, **config)["Distribution"])
        label, _, rest = made.domain_name.partition(".")
        for address, pop in POPS.items():
            publish(application.instance, f"{label}.{pop.lower()}.{rest}", "A", address)
        yield made


def report_of(application: Application, token: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = application.document(f"prewarms/{token}/report.json")
    return found
