"""`domain_onboarding`: a whole batch, from its file to live distributions and a report."""

from __future__ import annotations

import csv
import io
import json

import pytest

from tests.integration.localaws.edge import quota
from tests.workflows.account import (
    certificate,
    certificates_for,
    distribution,
    distribution_tags,
    distributions_of,
    foreign_alias,
    hosted_zone,
    ordered_outcome,
    publish_announced,
    records_in,
)
from tests.workflows.application import Application, Json
from tests.workflows.batches import (
    assert_each_made_once,
    csv_text,
    from_file,
    nothing_made,
    onboarding,
    outcomes,
    report,
    row,
)
from tests.workflows.cases import Case

LARGEST_STATE = 8 * 1024


@pytest.fixture
def zone(application: Application, case: Case) -> str:
    """The case's domain is hosted in this account, so that nobody has to publish anything."""
    return hosted_zone(application, case.domain)


def test_a_csv_becomes_live_distributions(application: Application, case: Case, source_id: str) -> None:
    # GIVEN a file with names in a zone of ours, and names that a customer has to prove
    zone = hosted_zone(application, f"ours.{case.domain}")
    ours, theirs = case.host("shop.ours"), case.host("shop.theirs")
    content = csv_text(
        {"domainName": ours, "originDomainName": "ours.platform.example.net", "comment": "Ours"},
        {"domainName": theirs.upper(), "subjectAlternativeNames": [case.host("www.theirs"), case.host("*.theirs")]},
        {"domainName": f"bücher.{case.domain}", "keyAlgorithm": "EC_prime256v1"},
    )
    source = {"distributionId": source_id}
    template = {"source": source, "dns": {"mode": "auto"}, "tags": {"tier": "storefront"}, "comment": "Theirs"}
    request = from_file(application, case, content, distribution=template, tags={"team": "web"})
    # WHEN the customer publishes what is announced
    execution = application.start("domain_onboarding", request)
    publish_announced(application, case.job_id)
    ended = application.wait(execution)
    # THEN every row is live
    assert ended["status"] == "SUCCEEDED"
    assert ended["output"]["totals"]["done"] == 3
    made = {}
    for item in application.items(case.job_id):
        (summary,) = distributions_of(application, item.domain_name)
        made[item.domain_name] = distribution(application, summary["Id"])
        config = made[item.domain_name]["DistributionConfig"]
        assert item.distribution.id == summary["Id"]
        assert item.distribution.status == "DEPLOYED"
        assert item.certificate.status == "ISSUED"
        assert sorted(config["Aliases"]["Items"]) == sorted(item.names)
        assert config["ViewerCertificate"]["ACMCertificateArn"] == item.certificate.arn
        assert certificates_for(application, item.domain_name) == [item.certificate.arn]
        assert distribution_tags(application, summary["ARN"]) == {
            "team": "web",
            "tier": "storefront",
            "cloudfront-extensions:job": case.job_id,
            "cloudfront-extensions:item": item.item_id,
            "cloudfront-extensions:deployment": application.outputs["JobsTable"],
        }
    international = f"xn--bcher-kva.{case.domain}"
    assert set(made) == {ours, theirs, international}
    assert made[ours]["DistributionConfig"]["Comment"] == "Ours"
    assert made[theirs]["DistributionConfig"]["Comment"] == "Theirs"
    (arn,) = certificates_for(application, international)
    assert certificate(application, arn)["KeyAlgorithm"] == "EC_prime256v1"
    assert records_in(application, zone, "A") == {ours: made[ours]["DomainName"]}
    # AND what the execution carries stays small
    assert 0 < application.largest_state(execution) < LARGEST_STATE


def test_a_json_file_is_read_as_well(application: Application, case: Case, zone: str) -> None:
    rows = [row(case, "shop", "www"), row(case, "blog")]
    ended = application.run("domain_onboarding", from_file(application, case, json.dumps(rows), format="json"))

    assert ended["output"]["totals"] == {
        "items": 2,
        "done": 2,
        "failed": 0,
        "unknown": 0,
        "unfinished": 0,
        "certificatesIssued": 2,
        "distributionsDeployed": 2,
    }
    assert_each_made_once(application, [case.host("shop"), case.host("blog")])


def test_certificates_alone_can_be_asked_for(application: Application, case: Case, zone: str) -> None:
    request = onboarding(case, row(case, "shop"), row(case, "blog"), distribution=None)
    ended = application.run("domain_onboarding", request)

    assert ended["output"]["totals"]["certificatesIssued"] == 2
    assert [item.distribution.status for item in application.items(case.job_id)] == ["NOT_NEEDED", "NOT_NEEDED"]
    assert distributions_of(application, case.host("shop")) == []


def test_one_zone_can_be_named_for_the_whole_batch(application: Application, case: Case, zone: str) -> None:
    chosen = {"hostedZoneId": zone}
    template = {"source": onboarding(case)["distribution"]["source"], "dns": chosen, "enabled": False}
    ended = application.run(
        "domain_onboarding", onboarding(case, row(case, "shop"), validation=chosen, distribution=template)
    )

    assert ended["status"] == "SUCCEEDED"
    assert set(records_in(application, zone, "A")) == {case.host("shop")}
    (made,) = distributions_of(application, case.host("shop"))
    assert made["Enabled"] is False


def test_a_dry_run_creates_nothing_and_leaves_the_token_free(application: Application, case: Case) -> None:
    request = onboarding(case, row(case, "shop"), row(case, "shop_1"), row(case, "blog"))
    with nothing_made(application):
        ended = application.run("domain_onboarding", {**request, "dryRun": True})

    assert ended["output"]["decision"] == "dryRun"
    assert ended["output"]["wouldStart"] is False
    found = application.document(ended["output"]["preflight"]["reportKey"])
    assert [(fault["line"], fault["column"]) for fault in found["faults"]] == [(2, "domainName")]
    assert found["counts"]["distributions"] == 2
    assert application.items(case.job_id) == []
    assert application.store.job(case.job_id) is None
    assert application.keys(f"jobs/{case.job_id}/") == set()
    # AND another request may have the token
    hosted_zone(application, case.domain)
    real = application.run("domain_onboarding", onboarding(case, row(case, "blog"), distribution=None))
    assert real["status"] == "SUCCEEDED"


def test_a_faulty_row_refuses_the_batch_and_every_fault_is_listed(application: Application, case: Case) -> None:
    content = csv_text(
        row(case, "shop", comment="", keyAlgorithm=""),
        {"domainName": f"https://{case.host('kiosk')}/", "comment": "", "keyAlgorithm": ""},
        row(case, "blog", comment="", keyAlgorithm="DSA"),
        row(case, "shop", comment="again", keyAlgorithm=""),
    )
    with nothing_made(application):
        ended = application.run("domain_onboarding", from_file(application, case, content))

    assert (ended["status"], ended["error"]) == ("FAILED", "BatchRefused")
    assert "3 rows are faulty" in ended["cause"]
    assert f"jobs/{case.job_id}/report.json" in ended["cause"]
    faults = application.document(f"jobs/{case.job_id}/preflight.json")["faults"]
    assert [(fault["line"], fault["column"], fault["code"]) for fault in faults] == [
        (3, "domainName", "InvalidDomainName"),
        (4, "keyAlgorithm", "InvalidRow"),
        (5, "domainName", "DuplicateName"),
    ]
    assert report(application, case.job_id)["status"] == "REFUSED"
    assert application.items(case.job_id) == []


def test_faulty_rows_can_be_skipped(application: Application, case: Case, zone: str) -> None:
    faulty = {"domainName": f"shop_1.{case.domain}"}
    request = onboarding(case, row(case, "shop"), faulty, row(case, "blog"), invalidRows="skip")
    ended = application.run("domain_onboarding", request)

    assert (ended["status"], ended["error"]) == ("FAILED", "ItemsFailed")
    assert ended["cause"].startswith("1 failed of 3 domains.")
    assert outcomes(application, case.job_id) == {
        case.host("shop"): "done",
        faulty["domainName"]: "failed",
        case.host("blog"): "done",
    }
    skipped = application.item(case.job_id, "row-00002")
    assert skipped.certificate.error == "InvalidDomainName"
    assert "an underscore" in str(skipped.certificate.reason)
    assert_each_made_once(application, [case.host("shop"), case.host("blog")])


@pytest.mark.parametrize(
    ("service", "code", "name"),
    [("acm", "L-F141DD1D", "ACM certificates"), ("cloudfront", "L-24B04930", "Web distributions per AWS account")],
)
def test_a_quota_that_would_be_exceeded_refuses_even_where_faulty_rows_are_skipped(
    application: Application, case: Case, source_id: str, service: str, code: str, name: str
) -> None:
    request = onboarding(case, row(case, "shop"), row(case, "shop_1"), invalidRows="skip")
    with quota(application.instance, service, 1, quotaCode=code), nothing_made(application):
        ended = application.run("domain_onboarding", request)

    assert (ended["status"], ended["error"]) == ("FAILED", "BatchRefused")
    assert f"quota '{name}' would be exceeded" in ended["cause"]
    exceeded = [
        line for line in application.document(f"jobs/{case.job_id}/preflight.json")["quotas"] if line["exceeded"]
    ]
    assert [(line["name"], line["limit"], line["needed"]) for line in exceeded] == [(name, 1, 1)]
    assert application.items(case.job_id) == []


def test_a_wildcard_serves_all_names_of_the_batch_that_it_covers(
    application: Application, case: Case, zone: str
) -> None:
    rows = [row(case, "*"), row(case, "shop"), row(case, "blog"), row(case, "a.shop")]
    ended = application.run("domain_onboarding", onboarding(case, *rows, aggregateWildcards=True))

    assert ended["output"]["totals"]["certificatesIssued"] == 2
    assert ended["output"]["totals"]["distributionsDeployed"] == 4
    (wildcard,) = certificates_for(application, case.host("*"))
    used = {
        host: distributions_of(application, host)[0]["ViewerCertificate"]["ACMCertificateArn"]
        for host in (case.host("*"), case.host("shop"), case.host("blog"))
    }
    assert set(used.values()) == {wildcard}
    assert certificates_for(application, case.host("shop")) == []
    assert len(certificates_for(application, case.host("a.shop"))) == 1


def test_a_domain_that_fails_never_stops_the_others(application: Application, case: Case, zone: str) -> None:
    hosts = [case.host(label) for label in ("shop", "forbidden", "taken", "blog")]
    forbidden_by_dns = ordered_outcome(application, hosts[1], "FAILED", "CAA_ERROR")
    with application.looking_often(), foreign_alias(application, hosts[2]), forbidden_by_dns:
        ended = application.run("domain_onboarding", onboarding(case, *({"domainName": host} for host in hosts)))

    assert (ended["status"], ended["error"]) == ("FAILED", "ItemsFailed")
    assert ended["cause"].startswith("2 failed of 4 domains.")
    location = f"s3://{application.bucket}/jobs/{case.job_id}/report.json"
    assert location in ended["cause"]
    assert outcomes(application, case.job_id) == dict(zip(hosts, ["done", "failed", "failed", "done"], strict=True))
    forbidden, taken = report(application, case.job_id)["items"][1:3]
    assert forbidden["error"] == "CertificateFailed"
    assert "Add a CAA record for amazon.com" in forbidden["nextAction"]
    assert taken["error"] == "AliasInUse"
    assert taken["certificate"]["status"] == "ISSUED"
    assert_each_made_once(application, [hosts[0], hosts[3]])
    assert distributions_of(application, hosts[2]) == []


def test_an_alias_of_another_distribution_is_a_fault_of_its_row(
    application: Application, case: Case, zone: str
) -> None:
    application.run("domain_onboarding", onboarding(case, row(case, "shop")))
    (owner,) = distributions_of(application, case.host("shop"))
    second = Case(f"2-{case.job_id}"[:48], case.domain)
    with nothing_made(application):
        ended = application.run("domain_onboarding", onboarding(second, row(case, "blog"), row(case, "shop")))

    assert ended["error"] == "BatchRefused"
    (fault,) = application.document(f"jobs/{second.job_id}/preflight.json")["faults"]
    assert (fault["line"], fault["code"]) == (2, "AliasInUse")
    assert owner["Id"] in fault["message"]


def test_both_reports_agree_with_the_items(application: Application, case: Case, zone: str) -> None:
    rows = [row(case, "*"), row(case, "shop"), {"domainName": "x_y.example.com"}, row(case, "forbidden.shop")]
    request = onboarding(case, *rows, invalidRows="skip", aggregateWildcards=True)
    with application.looking_often(), ordered_outcome(application, case.host("forbidden.shop"), "FAILED", "OTHER"):
        ended = application.run("domain_onboarding", request)

    told = report(application, case.job_id)
    items = application.items(case.job_id)
    assert ended["status"] == "FAILED"
    assert [entry["itemId"] for entry in told["items"]] == [item.item_id for item in items]
    by_id = {item.item_id: item for item in items}
    for entry in told["items"]:
        item = by_id[entry["itemId"]]
        owner = by_id[item.certificate_item_id or item.item_id]
        assert entry["certificate"]["arn"] == owner.certificate.arn
        assert entry["certificate"]["status"] == owner.certificate.status
        assert entry["distribution"]["id"] == item.distribution.id
        assert entry["reason"] == (item.certificate.reason or item.distribution.reason)
    assert {outcome: told["totals"][outcome] for outcome in ("items", "done", "failed")} == {
        "items": 4,
        "done": 2,
        "failed": 2,
    }
    table = list(csv.DictReader(io.StringIO(application.text(f"jobs/{case.job_id}/report.csv"), newline="")))
    assert [flat(entry) for entry in told["items"]] == table


def flat(entry: Json) -> dict[str, str]:
    """An entry of the report's JSON as its line in the CSV."""
    certificate_stage, distribution_stage = entry["certificate"], entry["distribution"]
    cells = {
        "itemId": entry["itemId"],
        "line": entry["line"],
        "outcome": entry["outcome"],
        "domainName": entry["domainName"],
        "names": " ".join(entry["names"]),
        "certificateStatus": certificate_stage["status"],
        "certificateArn": certificate_stage["arn"],
        "certificateItemId": certificate_stage["itemId"],
        "distributionStatus": distribution_stage["status"],
        "distributionId": distribution_stage["id"],
        "distributionDomainName": distribution_stage["domainName"],
        "error": entry["error"],
        "reason": entry["reason"],
        "nextAction": entry["nextAction"],
    }
    return {column: "" if value is None else str(value) for column, value in cells.items()}
