"""Whom a field is open to: its own directives say so, else those of its type, else the API's first provider."""

from __future__ import annotations

import pytest
from botocore.credentials import Credentials

from tests.integration.localaws.appsync import graphql
from tests.integration.localaws.appsync.graphql import COGNITO, ROOT, Api, Pool
from tests.integration.localaws.workbench import Workbench

SCHEMA = """
    type Query {
      plain: Int
      users: Int @aws_cognito_user_pools
      viewers: Int @aws_cognito_user_pools(cognito_groups: ["viewer"])
      viewersOrAdmins: Int @aws_cognito_user_pools(cognito_groups: ["viewer", "admin"])
      oneGroup: Int @aws_cognito_user_pools(cognito_groups: "admin")
      admins: Int @aws_cognito_user_pools(cognito_groups: ["admin"])
      machines: Int @aws_iam
      adminsAndMachines: Int @aws_cognito_user_pools(cognito_groups: ["admin"]) @aws_iam
      keys: Int @aws_api_key
      old: Int @aws_auth(cognito_groups: ["admin"])
      job: Job @aws_cognito_user_pools @aws_iam
      note: Note @aws_cognito_user_pools @aws_iam
      report: Report @aws_cognito_user_pools @aws_iam
    }
    type Job @aws_cognito_user_pools @aws_iam { id: ID! secret: Int @aws_cognito_user_pools(cognito_groups: ["admin"]) }
    type Note { id: ID }
    type Report @aws_cognito_user_pools(cognito_groups: ["admin"]) { id: ID open: Int @aws_cognito_user_pools @aws_iam }
    extend type Query { added: Int @aws_iam }
    type Mutation { set: Int }
    type Subscription {
      everybody: Int @aws_subscribe(mutations: ["set"]) @aws_cognito_user_pools @aws_iam
      adminsAlone: Int @aws_subscribe(mutations: ["set"]) @aws_cognito_user_pools(cognito_groups: ["admin"])
    }
"""
CALLERS = ("nobody", "viewer", "admin", "machine")
OPEN_TO = {
    "plain": "nobody viewer admin",
    "users": "nobody viewer admin",
    "viewers": "viewer",
    "viewersOrAdmins": "viewer admin",
    "oneGroup": "admin",
    "admins": "admin",
    "machines": "machine",
    "adminsAndMachines": "admin machine",
    "keys": "",
    "old": "nobody viewer admin",
    "added": "machine",
}
"""What is said beside `users` in no group; `old` is open, as AppSync ignores @aws_auth beside a second provider."""
BELOW = {
    "job { id }": "nobody viewer admin machine",
    "job { secret }": "admin",
    "note { id }": "nobody viewer admin",
    "report { id }": "admin",
    "report { open }": "nobody viewer admin machine",
}
SUBSCRIBERS = {"everybody": "nobody viewer admin machine", "adminsAlone": "admin"}
WHO = dict[str, str | Credentials]


@pytest.fixture(scope="module")
def api(bench: Workbench, pool: Pool) -> Api:
    api = graphql.made(bench, SCHEMA, pool=pool)
    function = bench.function('def handler(event, context):\n    return {"id": "1", "secret": 1, "open": 1}')
    api.resolve(function, "Query.job", "Query.note", "Query.report")
    return api


@pytest.fixture(scope="module")
def who(pool: Pool) -> WHO:
    people = {group or "nobody": pool.person(group).access_token for group in ("viewer", "admin", None)}
    return {**people, "machine": ROOT}


@pytest.mark.parametrize("caller", CALLERS)
@pytest.mark.parametrize("field", OPEN_TO)
def test_a_field_is_open_to_whom_it_says(api: Api, who: WHO, field: str, caller: str) -> None:
    answer = api.ask(f"{{ {field} }}", who[caller])
    assert answer.status == 200
    assert answer.data == {field: None}
    assert answer.kinds == ([] if caller in OPEN_TO[field].split() else ["Unauthorized"])


@pytest.mark.parametrize("caller", CALLERS)
@pytest.mark.parametrize("selected", BELOW)
def test_a_field_below_is_open_to_whom_it_or_its_type_says(api: Api, who: WHO, selected: str, caller: str) -> None:
    answer = api.ask(f"{{ {selected} }}", who[caller])
    assert answer.kinds == ([] if caller in BELOW[selected].split() else ["Unauthorized"])


@pytest.mark.parametrize("caller", CALLERS)
@pytest.mark.parametrize("field", SUBSCRIBERS)
def test_who_may_not_subscribe_is_told_that_and_not_that_there_is_no_websocket(
    api: Api, who: WHO, field: str, caller: str
) -> None:
    answer = api.ask(f"subscription {{ {field} }}", who[caller])
    assert answer.data == {field: None}
    assert answer.kinds == ["UnsupportedOperation" if caller in SUBSCRIBERS[field].split() else "Unauthorized"]


def test_a_refusal_looks_as_on_aws(api: Api, who: WHO) -> None:
    answer = api.ask("{ users admins }", who["viewer"])
    assert answer.data == {"users": None, "admins": None}
    assert answer.errors == [
        {
            "path": ["admins"],
            "data": None,
            "errorType": "Unauthorized",
            "errorInfo": None,
            "locations": [{"line": 1, "column": 9, "sourceName": None}],
            "message": "Not Authorized to access admins on type Query",
        }
    ]


def test_a_closed_field_that_must_have_a_value_takes_its_parent_with_it(bench: Workbench, pool: Pool) -> None:
    schema = 'type Query { open: Int closed: Int! @aws_cognito_user_pools(cognito_groups: ["admin"]) }'
    answer = graphql.made(bench, schema, pool=pool).ask("{ open closed }", pool.person("viewer").id_token)
    assert answer.data is None
    assert answer.kinds == ["Unauthorized"]


def test_nothing_that_is_closed_is_executed(bench: Workbench, pool: Pool, sayer: str) -> None:
    schema = 'type Query { a(say: String): Int @aws_cognito_user_pools(cognito_groups: ["admin"]) }'
    api = graphql.made(bench, schema, pool=pool)
    fails_if_run = bench.function("def handler(event, context):\n    raise RuntimeError")
    api.resolve(fails_if_run, "Query.a")
    assert api.ask("{ a }", pool.person("viewer").id_token).kinds == ["Unauthorized"]


def test_the_old_directive_counts_where_users_are_alone(bench: Workbench, pool: Pool) -> None:
    schema = 'type Query { old: Int @aws_auth(cognito_groups: ["admin"]) plain: Int }'
    api = graphql.made(bench, schema, pool=pool, additionalAuthenticationProviders=[])
    assert api.ask("{ old plain }", pool.person("viewer").id_token).errors[0]["path"] == ["old"]
    assert api.ask("{ old plain }", pool.person("admin").id_token).errors == []


def test_what_says_nothing_is_closed_where_users_alone_are_denied_by_default(bench: Workbench, pool: Pool) -> None:
    schema = 'type Query { plain: Int said: Int @aws_cognito_user_pools(cognito_groups: ["viewer"]) }'
    denying = {"userPoolConfig": {**pool.config, "defaultAction": "DENY"}, "additionalAuthenticationProviders": []}
    answer = graphql.made(bench, schema, pool=pool, **denying).ask("{ plain said }", pool.person("viewer").id_token)
    assert [error["path"] for error in answer.errors] == [["plain"]]


def test_the_type_of_an_object_is_asked_for_by_whoever_sees_the_object(api: Api, who: WHO) -> None:
    assert api.ask("{ __typename job { __typename } }", who["viewer"]).data["job"] == {"__typename": "Job"}


def test_ministack_alone_reads_no_directive(stock: Workbench, pool: Pool) -> None:
    created = stock.client("appsync").create_graphql_api(
        name="a", authenticationType=COGNITO, userPoolConfig=pool.config
    )["graphqlApi"]
    api = Api(stock, created["apiId"], created["uris"]["GRAPHQL"])
    api.give_schema('type Query { a: Int @aws_cognito_user_pools(cognito_groups: ["admin"]) }')
    assert api.ask("{ a }", pool.person("viewer").id_token).errors == []
