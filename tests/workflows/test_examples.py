"""Every example input of a workflow runs, and ends as its name says."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.workflows.account import (
    EVENTS,
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
from tests.workflows.application import Application
from tests.workflows.batches import outcomes
from tests.workflows.cases import Case
from tests.workflows.examples import Scene, example, named, workflow_examples

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


def test_no_example_of_domain_onboarding_is_left_out() -> None:
    assert set(workflow_examples("domain_onboarding")) == {"dry_run", "from_csv", "certificates_only", "inline"}
