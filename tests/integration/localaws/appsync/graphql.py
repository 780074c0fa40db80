"""GraphQL APIs for contract tests: made from a schema, with functions for resolvers, and asked as a user or as a role."""

from __future__ import annotations

import http.client
import itertools
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from localaws import sign_in
from localaws.instance import REGION, Instance
from tests.integration.localaws.workbench import Json, Workbench

ACCOUNT = "000000000000"
IAM_TOO = [{"authenticationType": "AWS_IAM"}]
ANY_ROLE = f"arn:aws:iam::{ACCOUNT}:role/any"
COGNITO = "AMAZON_COGNITO_USER_POOLS"
ROOT = Credentials("test", "test")
"""The account's own keys, which may ask for everything."""
SAYING = """
    type Query {
      job(say: String!): Job
      jobs(say: String!): [Job!]
      number(say: String!): Int
      text(say: String!): String
      document(say: String!): AWSJSON
    }
    type Mutation { set(say: String!): Int }
    type Job { id: ID! status: Status note: String child: Job children: [Job!] }
    enum Status { RUNNING DONE }
"""
"""A schema whose root fields are resolved by SAYER."""
SAYER = """
    import json

    def handler(event, context):
        return json.loads(event["arguments"]["say"])
"""
ECHO = """
    def handler(event, context):
        return event
"""

_numbers = itertools.count()


@dataclass(frozen=True)
class Pool:
    """A user pool with a client and the groups viewer and admin."""

    instance: Instance
    id: str
    client: str

    @classmethod
    def made(cls, instance: Instance) -> Pool:
        cognito = instance.client("cognito-idp")
        pool = cognito.create_user_pool(PoolName=f"pool-{next(_numbers)}", UsernameAttributes=["email"])["UserPool"][
            "Id"
        ]
        for group in ("viewer", "admin"):
            cognito.create_group(UserPoolId=pool, GroupName=group)
        return cls(instance, pool, cls.new_client(instance, pool))

    @staticmethod
    def new_client(instance: Instance, pool: str) -> str:
        flows = ["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
        made = instance.client("cognito-idp").create_user_pool_client(
            UserPoolId=pool, ClientName=f"client-{next(_numbers)}", ExplicitAuthFlows=flows
        )
        return str(made["UserPoolClient"]["ClientId"])

    def person(self, group: str | None = "viewer", client: str | None = None) -> sign_in.Person:
        return sign_in.test_user(self.instance, self.id, client or self.client, group)

    @property
    def config(self) -> Json:
        return {"userPoolId": self.id, "awsRegion": REGION, "defaultAction": "ALLOW", "appIdClientRegex": self.client}


@dataclass(frozen=True)
class Answer:
    status: int
    json: Any

    @property
    def data(self) -> Any:
        return self.json["data"]

    @property
    def errors(self) -> list[Json]:
        found: list[Json] = self.json.get("errors", [])
        return found

    @property
    def kinds(self) -> list[str | None]:
        """The errorType of each error."""
        return [error.get("errorType") for error in self.errors]


@dataclass(frozen=True)
class Api:
    bench: Workbench
    id: str
    url: str

    def post(self, body: bytes, headers: Mapping[str, str] | None = None) -> Answer:
        """One request as it stands."""
        connection = http.client.HTTPConnection(self.bench.instance.endpoint_url.removeprefix("http://"), timeout=60)
        try:
            connection.request("POST", f"/v1/apis/{self.id}/graphql", body=body, headers=dict(headers or {}))
            answer = connection.getresponse()
            return Answer(answer.status, json.loads(answer.read()))
        finally:
            connection.close()

    def ask(self, query: object, by: Credentials | str | None = ROOT, **more: Any) -> Answer:
        """Ask by a signature, by a token, or by nothing; `more` is of the request's JSON."""
        body = json.dumps({"query": query, **more}).encode()
        if isinstance(by, Credentials):
            return self.post(body, signature(self, body, by=by))
        return self.post(body, {"authorization": by} if by is not None else {})

    def said(self, value: object, field: str = "job", selected: str = "{ id }", **more: Any) -> Answer:
        """Ask for a field of `SAYING` whose function answers this value."""
        query = f"query($say: String!) {{ {field}(say: $say) {selected} }}"
        return self.ask(query, variables={"say": json.dumps(value)}, **more)

    def field(self, type_name: str, name: str) -> str:
        """The ARN of a field, for policies."""
        return f"arn:aws:appsync:{REGION}:{ACCOUNT}:apis/{self.id}/types/{type_name}/fields/{name}"

    def give_schema(self, schema: str) -> Json:
        """Give it a schema; returns what became of it."""
        appsync = self.bench.client("appsync")
        appsync.start_schema_creation(apiId=self.id, definition=schema.encode())
        status: Json = appsync.get_schema_creation_status(apiId=self.id)
        return status

    def resolve(self, function: str, *fields: str, role: str | None = None) -> None:
        """Resolve fields, such as `Query.job`, by a function."""
        appsync, name = self.bench.client("appsync"), f"source{next(_numbers)}"
        appsync.create_data_source(
            apiId=self.id,
            name=name,
            type="AWS_LAMBDA",
            lambdaConfig={"lambdaFunctionArn": function},
            serviceRoleArn=role or source_role(self.bench, function),
        )
        for field in fields:
            type_name, _, field_name = field.partition(".")
            appsync.create_resolver(apiId=self.id, typeName=type_name, fieldName=field_name, dataSourceName=name)


def signature(
    api: Api, body: bytes, headers: Mapping[str, str] | None = None, *, by: Credentials = ROOT
) -> dict[str, str]:
    """The headers of a signed request, with others that are signed too."""
    request = AWSRequest(method="POST", url=api.url, data=body, headers=dict(headers or {}))
    SigV4Auth(by, "appsync", REGION).add_auth(request)
    return dict(request.headers.items())


def source_role(bench: Workbench, function: str) -> str:
    invoking = {"Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": function}
    return bench.role("", invoking, service=["appsync.amazonaws.com"])


def made(bench: Workbench, schema: str, *, pool: Pool | None = None, **settings: Any) -> Api:
    """An API with this schema, of a user pool and IAM, or of IAM alone."""
    providers: Json = {"authenticationType": "AWS_IAM"}
    if pool:
        more = {"userPoolConfig": pool.config, "additionalAuthenticationProviders": IAM_TOO}
        providers = {"authenticationType": COGNITO, **more}
    created = bench.client("appsync").create_graphql_api(name="contract", **{**providers, **settings})["graphqlApi"]
    api = Api(bench, created["apiId"], created["uris"]["GRAPHQL"])
    if schema:
        status = api.give_schema(schema)
        assert status["status"] == "SUCCESS", status
    return api


def session(bench: Workbench, *statements: Json, name: str = "machine") -> Credentials:
    """A session of a role that has these statements for a policy."""
    taken = bench.client("sts").assume_role(RoleArn=bench.role("", *statements), RoleSessionName=name)["Credentials"]
    return Credentials(taken["AccessKeyId"], taken["SecretAccessKey"], taken["SessionToken"])


def asking(*fields: str) -> Json:
    return {"Effect": "Allow", "Action": "appsync:GraphQL", "Resource": list(fields) or "*"}


def reason_of(bench: Workbench, stack: str) -> str:
    """What a stack's events say of what went wrong."""
    events = bench.client("cloudformation").describe_stack_events(StackName=stack)["StackEvents"]
    return " ".join(event.get("ResourceStatusReason", "") for event in events)
