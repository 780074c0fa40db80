"""What the templates and the workflow of log delivery must have in common."""

from __future__ import annotations

import json

from tests.templates import PROJECT, resources

LOGS = resources(PROJECT / "stacks/logs/template.yaml")
METRICS = resources(PROJECT / "stacks/metrics/template.yaml")
DAY = 86_400


def test_a_legacy_log_file_outlives_every_event_that_tells_of_it() -> None:
    rules = LOGS["LegacyLogsBucket"]["Properties"]["LifecycleConfiguration"]["Rules"]
    (days,) = (rule["ExpirationInDays"] for rule in rules if "ExpirationInDays" in rule)
    queued = [
        resource["Properties"]["MessageRetentionPeriod"]
        for resource in METRICS.values()
        if resource["Type"] == "AWS::SQS::Queue"
    ]
    (target,) = METRICS["LogFileArrived"]["Properties"]["Targets"]
    assert len(queued) == 2
    assert days * DAY >= max(queued) + target["RetryPolicy"]["MaximumEventAgeInSeconds"]
    assert f"after {days} days they are deleted" in str(METRICS)


def test_one_batch_at_a_time_changes_what_delivers_to_the_one_destination() -> None:
    machine = json.loads((PROJECT / "statemachines/log_delivery.asl.json").read_text())
    assert machine["States"]["Change log deliveries"]["MaxConcurrency"] == 1
