"""Act three: a day of logs of the onboarded domains becomes charts, and figures of the API."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from rich.console import RenderableType

from cloudfront_extensions.aws.log_folders import LogFolders
from cloudfront_extensions.aws.table import Table
from demo import charts, day, shop, version_tables
from demo.stage import Stage
from localaws.apis import here
from localaws.sign_in import member, signed_in

STATE_MACHINE = "MetricsRefreshStateMachine"
METRICS = ("request", "chr", "requestLatency", "bandwidth")
COUNTRIES, URLS = 8, 5
"""So many are shown."""
FURTHER_READING = {
    "docs/metrics.md": "what each metric means, and how to try it with logs of your own making",
    "docs/metrics-api.md": "these questions and more, by REST and GraphQL, and what an empty answer means",
    "docs/access-logs.md": "how to have CloudFront deliver the logs of your distributions",
    "docs/alarms.md": "alarms on a domain, which can also stop a canary",
}


class Watching:
    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._day = day.yesterday()
        self._token = ""

    def play(self) -> bool:
        """Whether the API tells of all the requests that were in the logs."""
        stage = self._stage
        stage.open_act("Act three: a day of logs becomes metrics")
        stage.say("CloudFront delivers the access logs of yesterday: made up, but with all that real ones have")
        files = day.deliver(stage, self._day)
        stage.tell(f"{files} Parquet files, {day.LINES:,} requests, in folders by the hour")
        stage.tell(_told(self._refresh(files)))
        # Files hold some requests of shortly before their hour.
        everything = self._metrics("*", self._day - timedelta(hours=1))
        (counted,) = (one["total"] for one in everything["series"] if one["metric"] == "request")
        came_right = stage.check(f"all {day.LINES:,} requests are counted", counted == day.LINES)
        stage.say("What the REST API answers about that day to a viewer who has signed in")
        of_shop = self._metrics(shop.NAME, self._day)
        self._show("/metrics", f"&interval=1h&metric={','.join(METRICS)}", charts.hours(of_shop))
        came_right &= stage.check("every hour of the shop has its figures", None not in of_shop["series"][0]["values"])
        by_country = self._ask("/metrics/countries", domain=shop.NAME)
        self._show("/metrics/countries", "", charts.countries(by_country, COUNTRIES))
        urls = self._ask("/metrics/top-urls", domain=shop.NAME, limit=str(URLS))
        self._show("/metrics/top-urls", f"&limit={URLS}", charts.urls(urls))
        stage.console.print(version_tables.further_reading(FURTHER_READING))
        return came_right

    def _show(self, path: str, further: str, chart: RenderableType) -> None:
        """What was asked about the shop, and the answer."""
        self._stage.console.print()
        self._stage.tell(f"GET {path}?domain={shop.NAME}{further}", "dim")
        self._stage.console.print(chart)

    def _refresh(self, files: int) -> dict[str, Any]:
        """Count the files once the events of all of them have come; what the workflow says of it."""
        stage = self._stage
        stage.say(
            "metrics_refresh: one Athena statement counts the folders that changed, all domains and metrics at once"
        )
        folders = LogFolders(Table(stage.outputs["MetricsTable"]))
        with stage.console.status("Athena scans"):
            stage.eventually(
                lambda: sum(one.arrived for one in folders.pending()) >= files, "not every file was heard of"
            )
            ended = stage.wait(stage.start(STATE_MACHINE, {}))
        if ended["status"] != "SUCCEEDED":
            raise RuntimeError(f"the refresh ended {ended['status']}: {ended.get('cause')}")
        output: dict[str, Any] = json.loads(ended["output"])
        return output

    def _metrics(self, domain: str, begins: datetime) -> dict[str, Any]:
        asked = {"domain": domain, "metric": ",".join(METRICS), "interval": "1h", "from": begins.isoformat()}
        return self._ask("/metrics", **asked)

    def _ask(self, path: str, **parameters: str) -> dict[str, Any]:
        """The answer of the REST API about yesterday."""
        of_day = {"from": self._day.isoformat(), "to": (self._day + timedelta(days=1)).isoformat()}
        url = f"{here(self._stage.instance, self._stage.outputs['PeopleApiUrl'])}{path}?{urlencode({**of_day, **parameters})}"
        with urlopen(Request(url, headers={"Authorization": self._signed_in()})) as response:  # noqa: S310
            answer: dict[str, Any] = json.load(response)
        return answer

    def _signed_in(self) -> str:
        """The token of a viewer."""
        if not self._token:
            outputs = self._stage.outputs
            email, password = member(self._stage.instance, outputs["UserPoolId"], "viewer")
            tokens = signed_in(
                self._stage.instance, outputs["UserPoolId"], outputs["UserPoolClientId"], email, password
            )
            self._token = tokens["IdToken"]
        return self._token


def _told(output: dict[str, Any]) -> str:
    done = output["progress"]
    scans = f"{done['rounds']} scans" if done["rounds"] != 1 else "one scan"
    return f"{done['folders']} folders in {scans}, {done['bytes'] / 1e6:.1f} MB read"
