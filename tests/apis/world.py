"""The deployed APIs as a test calls them: as a person of a group, as a machine, or as somebody who must not get in."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from localaws import sign_in
from localaws.apis import here
from localaws.instance import Instance
from tests.apis import contract
from tests.workflows.application import Application

Json = dict[str, Any]

PEOPLE = ("viewer", "operator", "admin")
SECONDS = 60


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody who calls: with a token at the people's API, with keys at the machines'."""

    name: str
    token: str | None = field(default=None, repr=False)
    keys: Credentials | None = field(default=None, repr=False)
    is_machine: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: dict[str, str]
    """With names in lower case."""
    text: str

    @property
    def document(self) -> Any:
        return json.loads(self.text)

    @property
    def problem(self) -> str:
        """The last word of the type of a problem."""
        assert self.headers["content-type"].startswith("application/problem+json"), self
        return str(self.document["type"]).rsplit(":", 1)[1]


@dataclass
class World:
    application: Application
    _callers: dict[str, Caller] = field(default_factory=dict)

    @property
    def instance(self) -> Instance:
        return self.application.instance

    @property
    def people_url(self) -> str:
        return here(self.instance, self.application.outputs["PeopleApiUrl"])

    @property
    def machines_url(self) -> str:
        return here(self.instance, self.application.outputs["MachinesApiUrl"])

    def caller(self, name: str) -> Caller:
        """`anonymous`, a group, `nobody` (in no group), `expired`, `other pool`, `machine`, `machine without permission`."""
        if name not in self._callers:
            self._callers[name] = self._new_caller(name)
        return self._callers[name]

    def rest(
        self,
        caller: str | Caller,
        method: str,
        path: str,
        body: object = None,
        *,
        headers: dict[str, str] | None = None,
    ) -> Answer:
        """Call the REST API. A body that is bytes is sent as it is, anything else as JSON. The answer is as promised."""
        who = self.caller(caller) if isinstance(caller, str) else caller
        content = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        sent = {"Content-Type": "application/json"} if content is not None else {}
        sent |= headers or {}
        target = (self.machines_url if who.is_machine else self.people_url) + path
        if who.token:
            sent["Authorization"] = who.token
        if who.keys:
            request = AWSRequest(method=method, url=target, data=content, headers=sent)
            SigV4Auth(who.keys, "execute-api", "us-east-1").add_auth(request)
            sent = dict(request.headers.items())
        answer = send(method, target, content, sent)
        faults = contract.faults(method, path, answer.status, answer.headers, answer.text)
        assert not faults, (faults, answer)
        return answer

    def person(self, group: str | None) -> sign_in.Person:
        outputs = self.application.outputs
        return sign_in.test_user(self.instance, outputs["UserPoolId"], outputs["UserPoolClientId"], group)

    def machine(self, name: str, *statements: Json) -> Caller:
        """A user with access keys and these statements in its policy."""
        iam = self.application.client("iam")
        iam.create_user(UserName=name)
        if statements:
            document = json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
            iam.put_user_policy(UserName=name, PolicyName="api", PolicyDocument=document)
        key = iam.create_access_key(UserName=name)["AccessKey"]
        return Caller(name, keys=Credentials(key["AccessKeyId"], key["SecretAccessKey"]), is_machine=True)

    def _new_caller(self, name: str) -> Caller:
        match name:
            case "anonymous":
                return Caller(name)
            case "nobody":
                return Caller(name, self.person(None).id_token)
            case "expired":
                return Caller(name, sign_in.expired(self.instance, self.person("admin").id_token))
            case "other pool":
                return Caller(name, self._token_of_another_pool())
            case "anonymous machine":
                return Caller(name, is_machine=True)
            case "machine":
                arn = self.application.outputs["MachinesApiArn"]
                return self.machine(
                    "machine", {"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": f"{arn}/*"}
                )
            case "machine without permission":
                return self.machine("stranger")
        assert name in PEOPLE, name
        return Caller(name, self.person(name).id_token)

    def _token_of_another_pool(self) -> str:
        cognito = self.application.client("cognito-idp")
        pool = cognito.create_user_pool(PoolName="another")["UserPool"]["Id"]
        flows = ["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
        client = cognito.create_user_pool_client(UserPoolId=pool, ClientName="its", ExplicitAuthFlows=flows)
        cognito.create_group(UserPoolId=pool, GroupName="admin")
        return sign_in.test_user(self.instance, pool, client["UserPoolClient"]["ClientId"], "admin").id_token


def send(method: str, url: str, content: bytes | None, headers: dict[str, str]) -> Answer:
    parts = urlsplit(url)
    connection = HTTPConnection(parts.hostname or "", parts.port, timeout=SECONDS)
    try:
        path = f"{parts.path}?{parts.query}" if parts.query else parts.path
        connection.request(method, path, body=content, headers=headers)
        answer = connection.getresponse()
        return Answer(
            answer.status,
            {name.lower(): value for name, value in answer.getheaders()},
            answer.read().decode(),
        )
    finally:
        connection.close()
