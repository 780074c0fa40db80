"""Jobs, certificates and key bundles by the deployed GraphQL API, from the first request to the last."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.apis.graphql import Json, ask, told, whole
from tests.apis.world import World, send
from tests.workflows.account import hosted_zone, plain_config
from tests.workflows.application import eventually
from tests.workflows.cases import Case, new_case

START = f"mutation($job: JobInput!) {{ startJob(job: $job) {whole('Job')} }}"
JOB = f"query($id: ID!) {{ job(jobId: $id) {whole('Job')} }}"


@pytest.fixture
def case(request: pytest.FixtureRequest) -> Case:
    return new_case(f"graphql-{request.node.name}")


def start(world: World, case: Case, **more: Any) -> Json:
    """A job for one host in a zone of this account."""
    job = {"requestToken": case.job_id, "domains": [{"domainName": case.host("shop"), "comment": None}], **more}
    found: Json = told(world, "operator", START, job=job)
    return found


def waiting_job(world: World, case: Case) -> Json:
    """The job, once its item waits for somebody to publish its records."""
    items = "query($id: ID!) { jobItems(jobId: $id) { items { validationRecords { name } } } }"

    def is_waiting() -> bool:
        found = told(world, "viewer", items, id=case.job_id)["items"]
        return bool(found and found[0]["validationRecords"])

    assert eventually(is_waiting)
    found: Json = told(world, "viewer", JOB, id=case.job_id)
    return found


def ended(world: World, case: Case) -> Json:
    """The job, once it is no longer at work."""

    def question() -> Json | None:
        job: Json = told(world, "viewer", JOB, id=case.job_id)
        return job if job["status"] not in ("STARTING", "RUNNING") else None

    found = eventually(question)
    assert found is not None
    return found


def test_a_job_is_started_watched_and_taken_back(world: World, case: Case) -> None:
    # GIVEN a job for a distribution, in a zone of ours
    hosted_zone(world.application, case.domain)
    template = {
        "source": {"config": json.dumps(plain_config(CallerReference="source"))},
        "dns": {"mode": "auto"},
        "tags": [{"key": "tier", "value": "storefront"}],
    }
    started = start(world, case, distribution=template, tags=[{"key": "team", "value": "web"}])
    assert (started["jobId"], started["status"]) == (case.job_id, "STARTING")
    assert "operator@example.com" in started["startedBy"]
    # WHEN it has ended
    assert ended(world, case)["status"] == "SUCCEEDED"
    # THEN it is in the list, with its items, its records and its files
    jobs = told(world, "viewer", f"query {{ jobs(status: SUCCEEDED, limit: 100) {whole('JobPage')} }}")
    assert case.job_id in [job["jobId"] for job in jobs["items"]]
    items = told(
        world,
        "viewer",
        f"query($id: ID!) {{ jobItems(jobId: $id, status: done) {whole('JobItemPage')} }}",
        id=case.job_id,
    )
    (item,) = items["items"]
    assert (item["domainName"], item["line"]) == (case.host("shop"), 1)
    assert (item["certificate"]["status"], item["distribution"]["status"]) == ("ISSUED", "DEPLOYED")
    assert item["distribution"]["arn"].endswith(item["distribution"]["id"])
    assert item["cleanup"] is None
    records = told(
        world,
        "viewer",
        f"query($id: ID!) {{ validationRecords(jobId: $id, forms: [csv, zone]) {whole('ValidationRecords')} }}",
        id=case.job_id,
    )
    (record,) = records["records"]
    assert record["state"] == "PUBLISHED_BY_JOB"
    assert record["name"] in records["csv"]
    assert record["name"] in records["zone"]
    report = told(world, "viewer", f"query($id: ID!) {{ jobReport(jobId: $id) {whole('JobReport')} }}", id=case.job_id)
    (link,) = [file["url"] for file in report["files"] if file["name"] == "report.json"]
    assert json.loads(send("GET", link, None, {}).text)["jobId"] == case.job_id
    # AND a cleanup takes it back
    cleanup = f"mutation($id: ID!, $dry: Boolean) {{ cleanUpJob(jobId: $id, dryRun: $dry) {whole('Job')} }}"
    assert told(world, "admin", cleanup, id=case.job_id, dry=True)["dryRun"]
    told(world, "admin", cleanup, id=case.job_id)
    eventually(lambda: told(world, "viewer", JOB, id=case.job_id)["status"] == "REMOVED")
    cleaned = f"query($id: ID!) {{ jobItems(jobId: $id) {whole('JobItemPage')} }}"
    (taken,) = told(world, "viewer", cleaned, id=case.job_id)["items"]
    assert taken["cleanup"]["status"] == "REMOVED"
    assert {item["certificate"]["arn"], item["distribution"]["arn"]} <= set(taken["cleanup"]["removed"])


def test_the_same_request_is_the_same_job_and_another_one_is_refused(world: World, case: Case) -> None:
    first, second = start(world, case), start(world, case)
    assert first["executionArn"] == second["executionArn"]
    other = {"requestToken": case.job_id, "domains": [{"domainName": case.host("other")}]}
    assert ask(world, "operator", START, job=other).problems == ["request-token-conflict"]
    told(world, "operator", "mutation($id: ID!) { cancelJob(jobId: $id) { status } }", id=case.job_id)


def test_a_job_whose_execution_was_stopped_has_another_etag_and_rest_has_the_same(world: World, case: Case) -> None:
    start(world, case, validation={"mode": "manual"})
    running = waiting_job(world, case)
    # WHEN somebody stops its execution in Step Functions, which writes no row
    world.application.client("stepfunctions").stop_execution(executionArn=running["executionArn"])
    # THEN its ETag is another one, and REST's; a function that was at work may still write
    path = f"/jobs/{case.job_id}"

    def is_known_to_rest() -> bool:
        job = told(world, "viewer", JOB, id=case.job_id)
        answer = world.rest("viewer", "GET", path, headers={"If-None-Match": f'"{job["etag"]}"'})
        return bool(job["status"] == "INTERRUPTED" and answer.status == 304)

    assert eventually(is_known_to_rest)
    assert world.rest("viewer", "GET", path, headers={"If-None-Match": f'"{running["etag"]}"'}).status == 200


def test_the_records_that_a_certificate_waits_for_are_its_items(world: World, case: Case) -> None:
    start(world, case, validation={"mode": "manual"})
    waiting_job(world, case)
    document = f"query($id: ID!) {{ jobItems(jobId: $id) {whole('JobItemPage')} }}"
    (item,) = told(world, "viewer", document, id=case.job_id)["items"]
    (record,) = item["validationRecords"]
    assert (record["name"].endswith(f"{case.host('shop')}."), record["type"]) == (True, "CNAME")
    told(world, "operator", "mutation($id: ID!) { cancelJob(jobId: $id) { status } }", id=case.job_id)


def test_a_job_is_cancelled_and_goes_on(world: World, case: Case) -> None:
    start(world, case, validation={"mode": "manual"})
    eventually(lambda: told(world, "viewer", JOB, id=case.job_id)["status"] == "RUNNING")
    cancelled = told(
        world, "operator", f"mutation($id: ID!) {{ cancelJob(jobId: $id) {whole('Job')} }}", id=case.job_id
    )
    assert cancelled["status"] == "CANCELLED"
    again = eventually(
        lambda: (
            ask(
                world, "operator", f"mutation($id: ID!) {{ redriveJob(jobId: $id) {whole('Job')} }}", id=case.job_id
            ).data
        )
    )
    assert again["redriveJob"]["executionArn"] != cancelled["executionArn"]


def test_an_item_tells_of_the_certificate_that_another_page_has(world: World, case: Case) -> None:
    domains = [{"domainName": case.host(label)} for label in ("*", "shop")]
    start(world, case, domains=domains, aggregateWildcards=True, validation={"mode": "manual"})
    document = f"query($id: ID!, $c: String) {{ jobItems(jobId: $id, limit: 1, cursor: $c) {whole('JobItemPage')} }}"

    def page(cursor: str | None = None) -> Json:
        found: Json = told(world, "viewer", document, id=case.job_id, c=cursor)
        return found

    eventually(lambda: page()["nextCursor"])
    first = page()
    (item,) = page(first["nextCursor"])["items"]
    assert item["certificate"]["itemId"] == first["items"][0]["itemId"]
    told(world, "operator", "mutation($id: ID!) { cancelJob(jobId: $id) { status } }", id=case.job_id)


def test_a_dry_run_leaves_files_alone(world: World, case: Case) -> None:
    assert start(world, case, dryRun=True)["dryRun"]
    found = ended(world, case)
    assert (found["status"], found["dryRun"]) == ("SUCCEEDED", True)


def test_pages_lead_on_to_the_end(world: World) -> None:
    cases = [new_case("graphql-page") for _ in range(3)]
    for each in cases:
        start(world, each, validation={"mode": "manual"})
    found: list[str] = []
    cursor = None
    while True:
        page = told(
            world, "viewer", "query($c: String) { jobs(limit: 2, cursor: $c) { items { jobId } nextCursor } }", c=cursor
        )
        found += [job["jobId"] for job in page["items"]]
        cursor = page["nextCursor"]
        if cursor is None:
            break
    assert len(found) == len(set(found))
    assert {each.job_id for each in cases} <= set(found)
    for each in cases:
        told(world, "operator", "mutation($id: ID!) { cancelJob(jobId: $id) { status } }", id=each.job_id)


def test_a_key_bundle_has_a_place_of_its_own(world: World) -> None:
    upload = told(world, "operator", f"mutation {{ createKeyBundleUpload {whole('KeyBundleUpload')} }}")
    headers = {header["name"]: header["value"] for header in upload["headers"]}
    assert send(upload["method"], upload["uploadUrl"], b"not a bundle", headers).status == 200
    assert upload["key"].startswith("key-bundles/")


def test_certificates_are_those_of_the_last_inventory(world: World, case: Case) -> None:
    world.application.client("acm").request_certificate(DomainName=case.host("shop"), ValidationMethod="DNS")
    assert world.application.run("certificate_inventory", {})["status"] == "SUCCEEDED"
    page = told(
        world,
        "viewer",
        f"query($d: String) {{ certificates(domain: $d, status: PENDING_VALIDATION) {whole('CertificatePage')} }}",
        d=case.host("shop"),
    )
    (found,) = page["items"]
    one = told(
        world,
        "viewer",
        f"query($id: ID!) {{ certificate(certificateId: $id) {whole('Certificate')} }}",
        id=found["certificateId"],
    )
    assert one == found
    listed = told(world, "viewer", f"query {{ certificates(limit: 100) {whole('CertificatePage')} }}")
    assert found in listed["items"]
    later = 'query { certificates(expiresAfter: "2026-01-01T00:00:00Z", expiresBefore: "2026-02-01T00:00:00Z") { nextCursor } }'
    told(world, "viewer", later)
