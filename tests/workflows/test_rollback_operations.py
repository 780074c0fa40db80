"""Rollbacks, versions and snapshots as the APIs' operations have them, on the deployed workflow."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from cloudfront_extensions.aws import clients
from cloudfront_extensions.errors import ChangedSinceRead, NoAnswerAwaited
from cloudfront_extensions.operations.callers import Caller, CallerKind
from cloudfront_extensions.operations.distributions import get_distribution, list_distributions
from cloudfront_extensions.operations.rollbacks import (
    answer_rollback,
    get_rollback,
    get_rollback_plan,
    list_rollbacks,
    start_rollback,
    stop_rollback,
)
from cloudfront_extensions.operations.snapshots import annotate_snapshot, create_snapshot
from cloudfront_extensions.operations.versions import get_diff, get_version
from tests.workflows.application import Application, eventually
from tests.workflows.cases import Case
from tests.workflows.rollbacks import Shop, request

ADA = Caller("ada@example.com", CallerKind.PERSON, frozenset({"admin"}))
GRACE = Caller("arn:aws:sts::123456789012:assumed-role/Deployments/grace", CallerKind.MACHINE)


@pytest.fixture(autouse=True)
def _environment(application: Application, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The functions' own."""
    outputs = application.outputs
    for name, value in {
        **application.instance.environment,
        "VERSIONS_TABLE": outputs["VersionsTable"],
        "CONFIGURATION_BUCKET": outputs["ConfigurationBucket"],
        "JOBS_BUCKET": outputs["JobsBucket"],
        "CONFIG_ROLLBACK": application.state_machine("config_rollback"),
    }.items():
        monkeypatch.setenv(name, value)
    _forget_clients()
    yield
    _forget_clients()


def _forget_clients() -> None:
    for cached in (clients._session, clients.client):
        cached.cache_clear()


def status(case: Case) -> str:
    return get_rollback(case.job_id)["status"]


def start(case: Case, shop: Shop, **more: object) -> str:
    return start_rollback(request(case, [shop], **more), caller=GRACE)["status"]


def test_a_plan_is_read_approved_as_it_was_read_and_carried_out(application: Application, case: Case) -> None:
    shop = Shop.of(application)
    assert start(case, shop, approval="required") in ("STARTING", "RUNNING", "AWAITING_APPROVAL")
    eventually(lambda: status(case) == "AWAITING_APPROVAL")
    assert get_distribution(shop.id)["rollback"]

    plan = get_rollback_plan(case.job_id)
    assert [change["path"] for change in plan["plan"]["targets"][0]["changes"]] == ["Comment"]
    with pytest.raises(ChangedSinceRead):
        answer_rollback(case.job_id, approve=True, if_match="0" * 64, caller=ADA)
    answered = answer_rollback(case.job_id, approve=True, comment="go", if_match=plan["etag"], caller=ADA)
    assert answered["delivered"]
    eventually(lambda: status(case) == "APPLIED")

    found = get_rollback(case.job_id)
    assert (found["requestedBy"], found["approval"] and found["approval"]["by"]) == (GRACE.name, ADA.name)
    assert [(each["distributionId"], each["outcome"]) for each in found["targets"]] == [(shop.id, "APPLIED")]
    assert shop.comment == "good"
    listed = {each["requestToken"]: each["status"] for each in list_rollbacks(limit=100)["items"]}
    assert listed[case.job_id] == "APPLIED"
    # AND the same request again is the same rollback, which nobody can answer for any more
    assert start(case, shop, approval="required") == "APPLIED"
    with pytest.raises(NoAnswerAwaited):
        answer_rollback(case.job_id, approve=False, caller=ADA)


def test_a_rollback_that_is_stopped_says_who_stopped_it(application: Application, case: Case) -> None:
    shop = Shop.of(application)
    start(case, shop, approval="required")
    eventually(lambda: status(case) == "AWAITING_APPROVAL")
    assert stop_rollback(case.job_id, caller=GRACE)["delivered"]
    eventually(lambda: status(case) == "NOT_STARTED")

    found = get_rollback(case.job_id)
    assert found["stop"] is not None
    assert found["stop"]["by"] == GRACE.name
    assert found["failure"] is not None
    assert found["failure"]["error"] == "RollbackStopped"


def test_a_rollback_whose_execution_was_stopped_goes_on_when_it_is_started_again(
    application: Application, case: Case
) -> None:
    shop = Shop.of(application)
    start(case, shop, approval="required")
    eventually(lambda: status(case) == "AWAITING_APPROVAL")
    first = get_rollback(case.job_id)
    application.stop(first["executionArn"])
    eventually(lambda: status(case) == "INTERRUPTED")

    start(case, shop, approval="required")
    eventually(lambda: status(case) == "AWAITING_APPROVAL")
    again = get_rollback(case.job_id)
    assert again["executionArn"] != first["executionArn"]
    answer_rollback(case.job_id, approve=False, caller=ADA)
    eventually(lambda: status(case) == "NOT_STARTED")


def test_a_dry_run_is_its_plan(application: Application, case: Case) -> None:
    shop = Shop.of(application)
    start(case, shop, dryRun=True)
    eventually(lambda: status(case) == "PLANNED")
    assert get_rollback_plan(case.job_id)["plan"]["status"] == "PLANNED"
    assert (shop.comment, get_distribution(shop.id)["rollback"]) == ("bad", None)


def test_a_rollback_that_can_not_begin_says_why(application: Application, case: Case) -> None:
    shop = Shop.of(application)
    start(case, shop, approval="required")
    eventually(lambda: status(case) == "AWAITING_APPROVAL")
    other = {**request(case, [shop]), "requestToken": f"{case.job_id}-2"}
    start_rollback(other, caller=GRACE)
    eventually(lambda: get_rollback(other["requestToken"])["failure"])

    refused = get_rollback(other["requestToken"])
    assert refused["failure"] is not None
    assert (refused["status"], refused["failure"]["error"]) == ("NOT_STARTED", "RollbackIsRunning")
    stop_rollback(case.job_id, caller=GRACE)


def test_a_distribution_its_versions_and_snapshots_are_told_as_they_are(application: Application) -> None:
    shop = Shop.of(application)
    made = create_snapshot(shop.id, name="bad", caller=GRACE)
    annotated = annotate_snapshot(shop.id, "bad", note="never again", if_match=made["etag"], caller=ADA)
    with pytest.raises(ChangedSinceRead):
        annotate_snapshot(shop.id, "bad", note="late", if_match=made["etag"], caller=GRACE)

    found = get_distribution(shop.id)
    assert (found["snapshotCount"], found["liveVersion"]) == (1, annotated["version"])
    assert found["versions"] is not None
    assert found["versions"]["isCurrent"]
    assert [change["path"] for change in get_diff(shop.id)["changes"]] == ["Comment"]
    version = get_version(shop.id, annotated["version"])
    assert version["config"] is not None
    assert version["config"]["Comment"] == "bad"
    listed, cursor = {}, None
    while not listed or cursor:
        page = list_distributions(limit=3, cursor=cursor)
        listed.update({each["distributionId"]: each["liveVersion"] for each in page["items"]})
        cursor = page["nextCursor"]
    assert listed[shop.id] == annotated["version"]
