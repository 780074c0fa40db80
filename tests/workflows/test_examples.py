"""Every example input of a workflow runs, and ends as its name says."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from tests.bundles import bundle
from tests.workflows.account import (
    EVENTS,
    certificate,
    distribution,
    hosted_zone,
    issued_certificate,
    ordered_outcome,
    plain_config,
    publish_announced,
    publish_when_known,
    records_in,
    source_config,
)
from tests.workflows.application import Application, eventually
from tests.workflows.batches import csv_text, outcomes
from tests.workflows.cases import Case
from tests.workflows.changes import new_distribution
from tests.workflows.examples import Scene, example, named, workflow_examples
from tests.workflows.functions import published, with_function
from tests.workflows.rollbacks import Shop, alarm, answer
from tests.workflows.staging import imported_by_hand, stage_object, stage_secret

LARGEST_STATE = 8 * 1024
EXPECTED_OF_THE_DEMO = Path(EVENTS.parent / "demo" / "expected_outcomes.json")


@pytest.mark.parametrize("name", workflow_examples("certificate_creation"))
def test_certificate_creation(application: Application, case: Case, name: str) -> None:
    zone = hosted_zone(application, case.domain) if name == "named-hosted-zone" else None
    request = example(application, "certificate_creation", name, Scene(case, hosted_zone_id=zone))
    execution = application.start("certificate_creation", request)
    if name not in ("request-only", "named-hosted-zone"):
        publish_when_known(application, request["jobId"], request["itemId"])
    ended = application.wait(execution)

    assert ended["status"] == "SUCCEEDED", ended
    assert ended["output"]["status"] == ("PENDING_VALIDATION" if name == "request-only" else "ISSUED")


@pytest.mark.parametrize("name", workflow_examples("distribution_creation"))
def test_distribution_creation(
    application: Application, case: Case, source_id: str, origin_access_control: str, name: str
) -> None:
    zone = hosted_zone(application, case.domain)
    arn = issued_certificate(application, case.host("shop"), case.host("www.shop"), case.host("docs"))
    application.put("sources/storefront.json", source_config(origin_access_control))
    scene = Scene(case, certificate_arn=arn, source_id=source_id, hosted_zone_id=zone)
    request = example(application, "distribution_creation", name, scene)
    ended = application.run("distribution_creation", request)

    assert ended["status"] == "SUCCEEDED", ended
    made = distribution(application, ended["output"]["distributionId"])
    assert (made["Status"], sorted(made["DistributionConfig"]["Aliases"]["Items"])) == (
        "Deployed",
        sorted(request["aliases"]),
    )
    assert made["DistributionConfig"]["Enabled"] is request.get("enabled", True)
    written = records_in(application, zone, "A")
    assert set(written) == (
        set() if request.get("dns", {"mode": "manual"}) == {"mode": "manual"} else set(request["aliases"])
    )


@pytest.mark.parametrize("name", workflow_examples("certificate_import"))
def test_certificate_import(application: Application, case: Case, name: str) -> None:
    staged = bundle(named("shop.example.com", case), named("www.shop.example.com", case))
    replaced = imported_by_hand(application, staged) if name == "reimport" else None
    request = example(application, "certificate_import", name, Scene(case, certificate_arn=replaced))
    stage = stage_object if "bucket" in request["keyBundle"] else stage_secret
    request["keyBundle"] = stage(application, staged.renewed().text)
    ended = application.run("certificate_import", request)

    assert ended["status"] == "SUCCEEDED", ended
    assert ended["output"]["outcome"] == ("reimported" if replaced else "imported")


@pytest.mark.parametrize("name", workflow_examples("certificate_inventory"))
def test_certificate_inventory(application: Application, case: Case, name: str) -> None:
    request = example(application, "certificate_inventory", name, Scene(case))
    ended = application.run("certificate_inventory", request)

    assert ended["status"] == "SUCCEEDED", ended
    assert (ended["output"]["reminders"] is False) == (request.get("reminders") is False)


@pytest.mark.parametrize("name", workflow_examples("metrics_export"))
def test_metrics_export(application: Application, case: Case, name: str) -> None:
    request = example(application, "metrics_export", name, Scene(case))
    ended = application.run("metrics_export", request)

    assert ended["status"] == "SUCCEEDED", ended
    assert ended["output"]["done"]


@pytest.mark.parametrize("name", workflow_examples("config_baseline"))
def test_config_baseline(application: Application, case: Case, source_id: str, name: str) -> None:
    request = example(application, "config_baseline", name, Scene(case, distribution_id=source_id))
    ended = application.run("config_baseline", request)

    assert ended["status"] == "SUCCEEDED", ended
    etag = application.client("cloudfront").get_distribution_config(Id=source_id)["ETag"]
    assert application.versions.number_of(source_id, etag)
    assert "distributionIds" not in request or ended["output"]["counts"]["distributions"] == 1


@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        ("associate-alias", ["UNKNOWN", "CONFIG"]),
        ("create", ["PARTIAL", "CONFIG"]),
        ("delete", ["DELETED"]),
        ("failed-call", []),
        ("live", ["CONFIG"]),
        ("promote-staging", ["PARTIAL", "CONFIG"]),
        ("update", ["PARTIAL", "CONFIG"]),
    ],
)
def test_config_capture(application: Application, case: Case, name: str, kinds: list[str]) -> None:
    """The example's change is long ago: what is live has overtaken it."""
    live = new_distribution(application)["Distribution"]["Id"]
    ended = application.run("config_capture", example(application, "config_capture", name, Scene(case, None, live)))

    assert ended["status"] == "SUCCEEDED", ended
    assert [version["kind"] for version in ended["output"].get("versions", [])] == kinds


def test_no_example_of_config_capture_is_left_out() -> None:
    assert set(workflow_examples("config_capture")) == {
        "associate-alias",
        "create",
        "delete",
        "failed-call",
        "live",
        "promote-staging",
        "update",
    }


@pytest.mark.parametrize("name", workflow_examples("config_rollback"))
def test_config_rollback(application: Application, case: Case, source_id: str, name: str) -> None:
    function = published(application, case.job_id)
    shop = Shop.of(application, **(with_function(function) if name == "detach-function" else {}))
    snapshot = {"action": "create", "distributionId": shop.id, "name": "before-black-friday", "version": 1}
    application.invoke("ManageSnapshots", snapshot)
    application.put("sources/storefront.json", {**shop.config, "DefaultRootObject": "index.html"})
    scene = Scene(case, distribution_id=shop.id, source_id=source_id, function_arn=function)
    before = shop.config
    with alarm(application, "storefront-5xx"):
        execution = application.start("config_rollback", example(application, "config_rollback", name, scene))
        if name == "with-approval":
            eventually(lambda: answer(application, case, approve=True).get("executionArn"))
        ended = application.wait(execution)

    assert ended["status"] == "SUCCEEDED", ended
    assert (shop.config == before) == (name == "dry-run")


@pytest.mark.parametrize("name", workflow_examples("metrics_refresh"))
def test_metrics_refresh(application: Application, case: Case, name: str) -> None:
    ended = application.run("metrics_refresh", example(application, "metrics_refresh", name, Scene(case)))

    assert ended["status"] == "SUCCEEDED", ended
    assert ended["output"]["outcome"] in (("refreshed",) if name == "folders" else ("refreshed", "nothing"))


def test_domain_onboarding_dry_run_and_from_csv(application: Application, case: Case, source_id: str) -> None:
    # GIVEN the world of the 24 customers: a zone of ours, and an alias that another distribution has
    hosted_zone(application, named("customers.example.net", case))
    taken = named("taken.example.com", case)
    config = plain_config(taken, certificate_arn=issued_certificate(application, taken))
    application.client("cloudfront").create_distribution(DistributionConfig=config)
    rows = (EVENTS / "domain_onboarding" / "customers.csv").read_text()
    dry_run, from_csv = (
        example(application, "domain_onboarding", name, Scene(case, source_id=source_id))
        for name in ("dry_run", "from_csv")
    )
    application.put(from_csv["source"]["key"], named(rows, case))
    # THEN the dry run tells of the three rows that can't be used
    told = application.run("domain_onboarding", dry_run)["output"]
    assert (told["decision"], told["preflight"]["faults"], told["preflight"]["rows"]) == ("dryRun", 3, 24)
    # AND the job makes what can be made
    never = named("never-validated.example.org", case)
    with application.looking_often():
        execution = application.start("domain_onboarding", from_csv)
        publish_announced(application, case.job_id, but_not=[never])
        with ordered_outcome(application, never, "VALIDATION_TIMED_OUT"):
            ended = application.wait(execution)
    assert ended["error"] == "ItemsFailed"
    expected = json.loads(named(EXPECTED_OF_THE_DEMO.read_text(), case))
    assert outcomes(application, case.job_id) == expected
    assert 0 < application.largest_state(execution) < LARGEST_STATE


def test_domain_onboarding_certificates_only(application: Application, case: Case) -> None:
    zone = hosted_zone(application, named("customers.example.net", case))
    request = example(application, "domain_onboarding", "certificates_only", Scene(case, hosted_zone_id=zone))
    execution = application.start("domain_onboarding", request)
    publish_announced(application, case.job_id)

    totals = application.wait(execution)["output"]["totals"]
    assert (totals["done"], totals["certificatesIssued"], totals["distributionsDeployed"]) == (3, 2, 0)


def test_domain_onboarding_inline(application: Application, case: Case, origin_access_control: str) -> None:
    application.put("sources/storefront.json", source_config(origin_access_control))
    execution = application.start("domain_onboarding", example(application, "domain_onboarding", "inline", Scene(case)))
    publish_announced(application, case.job_id)

    assert application.wait(execution)["output"]["totals"]["done"] == 2
    made = [distribution(application, str(item.distribution.id)) for item in application.items(case.job_id)]
    assert [one["DistributionConfig"]["Enabled"] for one in made] == [False, False]
    assert [one["DistributionConfig"]["Comment"] for one in made] == [
        "Acme, the shop",
        "Opened by hand once the customer has looked at it",
    ]


def test_domain_onboarding_imports(application: Application, case: Case, source_id: str) -> None:
    hosted_zone(application, case.domain)
    request = example(application, "domain_onboarding", "imports", Scene(case, source_id=source_id))
    by_secret, by_object, _ = request["domains"]
    names = (named("shop.example.com", case), named("www.shop.example.com", case))
    by_secret["keyBundle"] = stage_secret(application, bundle(*names).text)
    by_object["keyBundle"] = stage_object(application, bundle(f"*.{by_object['domainName'].partition('.')[2]}").text)

    assert application.run("domain_onboarding", request)["output"]["totals"]["done"] == 3
    assert application.item(case.job_id, "row-00001").names == names


def test_domain_onboarding_renewals(application: Application, case: Case) -> None:
    staged = bundle(case.host("shop"), days=10)
    imported = application.client("acm").import_certificate(
        Certificate=staged.certificate_pem, PrivateKey=staged.key_pem, CertificateChain=staged.chain_pem
    )["CertificateArn"]
    request = example(application, "domain_onboarding", "renewals", Scene(case))
    (written,) = csv.DictReader((EVENTS / "domain_onboarding" / "renewals.csv").open())
    renewed = stage_secret(application, staged.renewed().text)["secretId"]
    application.put(request["source"]["key"], csv_text({**written, "keyBundle": renewed, "certificateArn": imported}))

    ended = application.run("domain_onboarding", request)
    assert ended["output"]["totals"]["certificatesIssued"] == 1
    assert certificate(application, imported)["NotAfter"] > staged.leaf.not_valid_after_utc


def test_no_example_of_domain_onboarding_is_left_out() -> None:
    assert set(workflow_examples("domain_onboarding")) == {
        "certificates_only",
        "dry_run",
        "from_csv",
        "imports",
        "inline",
        "renewals",
    }


@pytest.mark.parametrize("name", workflow_examples("log_delivery"))
def test_log_delivery(application: Application, case: Case, name: str) -> None:
    one = str(new_distribution(application)["Distribution"]["Id"])
    request = example(application, "log_delivery", name, Scene(case, distribution_id=one))
    ended = application.run("log_delivery", request)

    assert ended["status"] == "SUCCEEDED", ended
    assert ended["output"]["counts"]["failed"] == 0
    assert request["distributions"] == "all" or ended["output"]["counts"]["attached"] == 1


@pytest.mark.parametrize("name", workflow_examples("cache_prewarm"))
def test_cache_prewarm(application: Application, case: Case, name: str) -> None:
    """No point of presence has an address here: each URL is reported through each of them."""
    one = str(new_distribution(application)["Distribution"]["Id"])
    request = example(application, "cache_prewarm", name, Scene(case, distribution_id=one))
    application.put("batches/urls.txt", (EVENTS / "cache_prewarm" / "urls.txt").read_text())
    ended = application.run("cache_prewarm", request)

    assert (ended["status"], ended["error"]) == ("FAILED", "PrewarmIncomplete")
    assert "has no address for" in ended["cause"]
