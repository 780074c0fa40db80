"""Start the embedded AWS, deploy the application, onboard `customers.csv`, and check that every row ended as it should."""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rich.console import Console

from cloudfront_extensions.aws.job_store import JobStore
from cloudfront_extensions.aws.table import Table
from demo import tables
from demo.customers import Customers
from demo.progress import JobProgress
from demo.scene import EVENTS, prepare, read_event
from localaws import permissions
from localaws.deployment import build, deploy
from localaws.instance import Instance

TIME_SCALE = 0.00002
"""An hour passes in 0.07 s: the 72 hours that one certificate is waited for in vain, in 5 s."""
SECONDS_FOR_THE_JOB = 80
PICTURE_WIDTH = 120
"""Columns."""
SECONDS_BETWEEN_LOOKS = 0.5


class Demo:
    def __init__(self, instance: Instance, console: Console) -> None:
        self._instance, self._console = instance, console
        self._outputs: dict[str, str] = {}

    def run(self) -> bool:
        """Whether every row ended as `expected_outcomes.json` says."""
        self._say("Deploying template.yaml with sam deploy")
        self._outputs = deploy(self._instance, parameters={"DomainConcurrency": "6"})
        os.environ.update(self._instance.environment)
        self._say("Setting the scene: a hosted zone, a source distribution, and an alias that somebody else has")
        scene = prepare(self._instance)
        request = self._request(scene.source_distribution_id)
        self._dry_run(request)
        report = self._onboard(request)
        self._console.print(tables.result(report))
        self._console.print(f"Report: s3://{self._bucket}/{report['key']}", highlight=False)
        nothing_denied = self._nothing_denied()
        return self._as_expected(report) and nothing_denied

    @property
    def _bucket(self) -> str:
        return self._outputs["JobsBucket"]

    def _request(self, source_distribution_id: str) -> dict[str, Any]:
        request = read_event("domain_onboarding/from_csv.json")
        key = request["source"]["key"]
        csv = (EVENTS / "domain_onboarding" / "customers.csv").read_bytes()
        self._instance.client("s3").put_object(Bucket=self._bucket, Key=key, Body=csv)
        return {
            **request,
            "source": {**request["source"], "bucket": self._bucket},
            "distribution": {**request["distribution"], "source": {"distributionId": source_distribution_id}},
            "invalidRows": "skip",
        }

    def _dry_run(self, request: dict[str, Any]) -> None:
        self._say("Dry run: the whole batch is judged, nothing is created")
        execution = self._wait(self._start({**request, "dryRun": True}))
        preflight = json.loads(execution["output"])["preflight"]
        report = self._document(preflight["reportKey"])
        self._console.print(tables.preflight(report))
        self._console.print(tables.quotas(report))

    def _onboard(self, request: dict[str, Any]) -> dict[str, Any]:
        self._say("Onboarding: each domain goes its own way")
        job_id, store = request["requestToken"], JobStore(Table(self._outputs["JobsTable"]))
        execution_arn = self._start(request)
        customers = Customers(self._instance, self._bucket, f"jobs/{job_id}/")
        customers.start()
        try:
            counts = self._preflight_of(job_id)["counts"]
            with JobProgress(
                self._console, counts["rows"], counts["certificates"], counts["distributions"]
            ) as progress:
                execution = self._wait(execution_arn, lambda: progress.show(store.items(job_id)))
        finally:
            customers.stop()
        self._say(f"The customers published {customers.published} validation records")
        self._console.print(f"The execution {execution['status']}, as it does when a row failed:", highlight=False)
        self._console.print(f"{execution.get('error')}: {execution.get('cause')}", style="dim", highlight=False)
        key = f"jobs/{job_id}/report.json"
        return {**self._document(key), "key": key}

    def _preflight_of(self, job_id: str) -> dict[str, Any]:
        """The preflight report of the job that was just started, once it is there."""
        deadline = time.monotonic() + SECONDS_FOR_THE_JOB
        while time.monotonic() < deadline:
            try:
                return self._document(f"jobs/{job_id}/preflight.json")
            except self._instance.client("s3").exceptions.NoSuchKey:
                time.sleep(SECONDS_BETWEEN_LOOKS)
        raise TimeoutError("the job wrote no preflight report")

    def _start(self, request: dict[str, Any]) -> str:
        answer = self._instance.client("stepfunctions").start_execution(
            stateMachineArn=self._outputs["DomainOnboardingStateMachine"], input=json.dumps(request)
        )
        return str(answer["executionArn"])

    def _wait(self, execution_arn: str, look: Callable[[], None] = lambda: None) -> dict[str, Any]:
        deadline = time.monotonic() + SECONDS_FOR_THE_JOB
        while time.monotonic() < deadline:
            execution: dict[str, Any] = self._instance.client("stepfunctions").describe_execution(
                executionArn=execution_arn
            )
            look()
            if execution["status"] != "RUNNING":
                return execution
            time.sleep(SECONDS_BETWEEN_LOOKS)
        raise TimeoutError(f"{execution_arn} was not done within {SECONDS_FOR_THE_JOB} s")

    def _document(self, key: str) -> dict[str, Any]:
        body = self._instance.client("s3").get_object(Bucket=self._bucket, Key=key)["Body"].read()
        document: dict[str, Any] = json.loads(body)
        return document

    def _nothing_denied(self) -> bool:
        """Whether the policies of the template were enough; says which statements are missing."""
        denied = permissions.denials(permissions.decisions(self._instance))
        for denial in denied:
            self._console.print(f"[red]{permissions.in_words(denial)}[/red]", highlight=False)
        return not denied

    def _say(self, text: str) -> None:
        self._console.print(f"\n[bold]{text}[/bold]")

    def _as_expected(self, report: dict[str, Any]) -> bool:
        expected = json.loads((Path(__file__).parent / "expected_outcomes.json").read_text())
        found = {item["domainName"]: item["outcome"] for item in report["items"]}
        wrong = {
            name: found.get(name, "missing") for name in {*expected, *found} if expected.get(name) != found.get(name)
        }
        for name, outcome in sorted(wrong.items()):
            self._console.print(f"[red]{name} ended {outcome}, expected {expected.get(name, 'nothing')}[/red]")
        if not wrong:
            self._console.print(f"[green]All {len(expected)} rows ended as they should.[/green]")
        return not wrong


def without_web_fonts(svg: str) -> str:
    """The picture in the viewer's own fixed-width font: nothing is fetched to show it."""
    return re.sub(r"@font-face \{.*?\}", "", svg, flags=re.DOTALL)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m demo", description=__doc__)
    parser.add_argument("--picture", metavar="FILE", help="also write what is shown to an SVG file")
    picture = parser.parse_args().picture
    console = Console(record=bool(picture), width=PICTURE_WIDTH if picture else None)
    began = time.monotonic()
    console.print("[bold]CloudFront Extensions[/bold] on the embedded AWS. Nothing leaves this machine.")
    build()
    with Instance("demo", time_scale=TIME_SCALE, certificate_validation_timeout=600) as instance:
        as_expected = Demo(instance, console).run()
    console.print(f"Took {time.monotonic() - began:.0f} s. `make up` leaves it running for your own executions.")
    if picture:
        Path(picture).write_text(without_web_fonts(console.export_svg(title="make demo")))
    return 0 if as_expected else 1


if __name__ == "__main__":
    sys.exit(main())
