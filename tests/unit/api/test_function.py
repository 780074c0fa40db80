"""The function by itself, with the events that the repository keeps for it: it trusts nothing but the gateway's own words."""

from __future__ import annotations

import base64
import copy
import json
import logging
from types import SimpleNamespace
from typing import Any

import pytest

from api.contract import contract
from api.routes import PROJECT
from cloudfront_extensions.operations import jobs
from cloudfront_extensions.operations.access import OPERATIONS
from cloudfront_extensions.operations.cursors import LONGEST
from cloudfront_extensions.operations.sizes import LARGEST_ANSWER, bytes_of
from cloudfront_extensions.operations.versions import HIGHEST
from cloudfront_extensions.versions.records import Seen
from rest.answering import answer
from rest.answers import is_known
from rest.resolver import takes_body
from tests.unit.aws.cloudfront_account import CloudFrontAccount
from tests.unit.conftest import Account
from tests.unit.versions.shop_config import shop_config

ID = "E2QWRUHAPOMQZL"
CLIENT = "1example23456789"
CONTEXT = SimpleNamespace(
    function_name="f", memory_limit_in_mb=128, invoked_function_arn="arn:aws:lambda:1:2:f", aws_request_id="request-1"
)
LAMBDA_TAKES = 6_291_556
"""Bytes of an answer."""
Json = dict[str, Any]


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("USER_POOL_CLIENT", CLIENT)
    monkeypatch.setenv("CONSOLE_ORIGIN", "https://console.example.com")


def event(name: str) -> Json:
    found: Json = json.loads((PROJECT / "events" / "rest_api" / f"{name}.json").read_text())
    return found


def answered(request: Json) -> tuple[int, Json]:
    given = answer(request, CONTEXT)
    return given["statusCode"], json.loads(given["body"])


def asked(
    operation: str,
    headers: dict[str, list[str]] | None = None,
    query: dict[str, str] | None = None,
    body: Json | None = None,
    **ids: str,
) -> Json:
    """The event of a request, as an operator of the application sends it."""
    found, sent = OPERATIONS[operation], {"Content-Type": ["application/json"], **(headers or {})}
    request = event("annotate-snapshot")
    return request | {
        "httpMethod": found.method,
        "resource": found.path,
        "path": found.path.format(**ids),
        "pathParameters": ids,
        "headers": {name: values[-1] for name, values in sent.items()},
        "multiValueHeaders": sent,
        "queryStringParameters": query,
        "multiValueQueryStringParameters": {name: [value] for name, value in (query or {}).items()},
        "body": None if body is None else json.dumps(body),
    }


def record(account: Account, comment: str = "", etag: str = "E1") -> int:
    """The number of a version that is as large as its comment."""
    seen = Seen(ID, etag, config=shop_config() | {"Comment": comment}, modified_at="2026-03-02T09:14:07.000Z")
    return account.versions.record(seen).version.number


def test_jobs_are_listed(account: Account) -> None:
    assert answered(event("list-jobs")) == (200, {"items": [], "nextCursor": None})


def test_an_operator_may_not_answer_for_a_rollback() -> None:
    status, problem = answered(event("not-allowed"))
    assert (status, problem["type"]) == (403, "urn:cloudfront-extensions:problem:not-allowed")


def test_without_an_authorizer_nothing_is_open() -> None:
    request = event("list-jobs")
    del request["requestContext"]["authorizer"]
    assert answered(request)[0] == 401


@pytest.mark.parametrize(
    "claims",
    [{"aud": "another"}, {"token_use": "access"}, {"cognito:username": ""}],
    ids=lambda claims: next(iter(claims)),
)
def test_a_token_for_something_else_is_refused_here_too(claims: Json) -> None:
    request = event("list-jobs")
    request["requestContext"]["authorizer"]["claims"] |= claims
    assert answered(request)[0] == 401


@pytest.mark.parametrize("groups", ["", "viewers", "admin-viewer", "[superadmin]", "Admin"])
def test_a_group_is_known_by_its_whole_name(groups: str) -> None:
    request = event("list-jobs")
    request["requestContext"]["authorizer"]["claims"]["cognito:groups"] = groups
    assert answered(request)[0] == 403


def test_a_header_does_not_say_who_asks() -> None:
    request = event("list-jobs")
    del request["requestContext"]["authorizer"]
    request["headers"]["Authorization"] = "Bearer anything"
    request["headers"]["X-Amzn-User-Arn"] = "arn:aws:iam::111122223333:user/me"
    assert answered(request)[0] == 401


def test_another_route_than_that_of_the_gateway_is_not_answered(account: Account) -> None:
    request = asked("getJob", jobId="a") | {"path": "/jobs/a/items"}
    assert answered(request)[1]["type"].endswith("no-such-route")


def test_a_body_may_come_in_base64(account: Account) -> None:
    request = event("annotate-snapshot")
    plain = answered(copy.deepcopy(request))
    request["body"], request["isBase64Encoded"] = base64.b64encode(request["body"].encode()).decode(), True
    encoded = answered(request)
    assert plain[0] == encoded[0] == 404
    assert plain[1]["type"].endswith("snapshot-not-found")


def test_what_nobody_thought_of_is_told_to_the_log_alone_and_not_with_its_words(
    account: Account, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(**_: Any) -> None:
        raise ValueError("the words of the inside")

    monkeypatch.setattr(jobs, "list_jobs", broken)
    status, problem = answered(event("list-jobs"))
    assert (status, problem["type"]) == (500, "urn:cloudfront-extensions:problem:unexpected-error")
    (logged,) = (str(vars(record)) for record in caplog.records if record.levelno == logging.ERROR)
    assert "words of the inside" not in json.dumps(problem) + logged
    assert "broken" in logged


def test_libraries_that_log_whole_requests_are_kept_quiet() -> None:
    logging.getLogger().setLevel(logging.DEBUG)
    try:
        libraries = ("botocore", "botocore.endpoint", "urllib3.connectionpool")
        loud = [name for name in libraries if logging.getLogger(name).isEnabledFor(logging.DEBUG)]
        assert loud == []
    finally:
        logging.getLogger().setLevel(logging.WARNING)


@pytest.mark.parametrize("header", ['"a"', 'W/"a"', '"b", "a"', 'W/"b",W/"a"', "*"])
def test_a_known_answer_is_known_by_any_of_its_etags(header: str) -> None:
    assert is_known({"headers": {"if-none-match": header}}, '"a"')


@pytest.mark.parametrize("header", ["", '"b"', "a", '"aa"'])
def test_an_unknown_answer_is_sent(header: str) -> None:
    assert not is_known({"headers": {"if-none-match": header}}, '"a"')


class TestEtags:
    def test_a_version_that_is_pinned_is_another_answer(self, account: Account) -> None:
        version = {"distributionId": ID, "number": str(record(account))}
        first = answer(asked("getVersion", **version), CONTEXT)
        known = {"If-None-Match": first["multiValueHeaders"]["ETag"]}
        assert answer(asked("getVersion", known, **version), CONTEXT)["statusCode"] == 304
        assert answer(asked("pinVersion", **version), CONTEXT)["statusCode"] == 200
        again = answer(asked("getVersion", known, **version), CONTEXT)
        assert (again["statusCode"], json.loads(again["body"])["pinned"]) == (200, True)
        assert json.loads(again["body"])["etag"] == json.loads(first["body"])["etag"] == "E1"

    def test_a_distribution_that_is_deployed_is_another_answer(self, account: Account) -> None:
        cloudfront = CloudFrontAccount()
        with cloudfront.in_place_of_aws():
            cloudfront.add(ID, shop_config(), status="InProgress")
            first = answer(asked("getDistribution", distributionId=ID), CONTEXT)
            known = {"If-None-Match": first["multiValueHeaders"]["ETag"]}
            assert answer(asked("getDistribution", known, distributionId=ID), CONTEXT)["statusCode"] == 304
            cloudfront.add(ID, shop_config(), status="Deployed")
            again = answer(asked("getDistribution", known, distributionId=ID), CONTEXT)
        assert (again["statusCode"], json.loads(again["body"])["status"]) == (200, "Deployed")

    def test_a_snapshot_has_the_etag_that_a_change_names(self, account: Account) -> None:
        record(account)
        body, snapshot = {"name": "before", "version": 1}, {"distributionId": ID, "name": "before"}
        made = answer(asked("createSnapshot", body=body, distributionId=ID), CONTEXT)
        told = answer(asked("getSnapshot", **snapshot), CONTEXT)
        assert made["multiValueHeaders"]["ETag"] == told["multiValueHeaders"]["ETag"]
        match = {"If-Match": made["multiValueHeaders"]["ETag"]}
        noted = answer(asked("annotateSnapshot", match, body={"note": "first"}, **snapshot), CONTEXT)
        assert noted["statusCode"] == 200
        assert answered(asked("annotateSnapshot", match, body={"note": "late"}, **snapshot))[0] == 412
        match = {"If-Match": noted["multiValueHeaders"]["ETag"]}
        assert answer(asked("deleteSnapshot", match, **snapshot), CONTEXT)["statusCode"] == 204

    def test_an_asterisk_matches_what_there_is(self, account: Account) -> None:
        record(account)
        snapshot = {"distributionId": ID, "name": "before"}
        body = {"name": "before", "version": 1}
        assert answered(asked("createSnapshot", body=body, distributionId=ID))[0] == 201
        assert answered(asked("annotateSnapshot", {"If-Match": ["*"]}, body={"note": "any"}, **snapshot))[0] == 200
        assert answered(asked("annotateSnapshot", {"If-Match": ['""']}, body={"note": "none"}, **snapshot))[0] == 412

    @pytest.mark.parametrize(
        "match",
        [[""], ["a"], ['"a'], ['W/"a"'], ['"a", "b"'], ['"a"', '"b"'], ['"*"'], ["*, *"], ['"a"b"'], ['"é"']],
        ids=str,
    )
    @pytest.mark.parametrize("operation", ["annotateSnapshot", "deleteSnapshot", "answerRollback"])
    def test_what_names_no_single_etag_makes_no_change(
        self, account: Account, operation: str, match: list[str]
    ) -> None:
        body = {"annotateSnapshot": {"note": "a"}, "answerRollback": {"approve": True}}.get(operation)
        ids = {"distributionId": ID, "name": "before", "requestToken": "none"}
        request = asked(operation, {"If-Match": match}, body=body, **ids)
        request["requestContext"]["authorizer"]["claims"]["cognito:groups"] = "admin"
        status, problem = answered(request)
        assert (status, [fault["field"] for fault in problem["errors"]]) == (400, ["header.if-match"])


class TestBounds:
    """What the contract takes, the operation takes."""

    @pytest.mark.parametrize(("number", "status"), [(HIGHEST, 404), (HIGHEST + 1, 400)])
    def test_of_the_number_of_a_version(self, account: Account, number: int, status: int) -> None:
        told, problem = answered(asked("getVersion", distributionId=ID, number=str(number)))
        assert (told, "errors" in problem) == (status, status == 400)
        body = {"name": "before", "version": number}
        told, problem = answered(asked("createSnapshot", body=body, distributionId=ID))
        assert (told, "errors" in problem) == (status, status == 400)

    @pytest.mark.parametrize(("length", "kind"), [(LONGEST, "invalid-cursor"), (LONGEST + 1, "invalid-input")])
    def test_of_a_cursor(self, length: int, kind: str) -> None:
        _, problem = answered(asked("listJobs", query={"cursor": "a" * length}))
        assert problem["type"] == f"urn:cloudfront-extensions:problem:{kind}"

    @pytest.mark.parametrize("character", ['"', "é", "\U0001f600"])
    def test_the_largest_answer_is_one_that_lambda_takes(self, account: Account, character: str) -> None:
        number = record(account, character)
        first = json.loads(answer(asked("getVersion", distributionId=ID, number=str(number)), CONTEXT)["body"])
        each = bytes_of({"": character}) - bytes_of({"": ""})
        room = (LARGEST_ANSWER - bytes_of(first)) // each
        for etag, more, status in (("E2", room, 200), ("E3", room + 1, 422)):
            number = record(account, character * (1 + more), etag)
            given = answer(asked("getVersion", distributionId=ID, number=str(number)), CONTEXT)
            assert given["statusCode"] == status
            assert len(json.dumps(given)) <= LAMBDA_TAKES


def test_an_operation_takes_a_body_where_the_contract_has_one() -> None:
    paths = contract()["paths"].values()
    bodies = {one["operationId"] for path in paths for one in path.values() if "requestBody" in one}
    assert {name for name in OPERATIONS if takes_body(name)} == bodies
