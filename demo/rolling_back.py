"""Act two: somebody breaks a distribution; `config_rollback` brings the version before back, once no alarm is against it."""

from __future__ import annotations

from typing import Any

from cloudfront_extensions.aws.rollback_store import RollbackStore
from cloudfront_extensions.aws.table import Table
from cloudfront_extensions.versions.records import Version
from cloudfront_extensions.versions.rollback_records import Canary
from demo import robin, shop, version_tables
from demo.callers import Callers
from demo.scene import read_event
from demo.stage import Stage

STATE_MACHINE = "ConfigRollbackStateMachine"
EVENT = "config_rollback/by-canary.json"
REQUEST = read_event(EVENT)
(ALARM,) = REQUEST["strategy"]["alarmNames"]
SHARE = f"{REQUEST['strategy']['weight']:.0%}"
MINUTES = REQUEST["strategy"]["bakeSeconds"] // 60
FIRST, SECOND = "way-back-1", "way-back-2"
"""Request tokens: each names a rollback."""
FURTHER_READING = {
    "docs/configuration-versions.md": "what is kept of each change, snapshots, what happens to lost events",
    "docs/configuration-diff.md": "what counts as a change, and which risk it has",
    "docs/rolling-back.md": "plans, approval, canaries, and what goes back when",
}


class RollingBack:
    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._shop = shop.Shop(stage)
        self._rollbacks = RollbackStore(Table(stage.outputs["VersionsTable"]))
        self._callers = Callers(stage.instance)

    def play(self) -> bool:
        """Whether the shop came back, and before that was left as it was when the alarm went off."""
        self._stage.open_act("Act two: a change that goes wrong, and the way back")
        good = self._made_in_act_one()
        bad = self._changed_by_robin(good)
        self._make_alarm()
        came_right = self._is_taken_back(good, bad) and self._goes_through(good)
        self._show_history(good)
        return came_right

    def _made_in_act_one(self) -> Version:
        self._stage.say("Every configuration that is written becomes a version by itself; act one's too")
        self._stage.tell(f"{shop.NAME} is distribution {self._shop.id}.")
        return self._new_version()

    def _changed_by_robin(self, good: Version) -> Version:
        self._stage.say("Robin changes the shop at night, by CloudFront's API, and tells nobody")
        robin.change(self._stage.instance, self._shop.id)
        bad = self._new_version()
        before, after = self._shop.content(good), self._shop.content(bad)
        self._stage.console.print(version_tables.changes(before or {}, after or {}))
        self._stage.tell(f"The way back: config_rollback with events/{EVENT}, to version {good.number}.")
        return bad

    def _is_taken_back(self, good: Version, bad: Version) -> bool:
        """The first attempt: an alarm goes off while some viewers try the version."""
        stage = self._stage
        stage.say("First attempt. Robin has switched off the platform that the old version needs")
        execution_arn = self._try_out(FIRST, good)
        self._set_alarm("ALARM", "more than 5% of the answers are errors: the old platform is switched off")
        stage.tell(f"They get errors: {ALARM} goes off (here SetAlarmState does that).", "red")
        with stage.console.status("The canary goes back"):
            ended = stage.wait(execution_arn)
        target = self._ending(FIRST, ended)
        return all(
            (
                stage.check("the alarm has ended the rollback", target["error"] == "AlarmFired"),
                stage.check(f"all viewers have what they had: version {bad.number} is live", self._shop.is_at(bad)),
                self._nothing_is_left(),
            )
        )

    def _goes_through(self, good: Version) -> bool:
        """The second attempt: the same again, with nothing to stop it."""
        stage = self._stage
        stage.say("Second attempt. The old platform is on again, and the alarm is calm")
        self._set_alarm("OK", "no errors")
        execution_arn = self._try_out(SECOND, good)
        with stage.console.status(f"{MINUTES} minutes pass"):
            ended = stage.wait(execution_arn)
        target = self._ending(SECOND, ended)
        return all(
            (
                stage.check(f"{MINUTES} minutes without an alarm: all viewers get it", target["outcome"] == "APPLIED"),
                stage.check(f"the shop is restored: what is live is version {good.number}", self._shop.is_at(good)),
                self._nothing_is_left(),
            )
        )

    def _try_out(self, token: str, version: Version) -> str:
        """The ARN of a rollback whose canary has viewers."""
        stage = self._stage
        source = {"distributionId": self._shop.id, "version": version.number}
        request = {**REQUEST, "requestToken": token, "targets": [self._shop.id], "source": source}
        execution_arn = stage.start(STATE_MACHINE, request)

        def with_viewers() -> Canary | None:
            execution = stage.execution(execution_arn)
            if execution["status"] != "RUNNING":
                raise RuntimeError(f"rollback {token} ended without a canary: {execution.get('cause')}")
            target = next(self._rollbacks.targets(token), None)
            canary = target.canary if target else None
            return canary if canary and canary.attached and self._shop.shares_viewers() else None

        with stage.console.status("A staging distribution gets the version"):
            canary = stage.eventually(with_viewers, f"rollback {token} made no canary")
        stage.tell(
            f"Staging distribution {canary.staging_id} has version {version.number}, and {SHARE} of the viewers get it;"
        )
        stage.tell(f"for {MINUTES} minutes the alarm {ALARM} is looked at every minute.")
        return execution_arn

    def _ending(self, token: str, ended: dict[str, Any]) -> dict[str, Any]:
        """What the report says of the shop, once it is told."""
        stage, key = self._stage, f"rollbacks/{token}/report.json"
        if ended["status"] == "SUCCEEDED":
            stage.tell("The execution SUCCEEDED:")
            stage.tell(f"Report: s3://{stage.bucket}/{key}", "dim")
        else:
            stage.tell(f"The execution {ended['status']}, as it does when a target is not where it should be:")
            stage.tell(f"{ended.get('error')}: {ended.get('cause')}", "dim")
        (target,) = stage.document(key)["targets"]
        reason = f", {target['error']}: {target['reason']}" if target["error"] else ""
        stage.tell(f"{shop.NAME}: {target['outcome']}{reason}")
        return dict(target)

    def _nothing_is_left(self) -> bool:
        return self._stage.check("nothing of the canary is left", not self._shop.has_leftovers())

    def _new_version(self) -> Version:
        version = self._shop.live_version()
        self._stage.console.print(version_tables.heading(version, self._callers))
        return version

    def _show_history(self, good: Version) -> None:
        self._stage.say(f"The history of {shop.NAME}")
        live = self._shop.live_version()
        contents = [(version, self._shop.content(version)) for version in self._shop.history()]
        self._stage.console.print(version_tables.history(contents, good, live, self._callers))
        self._stage.console.print(version_tables.further_reading(FURTHER_READING))

    def _make_alarm(self) -> None:
        """On the shop's errors; it is calm."""
        self._stage.client("cloudwatch").put_metric_alarm(
            AlarmName=ALARM,
            Namespace="AWS/CloudFront",
            MetricName="5xxErrorRate",
            Dimensions=[{"Name": "DistributionId", "Value": self._shop.id}, {"Name": "Region", "Value": "Global"}],
            Statistic="Average",
            Period=60,
            EvaluationPeriods=1,
            Threshold=5,
            ComparisonOperator="GreaterThanThreshold",
        )
        self._set_alarm("OK", "no errors")

    def _set_alarm(self, state: str, reason: str) -> None:
        self._stage.client("cloudwatch").set_alarm_state(AlarmName=ALARM, StateValue=state, StateReason=reason)
