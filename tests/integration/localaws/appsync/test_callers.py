"""Who asks has a token of the API's user pool, or a signature of a principal of IAM; nobody else has an answer."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from botocore.credentials import Credentials

from localaws import executions, sign_in
from localaws.instance import Instance
from localaws.sign_in import Person, Signed
from tests.integration.localaws.appsync import graphql
from tests.integration.localaws.appsync.graphql import ACCOUNT, ROOT, Api, Pool, asking, session
from tests.integration.localaws.workbench import Json, Workbench

SCHEMA = "type Query @aws_cognito_user_pools @aws_iam { echo: AWSJSON other: Int }"


@pytest.fixture(scope="module")
def api(bench: Workbench, pool: Pool, echo: str) -> Api:
    api = graphql.made(bench, SCHEMA, pool=pool)
    api.resolve(echo, "Query.echo", "Query.other")
    return api


@pytest.fixture(scope="module")
def viewer(pool: Pool) -> Person:
    return pool.person("viewer")


def identity_of(answer: graphql.Answer) -> Json:
    identity: Json = json.loads(answer.data["echo"])["identity"]
    return identity


@pytest.mark.parametrize(
    "shown",
    [lambda viewer: viewer.id_token, lambda viewer: viewer.access_token, lambda viewer: f"Bearer {viewer.id_token}"],
    ids=["an id token", "an access token", "a token after the word Bearer"],
)
def test_a_user_is_known_by(api: Api, viewer: Person, shown: Callable[[Person], str]) -> None:
    assert identity_of(api.ask("{ echo }", shown(viewer)))["groups"] == ["viewer"]


BAD_TOKENS: dict[str, Callable[[Instance, Person], str | None]] = {
    "nothing": lambda instance, viewer: None,
    "an empty header": lambda instance, viewer: "",
    "garbage": lambda instance, viewer: "garbage",
    "three parts of garbage": lambda instance, viewer: "a.b.c",
    "a token that was changed": lambda instance, viewer: viewer.id_token[:-6] + "AAAAAA",
    "a token without a signature": lambda instance, viewer: viewer.id_token.rpartition(".")[0] + ".",
    "a token of algorithm none": lambda instance, viewer: sign_in.forged(
        instance, viewer.id_token, signed=Signed.BY_NOBODY
    ),
    "a token signed with the public key": lambda instance, viewer: sign_in.forged(
        instance, viewer.id_token, signed=Signed.WITH_THE_PUBLIC_KEY
    ),
    "a token signed by a stranger": lambda instance, viewer: sign_in.forged(
        instance, viewer.id_token, signed=Signed.BY_A_STRANGER
    ),
    "a token for another client": lambda instance, viewer: sign_in.forged(instance, viewer.id_token, {"aud": "other"}),
    "a token of another issuer": lambda instance, viewer: sign_in.forged(
        instance, viewer.id_token, {"iss": "https://example.com"}
    ),
    "a token of another use": lambda instance, viewer: sign_in.forged(
        instance, viewer.id_token, {"token_use": "refresh"}
    ),
    "a refresh token": lambda instance, viewer: viewer.refresh_token,
}


@pytest.mark.parametrize("what", BAD_TOKENS)
def test_nobody_has_an_answer_with(instance: Instance, api: Api, viewer: Person, what: str) -> None:
    answer = api.ask("{ echo }", BAD_TOKENS[what](instance, viewer))
    assert (answer.status, answer.kinds) == (401, ["UnauthorizedException"])
    assert "data" not in answer.json


def test_a_token_that_is_over_is_refused_as_such(instance: Instance, api: Api, viewer: Person) -> None:
    answer = api.ask("{ echo }", sign_in.expired(instance, viewer.access_token))
    assert (answer.status, answer.errors[0]["message"]) == (401, "Token has expired.")


def test_a_token_of_another_pool_is_refused(instance: Instance, api: Api) -> None:
    assert api.ask("{ echo }", Pool.made(instance).person("viewer").id_token).status == 401


def test_a_token_for_another_client_of_the_pool_is_refused(instance: Instance, api: Api, pool: Pool) -> None:
    other = Pool.new_client(instance, pool.id)
    person = pool.person("admin", other)
    assert api.ask("{ echo }", person.id_token).status == 401
    assert api.ask("{ echo }", person.access_token).status == 401


def test_ministack_alone_takes_garbage_for_a_token(stock: Workbench) -> None:
    pool = stock.client("cognito-idp").create_user_pool(PoolName="p")["UserPool"]["Id"]
    config = {"userPoolId": pool, "awsRegion": "us-east-1", "defaultAction": "ALLOW"}
    created = stock.client("appsync").create_graphql_api(
        name="a", authenticationType=graphql.COGNITO, userPoolConfig=config
    )
    api = Api(stock, created["graphqlApi"]["apiId"], created["graphqlApi"]["uris"]["GRAPHQL"])
    api.give_schema("type Query { a: Int }")
    assert api.ask("{ a }", "garbage").data == {"a": None}


def test_a_resolver_is_told_of_a_user_with_his_claims(api: Api, pool: Pool, viewer: Person) -> None:
    identity = identity_of(api.ask("{ echo }", viewer.id_token))
    claims = identity.pop("claims")
    assert (claims["email"], claims["cognito:groups"]) == (viewer.email, ["viewer"])
    assert identity == {
        "sub": claims["sub"],
        "issuer": f"https://cognito-idp.us-east-1.amazonaws.com/{pool.id}",
        "username": claims["cognito:username"],
        "sourceIp": ["127.0.0.1"],
        "defaultAuthStrategy": "ALLOW",
        "groups": ["viewer"],
    }


def test_a_user_in_no_group_has_none(api: Api, pool: Pool) -> None:
    assert identity_of(api.ask("{ echo }", pool.person(None).id_token))["groups"] is None


def test_a_resolver_is_told_of_a_machine_with_its_session(bench: Workbench, api: Api) -> None:
    machine = session(bench, asking(), name="nightly")
    identity = identity_of(api.ask("{ echo }", machine))
    assert identity["userArn"].startswith(f"arn:aws:sts::{ACCOUNT}:assumed-role/")
    assert identity["userArn"].endswith("/nightly")
    assert identity["username"].endswith(":nightly")
    assert (identity["accountId"], identity["cognitoIdentityId"]) == (ACCOUNT, None)
    assert "claims" not in identity


def user(bench: Workbench, name: str, *statements: Json) -> Credentials:
    """The keys of a user of IAM with these statements in his policy."""
    iam = bench.client("iam")
    iam.create_user(UserName=name)
    iam.put_user_policy(
        UserName=name, PolicyName="p", PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": statements})
    )
    key = iam.create_access_key(UserName=name)["AccessKey"]
    return Credentials(key["AccessKeyId"], key["SecretAccessKey"])


def test_a_user_of_iam_is_known_by_his_name_and_what_he_may_do_is_on_record(bench: Workbench, api: Api) -> None:
    answer = api.ask("{ echo other }", user(bench, "graphql-user", asking(api.field("Query", "echo"))))
    assert identity_of(answer)["userArn"] == f"arn:aws:iam::{ACCOUNT}:user/graphql-user"
    assert answer.kinds == ["Unauthorized"]
    lines = executions.lines(bench.instance.permissions)
    decided = {line["resource"]: line["allowed"] for line in lines if line["principal"].endswith("user/graphql-user")}
    assert decided == {api.field("Query", "echo"): True, api.field("Query", "other"): False}


def test_the_account_itself_may_ask(api: Api) -> None:
    assert identity_of(api.ask("{ echo }", ROOT))["userArn"] == f"arn:aws:iam::{ACCOUNT}:root"


def test_a_machine_without_leave_is_refused_and_the_missing_statement_is_on_record(bench: Workbench, api: Api) -> None:
    machine = session(bench)
    answer = api.ask("{ echo other }", machine)
    assert (answer.status, answer.errors[0]["message"]) == (401, "Permission denied")
    resources = [line["resource"] for line in executions.lines(bench.instance.permissions) if not line["allowed"]]
    assert {api.field("Query", "echo"), api.field("Query", "other")} <= set(resources)


def test_a_machine_has_leave_for_each_field(bench: Workbench, api: Api) -> None:
    machine = session(bench, asking(api.field("Query", "echo")))
    answer = api.ask("{ echo other }", machine)
    assert answer.status == 200
    assert answer.data["echo"]
    assert answer.data["other"] is None
    assert [(error["path"], error["errorType"]) for error in answer.errors] == [(["other"], "Unauthorized")]


@pytest.mark.parametrize("query", ["{ __typename }", "{ __schema { queryType { name } } }"])
def test_a_machine_without_leave_is_not_told_of_the_schema(bench: Workbench, api: Api, query: str) -> None:
    assert api.ask(query, session(bench)).status == 401
    assert api.ask(query, session(bench, asking(api.field("Query", "__typename")))).errors == []


def test_a_machine_needs_leave_for_root_fields_alone(bench: Workbench, sayer: str) -> None:
    api = graphql.made(bench, graphql.SAYING)
    api.resolve(sayer, "Query.job")
    machine = session(bench, asking(api.field("Query", "job")))
    answer = api.said({"id": "1", "child": {"id": "2"}}, selected="{ child { id } }", by=machine)
    assert answer.data == {"job": {"child": {"id": "2"}}}


def test_a_signature_that_is_wrong_is_refused(bench: Workbench, api: Api) -> None:
    machine = session(bench, asking())
    answer = api.ask("{ echo }", Credentials(machine.access_key, machine.secret_key + "x", machine.token))
    assert answer.status in (400, 403)
    assert "data" not in answer.json


def test_a_signature_is_of_no_use_where_only_users_are_let_in(bench: Workbench, pool: Pool) -> None:
    api = graphql.made(bench, SCHEMA, pool=pool, additionalAuthenticationProviders=[])
    assert api.ask("{ other }", ROOT).status == 401


def test_a_token_is_of_no_use_where_only_machines_are_let_in(saying: Api, viewer: Person) -> None:
    assert saying.ask("{ __typename }", viewer.id_token).status == 401


def test_a_pool_of_a_second_provider_lets_in_too(bench: Workbench, pool: Pool, viewer: Person) -> None:
    second = {"authenticationType": graphql.COGNITO, "userPoolConfig": dict(pool.config)}
    del second["userPoolConfig"]["defaultAction"]
    schema = "type Query { a: Int @aws_cognito_user_pools }"
    api = graphql.made(bench, schema, additionalAuthenticationProviders=[second])
    assert api.ask("{ a }", viewer.id_token).data == {"a": None}


def test_a_request_is_on_record_by_its_caller_and_its_fields_without_its_text(api: Api, viewer: Person) -> None:
    api.ask("query Secretly($x: Boolean!) { again: echo @include(if: $x) }", viewer.id_token, variables={"x": True})
    line = executions.lines(api.bench.instance.calls)[-1]
    assert (line["service"], line["operation"], line["status"]) == ("appsync", "GraphQL", 200)
    assert line["caller"] == f"user:{identity_of(api.ask('{ echo }', viewer.id_token))['sub']}"
    assert line["fields"] == ["Query.echo"]
    assert line["functionMilliseconds"] > 0
    assert "wire" not in line
    assert not any(text in json.dumps(line) for text in ("Secretly", "again", viewer.id_token))


def test_a_refused_request_is_on_record_with_its_error(api: Api) -> None:
    api.ask("{ echo }", None)
    line = executions.lines(api.bench.instance.calls)[-1]
    assert (line["caller"], line["status"], line["errorCode"]) == ("unsigned", 401, "UnauthorizedException")


def test_a_machine_is_on_record_by_its_session(bench: Workbench, api: Api) -> None:
    role = bench.role("caller-on-record", asking())
    taken = bench.client("sts").assume_role(RoleArn=role, RoleSessionName="nightly")["Credentials"]
    api.ask("{ other }", Credentials(taken["AccessKeyId"], taken["SecretAccessKey"], taken["SessionToken"]))
    assert executions.lines(bench.instance.calls)[-1]["caller"] == "caller-on-record/nightly"
