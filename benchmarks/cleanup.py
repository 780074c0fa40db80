"""Taking back everything that a job has made: distributions, certificates and DNS records of our own zone."""

from __future__ import annotations

from dataclasses import dataclass

from benchmarks import job
from demo.scene import HOSTED_ZONE, Scene
from localaws.control import control
from localaws.instance import Instance


@dataclass(frozen=True, slots=True)
class Cleanup:
    rows: int
    status: str
    wall_seconds: float
    transitions_per_domain: float
    invocations_per_domain: float
    aws_calls_per_domain: float
    calls: dict[str, int]
    parent_history_events: int
    left: int
    """Certificates and distributions that still bear the job's tag."""


def run(instance: Instance, outputs: dict[str, str], scene: Scene, rows: int) -> Cleanup:
    token = f"bench-cleanup-{rows}"
    source = {"distributionId": scene.source_distribution_id}
    names = [f"site-{number:05d}.{HOSTED_ZONE}" for number in range(rows)]
    made = job.onboard(instance, outputs, token, names, {"distribution": {"source": source, "dns": {"mode": "auto"}}})
    if made.execution["status"] != "SUCCEEDED":
        raise RuntimeError(
            f"there is nothing to clean up: the job {made.execution['status']}, {made.execution['cause']}"
        )
    done = job.run(instance, outputs["JobCleanupStateMachine"], {"jobId": token})
    tagged = instance.client("resourcegroupstaggingapi").get_resources(
        TagFilters=[{"Key": "cloudfront-extensions:job", "Values": [token]}]
    )
    arn = done.execution["executionArn"]
    return Cleanup(
        rows=rows,
        status=done.execution["status"],
        wall_seconds=round(done.wall_seconds, 1),
        transitions_per_domain=round(done.transitions / rows, 2),
        invocations_per_domain=round(done.invocations / rows, 2),
        aws_calls_per_domain=round(done.aws_calls.total() / rows, 2),
        calls=dict(sorted(done.aws_calls.items())),
        parent_history_events=control(instance, "GET", "history-events", {"executionArn": arn})["events"],
        left=len(tagged["ResourceTagMappingList"]),
    )
