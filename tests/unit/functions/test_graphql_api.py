"""The function behind the GraphQL API, as AppSync invokes it."""

from __future__ import annotations

import copy
import importlib.util
import io
import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from cloudfront_extensions.errors import AnswerTooLarge, InvalidInput, JobNotFound, NotAllowed, NotSignedIn
from cloudfront_extensions.operations import sizes
from cloudfront_extensions.operations.callers import Caller, CallerKind
from graph import answering, fields, given, told
from graph.answering import UnexpectedError, answer
from tests.unit.conftest import Account

ROOT = Path(__file__).parents[3]
CONTEXT = SimpleNamespace(
    function_name="GraphqlApi", memory_limit_in_mb=512, invoked_function_arn="arn:x", aws_request_id="request-1"
)
CLIENT = "1example23456789"
OPERATOR = Caller("operator@example.com", CallerKind.PERSON, frozenset({"operator"}))
MARK = "a-text-that-nobody-may-see"

Json = dict[str, Any]


@pytest.fixture(autouse=True)
def _client(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("USER_POOL_CLIENT", CLIENT)


def event(name: str = "jobs", **changed: Any) -> Json:
    return {**json.loads((ROOT / "events" / "graphql_api" / f"{name}.json").read_text()), **changed}


def asked(field: str, arguments: Json, groups: list[str] | None = None, root: str = "Query") -> Json:
    found = event(arguments=arguments)
    found["info"] |= {"parentTypeName": root, "fieldName": field}
    found["identity"]["claims"]["cognito:groups"] = groups or ["viewer"]
    return found


def handler() -> Callable[[Json, Any], Any]:
    """As Lambda loads it."""
    spec = importlib.util.spec_from_file_location("graphql_api_app", ROOT / "functions" / "graphql_api" / "app.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    found: Callable[[Json, Any], Any] = module.handler
    return found


def said(error: pytest.ExceptionInfo[BaseException]) -> list[str]:
    return str(error.value).split("\n")


def test_a_viewer_gets_the_jobs(account: Account) -> None:
    assert answer(event(), CONTEXT) == {"items": [], "nextCursor": None}


def test_an_error_of_the_layer_is_told_with_its_problem(account: Account) -> None:
    with pytest.raises(JobNotFound) as error:
        answer(asked("job", {"jobId": "no-such-job"}), CONTEXT)
    kind, what, _, request = said(error)
    assert kind == "urn:cloudfront-extensions:problem:job-not-found"
    assert "no-such-job" in what
    assert request == "request-1"


def test_what_nobody_expected_says_nothing_of_the_inside(monkeypatch: pytest.MonkeyPatch, log: io.StringIO) -> None:
    def broken(**arguments: Any) -> None:
        raise RuntimeError(MARK)

    monkeypatch.setattr(fields.resolver, "resolve", lambda event, context: broken())
    with pytest.raises(UnexpectedError) as error:
        answer(event(), CONTEXT)
    assert said(error)[0] == "urn:cloudfront-extensions:problem:unexpected-error"
    assert "RuntimeError" in log.getvalue()
    assert MARK not in str(error.value) + log.getvalue()
    assert error.value.__suppress_context__


@pytest.mark.parametrize(
    ("identity", "refusal"),
    [
        (None, NotSignedIn),
        ({}, NotSignedIn),
        ({"userArn": "somebody"}, NotSignedIn),
        ({"claims": {"token_use": "access", "client_id": CLIENT, "cognito:groups": ["admin"]}}, NotSignedIn),
        (
            {"claims": {"token_use": "id", "aud": "another", "cognito:username": "x", "cognito:groups": ["admin"]}},
            NotSignedIn,
        ),
        ({"claims": {"token_use": "id", "aud": CLIENT, "cognito:username": "x"}}, NotAllowed),
        (
            {"claims": {"token_use": "id", "aud": CLIENT, "cognito:username": "x", "cognito:groups": ["admins"]}},
            NotAllowed,
        ),
    ],
)
def test_who_is_nobody_or_in_no_group_is_refused_whatever_the_schema_let_through(
    identity: Json | None, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        answer(event(identity=identity), CONTEXT)


@pytest.mark.parametrize(("field", "group"), [("startJob", "viewer"), ("cleanUpJob", "operator")])
def test_a_group_that_is_too_low_is_refused_whatever_the_schema_let_through(field: str, group: str) -> None:
    with pytest.raises(NotAllowed):
        answer(asked(field, {}, [group], "Mutation"), CONTEXT)


def test_an_admin_tells_no_subscribers() -> None:
    with pytest.raises(NotAllowed):
        answer(asked("publishJobChanged", {"jobId": "any"}, ["admin"], "Mutation"), CONTEXT)


def test_a_machine_tells_subscribers_what_is_on_record(account: Account) -> None:
    with pytest.raises(JobNotFound):
        answer(event("publish-job-changed"), CONTEXT)


def test_one_request_leaves_nothing_of_its_caller_to_the_next(account: Account) -> None:
    for name in ("first", "second"):
        found = asked("cancelJob", {"jobId": "none"}, ["admin"], "Mutation")
        found["identity"]["claims"] |= {"cognito:username": name, "email": None}
        with pytest.raises(JobNotFound):
            answer(found, CONTEXT)
    assert fields.resolver.context["caller"].name == "second"


def test_neither_a_token_nor_what_is_asked_is_logged_even_if_the_environment_wants_it(
    account: Account, log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POWERTOOLS_LOGGER_LOG_EVENT", "true")
    found = asked("cancelJob", {"jobId": MARK}, ["admin"], "Mutation")
    found["request"]["headers"]["authorization"] = MARK
    found["info"]["variables"] = {"x": MARK}
    with pytest.raises(JobNotFound):
        handler()(found, CONTEXT)
    assert MARK not in log.getvalue()


def test_null_is_as_if_nothing_was_given() -> None:
    found = given.arguments_of({"arguments": {"jobId": "one", "cursor": None, "job": {"tags": None, "dryRun": False}}})
    assert found == {"job_id": "one", "job": {"dryRun": False}}
    assert given.arguments_of({"arguments": None}) == {}


def test_a_null_in_the_customers_own_document_is_the_customers(started: Any) -> None:
    """AppSync hands over what a text of AWSJSON says."""
    config = {"Logging": None, "Origins": {"Items": [{"Id": "a", "CustomHeaders": None}]}}
    source = {"config": copy.deepcopy(config), "bucket": None}
    arguments = given.arguments_of({"arguments": {"job": {"distribution": {"source": source, "dns": None}}}})
    assert started(given.start_job, arguments["job"])["distribution"] == {"source": {"config": config}}


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> Callable[[Json], Json]:
    """What a request given in GraphQL is as the workflow's input."""
    requests: list[Json] = []
    for module, name in ((given.jobs, "start_job"), (given.rollbacks, "start_rollback")):
        monkeypatch.setattr(module, name, lambda request, caller: requests.append(request))

    def request_of(start: Callable[..., Any], document: Json) -> Json:
        before = copy.deepcopy(document)
        start(document, caller=OPERATOR)
        assert document == before
        return requests[-1]

    return request_of  # type: ignore[return-value]


def test_a_job_without_a_template_is_for_certificates_alone(started: Any) -> None:
    assert started(given.start_job, {"requestToken": "one", "domains": []})["distribution"] is None


def test_tags_are_an_object_and_a_configuration_is_read_where_it_came_as_text(started: Any) -> None:
    template = {"source": {"config": '{"Enabled": true}'}, "tags": [{"key": "team", "value": "web"}]}
    request = started(given.start_job, {"distribution": template, "tags": [{"key": "a", "value": "b"}]})
    assert request["tags"] == {"a": "b"}
    assert request["distribution"] == {"source": {"config": {"Enabled": True}}, "tags": {"team": "web"}}


def test_a_tag_that_is_given_twice_is_refused() -> None:
    with pytest.raises(InvalidInput, match=r"^tags: "):
        given.start_job({"tags": [{"key": "a", "value": "1"}, {"key": "a", "value": "2"}]}, caller=OPERATOR)


def test_a_configuration_that_is_no_json_is_refused_without_being_quoted() -> None:
    with pytest.raises(InvalidInput, match=r"^distribution\.source\.config: ") as error:
        given.start_job({"distribution": {"source": {"config": f"{{{MARK}"}}}, caller=OPERATOR)
    assert MARK not in str(error.value)


def test_the_header_of_a_canary_is_an_object(started: Any) -> None:
    strategy = {"type": "canary", "header": {"name": "aws-cf-cd-try", "value": "yes"}}
    request = started(given.start_rollback, {"requestToken": "one", "strategy": strategy})
    assert request["strategy"] == {"type": "canary", "headers": {"aws-cf-cd-try": "yes"}}


def test_no_function_at_an_event_is_null(started: Any) -> None:
    nothing = {"distributionId": "E1", "pathPattern": "*", "eventType": "viewer-request"}
    arn = {**nothing, "functionArn": "arn:aws:cloudfront::123456789012:function/index"}
    request = started(given.start_rollback, {"source": {"functionAssociations": [nothing, arn]}})
    assert request["source"] == {"functionAssociations": [{**nothing, "functionArn": None}, arn]}


def test_a_cleanup_is_of_some_items_or_of_what_failed() -> None:
    with pytest.raises(InvalidInput, match="failedOnly"):
        given.clean_up_job("one", items=["row-1"], failed_only=True, caller=OPERATOR)


def test_words_of_two_become_names_of_enums() -> None:
    document = {"renews": "not needed", "validationRecords": [{"name": "a", "inDns": "in place"}]}
    assert told.certificate(document) == {
        "renews": "not_needed",
        "validationRecords": [{"name": "a", "inDns": "in_place"}],
    }


@pytest.mark.parametrize(("config", "text"), [(None, None), ({"Enabled": True}, '{"Enabled":true}')])
def test_a_configuration_is_told_as_json(config: Json | None, text: str | None) -> None:
    assert told.version({"number": 1, "config": config}) == {"number": 1, "config": text}


def test_the_records_of_an_items_certificate_are_its_own_members() -> None:
    record = {"name": "_x", "type": "CNAME", "value": "_y"}
    document = {"itemId": "one", "certificate": {"status": "ISSUED", "validationRecords": [record]}}
    assert told.item(document) == {
        "itemId": "one",
        "certificate": {"status": "ISSUED"},
        "validationRecords": [record],
    }


def test_what_is_told_fits_as_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """A document that fits may not, once its parts are texts within it."""
    document = {"number": 1, "config": {"Comment": ['"'] * 100}}
    monkeypatch.setattr(sizes, "LARGEST_ANSWER", sizes.bytes_of(document))
    monkeypatch.setattr(fields.resolver, "resolve", lambda event, context: told.version(document))
    with pytest.raises(AnswerTooLarge) as error:
        answer(asked("version", {}), CONTEXT)
    kind, what, advice, _ = said(error)
    assert kind == "urn:cloudfront-extensions:problem:answer-too-large"
    assert what.startswith("version: ")
    assert "forms" in advice


def test_latest_was_made_by_nobody() -> None:
    assert told.snapshot({"name": "latest", "createdAt": "", "createdBy": ""}) == {
        "name": "latest",
        "createdAt": None,
        "createdBy": None,
    }


def test_libraries_do_not_log_requests_at_any_level() -> None:
    for library in ("botocore", "urllib3", "aws_lambda_powertools"):
        assert answering.logging.getLogger(library).level == answering.logging.INFO
