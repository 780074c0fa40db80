"""What the deployed GraphQL API does with requests that ask too much, or make no sense."""

from __future__ import annotations

import json

import pytest

from cloudfront_extensions.operations.cursors import cursor_after
from tests.apis.graphql import ask, asking, sent
from tests.apis.world import World

MOST_FIELDS = 10
INSIDE = ("Traceback", "/var/task", ".py", "botocore", "arn:aws:iam", "stackTrace")


def test_a_field_may_be_asked_for_ten_times_and_no_more(world: World) -> None:
    fields = " ".join(f"a{number}: jobs(limit: 1) {{ nextCursor }}" for number in range(MOST_FIELDS + 5))
    answer = ask(world, "viewer", f"query {{ {fields} }}")
    assert answer.data is not None
    assert sum(value is not None for value in answer.data.values()) == MOST_FIELDS
    assert set(answer.kinds) == {"ResolverExecutionLimitReached"}


def test_the_schema_is_not_told_unless_the_stack_says_so(world: World) -> None:
    answer = ask(world, "viewer", "query { __schema { types { name } } }")
    assert answer.data is None
    assert answer.errors


def test_the_name_of_a_type_is_always_told(world: World) -> None:
    assert ask(world, "viewer", "query { __typename }").data == {"__typename": "Query"}


def test_the_api_has_its_limits(world: World) -> None:
    """No request that the schema takes is too deep, unless the schema tells of itself, whose types lead back to themselves."""
    api_id = world.application.outputs["GraphqlApiArn"].rpartition("/")[2]
    api = world.application.client("appsync").get_graphql_api(apiId=api_id)["graphqlApi"]
    found = {name: api.get(name) for name in ("queryDepthLimit", "resolverCountLimit", "introspectionConfig")}
    assert found == {"queryDepthLimit": 5, "resolverCountLimit": MOST_FIELDS, "introspectionConfig": "DISABLED"}


def test_an_api_that_is_to_tell_its_schema_does(world: World, narrow_world: World) -> None:
    of_type = "ofType { kind name " * 7 + "}" * 7
    query = f"query {{ __schema {{ types {{ name fields {{ name type {{ kind name {of_type} }} }} }} }} }}"
    assert ask(world, "viewer", query).errors
    answer = ask(narrow_world, "viewer", query)
    assert not answer.errors
    assert answer.data is not None
    assert "JobItem" in [one["name"] for one in answer.data["__schema"]["types"]]


def test_a_document_that_nests_without_end_is_refused(world: World) -> None:
    answer = ask(world, "viewer", "query { jobs { items " + "{ items " * 2000 + "{ jobId }" + " }" * 2002)
    assert (answer.status, answer.data) == (400, None)
    assert answer.errors


MALFORMED = [
    ("query($x: Int!) { jobs(limit: $x) { nextCursor } }", {"x": "ten"}),
    ("query($x: Int!) { jobs(limit: $x) { nextCursor } }", {"x": 2**40}),
    ("query($x: Int!) { jobs(limit: $x) { nextCursor } }", {}),
    ("query($x: JobStatusOnRecord) { jobs(status: $x) { nextCursor } }", {"x": "NO_SUCH"}),
    ("query($x: JobStatusOnRecord) { jobs(status: $x) { nextCursor } }", {"x": "STARTING"}),
    ("query { jobs(status: INTERRUPTED) { nextCursor } }", {}),
    ("query($x: ID!) { job(jobId: $x) { jobId } }", {"x": {"a": 1}}),
    ("query($x: ID!) { job(jobId: $x) { jobId } }", {"x": None}),
    ("query($x: AWSDateTime) { certificates(expiresAfter: $x) { nextCursor } }", {"x": "yesterday"}),
    ("mutation($x: JobInput!) { startJob(job: $x) { jobId } }", {"x": {"requestToken": "a", "unknown": 1}}),
    ("mutation($x: JobInput!) { startJob(job: $x) { jobId } }", {"x": []}),
    ("query { noSuchField }", {}),
    ('query { jobs(limit: "1") { nextCursor } }', {}),
    ("query { jobs }", {}),
    ("query {", {}),
    ("subscription { onJobChanged { jobId } }", {}),
    ('query { jobs(cursor: "AAAA") { nextCursor } }', {}),
    ("query { jobs(limit: 0) { nextCursor } }", {}),
    ("query { jobs(limit: 101) { nextCursor } }", {}),
    ('query { job(jobId: "../../etc") { jobId } }', {}),
    ('query { job(jobId: "\\u202e\\u0000") { jobId } }', {}),
    ('query { distribution(distributionId: "E1/../E2") { arn } }', {}),
    ('query { version(distributionId: "E2QWRUHAPOMQZL", number: -1) { number } }', {}),
    ('query { snapshot(distributionId: "E2QWRUHAPOMQZL", name: "a/b") { note } }', {}),
    ('query { rollback(requestToken: "a b") { status } }', {}),
    ('query { certificates(domain: "-") { nextCursor } }', {}),
]


@pytest.mark.parametrize(("document", "variables"), MALFORMED, ids=[str(number) for number in range(len(MALFORMED))])
def test_what_makes_no_sense_gets_an_error_and_nothing_of_the_inside(
    world: World, document: str, variables: dict[str, object]
) -> None:
    answer = ask(world, "operator", document, **variables)
    assert answer.status < 500
    assert answer.errors
    assert not any("unexpected-error" in problem for problem in answer.problems), answer
    assert not any(word in json.dumps(answer.errors) for word in INSIDE), answer


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"no JSON", b'{"query": 1}', b'{"query": "{ jobs", "variables": []}', b"\xff"]
)
def test_a_body_that_is_no_request_is_refused(world: World, body: bytes) -> None:
    answer = sent(world, asking(world, "viewer"), body)
    assert 400 <= answer.status < 500
    assert answer.data is None


def test_a_foreign_cursor_is_refused(world: World) -> None:
    cursor = cursor_after("2026-11-23T06:00:00Z#one", "rollbacks")
    answer = ask(world, "viewer", "query($x: String) { jobs(cursor: $x) { nextCursor } }", x=cursor)
    assert answer.problems == ["invalid-cursor"]
