"""What the REST API does for those who may: jobs, key bundles, versions, snapshots and rollbacks from end to end."""

from __future__ import annotations

import json
from enum import StrEnum
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import pytest

from cloudfront_extensions.jobs.records import JobStatus
from cloudfront_extensions.jobs.report import Outcome
from cloudfront_extensions.operations.certificates import AcmStatus
from localaws import executions
from tests.apis.making import asks, job_named, started, versions
from tests.apis.world import Answer, World, send
from tests.workflows import changes
from tests.workflows.application import eventually
from tests.workflows.baselines import unheard


def records(world: World, job: str, form: str = "json") -> Answer:
    return world.rest("viewer", "GET", f"/jobs/{job}/validation-records?format={form}")


class TestJobs:
    def test_a_job_is_followed_cancelled_and_redriven(self, world: World) -> None:
        job = started(world)
        eventually(lambda: records(world, job).document["records"])
        assert f"{job}.example.com" in records(world, job, "csv").text
        assert f"{job}.example.com. " in records(world, job, "zone").text
        assert world.rest("viewer", "GET", f"/jobs/{job}").document["status"] == "RUNNING"
        assert world.rest("operator", "POST", f"/jobs/{job}/redrive").problem == "job-is-running"
        assert world.rest("operator", "POST", f"/jobs/{job}/cancel").document["status"] == "CANCELLED"
        eventually(lambda: world.rest("operator", "POST", f"/jobs/{job}/cancel").status == 409)
        again = world.rest("operator", "POST", f"/jobs/{job}/redrive")
        assert again.status == 202
        world.rest("operator", "POST", f"/jobs/{job}/cancel")

    def test_a_job_that_is_started_again_goes_on_once_it_has_ended(self, world: World) -> None:
        job = started(world)
        eventually(lambda: records(world, job).document["records"])
        first = world.rest("operator", "POST", "/jobs", job_named(job))
        assert (first.status, first.document["status"]) == (202, "RUNNING")
        world.rest("operator", "POST", f"/jobs/{job}/cancel")
        eventually(lambda: world.rest("operator", "POST", f"/jobs/{job}/cancel").status == 409)
        again = world.rest("operator", "POST", "/jobs", job_named(job))
        assert (again.status, again.document["status"]) == (202, "STARTING")
        assert again.document["executionArn"] != first.document["executionArn"]
        same = world.rest("operator", "POST", "/jobs", job_named(job)).document
        assert (same["status"], same["executionArn"]) == ("RUNNING", again.document["executionArn"])
        world.rest("operator", "POST", f"/jobs/{job}/cancel")

    def test_its_items_and_its_files_are_there(self, world: World) -> None:
        job = started(world)
        items = eventually(lambda: world.rest("viewer", "GET", f"/jobs/{job}/items").document["items"])
        assert [item["domainName"] for item in items] == [f"{job}.example.com"]
        report = eventually(lambda: _ok(world.rest("viewer", "GET", f"/jobs/{job}/report")))
        link = next(file["url"] for file in report.document["files"] if file["name"] == "preflight.json")
        assert send("GET", link, None, {}).status == 200
        world.rest("operator", "POST", f"/jobs/{job}/cancel")

    def test_files_with_new_links_are_the_same_files(self, world: World) -> None:
        job = started(world)
        eventually(lambda: records(world, job).document["records"])
        world.rest("operator", "POST", f"/jobs/{job}/cancel")
        report = f"/jobs/{job}/report"
        first = eventually(lambda: _steady(world, report))
        again = eventually(lambda: _linked_again(world, first, report))
        assert again.text != first.text
        assert again.headers["etag"] == first.headers["etag"]
        known = world.rest("viewer", "GET", report, headers={"If-None-Match": first.headers["etag"]})
        assert known.status == 304

    def test_an_item_is_told_with_the_certificate_of_another_page(self, world: World) -> None:
        token = f"rest-{uuid4().hex[:12]}"
        body = {
            "requestToken": token,
            "domains": [{"domainName": f"shop.{token}.example.com"}, {"domainName": f"*.{token}.example.com"}],
            "distribution": None,
            "validation": {"mode": "manual"},
            "aggregateWildcards": True,
        }
        assert world.rest("operator", "POST", "/jobs", body).status == 202
        first = eventually(lambda: _full(world.rest("viewer", "GET", f"/jobs/{token}/items?limit=1").document))
        rest = f"/jobs/{token}/items?limit=1&cursor={quote(first['nextCursor'])}"
        (other,) = world.rest("viewer", "GET", rest).document["items"]
        owners = {first["items"][0]["certificate"]["itemId"], other["certificate"]["itemId"]}
        assert len(owners) == 1
        world.rest("operator", "POST", f"/jobs/{token}/cancel")

    def test_what_it_made_is_taken_back(self, world: World) -> None:
        job = started(world)
        eventually(lambda: records(world, job).document["records"])
        world.rest("operator", "POST", f"/jobs/{job}/cancel")
        eventually(lambda: world.rest("viewer", "GET", f"/jobs/{job}").document["status"] == "CANCELLED")
        dry = world.rest("admin", "POST", f"/jobs/{job}/cleanup", {"dryRun": True})
        assert (dry.status, dry.document["dryRun"]) == (202, True)
        executions.wait(world.instance, dry.document["executionArn"], timeout=90)
        done = world.rest("admin", "POST", f"/jobs/{job}/cleanup", {})
        assert done.status == 202
        eventually(lambda: world.rest("viewer", "GET", f"/jobs/{job}").document["status"] == "REMOVED")

    def test_the_header_names_a_job_whose_body_does_not(self, world: World) -> None:
        token = f"rest-{uuid4().hex[:12]}"
        body = {"domains": [{"domainName": f"{token}.example.com"}], "distribution": None, "dryRun": True}
        headers = {"Idempotency-Key": token}
        first = world.rest("operator", "POST", "/jobs", body, headers=headers)
        second = world.rest("operator", "POST", "/jobs", body, headers=headers)
        assert first.document["jobId"] == second.document["jobId"] == token
        assert first.document["executionArn"] == second.document["executionArn"]

    def test_another_body_with_the_same_token_is_a_conflict(self, world: World) -> None:
        job = started(world)
        other = {"requestToken": job, "domains": [{"domainName": "other.example.com"}], "distribution": None}
        assert world.rest("operator", "POST", "/jobs", other).problem == "request-token-conflict"
        world.rest("operator", "POST", f"/jobs/{job}/cancel")

    def test_pages_follow_each_other(self, world: World) -> None:
        jobs = {started(world) for _ in range(3)}
        found, cursor = set(), ""
        for _ in range(50):
            page = world.rest("viewer", "GET", f"/jobs?limit=2{cursor}").document
            found |= {job["jobId"] for job in page["items"]}
            if page["nextCursor"] is None:
                break
            cursor = f"&cursor={quote(page['nextCursor'])}"
        assert jobs <= found
        for job in jobs:
            world.rest("operator", "POST", f"/jobs/{job}/cancel")

    def test_who_has_an_answer_already_gets_none(self, world: World) -> None:
        job = started(world)
        world.rest("operator", "POST", f"/jobs/{job}/cancel")
        first = eventually(lambda: _steady(world, f"/jobs/{job}"))
        same = world.rest("viewer", "GET", f"/jobs/{job}", headers={"If-None-Match": first.headers["etag"]})
        assert (same.status, same.text) == (304, "")
        assert same.headers["etag"] == first.headers["etag"]
        other = world.rest("viewer", "GET", f"/jobs/{job}", headers={"If-None-Match": '"another"'})
        assert other.status == 200


@pytest.mark.parametrize(
    ("path", "words"), [("/jobs", JobStatus), ("/jobs/any/items", Outcome), ("/certificates", AcmStatus)]
)
def test_what_is_no_status_is_told_which_there_are(world: World, path: str, words: type[StrEnum]) -> None:
    answer = world.rest("viewer", "GET", f"{path}?status=COLOURFUL")
    assert (answer.status, answer.problem) == (400, "invalid-input")
    assert [word for word in words if word not in answer.document["detail"]] == []


class TestCertificates:
    def test_the_inventory_is_listed(self, world: World) -> None:
        job = started(world)
        eventually(lambda: records(world, job).document["records"])
        world.application.run("certificate_inventory", {})
        (found,) = world.rest("viewer", "GET", f"/certificates?domain={job}.example.com").document["items"]
        assert found["jobId"] == job
        one = world.rest("viewer", "GET", f"/certificates/{found['certificateId']}")
        assert one.document["arn"] == found["arn"]
        world.rest("operator", "POST", f"/jobs/{job}/cancel")

    def test_a_key_bundle_goes_past_the_api_once(self, world: World) -> None:
        upload = world.rest("operator", "POST", "/key-bundles")
        assert upload.status == 201
        place = upload.document
        assert send(place["method"], place["uploadUrl"], b"a bundle", place["headers"]).status == 200
        assert send(place["method"], place["uploadUrl"], b"another", place["headers"]).status == 412


class TestVersions:
    def test_versions_and_what_is_different(self, world: World, distribution: str) -> None:
        here = f"/distributions/{distribution}"
        assert versions(world, distribution) == [2, 1]
        assert world.rest("viewer", "GET", f"{here}/versions/1").document["number"] == 1
        assert world.rest("viewer", "GET", f"{here}/diff?from=1&to=2").status == 200
        assert "changed" in world.rest("viewer", "GET", f"{here}/diff?from=1&to=2&format=unified").text
        (change,) = json.loads(world.rest("viewer", "GET", f"{here}/diff?format=patch").text)
        assert change["path"] == "/Comment"

    def test_distributions_are_listed_with_their_live_version(self, world: World, distribution: str) -> None:
        found = world.rest("viewer", "GET", "/distributions").document["items"]
        assert distribution in [one["distributionId"] for one in found]
        assert world.rest("viewer", "GET", f"/distributions/{distribution}").document["liveVersion"] == 2

    def test_a_version_is_pinned_and_let_go(self, world: World, distribution: str) -> None:
        pin = f"/distributions/{distribution}/versions/1/pin"
        version = world.rest("viewer", "GET", pin.removesuffix("/pin"))
        known = {"If-None-Match": version.headers["etag"]}
        assert world.rest("viewer", "GET", pin.removesuffix("/pin"), headers=known).status == 304
        assert world.rest("operator", "PUT", pin).document["pinned"] is True
        assert world.rest("viewer", "GET", pin.removesuffix("/pin"), headers=known).document["pinned"] is True
        assert world.rest("operator", "DELETE", pin).document["pinned"] is False
        assert world.rest("viewer", "GET", pin.removesuffix("/pin"), headers=known).status == 304


class TestSnapshots:
    def test_a_snapshot_changes_only_for_who_has_read_it(self, world: World, distribution: str) -> None:
        snapshots = f"/distributions/{distribution}/snapshots"
        made = world.rest("operator", "POST", snapshots, {"name": "freeze", "version": 1})
        assert (made.status, made.headers["location"]) == (201, "snapshots/freeze")
        read = world.rest("viewer", "GET", f"{snapshots}/freeze")
        assert read.headers["etag"] == made.headers["etag"]
        match = {"If-Match": read.headers["etag"]}
        noted = world.rest("operator", "PATCH", f"{snapshots}/freeze", {"note": "first"}, headers=match)
        assert noted.document["note"] == "first"
        assert noted.headers["etag"] != read.headers["etag"]
        late = world.rest("operator", "PATCH", f"{snapshots}/freeze", {"note": "second"}, headers=match)
        assert (late.status, late.problem) == (412, "changed-since-read")
        assert world.rest("operator", "DELETE", f"{snapshots}/freeze", headers=match).status == 412
        listed = world.rest("viewer", "GET", snapshots).document["items"]
        assert [one["note"] for one in listed if one["name"] == "freeze"] == ["first"]
        assert world.rest("operator", "DELETE", f"{snapshots}/freeze").status == 204
        assert world.rest("viewer", "GET", f"{snapshots}/freeze").problem == "snapshot-not-found"

    def test_the_live_version_can_have_a_name(self, world: World, distribution: str) -> None:
        snapshots = f"/distributions/{distribution}/snapshots"
        made = world.rest("operator", "POST", snapshots, {"name": "as-it-is"})
        assert made.document["version"] == 2
        assert world.rest("operator", "POST", snapshots, {"name": "as-it-is"}).problem == "snapshot-exists"
        assert world.rest("operator", "POST", snapshots, {"name": "latest"}).status == 400

    def test_what_nobody_heard_of_is_captured_to_have_a_name(self, world: World) -> None:
        with unheard(world.application):
            shop = changes.new_distribution(world.application)["Distribution"]["Id"]
        made = world.rest("operator", "POST", f"/distributions/{shop}/snapshots", {"name": "first"})
        assert (made.status, made.document["version"]) == (201, 1)


class TestRollbacks:
    def test_a_plan_is_answered_by_who_has_read_it(self, world: World, distribution: str) -> None:
        token = f"rest-{uuid4().hex[:12]}"
        here = f"/rollbacks/{token}"
        eventually(lambda: asks(world, distribution, token))
        plan = world.rest("viewer", "GET", f"{here}/plan")
        wrong = world.rest("admin", "POST", f"{here}/answer", {"approve": False}, headers={"If-Match": '"another"'})
        assert (wrong.status, wrong.problem) == (412, "changed-since-read")
        match = {"If-Match": plan.headers["etag"]}
        answer = world.rest("admin", "POST", f"{here}/answer", {"approve": False, "comment": "no"}, headers=match)
        assert answer.status == 200
        eventually(lambda: world.rest("viewer", "GET", here).document["failure"])
        assert token in [one["requestToken"] for one in world.rest("viewer", "GET", "/rollbacks").document["items"]]

    def test_a_rollback_is_stopped(self, world: World, distribution: str) -> None:
        token = f"rest-{uuid4().hex[:12]}"
        eventually(lambda: asks(world, distribution, token))
        assert world.rest("operator", "POST", f"/rollbacks/{token}/stop").status == 200
        eventually(lambda: world.rest("viewer", "GET", f"/rollbacks/{token}").document["failure"])
        assert world.rest("viewer", "GET", "/rollbacks/none").problem == "rollback-not-found"

    def test_a_dry_run_has_a_plan_and_changes_nothing(self, world: World, distribution: str) -> None:
        token = f"rest-{uuid4().hex[:12]}"
        body = {"requestToken": token, "targets": [distribution], "dryRun": True}
        body["source"] = {"distributionId": distribution, "version": 1}
        answer = world.rest("operator", "POST", "/rollbacks", body)
        assert (answer.status, answer.document["dryRun"]) == (202, True)
        eventually(lambda: _ok(world.rest("viewer", "GET", f"/rollbacks/{token}/plan")))
        assert versions(world, distribution) == [2, 1]


def _full(page: dict[str, Any]) -> dict[str, Any] | None:
    """A page that another one follows."""
    return page if page["nextCursor"] else None


def _linked_again(world: World, first: Answer, path: str) -> Answer | None:
    """The answer to the same question, once its links are others."""
    again = world.rest("viewer", "GET", path)
    return again if again.document["expiresAt"] != first.document["expiresAt"] else None


def _ok(answer: Answer) -> Answer | None:
    return answer if answer.status == 200 else None


def _steady(world: World, path: str) -> Answer | None:
    """An answer that is the same twice."""
    first, second = world.rest("viewer", "GET", path), world.rest("viewer", "GET", path)
    return first if first.headers["etag"] == second.headers["etag"] else None
