"""The baseline of an account: what it costs where nothing is on record, where all is, and where a tenth has changed unheard."""

from __future__ import annotations

from dataclasses import dataclass

from benchmarks import job
from localaws.control import control
from localaws.faults import Fault, faults
from localaws.instance import Instance
from tests.integration.localaws.edge import distribution_config

ROOM = 20_000
"""What the account's quota of distributions is raised to."""
UNHEARD = Fault("event-lost", source="aws.cloudfront")
"""What changes is captured by the baseline alone."""


@dataclass(frozen=True, slots=True)
class Baseline:
    what: str
    distributions: int
    captured: int
    status: str
    wall_seconds: float
    transitions: int
    invocations: int
    cloudfront_calls: int
    list_calls: int
    queries: int
    calls_per_captured: float | None
    largest_state_bytes: int
    calls: dict[str, int]


def run(instance: Instance, outputs: dict[str, str], distributions: int) -> list[Baseline]:
    """Three runs, on an account that has no distributions yet."""
    quota = {"serviceCode": "cloudfront", "quotaName": "Web distributions per AWS account", "value": ROOM}
    control(instance, "PUT", "quotas", quota)
    client = instance.client("cloudfront")
    with faults(instance, UNHEARD):
        made = [
            client.create_distribution(DistributionConfig=distribution_config())["Distribution"]["Id"]
            for _ in range(distributions)
        ]
        measured = [_measure(instance, outputs, what) for what in ("nothing on record", "all on record")]
        for distribution_id in made[::10]:
            found = client.get_distribution_config(Id=distribution_id)
            config = {**found["DistributionConfig"], "Comment": "changed"}
            client.update_distribution(Id=distribution_id, IfMatch=found["ETag"], DistributionConfig=config)
        return [*measured, _measure(instance, outputs, "a tenth changed")]


def _measure(instance: Instance, outputs: dict[str, str], what: str) -> Baseline:
    done = job.run(instance, outputs["ConfigBaselineStateMachine"], {})
    calls, counts = done.aws_calls, done.execution.get("output", {}).get("counts", {})
    captured = counts.get("captured", 0)
    return Baseline(
        what=what,
        distributions=counts.get("distributions", 0),
        captured=captured,
        status=done.execution["status"],
        wall_seconds=round(done.wall_seconds, 1),
        transitions=done.transitions,
        invocations=done.invocations,
        cloudfront_calls=sum(count for name, count in calls.items() if name.startswith("cloudfront:")),
        list_calls=calls["cloudfront:ListDistributions"],
        queries=calls["dynamodb:Query"],
        calls_per_captured=round(calls.total() / captured, 2) if captured else None,
        largest_state_bytes=max(
            max(record.get("inputBytes", 0), record.get("outputBytes", 0)) for record in done.states
        ),
        calls=dict(sorted(calls.items())),
    )
