"""Who may ask the deployed GraphQL API for what: each operation and each subscription by each caller."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from cloudfront_extensions.operations.access import OPERATIONS
from tests.apis.graphql import TYPES, Answer, ask, asking
from tests.apis.world import World
from tests.workflows.cases import new_case

NOWHERE = 'distributionId: "E0NOWHERE00000"'
ARGUMENTS = {
    "job": 'jobId: "none"',
    "jobItems": 'jobId: "none"',
    "jobReport": 'jobId: "none"',
    "validationRecords": 'jobId: "none"',
    "certificate": 'certificateId: "none"',
    "distribution": NOWHERE,
    "versions": NOWHERE,
    "version": f"{NOWHERE}, number: 1",
    "diff": NOWHERE,
    "snapshots": NOWHERE,
    "snapshot": f'{NOWHERE}, name: "none"',
    "rollback": 'requestToken: "none"',
    "rollbackPlan": 'requestToken: "none"',
    "metrics": 'domain: "none.example.com", metrics: [request]',
    "metricCountries": 'domain: "none.example.com"',
    "topUrls": 'domain: "none.example.com"',
    "downloadSpeeds": 'domain: "none.example.com"',
    "metricsExport": 'exportId: "none"',
    "prewarm": 'prewarmId: "none"',
    "predecessorMetric": 'startTime: "none", endTime: "none", metric: "all", domain: "none.example.com"',
    "startJob": 'job: {requestToken: "none", domains: []}',
    "redriveJob": 'jobId: "none"',
    "cancelJob": 'jobId: "none"',
    "cleanUpJob": 'jobId: "none"',
    "pinVersion": f"{NOWHERE}, number: 1",
    "unpinVersion": f"{NOWHERE}, number: 1",
    "createSnapshot": f'{NOWHERE}, name: "/"',
    "annotateSnapshot": f'{NOWHERE}, name: "none", note: ""',
    "deleteSnapshot": f'{NOWHERE}, name: "none"',
    "startRollback": 'rollback: {requestToken: "none", targets: [], source: {}}',
    "answerRollback": 'requestToken: "none", approve: true',
    "stopRollback": 'requestToken: "none"',
    "startMetricsExport": 'export: {requestToken: "none", from: "2026-11-20T00:00:00Z", to: "2026-11-20T00:00:00Z"}',
    "startPrewarm": 'prewarm: {requestToken: "none", distributionId: "ENONE", urls: []}',
    "onJobChanged": 'jobId: "none"',
    "onRollbackChanged": 'requestToken: "none"',
}
"""What each field needs, of nothing that there is: whoever is let in changes nothing."""

PEOPLE = ("viewer", "operator", "admin")
SHUT_OUT = ("anonymous", "expired", "other pool")
BEYOND_THE_DOOR = {
    "certificate-not-found",
    "distribution-not-found",
    "export-not-found",
    "invalid-input",
    "job-not-found",
    "prewarm-not-found",
    "rollback-not-found",
    "snapshot-not-found",
    "version-not-found",
}

BY_WEBSOCKET = "UnsupportedOperation"
"""What who may subscribe is told here, where there are none."""


@dataclass(frozen=True, slots=True)
class Field:
    root: str
    name: str
    groups: tuple[str, ...]


FIELDS = [
    *(Field(each.graphql_type.value, each.graphql_field, tuple(each.groups)) for each in OPERATIONS.values()),
    *(Field("Subscription", name, PEOPLE) for name in TYPES["Subscription"].fields),
]

by_field = pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.name)


def asked(world: World, caller: str, field: Field) -> Answer:
    arguments = f"({ARGUMENTS[field.name]})" if field.name in ARGUMENTS else ""
    return ask(world, caller, f"{field.root.lower()} {{ {field.name}{arguments} {{ __typename }} }}")


def is_let_in(answer: Answer, field: Field) -> bool:
    """The function has looked: it answers, or says that there is no such thing."""
    if field.root == "Subscription":
        return answer.kinds == [BY_WEBSOCKET]
    return answer.status == 200 and set(answer.problems) <= BEYOND_THE_DOOR


@by_field
@pytest.mark.parametrize("group", PEOPLE)
def test_a_person_is_let_in_by_his_group(world: World, field: Field, group: str) -> None:
    answer = asked(world, group, field)
    if group in field.groups:
        assert is_let_in(answer, field), answer
    else:
        assert (answer.status, answer.kinds) == (200, ["Unauthorized"])
        assert answer.data == {field.name: None}


@by_field
def test_who_is_in_no_group_is_refused(world: World, field: Field) -> None:
    answer = asked(world, "nobody", field)
    assert answer.kinds == ["Unauthorized"]
    assert answer.data == {field.name: None}


@by_field
@pytest.mark.parametrize("caller", SHUT_OUT)
def test_who_has_no_valid_token_is_shut_out(world: World, field: Field, caller: str) -> None:
    answer = asked(world, caller, field)
    assert (answer.status, answer.data, answer.kinds) == (401, None, ["UnauthorizedException"])


@by_field
def test_a_machine_is_let_in_by_its_policy(world: World, field: Field) -> None:
    assert is_let_in(asked(world, "machine", field), field)


@by_field
def test_a_machine_without_a_policy_is_shut_out(world: World, field: Field) -> None:
    answer = asked(world, "machine without permission", field)
    assert (answer.status, answer.data) == (401, None)


def test_a_machine_subscribes_by_a_policy_for_that_field(world: World) -> None:
    fields = f"{world.application.outputs['GraphqlApiArn']}/types"
    for name, resource, kind in (
        ("onJobChanged", "Subscription/fields/onJobChanged", BY_WEBSOCKET),
        ("onRollbackChanged", "Subscription/fields/onJobChanged", "UnauthorizedException"),
        ("onJobChanged", "Mutation/*", "UnauthorizedException"),
    ):
        statement = {"Effect": "Allow", "Action": "appsync:GraphQL", "Resource": f"{fields}/{resource}"}
        machine = world.machine(new_case("stranger who subscribes").job_id, statement)
        answer = ask(world, machine, f"subscription {{ {name}({ARGUMENTS[name]}) {{ __typename }} }}")
        assert answer.kinds == [kind]


def test_a_policy_may_be_for_one_field(world: World) -> None:
    field = f"{world.application.outputs['GraphqlApiArn']}/types/Query/fields/jobs"
    statement = {"Effect": "Allow", "Action": "appsync:GraphQL", "Resource": field}
    machine = world.machine("stranger-who-asks-for-jobs", statement)
    answer = ask(world, machine, "query { jobs { __typename } rollbacks { __typename } }")
    assert answer.data == {"jobs": {"__typename": "JobPage"}, "rollbacks": None}
    assert answer.kinds == ["Unauthorized"]


@pytest.mark.parametrize("who", [*PEOPLE, "nobody"])
@pytest.mark.parametrize("field", ['publishJobChanged(jobId: "none")', 'publishRollbackChanged(requestToken: "none")'])
def test_no_person_tells_subscribers(world: World, who: str, field: str) -> None:
    assert ask(world, who, f"mutation {{ {field} {{ __typename }} }}").kinds == ["Unauthorized"]


def test_an_access_token_is_no_id_token(world: World) -> None:
    token = world.person("admin").access_token
    who = asking(world, "admin")
    answer = ask(world, type(who)("access", token), "query { jobs { __typename } }")
    assert answer.data == {"jobs": None}
    assert answer.problems == ["not-signed-in"]


def test_what_is_refused_beside_what_is_allowed_is_refused_alone(world: World) -> None:
    document = """mutation {
      cancelJob(jobId: "none") { jobId }
      cleanUpJob(jobId: "none") { jobId }
    }"""
    answer = ask(world, "operator", document)
    assert answer.data == {"cancelJob": None, "cleanUpJob": None}
    assert sorted(answer.kinds) == ["Lambda:Unhandled", "Unauthorized"]
