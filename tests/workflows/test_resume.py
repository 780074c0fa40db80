"""Starting a job again with its token goes on where it stands: after failures, refusals and executions that were stopped."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.workflows.account import (
    announced,
    certificates_for,
    distributions_of,
    hosted_zone,
    ordered_outcome,
    publish_announced,
)
from tests.workflows.application import Application, eventually
from tests.workflows.batches import assert_each_made_once, csv_text, from_file, onboarding, outcomes, report, row
from tests.workflows.cases import Case


def test_what_failed_is_tried_once_more_and_nothing_else(application: Application, case: Case) -> None:
    # GIVEN a job whose customers published their records, all but one
    shop, late, blog = (case.host(label) for label in ("shop", "late", "blog"))
    request = onboarding(case, row(case, "shop"), row(case, "late"), row(case, "blog"))
    with application.looking_often():
        execution = application.start("domain_onboarding", request)
        publish_announced(application, case.job_id, but_not=[late])
        with ordered_outcome(application, late, "VALIDATION_TIMED_OUT"):
            failed = application.wait(execution)
    assert failed["error"] == "ItemsFailed"
    assert outcomes(application, case.job_id) == {shop: "done", late: "failed", blog: "done"}
    entry = report(application, case.job_id)["items"][1]
    assert entry["error"] == "CertificateValidationTimedOut"
    assert entry["certificate"]["validationRecords"]
    # WHEN the last one does too, and the job is started again
    again = application.start("domain_onboarding", request)
    publish_announced(application, case.job_id)
    ended = application.wait(again)
    # THEN all is done, with one more certificate for that one alone
    assert ended["output"]["totals"]["done"] == 3
    assert_each_made_once(application, [shop, blog])
    first, second = certificates_for(application, late)
    stage = application.item(case.job_id, "row-00002").certificate
    assert first != second
    assert (stage.attempt, stage.arn in (first, second)) == (2, True)
    (made,) = distributions_of(application, late)
    assert made["ViewerCertificate"]["ACMCertificateArn"] == stage.arn


def test_a_refused_batch_can_be_corrected_under_its_token(application: Application, case: Case) -> None:
    hosted_zone(application, case.domain)
    request = from_file(application, case, csv_text(row(case, "shop"), row(case, "shop_1")))
    assert application.run("domain_onboarding", request)["error"] == "BatchRefused"
    application.put(request["source"]["key"], csv_text(row(case, "shop"), row(case, "shop-1")))
    ended = application.run("domain_onboarding", request)

    assert ended["output"]["totals"]["done"] == 2
    assert_each_made_once(application, [case.host("shop"), case.host("shop-1")])


def when_records_are_announced(application: Application, case: Case) -> None:
    announced(application, case.job_id)


def when_a_certificate_is_requested(application: Application, case: Case) -> None:
    eventually(lambda: any(item.certificate.arn for item in application.items(case.job_id)))


def when_a_distribution_is_created(application: Application, case: Case) -> None:
    publish_announced(application, case.job_id)
    eventually(lambda: any(item.distribution.id for item in application.items(case.job_id)))


@pytest.mark.parametrize(
    "moment",
    [when_a_certificate_is_requested, when_records_are_announced, when_a_distribution_is_created],
)
def test_a_stopped_job_goes_on_and_makes_nothing_twice(
    application: Application, case: Case, moment: Callable[[Application, Case], None]
) -> None:
    labels = [f"shop-{number}" for number in range(4)]
    request = onboarding(case, *(row(case, label) for label in labels))
    # GIVEN a job that somebody stops in the middle
    stopped = application.start("domain_onboarding", request)
    moment(application, case)
    application.stop(stopped)
    assert application.wait(stopped)["status"] == "ABORTED"
    # WHEN it is started again
    execution = application.start("domain_onboarding", request)
    publish_announced(application, case.job_id)
    ended = application.wait(execution)
    # THEN all is done, once
    assert ended["status"] == "SUCCEEDED", ended
    assert ended["output"]["totals"]["done"] == 4
    assert_each_made_once(application, map(case.host, labels))
