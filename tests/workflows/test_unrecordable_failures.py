"""Failures outside the workflows of one domain: what the children of a batch and the batch itself make of them."""

from __future__ import annotations

import json
from contextlib import ExitStack

import pytest

from tests.workflows.account import (
    certificates_for,
    distributions_of,
    foreign_alias,
    hosted_zone,
    issued_certificate,
    ordered_outcome,
)
from tests.workflows.application import Application, Json
from tests.workflows.batches import onboarding, outcomes, report, row
from tests.workflows.cases import Case

NO_TABLE = {"JOBS_TABLE": "no-such-table"}


def onboarding_without(application: Application, workflow: str) -> str:
    """A copy of `domain_onboarding` that starts a smaller workflow which is not there; returns its ARN.

    What the roles may do with the original by its name, they may do with the copy.
    """
    states = application.client("stepfunctions")
    original = states.describe_state_machine(stateMachineArn=application.state_machine("domain_onboarding"))
    missing = application.state_machine(workflow)
    copy = states.create_state_machine(
        name=f"onboarding-without-{workflow}",
        definition=original["definition"].replace(missing, f"{missing}-gone"),
        roleArn=original["roleArn"],
    )["stateMachineArn"]
    executions = copy.replace(":stateMachine:", ":execution:")
    open_job = application.client("lambda").get_function_configuration(FunctionName=application.function("OpenJob"))
    for role_arn, action, resources in (
        (original["roleArn"], "states:StartExecution", [copy, f"{missing}-gone"]),
        (open_job["Role"], "states:DescribeExecution", [f"{executions}:*"]),
    ):
        statement = {"Effect": "Allow", "Action": action, "Resource": resources}
        application.client("iam").put_role_policy(
            RoleName=role_arn.rpartition("/")[2],
            PolicyName=f"onboarding-without-{workflow}",
            PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
        )
    return str(copy)


@pytest.mark.parametrize(
    ("workflow", "stage"), [("certificate_creation", "certificate"), ("distribution_creation", "distribution")]
)
def test_a_workflow_that_can_not_be_started_fails_the_stage_of_its_items(
    application: Application, case: Case, workflow: str, stage: str
) -> None:
    hosted_zone(application, case.domain)
    ended = application.run(onboarding_without(application, workflow), onboarding(case, row(case, "shop")))

    assert (ended["status"], ended["error"]) == ("FAILED", "ItemsFailed")
    (entry,) = report(application, case.job_id)["items"]
    assert entry["outcome"] == "failed"
    assert "StateMachineDoesNotExist" in entry["error"]
    assert entry["nextAction"]
    assert entry[stage]["status"] == "FAILED"
    assert distributions_of(application, case.host("shop")) == []
    # AND the job goes on where it stands, once the workflow is there
    again = application.run("domain_onboarding", onboarding(case, row(case, "shop")))
    assert again["output"]["totals"]["done"] == 1
    assert len(certificates_for(application, case.host("shop"))) == 1


def test_what_can_not_even_be_recorded_stays_unfinished_and_stops_nobody(application: Application, case: Case) -> None:
    # GIVEN one certificate that fails, one distribution that is refused, one domain without trouble, and no way to record
    hosted_zone(application, case.domain)
    request = onboarding(case, row(case, "forbidden"), row(case, "taken"), row(case, "shop"))
    with ExitStack() as world:
        world.enter_context(application.environment("RecordFailure", **NO_TABLE))
        world.enter_context(ordered_outcome(application, case.host("forbidden"), "FAILED", "CAA_ERROR"))
        world.enter_context(foreign_alias(application, case.host("taken")))
        ended = application.run("domain_onboarding", request)
    # THEN the job tells what it knows
    assert (ended["status"], ended["error"]) == ("FAILED", "ItemsFailed")
    assert ended["cause"].startswith("2 unfinished of 3 domains.")
    assert outcomes(application, case.job_id) == {
        case.host("forbidden"): "unfinished",
        case.host("taken"): "unfinished",
        case.host("shop"): "done",
    }
    assert all(entry["nextAction"] for entry in report(application, case.job_id)["items"])


def test_a_request_that_can_neither_be_made_nor_recorded_stays_unfinished(application: Application, case: Case) -> None:
    hosted_zone(application, case.domain)
    request = onboarding(case, row(case, "shop"))
    with (
        application.environment("RequestCertificate", **NO_TABLE),
        application.environment("RecordFailure", **NO_TABLE),
    ):
        ended = application.run("domain_onboarding", request)
    assert (ended["status"], ended["error"]) == ("FAILED", "ItemsFailed")
    assert outcomes(application, case.job_id) == {case.host("shop"): "unfinished"}
    assert certificates_for(application, case.host("shop")) == []
    # AND the job goes on where it stands
    again = application.run("domain_onboarding", request)
    assert again["output"]["totals"]["done"] == 1


def test_a_job_whose_report_can_not_be_written_ends_by_the_name_of_the_error(
    application: Application, case: Case
) -> None:
    hosted_zone(application, case.domain)
    request = onboarding(case, row(case, "shop"))
    with application.environment("CompleteJob", **NO_TABLE):
        ended = application.run("domain_onboarding", request)
    assert (ended["status"], ended["error"]) == ("FAILED", "AwsRefused")
    assert application.item(case.job_id, "row-00001").distribution.status == "DEPLOYED"
    # AND the report comes with the next start
    again = application.run("domain_onboarding", request)
    assert again["output"]["totals"]["done"] == 1


def test_a_batch_that_can_not_be_judged_is_reported_as_stopped(application: Application, case: Case) -> None:
    with application.environment("PreflightBatch", **NO_TABLE):
        ended = application.run("domain_onboarding", onboarding(case, row(case, "shop")))

    assert (ended["status"], ended["error"]) == ("FAILED", "AwsRefused")
    told: Json = report(application, case.job_id)
    assert told["status"] == "FAILED"
    assert told["interruption"]["error"] == "AwsRefused"
    assert certificates_for(application, case.host("shop")) == []


def test_a_certificate_from_elsewhere_is_never_touched(application: Application, case: Case) -> None:
    hosted_zone(application, case.domain)
    elsewhere = issued_certificate(application, case.host("shop"))
    application.run("domain_onboarding", onboarding(case, row(case, "shop")))

    assert len(certificates_for(application, case.host("shop"))) == 2
    (made,) = distributions_of(application, case.host("shop"))
    assert made["ViewerCertificate"]["ACMCertificateArn"] != elsewhere
