"""`job_cleanup` that was interrupted, that finds less on record than was made, or that the account changes beside."""

from __future__ import annotations

import json

import pytest

from localaws.executions import lines
from localaws.faults import Fault, faults
from tests.workflows.account import (
    certificates_for,
    distribution,
    distributions_of,
    hosted_zone,
    issued_certificate,
    records_in,
)
from tests.workflows.application import Application
from tests.workflows.batches import outcomes, report, row
from tests.workflows.cases import Case
from tests.workflows.test_job_cleanup import change_config, clean_up, done, nothing_remains, told


@pytest.fixture
def zone(application: Application, case: Case) -> str:
    return hosted_zone(application, case.domain)


REFUSED = Fault("error", operation="DeleteDistribution", caller="*/*CleanUpItem*", code="AccessDenied")


def test_an_item_that_is_half_cleaned_up_is_not_done(application: Application, case: Case, zone: str) -> None:
    with nothing_remains(application, zone):
        request = done(application, case, row(case, "shop"))
        # GIVEN a cleanup that got as far as to disable the distribution
        with faults(application.instance, REFUSED):
            assert clean_up(application, case)["error"] == "CleanupIncomplete"
        (item,) = application.items(case.job_id)
        assert not distribution(application, str(item.distribution.id))["DistributionConfig"]["Enabled"]
        assert (item.distribution.status, item.distribution.error) == ("UNKNOWN", "DistributionBeingRemoved")
        # THEN the job does not take what is being removed for what it made, however often it is started again
        for _ in range(2):
            assert application.run("domain_onboarding", request)["error"] == "ItemsFailed"
            (entry,) = report(application, case.job_id)["items"]
            assert entry["error"] == "DistributionBeingRemoved"
            assert "job_cleanup" in entry["nextAction"]
        # AND "failed" is what it is cleaned up as; after that the job makes it anew
        assert clean_up(application, case, items="failed")["status"] == "SUCCEEDED"
        assert distributions_of(application, case.host("shop")) == []
        application.run("domain_onboarding", request)
        assert outcomes(application, case.job_id) == {case.host("shop"): "done"}
        assert clean_up(application, case)["status"] == "SUCCEEDED"


def test_a_distribution_whose_creation_counts_as_failed_is_looked_for(
    application: Application, case: Case, zone: str
) -> None:
    with nothing_remains(application, zone):
        done(application, case, row(case, "shop"))
        (item,) = application.items(case.job_id)
        application.store.update_distribution(item.key, status="FAILED", id=None, arn=None, domain_name=None, etag=None)
        assert clean_up(application, case)["status"] == "SUCCEEDED"
    assert item.distribution.arn in told(application, case)["row-00001"]["removed"]


@pytest.mark.parametrize("changed", [False, True])
def test_a_distribution_without_an_etag_on_record_is_ours_as_long_as_it_says_what_it_was_created_with(
    application: Application, case: Case, zone: str, changed: bool
) -> None:
    done(application, case, row(case, "shop"))
    (item,) = application.items(case.job_id)
    application.store.update_distribution(item.key, etag=None)
    if changed:
        change_config(application, str(item.distribution.id), Comment="Mine now")
    ended = clean_up(application, case)

    assert bool(distributions_of(application, case.host("shop"))) == changed
    if changed:
        assert ended["error"] == "CleanupIncomplete"
        assert "changed: Comment" in told(application, case)["row-00001"]["left"][0]
    else:
        assert ended["status"] == "SUCCEEDED", ended


def test_a_changed_distribution_stays_even_when_nobody_knows_any_more_how_it_was_made(
    application: Application, case: Case, zone: str
) -> None:
    done(application, case, row(case, "shop"))
    (item,) = application.items(case.job_id)
    change_config(application, str(item.distribution.id), Comment="Mine now")
    key = f"jobs/{case.job_id}/distributions/row-00001.json"
    application.client("s3").delete_object(Bucket=application.bucket, Key=key)
    assert clean_up(application, case)["error"] == "CleanupIncomplete"

    entry = told(application, case)["row-00001"]
    assert (entry["status"], entry["error"]) == ("LEFT", None)
    assert entry["left"] == [f"distribution {item.distribution.id}: its configuration was changed"]


def test_a_record_that_a_certificate_needs_which_was_requested_since_the_plan_stays(
    application: Application, case: Case, zone: str
) -> None:
    done(application, case, row(case, "shop"), distribution=None)
    started = application.invoke("PlanCleanup", {"request": {"jobId": case.job_id}, "executionArn": "arn:test:none"})
    (entry,) = application.document(started["manifestKey"])
    other = issued_certificate(application, f"*.{case.host('shop')}")
    state = {**started, "prefix": started["findingsPrefix"], "entry": entry}
    while not state.get("done"):
        state = application.invoke("CleanUpItem", state)

    (item,) = application.items(case.job_id)
    assert f"certificate {other} needs it" in item.cleanup.left[0]
    assert len(records_in(application, zone, "CNAME")) == 1
    assert certificates_for(application, case.host("shop")) == []


def test_names_lead_to_the_distribution_until_it_is_disabled(application: Application, case: Case, zone: str) -> None:
    done(application, case, row(case, "shop"))
    before = len(lines(application.instance.calls))
    assert clean_up(application, case)["status"] == "SUCCEEDED"

    function = application.function("CleanUpItem")
    changes = [
        call["operation"]
        for call in lines(application.instance.calls)[before:]
        if call["caller"].rpartition("/")[2] == function and call["service"] in ("cloudfront", "route53", "acm")
    ]
    order = ("UpdateDistribution", "ChangeResourceRecordSets", "DeleteDistribution", "DeleteCertificate")
    assert [changes.index(operation) for operation in order] == sorted(changes.index(one) for one in order)


def test_a_dry_run_says_why_it_could_not_look_and_takes_nothing_from_an_earlier_one(
    application: Application, case: Case, zone: str
) -> None:
    done(application, case, row(case, "shop"))
    assert clean_up(application, case, dryRun=True)["status"] == "SUCCEEDED"
    refused = Fault("error", operation="GetDistribution", caller="*/*CleanUpItem*", code="AccessDenied")
    with faults(application.instance, refused):
        ended = clean_up(application, case, dryRun=True)
    assert ended["error"] == "CleanupIncomplete"
    entry = told(application, case, "dry-runs")["row-00001"]
    assert (entry["status"], entry["error"], entry["removed"]) == ("FAILED", "AwsRefused", [])
    assert entry["nextAction"]


def test_what_was_taken_back_before_a_failure_is_in_the_report(application: Application, case: Case, zone: str) -> None:
    done(application, case, row(case, "shop"))
    (item,) = application.items(case.job_id)
    refused = Fault("error", operation="DeleteCertificate", caller="*/*CleanUpItem*", code="AccessDeniedException")
    with faults(application.instance, refused):
        assert clean_up(application, case)["error"] == "CleanupIncomplete"
    entry = told(application, case)["row-00001"]
    assert (entry["status"], entry["error"]) == ("FAILED", "AwsRefused")
    assert item.distribution.arn in entry["removed"]
    assert clean_up(application, case)["status"] == "SUCCEEDED"


def test_a_cleanup_that_a_job_asked_for_takes_the_job_over_once_that_has_ended(
    application: Application, case: Case, zone: str
) -> None:
    done(application, case, row(case, "shop"), distribution=None)
    job = application.store.job(case.job_id)
    assert job is not None
    request = {"jobId": case.job_id, "AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID": job.execution_arn}
    ended = application.run("job_cleanup", request)
    assert ended["status"] == "SUCCEEDED", json.dumps(ended)
    assert application.store.job(case.job_id).status == "REMOVED"  # type: ignore[union-attr]
