"""A CSV put under `onboarding/` starts a job, where the deployment is told so."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from tests.workflows.account import distributions_of, hosted_zone
from tests.workflows.application import Application, Json, eventually
from tests.workflows.batches import assert_each_made_once, csv_text, row
from tests.workflows.cases import Case


@contextmanager
def starting_on_upload(application: Application, **parameters: str) -> Iterator[None]:
    application.update_stack(StartOnCsvUpload="true", **parameters)
    try:
        yield
    finally:
        application.update_stack(StartOnCsvUpload="false", **dict.fromkeys(parameters, ""))


def jobs_started_since(application: Application, before: set[str]) -> list[str]:
    return sorted(executions(application) - before)


def executions(application: Application) -> set[str]:
    """Every execution of `domain_onboarding`."""
    pages = (
        application.client("stepfunctions")
        .get_paginator("list_executions")
        .paginate(stateMachineArn=application.state_machine("domain_onboarding"))
    )
    return {one["executionArn"] for page in pages for one in page["executions"]}


def uploaded(application: Application, key: str, content: str) -> Json:
    """Put a file; the execution that it starts, once it has ended."""
    before = executions(application)
    application.put(key, content)
    eventually(lambda: jobs_started_since(application, before))
    (started,) = jobs_started_since(application, before)
    return application.wait(started)


def test_a_csv_starts_a_job_that_copies_the_deployments_distribution(
    application: Application, case: Case, source_id: str
) -> None:
    zone = hosted_zone(application, case.domain)
    assert zone
    content = csv_text(row(case, "shop"), row(case, "blog"))
    with starting_on_upload(application, CsvSourceDistributionId=source_id):
        ended = uploaded(application, f"onboarding/spring/{case.job_id}.csv", content)

    assert ended["status"] == "SUCCEEDED"
    assert ended["output"]["totals"]["distributionsDeployed"] == 2
    assert ended["output"]["jobId"].startswith("csv-")
    assert_each_made_once(application, [case.host("shop"), case.host("blog")])


def test_without_a_distribution_to_copy_it_asks_for_certificates_alone(application: Application, case: Case) -> None:
    hosted_zone(application, case.domain)
    with starting_on_upload(application):
        ended = uploaded(application, f"onboarding/{case.job_id}.csv", csv_text(row(case, "shop")))

    assert ended["output"]["totals"]["certificatesIssued"] == 1
    assert distributions_of(application, case.host("shop")) == []


def test_other_files_start_nothing(application: Application, case: Case) -> None:
    content = csv_text(row(case, "shop"))
    with starting_on_upload(application):
        before = executions(application)
        application.put(f"onboarding/{case.job_id}.txt", content)
        application.put(f"batches/{case.job_id}.csv", content)
        # events come in order, so that what these would have started is there before what the next one starts
        uploaded(application, f"onboarding/{case.job_id}-last.csv", "domainName\n")

    assert len(jobs_started_since(application, before)) == 1


def test_by_default_a_csv_starts_nothing(application: Application, case: Case) -> None:
    before = executions(application)
    application.put(f"onboarding/{case.job_id}.csv", csv_text(row(case, "shop")))
    with starting_on_upload(application):
        uploaded(application, f"onboarding/{case.job_id}-last.csv", "domainName\n")

    assert len(jobs_started_since(application, before)) == 1
