"""Who may call a method: people by a token of their user pool, machines by a signature and their policies."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from botocore.credentials import Credentials

from localaws import executions, permissions, sign_in
from tests.integration.localaws.api_gateway.rest import ACCOUNT, Api, document, imported, invoking, serving
from tests.integration.localaws.workbench import Json, Workbench

PASSWORD = "Correct-horse-7"
FLOWS = ["ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
UNAUTHORIZED = (401, {"message": "Unauthorized"})


@dataclass(frozen=True)
class Pool:
    """A user pool with two people: `both` is in the groups a and b, `nobody` in none."""

    bench: Workbench
    id: str
    client: str

    @property
    def arn(self) -> str:
        return f"arn:aws:cognito-idp:us-east-1:{ACCOUNT}:userpool/{self.id}"

    def tokens(self, person: str = "both", client: str | None = None) -> Json:
        answer = self.bench.client("cognito-idp").admin_initiate_auth(
            UserPoolId=self.id,
            ClientId=client or self.client,
            AuthFlow="ADMIN_USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": person, "PASSWORD": PASSWORD},
        )
        found: Json = answer["AuthenticationResult"]
        return found


def new_pool(bench: Workbench) -> Pool:
    cognito = bench.client("cognito-idp")
    pool = cognito.create_user_pool(PoolName="contract")["UserPool"]["Id"]
    client = cognito.create_user_pool_client(UserPoolId=pool, ClientName="console", ExplicitAuthFlows=FLOWS)
    for person in ("both", "nobody"):
        cognito.admin_create_user(UserPoolId=pool, Username=person, MessageAction="SUPPRESS")
        cognito.admin_set_user_password(UserPoolId=pool, Username=person, Password=PASSWORD, Permanent=True)
    for group in ("a", "b"):
        cognito.create_group(UserPoolId=pool, GroupName=group)
        cognito.admin_add_user_to_group(UserPoolId=pool, Username="both", GroupName=group)
    return Pool(bench, pool, client["UserPoolClient"]["ClientId"])


@pytest.fixture(scope="module")
def pool(bench: Workbench) -> Pool:
    return new_pool(bench)


def schemes(pool: Pool, **authorizer: Any) -> Json:
    people = {
        "type": "apiKey",
        "name": "Authorization",
        "in": "header",
        "x-amazon-apigateway-authtype": "cognito_user_pools",
        "x-amazon-apigateway-authorizer": {"type": "cognito_user_pools", "providerARNs": [pool.arn], **authorizer},
    }
    machines = {
        "type": "apiKey",
        "name": "Authorization",
        "in": "header",
        "x-amazon-apigateway-authtype": "awsSigv4",
    }
    return {"securitySchemes": {"people": people, "machines": machines}}


@pytest.fixture(scope="module")
def api(bench: Workbench, echo: str, pool: Pool) -> Api:
    paths = {
        "/people": {"get": {**invoking(echo), "security": [{"people": []}]}},
        "/scoped": {"get": {**invoking(echo), "security": [{"people": ["aws.cognito.signin.user.admin"]}]}},
        "/other-scope": {"get": {**invoking(echo), "security": [{"people": ["jobs/read"]}]}},
        "/machines": {"get": {**invoking(echo), "security": [{"machines": []}]}},
        "/machines/{id}": {"get": {**invoking(echo), "security": [{"machines": []}]}},
    }
    return serving(bench, echo, paths, components=schemes(pool))


def asked(api: Api, path: str, token: str) -> tuple[int, Json]:
    answer = api.get(path, Authorization=token)
    return answer.status, answer.json


# People


def test_an_id_token_opens_a_method_without_scopes(api: Api, pool: Pool) -> None:
    token = pool.tokens()["IdToken"]
    assert asked(api, "/people", token)[0] == 200
    assert asked(api, "/people", f"Bearer {token}")[0] == 200


@pytest.mark.parametrize("kind", ["AccessToken", "RefreshToken"])
def test_another_token_does_not(api: Api, pool: Pool, kind: str) -> None:
    assert asked(api, "/people", pool.tokens()[kind]) == UNAUTHORIZED


def test_a_method_with_scopes_wants_an_access_token_that_has_one(api: Api, pool: Pool) -> None:
    tokens = pool.tokens()
    assert asked(api, "/scoped", tokens["AccessToken"])[0] == 200
    assert asked(api, "/scoped", tokens["IdToken"]) == UNAUTHORIZED
    assert asked(api, "/other-scope", tokens["AccessToken"]) == UNAUTHORIZED


def test_who_brings_no_token_is_unauthorized(api: Api) -> None:
    answer = api.get("/people")
    assert (answer.status, answer.json) == UNAUTHORIZED
    assert answer.headers["x-amzn-errortype"] == "UnauthorizedException"


def tampered(token: str) -> Iterator[str]:
    header, claims, signature = token.split(".")
    none = base64.urlsafe_b64encode(json.dumps({"alg": "none", "kid": "x"}).encode()).decode().rstrip("=")
    yield f"{header}.{claims[:-2]}xx.{signature}"
    yield f"{header}.{claims}.{signature[:-4]}AAAA"
    yield f"{header}.{claims}."
    yield f"{none}.{claims}."
    yield f"{none}.{claims}.{signature}"
    yield "garbage"


def test_a_token_that_was_tampered_with_is_unauthorized(api: Api, pool: Pool) -> None:
    for token in tampered(pool.tokens()["IdToken"]):
        assert asked(api, "/people", token) == UNAUTHORIZED


def test_a_token_of_another_pool_is_unauthorized(bench: Workbench, api: Api) -> None:
    assert asked(api, "/people", new_pool(bench).tokens()["IdToken"]) == UNAUTHORIZED


def test_an_expired_token_is_told_so(bench: Workbench, api: Api, pool: Pool) -> None:
    token = sign_in.expired(bench.instance, pool.tokens()["IdToken"])
    assert asked(api, "/people", token) == (401, {"message": "The incoming token has expired"})


def test_the_client_of_a_token_counts_where_an_expression_says_so(bench: Workbench, echo: str, pool: Pool) -> None:
    other = bench.client("cognito-idp").create_user_pool_client(
        UserPoolId=pool.id, ClientName="other", ExplicitAuthFlows=FLOWS
    )["UserPoolClient"]["ClientId"]
    paths = {"/people": {"get": {**invoking(echo), "security": [{"people": []}]}}}
    one_client = serving(bench, echo, paths, components=schemes(pool, identityValidationExpression=pool.client))
    assert asked(one_client, "/people", pool.tokens()["IdToken"])[0] == 200
    assert asked(one_client, "/people", pool.tokens(client=other)["IdToken"]) == UNAUTHORIZED


def test_a_function_is_told_the_claims_as_text(api: Api, pool: Pool) -> None:
    claims = api.event("GET", "/people", Authorization=pool.tokens()["IdToken"])["requestContext"]["authorizer"][
        "claims"
    ]
    assert sorted(claims["cognito:groups"].split(",")) == ["a", "b"]
    assert (claims["token_use"], claims["aud"]) == ("id", pool.client)
    assert claims["exp"].split()[4] == "UTC"
    assert all(isinstance(value, str) for value in claims.values())


def test_who_is_in_no_group_has_no_claim_of_groups(api: Api, pool: Pool) -> None:
    event = api.event("GET", "/people", Authorization=pool.tokens("nobody")["IdToken"])
    assert "cognito:groups" not in event["requestContext"]["authorizer"]["claims"]


# Machines


@pytest.fixture(scope="module")
def user(bench: Workbench, api: Api) -> Credentials:
    """A user of IAM who may read /machines."""
    return new_user(bench, "reader", f"{api.id}/v1/GET/machines")


def new_user(bench: Workbench, name: str, resource: str) -> Credentials:
    iam = bench.client("iam")
    iam.create_user(UserName=name)
    statement = {
        "Effect": "Allow",
        "Action": "execute-api:Invoke",
        "Resource": f"arn:aws:execute-api:us-east-1:{ACCOUNT}:{resource}",
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    iam.put_user_policy(UserName=name, PolicyName="policy", PolicyDocument=policy)
    key = iam.create_access_key(UserName=name)["AccessKey"]
    return Credentials(key["AccessKeyId"], key["SecretAccessKey"])


def session(bench: Workbench, *statements: Json) -> Credentials:
    role = bench.role("", *statements)
    given = bench.client("sts").assume_role(RoleArn=role, RoleSessionName="machine")["Credentials"]
    return Credentials(given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"])


def invoke(api: Api, *paths: str, effect: str = "Allow") -> Json:
    arns = [f"arn:aws:execute-api:us-east-1:{ACCOUNT}:{api.id}/v1/{path}" for path in paths]
    return {"Effect": effect, "Action": "execute-api:Invoke", "Resource": arns}


def test_a_role_reaches_what_its_policy_names(bench: Workbench, api: Api) -> None:
    machine = session(bench, invoke(api, "GET/machines"))
    answer = api.signed(machine, "GET", "/machines")
    context = answer.json["requestContext"]
    assert context["identity"]["userArn"].endswith("/machine")
    assert context["identity"]["accountId"] == ACCOUNT
    assert "authorizer" not in context
    assert api.signed(machine, "GET", "/machines/1").status == 403


def test_an_asterisk_spans_slashes(bench: Workbench, api: Api) -> None:
    machine = session(bench, invoke(api, "GET/*"))
    assert [api.signed(machine, "GET", path).status for path in ("/machines", "/machines/a%20b")] == [200, 200]


def test_the_signature_stays_with_the_gateway(bench: Workbench, api: Api) -> None:
    event = api.signed(session(bench, invoke(api, "GET/*")), "GET", "/machines").json
    assert "authorization" not in {name.lower() for name in (*event["headers"], *event["multiValueHeaders"])}


def test_a_role_without_leave_is_told_in_the_words_of_aws(bench: Workbench, api: Api) -> None:
    answer = api.signed(session(bench), "GET", "/machines")
    assert answer.status == 403
    assert answer.headers["x-amzn-errortype"] == "AccessDeniedException"
    assert answer.json["Message"].startswith("User: arn:aws:sts::000000000000:assumed-role/")
    assert f"resource: arn:aws:execute-api:us-east-1:********0000:{api.id}/v1/GET/machines" in answer.json["Message"]


def test_a_denial_outweighs_leave(bench: Workbench, api: Api) -> None:
    machine = session(bench, invoke(api, "*"), invoke(api, "GET/machines", effect="Deny"))
    assert "explicit deny" in api.signed(machine, "GET", "/machines").json["Message"]


def test_a_denial_is_told_as_the_document_says(bench: Workbench, echo: str, pool: Pool) -> None:
    response = {"responseTemplates": {"application/json": '{"title": "not allowed"}'}}
    more: Any = {"x-amazon-apigateway-gateway-responses": {"ACCESS_DENIED": response}}
    paths = {"/machines": {"get": {**invoking(echo), "security": [{"machines": []}]}}}
    answer = imported(bench, document(paths, components=schemes(pool), **more)).signed(
        session(bench), "GET", "/machines"
    )
    assert (answer.status, answer.json) == (403, {"title": "not allowed"})


def test_a_user_is_held_to_his_policies_and_stands_on_record(bench: Workbench, api: Api, user: Credentials) -> None:
    assert api.signed(user, "GET", "/machines").json["requestContext"]["identity"]["userArn"].endswith(":user/reader")
    assert api.signed(user, "GET", "/machines/1").status == 403
    decided = [one for one in permissions.decisions(bench.instance) if one["principal"].endswith(":user/reader")]
    assert [(one["allowed"], one["resource"].rpartition("/GET/")[2]) for one in decided] == [
        (True, "machines"),
        (False, "machines/1"),
    ]


def test_a_role_stands_on_record_with_what_it_lacks(bench: Workbench, api: Api) -> None:
    api.signed(session(bench), "GET", "/machines/77")
    (denied,) = [one for one in permissions.decisions(bench.instance) if one["resource"].endswith("/machines/77")]
    assert denied["missing"] == {"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": denied["resource"]}


def test_a_presigned_url_is_a_signature(api: Api, user: Credentials) -> None:
    assert api.presigned(user, "/machines").status == 200


@pytest.mark.parametrize(
    ("scope", "complaint"),
    [({"service": "s3"}, "correct service: 'execute-api'"), ({"region": "eu-west-1"}, "valid region")],
)
def test_a_signature_for_something_else_is_refused(
    bench: Workbench, api: Api, user: Credentials, scope: Json, complaint: str
) -> None:
    for credentials in (user, Credentials("test", "test")):
        answer = api.signed(credentials, "GET", "/machines", **scope)
        assert (answer.status, answer.headers["x-amzn-errortype"]) == (403, "InvalidSignatureException")
        assert complaint in answer.json["message"]


def test_a_wrong_or_unknown_key_is_refused(api: Api, user: Credentials) -> None:
    wrong = api.signed(Credentials(user.access_key, "wrong"), "GET", "/machines")
    assert (wrong.status, wrong.headers["x-amzn-errortype"]) == (403, "InvalidSignatureException")
    unknown = api.signed(Credentials("AKIAUNKNOWNUNKNOWN00", "secret"), "GET", "/machines")
    assert (unknown.status, unknown.headers["x-amzn-errortype"]) == (403, "UnrecognizedClientException")


def test_who_signs_nothing_or_brings_a_token_is_refused(api: Api, pool: Pool) -> None:
    assert api.get("/machines").json == {"message": "Missing Authentication Token"}
    answer = api.get("/machines", Authorization=f"Bearer {pool.tokens()['IdToken']}")
    assert (answer.status, answer.headers["x-amzn-errortype"]) == (403, "IncompleteSignatureException")


def test_a_signature_is_no_token(api: Api, user: Credentials) -> None:
    assert api.signed(user, "GET", "/people").status == 401


# What is on record of it


def calls_of(bench: Workbench, api: Api) -> list[Json]:
    return [one for one in executions.lines(bench.instance.calls) if one.get("api") == api.id]


def test_a_call_is_on_record_by_its_route_its_caller_and_the_time_of_its_function(
    bench: Workbench, api: Api, pool: Pool, user: Credentials
) -> None:
    before = len(calls_of(bench, api))
    claims = api.event("GET", "/people", Authorization=pool.tokens()["IdToken"])["requestContext"]["authorizer"][
        "claims"
    ]
    api.signed(user, "GET", "/machines/1")
    api.get("/people")
    api.get("/nowhere")
    signed_in, denied, anonymous, lost = calls_of(bench, api)[before:]
    assert (signed_in["service"], signed_in["operation"], signed_in["status"]) == ("execute-api", "GET /people", 200)
    assert signed_in["caller"] == f"user:{claims['sub']}"
    assert 0 < signed_in["functionMilliseconds"] <= signed_in["milliseconds"]
    assert (denied["operation"], denied["errorCode"]) == ("GET /machines/{id}", "ACCESS_DENIED")
    assert denied["denied"]["action"] == "execute-api:Invoke"
    assert (anonymous["caller"], anonymous["errorCode"]) == ("unsigned", "UNAUTHORIZED")
    assert (lost["operation"], lost["errorCode"]) == ("GET (no route)", "MISSING_AUTHENTICATION_TOKEN")


def test_ministack_alone_takes_a_refresh_token(stock: Workbench) -> None:
    pool = new_pool(stock)
    gateway = stock.client("apigateway")
    api = Api(stock, gateway.create_rest_api(name="tokens")["id"])
    (root,) = gateway.get_resources(restApiId=api.id)["items"]
    authorizer = gateway.create_authorizer(
        restApiId=api.id,
        name="people",
        type="COGNITO_USER_POOLS",
        providerARNs=[pool.arn],
        identitySource="method.request.header.Authorization",
    )["id"]
    place = {"restApiId": api.id, "resourceId": root["id"], "httpMethod": "GET"}
    gateway.put_method(**place, authorizationType="COGNITO_USER_POOLS", authorizerId=authorizer)
    gateway.put_integration(**place, type="MOCK")
    api.deploy()
    assert api.get("/", Authorization=pool.tokens()["RefreshToken"]).status == 200
