"""Distributions with versions to go back to, and rollbacks of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from cloudfront_extensions.versions.records import Version
from localaws.executions import lines
from localaws.faults import Fault, faults
from tests.workflows.account import plain_config
from tests.workflows.application import Application, Json, eventually
from tests.workflows.cases import Case

WRITES = (
    "UpdateDistribution",
    "UpdateDistributionWithStagingConfig",
    "CopyDistribution",
    "DeleteDistribution",
    "CreateContinuousDeploymentPolicy",
    "DeleteContinuousDeploymentPolicy",
)
BAKE = 100_000
"""Seconds, of which no test waits for the last: something ends them before."""
LATE = 2
"""Seconds of this machine for which a call is held up, while a test does something in between."""


@dataclass(frozen=True, slots=True)
class Shop:
    """A distribution whose first version was good and whose second is live."""

    application: Application
    id: str

    @classmethod
    def of(cls, application: Application, **config: Any) -> Shop:
        made = application.client("cloudfront").create_distribution(
            DistributionConfig=plain_config(**{"Comment": "good", **config})
        )
        shop = cls(application, made["Distribution"]["Id"])
        shop.capture()
        shop.change(Comment="bad")
        return shop

    def capture(self) -> None:
        """What is live becomes a version, whether its event has come yet or not."""
        answer = self.application.invoke("CaptureConfiguration", {"distributionId": self.id})
        assert "errorType" not in answer, answer

    def change(self, **members: Any) -> str:
        """Change members of the configuration as somebody does who knows nothing of rollbacks; the new ETag."""
        cloudfront = self.application.client("cloudfront")
        found = cloudfront.get_distribution_config(Id=self.id)
        answer = cloudfront.update_distribution(
            Id=self.id, IfMatch=found["ETag"], DistributionConfig={**found["DistributionConfig"], **members}
        )
        return str(answer["ETag"])

    @property
    def etag(self) -> str:
        return str(self.application.client("cloudfront").get_distribution_config(Id=self.id)["ETag"])

    @property
    def live_version(self) -> Version:
        """The version that is live, captured if its event has not come yet."""
        self.capture()
        number = self.application.versions.number_of(self.id, self.etag)
        assert number is not None
        return self.application.versions.version(self.id, number)

    @property
    def config(self) -> Json:
        answer: Json = self.application.client("cloudfront").get_distribution_config(Id=self.id)["DistributionConfig"]
        return answer

    @property
    def status(self) -> str:
        return str(self.application.client("cloudfront").get_distribution(Id=self.id)["Distribution"]["Status"])

    @property
    def comment(self) -> str:
        return str(self.config["Comment"])


@contextmanager
def counted_writes(application: Application) -> Iterator[list[str]]:
    """The operations by which functions changed distributions in the block, once it has ended."""
    with counted(application, *application.functions) as calls:
        operations: list[str] = []
        yield operations
    operations += [operation for operation, _ in calls if operation in WRITES]


@contextmanager
def counted(application: Application, *functions: str) -> Iterator[list[tuple[str, str]]]:
    """Operation and function, by its logical id, of all calls of these functions in the block, once it has ended."""
    before = len(lines(application.instance.calls))
    calls: list[tuple[str, str]] = []
    yield calls
    names = {application.function(logical_id): logical_id for logical_id in functions}
    calls += [
        (call["operation"], names[name])
        for call in lines(application.instance.calls)[before:]
        if (name := call["caller"].rpartition("/")[2]) in names
    ]


@contextmanager
def alarm(application: Application, name: str) -> Iterator[Alarm]:
    """An alarm that is quiet."""
    cloudwatch = application.client("cloudwatch")
    cloudwatch.put_metric_alarm(
        AlarmName=name,
        Namespace="AWS/CloudFront",
        MetricName="5xxErrorRate",
        Statistic="Average",
        Period=60,
        EvaluationPeriods=1,
        Threshold=5,
        ComparisonOperator="GreaterThanThreshold",
    )
    own = Alarm(application, name)
    own.set("OK")
    yield own
    cloudwatch.delete_alarms(AlarmNames=[name])


@dataclass(frozen=True, slots=True)
class Alarm:
    application: Application
    name: str

    def set(self, state: str) -> None:
        self.application.client("cloudwatch").set_alarm_state(
            AlarmName=self.name, StateValue=state, StateReason="the test says so"
        )


def staging_distributions(application: Application) -> list[str]:
    pages = application.client("cloudfront").get_paginator("list_distributions").paginate()
    return [one["Id"] for page in pages for one in page["DistributionList"].get("Items", []) if one.get("Staging")]


def policies(application: Application) -> list[Json]:
    """The configurations of all continuous deployment policies."""
    answer = application.client("cloudfront").list_continuous_deployment_policies()
    found: list[Json] = answer["ContinuousDeploymentPolicyList"].get("Items", [])
    return [item["ContinuousDeploymentPolicy"]["ContinuousDeploymentPolicyConfig"] for item in found]


def leftovers(application: Application) -> tuple[list[str], list[Json]]:
    """What canaries are made of."""
    return staging_distributions(application), policies(application)


def request(case: Case, shops: Sequence[Shop], **more: Any) -> Json:
    """Each of the shops back to the first version of the first."""
    return {
        "requestToken": case.job_id,
        "targets": [shop.id for shop in shops],
        "source": {"distributionId": shops[0].id, "version": 1},
        "keep": [],
        **more,
    }


def roll_back(application: Application, case: Case, shops: Sequence[Shop], **more: Any) -> Json:
    return application.run("config_rollback", request(case, shops, **more))


def waiting_for_approval(application: Application, case: Case, shops: Sequence[Shop], **more: Any) -> str:
    """The ARN of a rollback that has asked for approval."""
    execution = application.start("config_rollback", request(case, shops, approval="required", **more))
    eventually(lambda: (found := application.rollbacks.rollback(case.job_id)) and found.answer == "AWAITED")
    return execution


def watching(application: Application, case: Case, shops: Sequence[Shop], **strategy: Any) -> str:
    """The ARN of a rollback that has changed its first target and watches it."""
    strategy = {"type": "oneByOne", "bakeSeconds": BAKE, **strategy}
    execution = application.start("config_rollback", request(case, shops, strategy=strategy))
    eventually(lambda: shops[0].comment == "good" and shops[0].status == "Deployed")
    return execution


def changed_before(
    application: Application, case: Case, shop: Shop, operation: str, *, nth: int = 1, **more: Any
) -> Json:
    """A rollback that has ended, of a shop that somebody else changed after it was looked at and before a write arrived."""
    late = Fault("slow", operation=operation, caller="*/RollTargetOut", nth=nth, seconds=LATE)
    with faults(application.instance, late) as injected:
        execution = application.start("config_rollback", request(case, [shop], **more))
        eventually(lambda: injected.struck() == [1])
        shop.change(Comment="somebody else's")
        return application.wait(execution)


def answer(application: Application, case: Case, *, approve: bool, by: str = "Ada") -> Json:
    event = {"requestToken": case.job_id, "approve": approve, "by": by, "comment": "we talked"}
    answered: Json = application.invoke("AnswerRollback", event)
    return answered


def stop(application: Application, case: Case) -> Json:
    stopped: Json = application.invoke("StopRollback", {"requestToken": case.job_id, "by": "Grace"})
    return stopped


def outcomes(application: Application, case: Case) -> dict[str, str]:
    """Distribution id → its outcome in the report."""
    report = application.document(f"rollbacks/{case.job_id}/report.json")
    return {target["distributionId"]: target["outcome"] for target in report["targets"]}


def failures(application: Application, case: Case) -> dict[str, str | None]:
    """Distribution id → the error in the report."""
    report = application.document(f"rollbacks/{case.job_id}/report.json")
    return {target["distributionId"]: target["error"] for target in report["targets"]}
