"""A certificate that one job imported and another has come to use: marked as long as the other job has it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from localaws.faults import Fault, faults
from tests.bundles import Bundle, bundle
from tests.workflows.account import certificate_tags, certificates_for
from tests.workflows.application import Application, Json
from tests.workflows.batches import onboarding, row
from tests.workflows.cases import Case, new_case
from tests.workflows.staging import imported_by_hand, stage_secret
from tests.workflows.test_job_cleanup import clean_up, told

USED_BY = "cloudfront-extensions:used-by"
ITEM = "row-00001"


@pytest.fixture
def other(request: pytest.FixtureRequest, case: Case) -> Case:
    """Another job, for hosts of the same domain."""
    return replace(new_case(request.node.name), domain=case.domain)


@pytest.fixture
def wildcard(case: Case) -> Bundle:
    return bundle(case.host("*"))


def importing(application: Application, case: Case, label: str, staged: Bundle, **more: object) -> Json:
    """The request of a job that imports a bundle, and makes a distribution with it."""
    return onboarding(case, row(case, label, keyBundle=stage_secret(application, staged.text), **more))


def imported(application: Application, case: Case, label: str, staged: Bundle, **more: object) -> str:
    """The ARN of the certificate that a job imports, or finds in ACM; it makes no distribution yet."""
    request = {**importing(application, case, label, staged, **more), "distribution": None}
    ended = application.run("domain_onboarding", request)
    assert ended["status"] == "SUCCEEDED", ended
    return str(application.item(case.job_id, ITEM).certificate.arn)


def mark(application: Application, arn: str) -> str | None:
    return certificate_tags(application, arn).get(USED_BY)


def left(application: Application, case: Case, *, dry_run: bool = False) -> list[str]:
    """What a cleanup of a job leaves, and why."""
    ended = clean_up(application, case, dryRun=dry_run)
    assert dry_run or ended["error"] == "CleanupIncomplete", ended
    reasons: list[str] = told(application, case, "dry-runs" if dry_run else "jobs")[ITEM]["left"]
    return reasons


def assert_goes_with_its_job(application: Application, case: Case, arn: str) -> None:
    assert arn in certificates_for(application, case.host("*"))
    ended = clean_up(application, case)
    assert ended["status"] == "SUCCEEDED", told(application, case)[ITEM]["left"]
    assert arn not in certificates_for(application, case.host("*"))


@pytest.mark.parametrize("how", ["adopts it", "imports it again"])
def test_a_certificate_stays_until_the_other_job_that_uses_it_is_cleaned_up(
    application: Application, case: Case, other: Case, wildcard: Bundle, how: str
) -> None:
    # GIVEN a certificate that one job imported, and another has come to use
    arn = imported(application, case, "shop", wildcard)
    if how == "adopts it":
        assert imported(application, other, "blog", wildcard) == arn
    else:
        assert imported(application, other, "blog", wildcard.renewed(), certificateArn=arn) == arn
    reason = f"certificate {arn}: item {ITEM} of job {other.job_id} uses it too, as its tag {USED_BY} says"
    # WHEN the first job is cleaned up THEN it is left, as a dry run says before
    assert left(application, case, dry_run=True) == [reason]
    assert left(application, case) == [reason]
    # AND WHEN the other is cleaned up THEN that leaves it without the mark, which a dry run does not take away
    before_it = [f"certificate {arn}: it was in ACM before this job"]
    assert left(application, other, dry_run=True) == before_it
    assert mark(application, arn) == f"{other.job_id}/{ITEM}"
    assert left(application, other) == before_it
    assert mark(application, arn) is None
    # AND a cleanup of the first job removes it
    assert_goes_with_its_job(application, case, arn)


def test_a_job_that_is_started_again_after_its_cleanup_marks_its_certificate_again(
    application: Application, case: Case, other: Case, wildcard: Bundle
) -> None:
    arn = imported(application, case, "shop", wildcard)
    request = importing(application, other, "blog", wildcard)
    application.run("domain_onboarding", request)
    left(application, other)
    assert application.run("domain_onboarding", request)["status"] == "SUCCEEDED"
    assert mark(application, arn) == f"{other.job_id}/{ITEM}"


def test_the_job_that_came_last_is_named_and_only_its_cleanup_takes_the_mark_away(
    application: Application, case: Case, other: Case, wildcard: Bundle, request: pytest.FixtureRequest
) -> None:
    last = replace(new_case(request.node.name), domain=case.domain)
    arn = imported(application, case, "shop", wildcard)
    for user, label in ((other, "blog"), (last, "news")):
        imported(application, user, label, wildcard)
    left(application, other)
    assert mark(application, arn) == f"{last.job_id}/{ITEM}"


def test_what_no_job_made_is_not_marked(application: Application, case: Case, wildcard: Bundle) -> None:
    arn = imported_by_hand(application, wildcard)
    assert imported(application, case, "shop", wildcard.renewed(), certificateArn=arn) == arn
    assert certificate_tags(application, arn) == {}


def test_items_of_one_job_with_one_certificate_are_cleaned_up_together(
    application: Application, case: Case, wildcard: Bundle
) -> None:
    rows = [row(case, label, keyBundle=stage_secret(application, wildcard.text)) for label in ("shop", "blog")]
    assert application.run("domain_onboarding", onboarding(case, *rows, distribution=None))["status"] == "SUCCEEDED"
    (arn,) = certificates_for(application, case.host("*"))
    assert mark(application, arn) is None
    # The one that imported it leaves it to the other, as long as that one is not cleaned up.
    maker = certificate_tags(application, arn)["cloudfront-extensions:item"]
    assert clean_up(application, case, items=[maker])["error"] == "CleanupIncomplete"
    assert "it serves item" in told(application, case)[maker]["left"][0]
    assert clean_up(application, case)["status"] == "SUCCEEDED"
    assert certificates_for(application, case.host("*")) == []


def test_a_task_that_dies_after_it_wrote_the_mark_writes_it_again(
    application: Application, case: Case, other: Case, wildcard: Bundle
) -> None:
    arn = imported(application, case, "shop", wildcard)
    with faults(application.instance, Fault("kill-after", operation="AddTagsToCertificate", times=1)) as injected:
        assert imported(application, other, "blog", wildcard) == arn
    assert injected.struck() == [1]
    assert mark(application, arn) == f"{other.job_id}/{ITEM}"


def test_the_mark_of_a_job_that_died_is_taken_away_by_its_cleanup(
    application: Application, case: Case, other: Case, wildcard: Bundle
) -> None:
    arn = imported(application, case, "shop", wildcard)
    dying_at_the_mark(application, importing(application, other, "blog", wildcard))
    assert mark(application, arn) == f"{other.job_id}/{ITEM}"
    # A cleanup whose task dies in its turn goes on.
    death = Fault("kill-after", operation="RemoveTagsFromCertificate", times=1)
    with faults(application.instance, death) as injected:
        left(application, other)
    assert injected.struck() == [1]
    assert_goes_with_its_job(application, case, arn)


def test_a_certificate_that_goes_before_it_is_marked_is_imported_anew(
    application: Application, case: Case, other: Case, wildcard: Bundle
) -> None:
    # GIVEN a job that found a certificate in ACM and died, and the certificate gone since
    arn = imported(application, case, "shop", wildcard)
    request = importing(application, other, "blog", wildcard)
    dying_at_the_mark(application, request)
    application.client("acm").delete_certificate(CertificateArn=arn)
    # WHEN the job is started again THEN it has a certificate of its own
    assert application.run("domain_onboarding", request)["status"] == "SUCCEEDED"
    stage = application.item(other.job_id, ITEM).certificate
    assert (stage.status, stage.adopted) == ("ISSUED", False)
    assert certificates_for(application, case.host("*")) == [stage.arn]


def dying_at_the_mark(application: Application, request: Json) -> None:
    """A job whose import task dies at every try when it has written the mark, and before it destroys what is staged."""
    with faults(application.instance, Fault("kill-after", operation="AddTagsToCertificate")) as injected:
        assert application.run("domain_onboarding", request)["error"] == "ItemsFailed"
    assert injected.struck() > [1]
