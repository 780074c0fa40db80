"""What CloudFormation's refusals mean for a change of a stack, and what failed first in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.stub import Stubber

from cloudfront_extensions.aws import clients, extension_stacks
from cloudfront_extensions.errors import (
    AwsRefused,
    AwsThrottled,
    AwsUnavailable,
    CloudFrontExtensionsError,
    ExtensionChangedMeanwhile,
    ExtensionNotDeployable,
    QuotaWouldBeExceeded,
)
from cloudfront_extensions.extensions.stacks import ChangeSet, ChangeState, NotChangeable, StackFailure, change_name

STACK = "arn:aws:cloudformation:us-east-1:123456789012:stack/shop/1"
MOMENT = datetime(2026, 3, 2, tzinfo=UTC)
CHANGE = ChangeSet("arn:aws:cloudformation:us-east-1:123456789012:changeSet/a/1", "a", STACK, ChangeState.READY)


@pytest.fixture
def formation(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stubber]:
    for name, value in (
        ("AWS_DEFAULT_REGION", "us-east-1"),
        ("AWS_ACCESS_KEY_ID", "test"),
        ("AWS_SECRET_ACCESS_KEY", "test"),
        ("EXTENSION_STACKS_ROLE", "arn:aws:iam::123456789012:role/stacks"),
    ):
        monkeypatch.setenv(name, value)
    with Stubber(clients.client("cloudformation")) as stubber:
        yield stubber
        stubber.assert_no_pending_responses()


def begin() -> ChangeSet | NotChangeable:
    return extension_stacks.begin_change("shop", "{}", {"Mode": "rewrite"}, {"team": "web"}, "spring")


def stands(formation: Stubber, status: str) -> None:
    stack = {"StackName": "shop", "StackId": STACK, "StackStatus": status, "CreationTime": MOMENT}
    formation.add_response("describe_stacks", {"Stacks": [stack]}, {"StackName": "shop"})


def no_stack(formation: Stubber) -> None:
    formation.add_client_error("describe_stacks", "ValidationError", "Stack with id shop does not exist")


def no_change_set(formation: Stubber) -> None:
    formation.add_client_error("describe_change_set", "ChangeSetNotFound")


def there_is(formation: Stubber, status: str, execution: str, reason: str = "") -> None:
    answer = {"ChangeSetId": CHANGE.id, "ChangeSetName": CHANGE.name, "StackId": STACK, "StatusReason": reason}
    formation.add_response("describe_change_set", {**answer, "Status": status, "ExecutionStatus": execution})


def made(formation: Stubber, kind: str) -> None:
    wanted = {
        "StackName": "shop",
        "ChangeSetName": change_name("spring"),
        "ChangeSetType": kind,
        "TemplateBody": "{}",
        "Parameters": [{"ParameterKey": "Mode", "ParameterValue": "rewrite"}],
        "Tags": [{"Key": "team", "Value": "web"}],
        "Capabilities": ["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
        "RoleARN": "arn:aws:iam::123456789012:role/stacks",
        "ClientToken": change_name("spring"),
    }
    formation.add_response("create_change_set", {"Id": CHANGE.id, "StackId": STACK}, wanted)


def test_a_stack_that_is_not_there_is_made(formation: Stubber) -> None:
    no_stack(formation)
    made(formation, "CREATE")
    assert begin() == ChangeSet(CHANGE.id, change_name("spring"), STACK, ChangeState.PENDING)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        ("REVIEW_IN_PROGRESS", "CREATE"),
        ("CREATE_COMPLETE", "UPDATE"),
        ("UPDATE_COMPLETE", "UPDATE"),
        ("UPDATE_ROLLBACK_COMPLETE", "UPDATE"),
    ],
)
def test_what_stands_says_whether_it_is_made_or_updated(formation: Stubber, status: str, kind: str) -> None:
    stands(formation, status)
    no_change_set(formation)
    made(formation, kind)
    assert isinstance(begin(), ChangeSet)


@pytest.mark.parametrize(
    ("status", "must_be_deleted"),
    [
        ("ROLLBACK_COMPLETE", True),
        ("ROLLBACK_FAILED", True),
        ("CREATE_FAILED", True),
        ("DELETE_FAILED", True),
        ("UPDATE_IN_PROGRESS", False),
        ("UPDATE_ROLLBACK_FAILED", False),
    ],
)
def test_a_stack_that_takes_no_change_is_answered(formation: Stubber, status: str, must_be_deleted: bool) -> None:
    stands(formation, status)
    no_change_set(formation)
    found = begin()
    assert isinstance(found, NotChangeable)
    assert found.stack.must_be_deleted is must_be_deleted


def test_the_change_set_of_the_token_is_adopted(formation: Stubber) -> None:
    stands(formation, "UPDATE_IN_PROGRESS")
    there_is(formation, "CREATE_COMPLETE", "EXECUTE_IN_PROGRESS")
    found = begin()
    assert isinstance(found, ChangeSet)
    assert found.state is ChangeState.EXECUTING


def test_a_change_set_that_another_try_has_just_made_is_adopted(formation: Stubber) -> None:
    no_stack(formation)
    formation.add_client_error("create_change_set", "AlreadyExistsException")
    there_is(formation, "CREATE_COMPLETE", "AVAILABLE")
    assert begin() == CHANGE


def test_a_stack_that_somebody_else_has_just_made_is_theirs(formation: Stubber) -> None:
    no_stack(formation)
    formation.add_client_error("create_change_set", "AlreadyExistsException", "Stack [shop] already exists")
    no_change_set(formation)
    with pytest.raises(ExtensionChangedMeanwhile, match="already exists"):
        begin()


@pytest.mark.parametrize(
    ("code", "words", "error"),
    [
        ("LimitExceededException", "", QuotaWouldBeExceeded),
        ("InsufficientCapabilitiesException", "", ExtensionNotDeployable),
        ("ValidationError", "Parameters: [Rules] must have values", ExtensionNotDeployable),
        ("ValidationError", "shop is in UPDATE_IN_PROGRESS state and can not be updated.", AwsUnavailable),
        ("ValidationError", "Stack [shop] does not exist", ExtensionChangedMeanwhile),
        ("ValidationError", "Resource handler: the bucket does not exist", ExtensionNotDeployable),
        ("AccessDenied", "", AwsRefused),
    ],
)
def test_a_refusal_is_what_the_situation_says(
    formation: Stubber, code: str, words: str, error: type[CloudFrontExtensionsError]
) -> None:
    stands(formation, "CREATE_COMPLETE")
    no_change_set(formation)
    formation.add_client_error("create_change_set", code, words)
    with pytest.raises(error):
        begin()


def test_a_question_that_is_throttled_is_no_answer(formation: Stubber) -> None:
    formation.add_client_error("describe_stacks", "Throttling", "Rate exceeded")
    with pytest.raises(AwsThrottled):
        extension_stacks.stack("shop")


@pytest.mark.parametrize("code", ["InvalidChangeSetStatus", "TokenAlreadyExistsException"])
@pytest.mark.parametrize("execution", ["EXECUTE_IN_PROGRESS", "EXECUTE_COMPLETE"])
def test_a_change_that_was_begun_goes_on(formation: Stubber, code: str, execution: str) -> None:
    formation.add_client_error("execute_change_set", code)
    there_is(formation, "CREATE_COMPLETE", execution)
    extension_stacks.execute(CHANGE)


@pytest.mark.parametrize(
    ("status", "execution", "error"),
    [
        ("CREATE_IN_PROGRESS", "UNAVAILABLE", AwsUnavailable),
        ("FAILED", "UNAVAILABLE", AwsRefused),
        ("CREATE_COMPLETE", "OBSOLETE", ExtensionChangedMeanwhile),
    ],
)
def test_a_change_that_can_not_begin_says_why(
    formation: Stubber, status: str, execution: str, error: type[CloudFrontExtensionsError]
) -> None:
    formation.add_client_error("execute_change_set", "InvalidChangeSetStatus")
    there_is(formation, status, execution, "no words")
    with pytest.raises(error, match="InvalidChangeSetStatus"):
        extension_stacks.execute(CHANGE)


@pytest.mark.parametrize(
    ("operation", "call", "code"),
    [
        ("delete_stack", lambda: extension_stacks.delete("shop", "spring"), "TokenAlreadyExistsException"),
        ("delete_change_set", lambda: extension_stacks.discard(CHANGE), "ChangeSetNotFound"),
    ],
)
def test_what_is_gone_is_deleted(formation: Stubber, operation: str, call: Callable[[], None], code: str) -> None:
    formation.add_client_error(operation, code)
    call()


def test_a_change_set_that_is_being_made_is_discarded_later(formation: Stubber) -> None:
    formation.add_client_error("delete_change_set", "InvalidChangeSetStatus")
    with pytest.raises(AwsUnavailable):
        extension_stacks.discard(CHANGE)


def event(logical_id: str, status: str, reason: str = "") -> dict[str, Any]:
    return {
        "StackId": STACK,
        "EventId": f"{logical_id}-{status}",
        "StackName": "shop",
        "LogicalResourceId": logical_id,
        "PhysicalResourceId": STACK if logical_id == "shop" else "",
        "Timestamp": MOMENT,
        "ResourceStatus": status,
        **({"ResourceStatusReason": reason} if reason else {}),
    }


def tells(formation: Stubber, *pages: list[dict[str, Any]]) -> None:
    for number, page in enumerate(pages, start=1):
        token = {} if number == len(pages) else {"NextToken": str(number)}
        formation.add_response("describe_stack_events", {"StackEvents": page, **token})


def test_the_first_failure_of_the_last_change_is_told(formation: Stubber) -> None:
    tells(
        formation,
        [
            event("shop", "UPDATE_ROLLBACK_COMPLETE"),
            event("shop", "UPDATE_ROLLBACK_IN_PROGRESS", "The following resource(s) failed to update: [Role]."),
            event("Store", "CREATE_FAILED", "Resource creation cancelled"),
        ],
        [
            event("ViewerRequest", "CREATE_FAILED", "too late"),
            event("Role", "UPDATE_FAILED", "not authorized"),
            event("Early", "CREATE_FAILED", "Resource creation cancelled"),
            event("shop", "UPDATE_IN_PROGRESS", "User Initiated"),
            event("Old", "CREATE_FAILED", "of the change before"),
        ],
    )
    assert extension_stacks.why("shop") == StackFailure("Role", "not authorized")


def test_the_events_of_changes_before_are_not_read(formation: Stubber) -> None:
    formation.add_response(
        "describe_stack_events",
        {"StackEvents": [event("shop", "DELETE_IN_PROGRESS", "User Initiated")], "NextToken": "more"},
    )
    assert extension_stacks.why("shop") is None


def test_a_stack_whose_resources_say_nothing_says_it_itself(formation: Stubber) -> None:
    tells(formation, [event("shop", "ROLLBACK_IN_PROGRESS", "Hook failed"), event("shop", "CREATE_IN_PROGRESS")])
    assert extension_stacks.why("shop") == StackFailure("shop", "Hook failed")


def test_there_is_no_reason_of_a_stack_that_is_not_there(formation: Stubber) -> None:
    formation.add_client_error("describe_stack_events", "ValidationError", "Stack [shop] does not exist")
    assert extension_stacks.why("shop") is None
