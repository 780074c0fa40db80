"""Act one: `customers.csv` is judged by a dry run, then onboarded, and every row ends as it should."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from cloudfront_extensions.aws.job_store import JobStore
from cloudfront_extensions.aws.table import Table
from demo import tables
from demo.customers import Customers
from demo.progress import JobProgress
from demo.scene import EVENTS, read_event
from demo.stage import Stage

STATE_MACHINE = "DomainOnboardingStateMachine"


class Onboarding:
    def __init__(self, stage: Stage, source_distribution_id: str) -> None:
        self._stage, self._source_distribution_id = stage, source_distribution_id

    def play(self) -> bool:
        """Whether every row ended as `expected_outcomes.json` says."""
        self._stage.open_act("Act one: 24 customer domains, in one job")
        request = self._request()
        self._dry_run(request)
        report = self._onboard(request)
        self._stage.console.print(tables.result(report))
        self._stage.tell(f"Report: s3://{self._stage.bucket}/{report['key']}")
        return self._as_expected(report)

    def _request(self) -> dict[str, Any]:
        request = read_event("domain_onboarding/from_csv.json")
        key = request["source"]["key"]
        csv = (EVENTS / "domain_onboarding" / "customers.csv").read_bytes()
        self._stage.client("s3").put_object(Bucket=self._stage.bucket, Key=key, Body=csv)
        return {
            **request,
            "source": {**request["source"], "bucket": self._stage.bucket},
            "distribution": {
                **request["distribution"],
                "source": {"distributionId": self._source_distribution_id},
            },
            "invalidRows": "skip",
        }

    def _dry_run(self, request: dict[str, Any]) -> None:
        self._stage.say("Dry run: the whole batch is judged, nothing is created")
        execution = self._stage.wait(self._stage.start(STATE_MACHINE, {**request, "dryRun": True}))
        preflight = json.loads(execution["output"])["preflight"]
        report = self._stage.document(preflight["reportKey"])
        self._stage.console.print(tables.preflight(report))
        self._stage.console.print(tables.quotas(report))

    def _onboard(self, request: dict[str, Any]) -> dict[str, Any]:
        stage = self._stage
        stage.say("Onboarding: each domain goes its own way")
        job_id, store = request["requestToken"], JobStore(Table(stage.outputs["JobsTable"]))
        execution_arn = stage.start(STATE_MACHINE, request)
        customers = Customers(stage.instance, stage.bucket, f"jobs/{job_id}/")
        customers.start()
        try:
            counts = stage.eventually(lambda: self._preflight_of(job_id), "the job wrote no preflight report")["counts"]
            with JobProgress(
                stage.console, counts["rows"], counts["certificates"], counts["distributions"]
            ) as progress:
                execution = stage.wait(execution_arn, lambda: progress.show(store.items(job_id)))
        finally:
            customers.stop()
        stage.say(f"The customers published {customers.published} validation records")
        stage.tell(f"The execution {execution['status']}, as it does when a row failed:")
        stage.tell(f"{execution.get('error')}: {execution.get('cause')}", "dim")
        key = f"jobs/{job_id}/report.json"
        return {**stage.document(key), "key": key}

    def _preflight_of(self, job_id: str) -> dict[str, Any] | None:
        """The preflight report of the job that was just started, once it is there."""
        try:
            return self._stage.document(f"jobs/{job_id}/preflight.json")
        except ClientError as error:
            if error.response["Error"]["Code"] != "NoSuchKey":
                raise
            return None

    def _as_expected(self, report: dict[str, Any]) -> bool:
        expected = json.loads((Path(__file__).parent / "expected_outcomes.json").read_text())
        found = {item["domainName"]: item["outcome"] for item in report["items"]}
        wrong = {
            name: found.get(name, "missing") for name in {*expected, *found} if expected.get(name) != found.get(name)
        }
        for name, outcome in sorted(wrong.items()):
            self._stage.tell(f"{name} ended {outcome}, expected {expected.get(name, 'nothing')}", "red")
        if not wrong:
            self._stage.tell(f"All {len(expected)} rows ended as they should.", "green")
        return not wrong
