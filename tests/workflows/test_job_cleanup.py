"""`job_cleanup`: what a job made is taken back, and what somebody else has changed or uses is left and told."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.workflows.account import (
    add_record,
    certificate,
    certificates_for,
    distribution,
    distributions_of,
    foreign_alias,
    hosted_zone,
    issued_certificate,
    known_records,
    ordered_outcome,
    plain_config,
    records_in,
)
from tests.workflows.application import Application, Json, eventually
from tests.workflows.batches import nothing_made, onboarding, outcomes, report, row
from tests.workflows.cases import Case

TEMPLATE: Json = {"source": {"config": plain_config(CallerReference="source")}, "dns": {"mode": "auto"}}


@pytest.fixture
def zone(application: Application, case: Case) -> str:
    return hosted_zone(application, case.domain)


def done(application: Application, case: Case, *rows: object, **more: object) -> Json:
    """The request of a job that has made everything, with records in the zone."""
    request = onboarding(case, *rows, **{"distribution": TEMPLATE, **more})  # type: ignore[arg-type]
    ended = application.run("domain_onboarding", request)
    assert ended["status"] == "SUCCEEDED", ended
    return request


def clean_up(application: Application, case: Case, **more: object) -> Json:
    return application.run("job_cleanup", {"jobId": case.job_id, **more})


def told(application: Application, case: Case, folder: str = "jobs") -> dict[str, Json]:
    """Item id → its entry in the report."""
    document = application.document(f"{folder}/{case.job_id}/cleanup.json")
    return {entry["itemId"]: entry for entry in document["items"]}


def records(application: Application, zone: str) -> dict[str, dict[str, str]]:
    return {type_: records_in(application, zone, type_) for type_ in ("A", "AAAA", "CNAME")}


@contextmanager
def nothing_remains(application: Application, zone: str) -> Iterator[None]:
    """After the block there are the certificates, distributions and records that there were before it."""
    before = records(application, zone)
    with nothing_made(application):
        yield
    assert records(application, zone) == before


def change_config(application: Application, distribution_id: str, **changes: object) -> None:
    cloudfront = application.client("cloudfront")
    found = cloudfront.get_distribution_config(Id=distribution_id)
    cloudfront.update_distribution(
        Id=distribution_id, IfMatch=found["ETag"], DistributionConfig={**found["DistributionConfig"], **changes}
    )


def test_a_whole_job_is_taken_back_and_can_be_made_anew(application: Application, case: Case, zone: str) -> None:
    with nothing_remains(application, zone):
        request = done(application, case, row(case, "shop", "www"), row(case, "blog"))
        made = application.items(case.job_id)
        ended = clean_up(application, case)
        assert ended["status"] == "SUCCEEDED", ended
    # THEN the report names everything that was made
    assert ended["output"]["totals"] == {"items": 2, "removed": 2, "left": 0, "failed": 0, "unknown": 0}
    removed = told(application, case)["row-00001"]["removed"]
    assert {made[0].distribution.arn, made[0].certificate.arn, f"{case.host('shop')} A"} <= set(removed)
    assert sum(name.endswith(" CNAME") for name in removed) == 2
    job = application.store.job(case.job_id)
    assert job is not None
    assert job.status == "REMOVED"
    # AND once more there is nothing to do
    assert clean_up(application, case)["status"] == "SUCCEEDED"
    # AND the same job makes everything anew, and is taken back once more
    with nothing_remains(application, zone):
        again = application.run("domain_onboarding", request)
        assert again["output"]["totals"]["done"] == 2
        assert clean_up(application, case)["status"] == "SUCCEEDED"


def test_some_items_are_taken_back_and_the_others_stay(application: Application, case: Case, zone: str) -> None:
    done(application, case, row(case, "shop"), row(case, "blog"))
    assert clean_up(application, case, items=["row-00002"])["status"] == "SUCCEEDED"

    assert certificates_for(application, case.host("blog")) == []
    assert distributions_of(application, case.host("blog")) == []
    assert len(distributions_of(application, case.host("shop"))) == 1
    assert set(records_in(application, zone, "A")) == {case.host("shop")}
    assert application.store.job(case.job_id).status == "SUCCEEDED"  # type: ignore[union-attr]


def test_a_job_that_there_is_not_is_refused(application: Application, case: Case) -> None:
    assert clean_up(application, case)["error"] == "JobNotFound"


def test_items_that_the_job_does_not_have_are_named(application: Application, case: Case, zone: str) -> None:
    done(application, case, row(case, "shop"), distribution=None)
    ended = clean_up(application, case, items=["row-00001", "row-00009"])
    assert ended["error"] == "InvalidInput"
    assert "row-00009" in ended["cause"]


def test_a_job_at_work_is_refused(application: Application, case: Case) -> None:
    execution = application.start("domain_onboarding", onboarding(case, row(case, "shop")))
    known_records(application, case.job_id, "row-00001")
    ended = clean_up(application, case)
    assert ended["error"] == "JobIsRunning"
    assert execution in ended["cause"]
    application.stop(execution)
    application.wait(execution)
    assert clean_up(application, case)["status"] == "SUCCEEDED"
    assert certificates_for(application, case.host("shop")) == []


def test_a_dry_run_says_what_would_be_done_and_does_nothing(application: Application, case: Case, zone: str) -> None:
    done(application, case, row(case, "shop"), row(case, "blog"))
    before, items = records(application, zone), application.items(case.job_id)
    change_config(application, str(items[1].distribution.id), Comment="Mine now")
    with nothing_made(application):
        ended = clean_up(application, case, dryRun=True)
    assert ended["status"] == "SUCCEEDED", ended
    assert application.items(case.job_id) == items
    assert records(application, zone) == before
    shop, blog = told(application, case, "dry-runs").values()
    if shop["itemId"] == "row-00002":
        shop, blog = blog, shop
    assert {items[0].certificate.arn, items[0].distribution.arn} <= set(shop["removed"])
    assert (blog["status"], blog["removed"]) == ("LEFT", [])
    assert "changed: Comment" in blog["left"][0]


def test_failed_items_are_taken_back_when_the_job_ends(application: Application, case: Case, zone: str) -> None:
    # GIVEN one name that another account has, one that is fine
    request = onboarding(case, row(case, "taken"), row(case, "shop"), distribution=TEMPLATE, onFailure="cleanup")
    with foreign_alias(application, case.host("taken")):
        ended = application.run("domain_onboarding", request)
    # THEN the job says why it failed, and what it made for that name is gone
    assert ended["error"] == "ItemsFailed"
    assert outcomes(application, case.job_id) == {case.host("taken"): "failed", case.host("shop"): "done"}
    entry = report(application, case.job_id)["items"][0]
    assert entry["error"] == "AliasInUse"
    assert entry["nextAction"]
    assert entry["cleanup"]["status"] == "REMOVED"
    assert certificates_for(application, case.host("taken")) == []
    assert len(records_in(application, zone, "CNAME")) == 1
    # AND started again on another day it is made
    again = application.run("domain_onboarding", request)
    assert again["output"]["totals"]["done"] == 2


def test_a_certificate_that_failed_is_taken_back(application: Application, case: Case, zone: str) -> None:
    request = onboarding(case, row(case, "forbidden"), distribution=TEMPLATE, onFailure="cleanup")
    with (
        nothing_remains(application, zone),
        ordered_outcome(application, case.host("forbidden"), "FAILED", "CAA_ERROR"),
    ):
        ended = application.run("domain_onboarding", request)
        assert ended["error"] == "ItemsFailed"
    assert report(application, case.job_id)["items"][0]["error"] == "CertificateFailed"


def test_a_shared_wildcard_goes_after_the_last_of_its_distributions(
    application: Application, case: Case, zone: str
) -> None:
    rows = [row(case, "*"), row(case, "shop"), row(case, "blog")]
    with nothing_remains(application, zone):
        done(application, case, *rows, aggregateWildcards=True)
        # GIVEN a cleanup of the item that owns the certificate alone
        ended = clean_up(application, case, items=["row-00001"])
        assert ended["error"] == "CleanupIncomplete"
        assert "serves item" in told(application, case)["row-00001"]["left"][0]
        # THEN one of the whole job takes the rest
        assert clean_up(application, case)["status"] == "SUCCEEDED"


@pytest.mark.parametrize(
    ("change", "says"),
    [({"Comment": "Mine now"}, "changed: Comment"), ({"Aliases": "more"}, "aliases added: ")],
)
def test_a_distribution_that_somebody_changed_stays_with_all_that_it_needs(
    application: Application, case: Case, zone: str, change: Json, says: str
) -> None:
    done(application, case, row(case, "*"), row(case, "blog"))
    (item, _) = application.items(case.job_id)
    if "Aliases" in change:
        change = {"Aliases": {"Quantity": 2, "Items": [*item.names, case.host("extra")]}}
    change_config(application, str(item.distribution.id), **change)
    ended = clean_up(application, case)

    assert ended["error"] == "CleanupIncomplete"
    entry = told(application, case)["row-00001"]
    assert entry["status"] == "LEFT"
    assert says in entry["left"][0]
    assert distribution(application, str(item.distribution.id))["DistributionConfig"]["Enabled"]
    assert certificate(application, str(item.certificate.arn))["Status"] == "ISSUED"
    assert set(records_in(application, zone, "A")) == {item.domain_name}
    assert len(records_in(application, zone, "CNAME")) == 1


def test_what_has_lost_its_tag_stays(application: Application, case: Case, zone: str) -> None:
    done(application, case, row(case, "shop"), row(case, "blog"))
    shop, blog = application.items(case.job_id)
    tag = "cloudfront-extensions:job"
    application.client("cloudfront").untag_resource(Resource=shop.distribution.arn, TagKeys={"Items": [tag]})
    application.client("acm").remove_tags_from_certificate(CertificateArn=blog.certificate.arn, Tags=[{"Key": tag}])
    assert clean_up(application, case)["error"] == "CleanupIncomplete"

    entries = told(application, case)
    assert f"tag {tag} was removed" in entries["row-00001"]["left"][0]
    assert entries["row-00002"]["left"] == [f"certificate {blog.certificate.arn}: its tag {tag} was removed"]
    assert distributions_of(application, case.host("blog")) == []
    assert len(distributions_of(application, case.host("shop"))) == 1


def test_a_certificate_that_something_else_uses_stays(application: Application, case: Case, zone: str) -> None:
    done(application, case, row(case, "*"))
    (item,) = application.items(case.job_id)
    config = plain_config(case.host("other"), certificate_arn=str(item.certificate.arn))
    other = application.client("cloudfront").create_distribution(DistributionConfig=config)["Distribution"]
    assert clean_up(application, case)["error"] == "CleanupIncomplete"

    (left,) = told(application, case)["row-00001"]["left"]
    assert left == f"certificate {item.certificate.arn}: it is used by {other['ARN']}"
    assert distributions_of(application, item.domain_name) == []
    assert len(records_in(application, zone, "CNAME")) == 1


def test_a_record_that_leads_elsewhere_now_stays(application: Application, case: Case, zone: str) -> None:
    done(application, case, row(case, "shop"))
    change = {"Name": case.host("shop"), "Type": "A", "TTL": 60, "ResourceRecords": [{"Value": "192.0.2.1"}]}
    application.client("route53").change_resource_record_sets(
        HostedZoneId=zone, ChangeBatch={"Changes": [{"Action": "UPSERT", "ResourceRecordSet": change}]}
    )
    assert clean_up(application, case)["error"] == "CleanupIncomplete"

    assert "192.0.2.1 now" in told(application, case)["row-00001"]["left"][0]
    assert records(application, zone) == {"A": {case.host("shop"): "192.0.2.1"}, "AAAA": {}, "CNAME": {}}


def test_a_validation_record_that_was_there_before_stays(application: Application, case: Case, zone: str) -> None:
    # GIVEN a name that somebody had a certificate for
    elsewhere = issued_certificate(application, case.host("shop"))
    (option,) = certificate(application, elsewhere)["DomainValidationOptions"]
    record = option["ResourceRecord"]
    add_record(application, zone, record["Name"], record["Type"], record["Value"])
    application.client("acm").delete_certificate(CertificateArn=elsewhere)
    with nothing_remains(application, zone):
        done(application, case, row(case, "shop"))
        assert clean_up(application, case)["status"] == "SUCCEEDED"


def test_a_validation_record_that_another_certificate_needs_stays(
    application: Application, case: Case, zone: str
) -> None:
    done(application, case, row(case, "shop"))
    other = issued_certificate(application, f"*.{case.host('shop')}")
    assert clean_up(application, case)["error"] == "CleanupIncomplete"
    assert f"certificate {other} needs it" in told(application, case)["row-00001"]["left"][0]
    # AND goes when that one is gone
    application.client("acm").delete_certificate(CertificateArn=other)
    assert clean_up(application, case)["status"] == "SUCCEEDED"
    assert records_in(application, zone, "CNAME") == {}


def test_two_certificates_that_share_a_record_are_taken_back_together(
    application: Application, case: Case, zone: str
) -> None:
    with nothing_remains(application, zone):
        done(application, case, row(case, "shop"), row(case, "*.shop"))
        assert clean_up(application, case)["status"] == "SUCCEEDED"


def test_distributions_that_are_disabled_are_taken_back(application: Application, case: Case, zone: str) -> None:
    with nothing_remains(application, zone):
        done(application, case, row(case, "shop"), distribution={**TEMPLATE, "enabled": False})
        assert clean_up(application, case)["status"] == "SUCCEEDED"


def test_an_item_that_can_not_be_cleaned_up_stops_nobody(application: Application, case: Case, zone: str) -> None:
    done(application, case, row(case, "shop"))
    with application.environment("CleanUpItem", JOBS_TABLE="no-such-table"):
        ended = clean_up(application, case)
    assert ended["error"] == "CleanupIncomplete"
    entry = told(application, case)["row-00001"]
    assert (entry["status"], entry["error"]) == ("FAILED", "AwsRefused")
    assert entry["nextAction"]
    # AND what can't even be recorded is UNKNOWN
    without = {"JOBS_TABLE": "no-such-table"}
    with application.environment("CleanUpItem", **without), application.environment("RecordFailure", **without):
        clean_up(application, case)
    assert told(application, case)["row-00001"]["status"] == "UNKNOWN"
    assert clean_up(application, case)["status"] == "SUCCEEDED"


def test_a_cleanup_whose_report_can_not_be_written_says_so(application: Application, case: Case, zone: str) -> None:
    done(application, case, row(case, "shop"))
    with application.environment("CompleteCleanup", JOBS_TABLE="no-such-table"):
        ended = clean_up(application, case)
    assert ended["error"] == "AwsRefused"
    assert eventually(lambda: certificates_for(application, case.host("shop")) == [])


def test_a_cleanup_that_fails_does_not_hide_the_report_of_its_job(
    application: Application, case: Case, zone: str
) -> None:
    request = onboarding(case, row(case, "taken"), distribution=TEMPLATE, onFailure="cleanup")
    with (
        foreign_alias(application, case.host("taken")),
        application.environment("PlanCleanup", JOBS_TABLE="no-such-table"),
    ):
        ended = application.run("domain_onboarding", request)
    assert ended["error"] == "ItemsFailed"
    assert report(application, case.job_id)["items"][0]["error"] == "AliasInUse"
