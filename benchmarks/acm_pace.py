"""How near a job comes to the pace that ACM allows: 5 RequestCertificate calls a second.

Rates and the workflow's waits run in real time (`time_scale=1`), so that a simulated second is one of this machine. A
child of the map "Request certificates" spends most of its time in the 5 seconds that ACM is given to name the records: on
a shortened wait a handful of children would do, and the figure would say nothing of an account. What is shortened is what
comes afterwards: certificates are issued as soon as their records are published, and there are no distributions, since
the request phase ends before the first of them. The machine has to keep up with some 20 invocations a second; a small
job before the measured one starts the functions, since cold starts queue for its processors, which they don't on AWS.

    floor      = (successful requests - burst) / rate    nobody can be faster: the bucket is full at first
    measured   = from the first successful RequestCertificate to the last
    efficiency = floor / measured
"""

from __future__ import annotations

import statistics
import time
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from botocore.exceptions import ClientError

from benchmarks import job
from benchmarks.memory import Memory
from localaws.instance import Instance

RATE = BURST = 5
"""RequestCertificate calls a second, and how many of them the embedded AWS admits at once."""
AIM = 0.95
FUNCTIONS_AT_ONCE = 24
"""A function that is throttled waits for its next try in a process of its own. AWS would run 1,000."""
REQUEST_PHASE = "Request certificates"
CREATION = "CertificateCreation"
OUR_ZONE, CUSTOMERS_ZONE = "customers.example.net", "shops.example.com"
SECONDS_BETWEEN_LOOKS = 0.5


@dataclass(frozen=True, slots=True)
class Pace:
    """Throttled calls, Route 53 calls and phases are those of the whole job."""

    records: str
    """Who publishes the validation records."""
    rows: int
    status: str
    floor_seconds: float
    measured_seconds: float
    efficiency: float
    children_seconds: dict[str, float]
    """How long the executions of `certificate_creation` took that began in the request phase."""
    describes_per_certificate: float
    route53_calls_per_domain: float
    throttled: dict[str, int]
    """How many calls of each operation were."""
    phase_seconds: dict[str, float]
    """Of the states of `domain_onboarding` that took a tenth of a second or more."""
    job_seconds: float
    invocations_per_second: float
    memory: Memory | None

    @property
    def ended_well(self) -> bool:
        """As it should: succeeded, or was stopped by `customers_publish`."""
        return self.status in ("SUCCEEDED", "ABORTED")


def job_publishes(instance: Instance, outputs: dict[str, str], rows: int) -> Pace:
    """All names are in a zone of ours: each takes one of the 5 calls a second that Route 53 allows to an account."""
    _start_functions(instance, outputs)
    done = job.onboard(instance, outputs, f"pace-ours-{rows}", _names("site", rows, OUR_ZONE), {"distribution": None})
    return _measured("the job", rows, done)


def customers_publish(instance: Instance, outputs: dict[str, str], rows: int) -> Pace:
    """No name is ours. The job is stopped when it has announced the records, for from then on it waits for customers."""
    token = f"pace-customers-{rows}"

    def stop_when_announced(execution_arn: str) -> None:
        _wait_for_announcement(instance, outputs["JobsBucket"], token)
        instance.client("stepfunctions").stop_execution(executionArn=execution_arn)

    _start_functions(instance, outputs)
    names = _names("site", rows, CUSTOMERS_ZONE)
    return _measured(
        "customers", rows, job.onboard(instance, outputs, token, names, {"distribution": None}, stop_when_announced)
    )


def _start_functions(instance: Instance, outputs: dict[str, str]) -> None:
    """In a zone of ours, which the measured job may use."""
    instance.client("route53").create_hosted_zone(Name=OUR_ZONE, CallerReference="pace")
    names = _names("first", FUNCTIONS_AT_ONCE, OUR_ZONE)
    job.onboard(instance, outputs, "pace-first", names, {"distribution": None})


def _names(label: str, rows: int, zone: str) -> list[str]:
    return [f"{label}-{number:05d}.{zone}" for number in range(rows)]


def _wait_for_announcement(instance: Instance, bucket: str, token: str) -> None:
    deadline = time.monotonic() + job.SECONDS_FOR_A_JOB
    while time.monotonic() < deadline:
        try:
            instance.client("s3").head_object(Bucket=bucket, Key=f"jobs/{token}/validation-records.zone")
        except ClientError:
            time.sleep(SECONDS_BETWEEN_LOOKS)
        else:
            return
    raise TimeoutError(f"job {token} has not announced its records within {job.SECONDS_FOR_A_JOB} s")


def _measured(records: str, rows: int, done: job.Job) -> Pace:
    answered = sorted(
        _seconds(call["time"])
        for call in done.calls
        if call["operation"] == "RequestCertificate" and "errorCode" not in call
    )
    floor, measured = (len(answered) - BURST) / RATE, answered[-1] - answered[0]
    throttled = Counter(f"{call['service']}:{call['operation']}" for call in done.calls if "throttled" in call)
    admitted = done.aws_calls - throttled
    route53 = sum(count for name, count in admitted.items() if name.startswith("route53:"))
    return Pace(
        records=records,
        rows=rows,
        status=done.execution["status"],
        floor_seconds=round(floor, 1),
        measured_seconds=round(measured, 1),
        efficiency=round(floor / measured, 3),
        children_seconds=_spread(_seconds_of_children(done)),
        describes_per_certificate=round(admitted["acm:DescribeCertificate"] / len(answered), 2),
        route53_calls_per_domain=round(route53 / rows, 2),
        throttled=dict(throttled.most_common()),
        phase_seconds={
            name: round(seconds, 1) for name, seconds in _seconds_by_state(done.parent_states).items() if seconds >= 0.1
        },
        job_seconds=round(done.wall_seconds, 1),
        invocations_per_second=round(done.invocations / done.wall_seconds, 1),
        memory=done.memory,
    )


def _seconds_of_children(done: job.Job) -> list[float]:
    """Of each execution of `certificate_creation` that began in the request phase."""
    end = next(
        _seconds(record["time"])
        for record in done.parent_states
        if (record["state"], record["event"]) == (REQUEST_PHASE, "exited")
    )
    times: dict[str, list[float]] = defaultdict(list)
    for record in done.states:
        if CREATION in record["stateMachine"]:
            times[record["executionArn"]].append(_seconds(record["time"]))
    return [max(visits) - min(visits) for visits in times.values() if min(visits) < end]


def _spread(seconds: list[float]) -> dict[str, float]:
    return {
        "shortest": round(min(seconds), 1),
        "median": round(statistics.median(seconds), 1),
        "longest": round(max(seconds), 1),
    }


def _seconds_by_state(records: Iterable[dict[str, Any]]) -> dict[str, float]:
    entered: dict[str, float] = {}
    seconds: dict[str, float] = {}
    for record in records:
        if record["event"] == "entered":
            entered[record["state"]] = _seconds(record["time"])
        elif record["event"] == "exited":
            seconds[record["state"]] = _seconds(record["time"]) - entered[record["state"]]
    return seconds


def _seconds(time_of_record: str) -> float:
    return datetime.fromisoformat(time_of_record).timestamp()
