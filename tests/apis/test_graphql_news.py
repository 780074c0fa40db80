"""Subscribers are told what becomes of jobs and rollbacks. The embedded AWS has no WebSocket for them: it writes down what
each subscription would have been told."""

from __future__ import annotations

import pytest

from localaws.executions import lines
from localaws.faults import Fault, faults
from tests.apis.graphql import TYPES, Json, ask, told, whole
from tests.apis.world import World
from tests.workflows.account import hosted_zone
from tests.workflows.application import eventually
from tests.workflows.cases import Case, new_case
from tests.workflows.rollbacks import Shop

JOB, ROLLBACK = "onJobChanged", "onRollbackChanged"
NO_EVENTS = Fault("event-lost", source="aws.states")
"""Only the tables' streams tell."""


@pytest.fixture
def case(request: pytest.FixtureRequest) -> Case:
    return new_case(f"graphql-{request.node.name}")


def start_job(world: World, case: Case, **more: object) -> Json:
    job = {"requestToken": case.job_id, "domains": [{"domainName": case.host("shop")}], **more}
    document = f"mutation($job: JobInput!) {{ startJob(job: $job) {whole('Job')} }}"
    found: Json = told(world, "operator", document, job=job)
    return found


def start_rollback(world: World, case: Case, **more: object) -> Shop:
    shop = Shop.of(world.application)
    rollback = {
        "requestToken": case.job_id,
        "targets": [shop.id],
        "source": {"distributionId": shop.id, "version": 1},
        **more,
    }
    document = "mutation($rollback: RollbackInput!) { startRollback(rollback: $rollback) { status } }"
    told(world, "operator", document, rollback=rollback)
    return shop


def news(world: World, subscription: str, case: Case) -> list[Json]:
    """What the subscribers of the case's job or rollback were told, in its order; none of it had an error."""
    key = {JOB: "jobId", ROLLBACK: "requestToken"}[subscription]
    found = [line for line in lines(world.instance.news) if line["subscription"] == subscription]
    ours = [line for line in found if line["value"][key] == case.job_id]
    assert not any(line["errors"] for line in ours), ours
    return [line["value"] for line in ours]


def told_status(world: World, subscription: str, case: Case, status: str) -> Json:
    """The last news, once they are of this status."""

    def question() -> Json | None:
        found = news(world, subscription, case)
        return found[-1] if found and found[-1]["status"] == status else None

    found = eventually(question)
    assert found is not None
    return found


def test_a_job_that_changes_is_told_whole(world: World, case: Case) -> None:
    started = start_job(world, case, validation={"mode": "manual"})
    found = told_status(world, JOB, case, "RUNNING")
    assert set(found) == set(TYPES["Job"].fields)
    assert found["executionArn"] == started["executionArn"]


def test_a_rollback_that_changes_is_told_whole(world: World, case: Case) -> None:
    shop = start_rollback(world, case, approval="required")
    found = told_status(world, ROLLBACK, case, "AWAITING_APPROVAL")
    assert set(found) == set(TYPES["Rollback"].fields)
    (target,) = found["targets"]
    assert set(target) == set(TYPES["RollbackTarget"].fields)
    assert (target["distributionId"], target["outcome"]) == (shop.id, "WAITING")


def test_the_end_of_a_job_is_told_when_it_is_on_record(world: World, case: Case) -> None:
    hosted_zone(world.application, case.domain)
    with faults(world.instance, NO_EVENTS):
        start_job(world, case)
        last = told_status(world, JOB, case, "SUCCEEDED")
    assert last == told(world, "viewer", f"query($id: ID!) {{ job(jobId: $id) {whole('Job')} }}", id=case.job_id)


def test_the_end_of_a_cancelled_job_is_told_when_it_is_on_record(world: World, case: Case) -> None:
    with faults(world.instance, NO_EVENTS):
        start_job(world, case, validation={"mode": "manual"})
        told_status(world, JOB, case, "RUNNING")
        told(world, "operator", "mutation($id: ID!) { cancelJob(jobId: $id) { status } }", id=case.job_id)
        told_status(world, JOB, case, "CANCELLED")


def test_the_end_of_a_rollback_is_told_when_it_is_on_record(world: World, case: Case) -> None:
    with faults(world.instance, NO_EVENTS):
        start_rollback(world, case)
        last = told_status(world, ROLLBACK, case, "APPLIED")
    document = "query($t: ID!) { rollback(requestToken: $t) { etag } }"
    assert last["etag"] == told(world, "viewer", document, t=case.job_id)["etag"]


def test_a_rollback_that_could_not_begin_is_told_at_its_end(world: World, case: Case) -> None:
    function = world.application.function("BeginRollback")
    broken = Fault("function-error", service="lambda", operation="Invoke", containing=function, error_type="NameError")
    with faults(world.instance, broken):
        start_rollback(world, case)
        last = told_status(world, ROLLBACK, case, "NOT_STARTED")
    assert last["failure"]["error"] == "NameError"


def test_a_job_whose_execution_somebody_stopped_is_told_as_interrupted(world: World, case: Case) -> None:
    started = start_job(world, case, validation={"mode": "manual"})
    told_status(world, JOB, case, "RUNNING")
    world.application.stop(started["executionArn"])
    told_status(world, JOB, case, "INTERRUPTED")


def test_what_the_api_failed_to_tell_is_told_later(world: World, case: Case) -> None:
    # GIVEN a rollback that waits for a person, and has nothing to tell meanwhile
    start_rollback(world, case, approval="required")
    waiting = told_status(world, ROLLBACK, case, "AWAITING_APPROVAL")
    # WHEN its execution is stopped, and the API's function dies while it looks at it
    killed = Fault("kill-before", operation="DescribeExecution", caller="*/GraphqlApi", containing=case.job_id, times=1)
    with faults(world.instance, killed) as injected:
        world.application.stop(waiting["executionArn"])
        # THEN the end is told all the same
        told_status(world, ROLLBACK, case, "INTERRUPTED")
    assert injected.struck() == [1]


def test_the_end_of_a_dry_run_is_told(world: World, case: Case) -> None:
    start_job(world, case, dryRun=True)
    assert told_status(world, JOB, case, "SUCCEEDED")["dryRun"]


def test_the_end_of_a_rollbacks_dry_run_is_told(world: World, case: Case) -> None:
    start_rollback(world, case, dryRun=True)
    assert told_status(world, ROLLBACK, case, "PLANNED")["dryRun"]


def test_the_address_of_subscriptions_is_an_output(world: World) -> None:
    (api,) = [
        api
        for api in world.application.client("appsync").list_graphql_apis()["graphqlApis"]
        if api["apiId"] == world.application.outputs["GraphqlApiId"]
    ]
    assert world.application.outputs["GraphqlRealtimeUrl"] == api["uris"]["REALTIME"]


def test_a_subscription_by_http_is_refused(world: World) -> None:
    answer = ask(world, "viewer", 'subscription { onJobChanged(jobId: "none") { status } }')
    assert answer.kinds == ["UnsupportedOperation"]
