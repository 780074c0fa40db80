"""A rollback of many distributions: its plan, as a dry run; and some of them rolled back, at once and by canary."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from benchmarks import job
from localaws.instance import Instance

SECONDS_TO_CAPTURE = 300
ROLLED_OUT = {"allAtOnce": 20, "canary": 5}
"""Strategy → targets, as far as so many were planned."""
CAPTURE = "CaptureConfiguration"
"""The function that makes a version of each change meanwhile: its calls are not the rollback's."""
READS = ("Get", "List")
MANAGED_POLICY = "658327ea-f89d-4fab-a63d-7e88639e58f6"
"""AWS's own CachingOptimized."""


@dataclass(frozen=True, slots=True)
class RollbackPlanning:
    targets: int
    status: str
    wall_seconds: float
    aws_calls_per_target: float
    calls: dict[str, int]
    plan_bytes: int


@dataclass(frozen=True, slots=True)
class Rollout:
    strategy: str
    targets: int
    status: str
    wall_seconds: float
    aws_calls_per_target: float
    cloudfront_calls_per_target: float
    cloudfront_writes_per_target: float


@dataclass(frozen=True, slots=True)
class Rollbacks:
    plan: RollbackPlanning
    rollouts: list[Rollout]

    @property
    def ended_well(self) -> bool:
        return self.plan.status == "PLANNED" and all(rollout.status == "SUCCEEDED" for rollout in self.rollouts)


def run(instance: Instance, outputs: dict[str, str], targets: int) -> Rollbacks:
    """Every target is to become like a source with a policy, a control and behaviors of its own."""
    source = _distribution(instance, 0, _own_policy(instance), behaviors=20)
    planned = [_distribution(instance, number, MANAGED_POLICY, behaviors=20) for number in range(1, targets + 1)]
    _wait_until_captured(instance, outputs, targets + 1)
    wanted = {"targets": planned, "source": {"distributionId": source, "version": 1}}
    return Rollbacks(_plan(instance, outputs, wanted), list(_rollouts(instance, outputs, wanted)))


def _plan(instance: Instance, outputs: dict[str, str], wanted: dict[str, Any]) -> RollbackPlanning:
    targets = len(wanted["targets"])
    dry_run = {"requestToken": f"bench-plan-{targets}", "dryRun": True, **wanted}
    done = job.run(instance, outputs["ConfigRollbackStateMachine"], dry_run)
    plan = f"dry-runs/rollbacks/bench-plan-{targets}/plan.json"
    return RollbackPlanning(
        targets=targets,
        status=done.execution["output"]["status"],
        wall_seconds=round(done.wall_seconds, 1),
        aws_calls_per_target=round(done.aws_calls.total() / targets, 2),
        calls=dict(sorted(done.aws_calls.items())),
        plan_bytes=instance.client("s3").head_object(Bucket=outputs["JobsBucket"], Key=plan)["ContentLength"],
    )


def _rollouts(instance: Instance, outputs: dict[str, str], wanted: dict[str, Any]) -> Iterator[Rollout]:
    """Each strategy with targets of its own, taken from the planned ones."""
    left = list(wanted["targets"])
    for strategy, count in ROLLED_OUT.items():
        targets, left = left[:count], left[count:]
        if not targets:
            return
        request = {
            **wanted,
            "requestToken": f"bench-{strategy}",
            "targets": targets,
            "strategy": {"type": strategy, "bakeSeconds": 600},
        }
        done = job.run(instance, outputs["ConfigRollbackStateMachine"], request)
        calls = [call for call in done.calls if call["operation"] != "Invoke" and CAPTURE not in str(call["caller"])]
        to_cloudfront = [call["operation"] for call in calls if call["service"] == "cloudfront"]
        writes = [name for name in to_cloudfront if not name.startswith(READS)]
        yield Rollout(
            strategy=strategy,
            targets=len(targets),
            status=done.execution["status"],
            wall_seconds=round(done.wall_seconds, 1),
            aws_calls_per_target=round(len(calls) / len(targets), 2),
            cloudfront_calls_per_target=round(len(to_cloudfront) / len(targets), 2),
            cloudfront_writes_per_target=round(len(writes) / len(targets), 2),
        )


def _own_policy(instance: Instance) -> str:
    made = instance.client("cloudfront").create_cache_policy(CachePolicyConfig={"Name": "bench-plan", "MinTTL": 1})
    return str(made["CachePolicy"]["Id"])


def _distribution(instance: Instance, number: int, policy: str, behaviors: int) -> str:
    origin = {
        "Id": "origin",
        "DomainName": "origin.example.net",
        "CustomOriginConfig": {"HTTPPort": 80, "HTTPSPort": 443, "OriginProtocolPolicy": "https-only"},
    }
    behavior = {"TargetOriginId": "origin", "ViewerProtocolPolicy": "redirect-to-https", "CachePolicyId": policy}
    config: dict[str, Any] = {
        "CallerReference": f"bench-plan-{number}",
        "Comment": f"bench-plan-{number}",
        "Enabled": True,
        "Origins": {"Quantity": 1, "Items": [origin]},
        "DefaultCacheBehavior": behavior,
        "CacheBehaviors": {
            "Quantity": behaviors,
            "Items": [{**behavior, "PathPattern": f"/part-{part}/*"} for part in range(behaviors)],
        },
    }
    return str(instance.client("cloudfront").create_distribution(DistributionConfig=config)["Distribution"]["Id"])


def _wait_until_captured(instance: Instance, outputs: dict[str, str], distributions: int) -> None:
    """Until every distribution has its first version, by the event of its creation, and nothing goes on."""
    deadline = time.monotonic() + SECONDS_TO_CAPTURE
    while (known := _heads(instance, outputs["VersionsTable"])) < distributions or _captures(instance, outputs):
        if time.monotonic() > deadline:
            raise RuntimeError(f"{known} of {distributions} distributions have a version after {SECONDS_TO_CAPTURE} s")
        time.sleep(0.5)


def _heads(instance: Instance, table: str) -> int:
    answer = instance.client("dynamodb").query(
        TableName=table,
        Select="COUNT",
        KeyConditionExpression="pk = :pk",
        ExpressionAttributeValues={":pk": {"S": "distributions"}},
    )
    return int(answer["Count"])


def _captures(instance: Instance, outputs: dict[str, str]) -> int:
    """How many are under way."""
    machine = outputs["ConfigCaptureStateMachine"]
    answer = instance.client("stepfunctions").list_executions(stateMachineArn=machine, statusFilter="RUNNING")
    return len(answer["executions"])
