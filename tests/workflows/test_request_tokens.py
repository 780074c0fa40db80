"""The request token is the job: the same request joins it or goes on with it, another request is refused."""

from __future__ import annotations

from tests.workflows.account import hosted_zone, publish_announced
from tests.workflows.application import Application, eventually
from tests.workflows.batches import assert_each_made_once, nothing_made, onboarding, report, row
from tests.workflows.cases import Case


def test_the_same_request_while_the_job_runs_is_told_who_works_on_it(application: Application, case: Case) -> None:
    request = onboarding(case, row(case, "shop"))
    first = application.start("domain_onboarding", request)
    eventually(lambda: application.store.job(case.job_id))
    # `dryRun` and the other defaults may be written out: it is the same request
    second = application.run("domain_onboarding", {**request, "dryRun": False, "onFailure": "keep"})
    publish_announced(application, case.job_id)

    assert second["status"] == "SUCCEEDED"
    assert second["output"] == {"jobId": case.job_id, "outcome": "attached", "executionArn": first}
    assert application.wait(first)["status"] == "SUCCEEDED"
    assert_each_made_once(application, [case.host("shop")])


def test_the_same_request_after_the_end_makes_nothing_and_tells_the_same(application: Application, case: Case) -> None:
    hosted_zone(application, case.domain)
    request = onboarding(case, row(case, "shop"), row(case, "blog"))
    first = application.run("domain_onboarding", request)
    told = report(application, case.job_id)
    with nothing_made(application):
        second = application.run("domain_onboarding", request)

    assert second["output"] == first["output"]
    assert report(application, case.job_id) == told


def test_another_request_with_the_same_token_is_refused(application: Application, case: Case) -> None:
    hosted_zone(application, case.domain)
    application.run("domain_onboarding", onboarding(case, row(case, "shop")))
    items, told = application.items(case.job_id), report(application, case.job_id)
    with nothing_made(application):
        refused = application.run("domain_onboarding", onboarding(case, row(case, "shop"), row(case, "blog")))

    assert (refused["status"], refused["error"]) == ("FAILED", "RequestTokenConflict")
    assert case.job_id in refused["cause"]
    assert application.items(case.job_id) == items
    assert report(application, case.job_id) == told
