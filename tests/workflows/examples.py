"""The examples in `events/`, with their placeholders filled in, and under names of their own."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from tests.workflows.account import EVENTS
from tests.workflows.application import WORKFLOWS, Application, Json
from tests.workflows.cases import Case

CERTIFICATE_ARN = re.compile(r"arn:aws:acm:us-east-1:[0-9]{12}:certificate/[0-9a-f-]{36}")
DISTRIBUTION_ID = re.compile(r"E1EXAMPLE[0-9]+")
SOURCE_DISTRIBUTION_ID = "E2QWRUHAPOMQZL"
HOSTED_ZONE_ID = re.compile(r"Z0123456789[A-Z]+")
FUNCTION_ARN = re.compile(r"arn:aws:cloudfront::123456789012:function/[A-Za-z0-9_-]+")
JOBS_BUCKET = re.compile(r'"(REPLACE_WITH_JOBS_BUCKET|my-jobs-bucket|jobs-bucket)"')
BUCKETS_OF_METRICS = {
    "my-legacy-logs-bucket": "LegacyLogsBucket",
    "my-logs-bucket": "LogsBucket",
    "my-results-bucket": "ResultsBucket",
}
KEY_BUNDLE_PREFIX = "cloudfront-extensions/key-bundles/cloudfront-extensions-Domains-1ABCDEFGHIJKL/"
NOTIFICATION_TOPIC = "arn:aws:sns:us-east-1:123456789012:onboarding"
USER_POOL_CLIENT = "1example23456789"
JOB_ID = re.compile(r'"(?:jobId|requestToken)": "([^"]+)"')
NAME = re.compile(r"\bexample\.(com|net|org)\b", re.IGNORECASE)
"""The registered domains of the examples: each run of one gets others, so that examples do not meet in one account."""


@dataclass(frozen=True, slots=True)
class Scene:
    """What stands in the place of an example's placeholders; what is not there stays."""

    case: Case
    certificate_arn: str | None = None
    distribution_id: str | None = None
    source_id: str | None = None
    hosted_zone_id: str | None = None
    function_arn: str | None = None


def workflow_examples(workflow: str) -> list[str]:
    """The names of a workflow's examples that are inputs of it."""
    return sorted(file.stem for file in (EVENTS / workflow).glob("*.json") if file.stem != "source_config")


def function_examples() -> list[tuple[str, str]]:
    """Function and example, of all."""
    return sorted(
        (file.parent.name, file.stem) for file in EVENTS.glob("*/*.json") if file.parent.name not in WORKFLOWS
    )


def named(text: str, case: Case) -> str:
    """The text with the case's own domains."""
    return NAME.sub(lambda found: f"{case.domain.partition('.')[0]}.example.{found[1]}", text)


def example(application: Application, folder: str, name: str, scene: Scene) -> Json:
    text = named((EVENTS / folder / f"{name}.json").read_text(), scene.case)
    text = JOBS_BUCKET.sub(f'"{application.bucket}"', text).replace(NOTIFICATION_TOPIC, application.topic)
    for name_of_bucket, output in BUCKETS_OF_METRICS.items():
        text = text.replace(name_of_bucket, application.outputs[output])
    text = text.replace(KEY_BUNDLE_PREFIX, application.outputs["KeyBundlePrefix"])
    text = text.replace(USER_POOL_CLIENT, application.outputs["UserPoolClientId"])
    for job_id in set(JOB_ID.findall(text)):
        text = text.replace(job_id, scene.case.job_id)
    for placeholder, value in (
        (CERTIFICATE_ARN, scene.certificate_arn),
        (DISTRIBUTION_ID, scene.distribution_id),
        (re.compile(SOURCE_DISTRIBUTION_ID), scene.source_id),
        (HOSTED_ZONE_ID, scene.hosted_zone_id),
        (FUNCTION_ARN, scene.function_arn),
    ):
        text = placeholder.sub(value, text) if value else text
    filled: Json = json.loads(text)
    return filled
