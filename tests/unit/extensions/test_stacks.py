"""CloudFormation's words for stacks and change sets, and what they come to."""

from __future__ import annotations

import re

import pytest
from botocore.session import get_session

from cloudfront_extensions.extensions.stacks import (
    _STATUSES,
    ChangeState,
    StackStatus,
    change_name,
    change_state,
    stack_status,
)

MODEL = get_session().get_service_model("cloudformation")
NO_CHANGES = "The submitted information didn't contain changes. Submit different information to create a change set."
FAILED = ["UPDATE_FAILED", "UPDATE_ROLLBACK_FAILED", "IMPORT_ROLLBACK_FAILED"]


def test_every_status_that_is_modelled_is_known_goes_on_or_has_failed() -> None:
    rest = set(MODEL.shape_for("StackStatus").enum) - set(_STATUSES)
    assert {status for status in rest if not status.endswith("_IN_PROGRESS")} == set(FAILED)
    assert {stack_status(status) for status in FAILED} == {StackStatus.FAILED}
    assert {stack_status(status) for status in rest - set(FAILED)} == {StackStatus.WORKING}


@pytest.mark.parametrize(
    ("status", "execution", "reason", "state"),
    [
        ("CREATE_PENDING", "UNAVAILABLE", "", ChangeState.PENDING),
        ("CREATE_IN_PROGRESS", "UNAVAILABLE", "", ChangeState.PENDING),
        ("CREATE_COMPLETE", "AVAILABLE", "", ChangeState.READY),
        ("CREATE_COMPLETE", "EXECUTE_IN_PROGRESS", "", ChangeState.EXECUTING),
        ("CREATE_COMPLETE", "EXECUTE_COMPLETE", "", ChangeState.EXECUTED),
        ("CREATE_COMPLETE", "EXECUTE_FAILED", "", ChangeState.FAILED),
        ("CREATE_COMPLETE", "OBSOLETE", "", ChangeState.OBSOLETE),
        ("DELETE_COMPLETE", "UNAVAILABLE", "", ChangeState.OBSOLETE),
        ("FAILED", "UNAVAILABLE", NO_CHANGES, ChangeState.EMPTY),
        ("FAILED", "UNAVAILABLE", "No updates are to be performed.", ChangeState.EMPTY),
        ("FAILED", "UNAVAILABLE", "Transform failed", ChangeState.FAILED),
    ],
)
def test_a_change_set_is_in_one_state(status: str, execution: str, reason: str, state: ChangeState) -> None:
    assert change_state(status, execution, reason) is state


@pytest.mark.parametrize("token", ["spring", "9_spring", "a" * 48])
def test_a_token_has_one_name_that_cloudformation_takes(token: str) -> None:
    allowed = MODEL.shape_for("ChangeSetName").metadata
    assert re.fullmatch(allowed["pattern"], change_name(token))
    assert len(change_name(token)) <= allowed["max"]
    assert change_name(token) == change_name(token) != change_name(f"{token}-2")
