"""Who may ask for what."""

from __future__ import annotations

import logging
from collections import Counter

import pytest

from cloudfront_extensions.errors import NotAllowed
from cloudfront_extensions.operations.access import OPERATIONS, Group, Operation, audit, check
from cloudfront_extensions.operations.callers import Caller, CallerKind
from tests.unit.operations.calls import audited

ORDER = list(Group)
OPERATIONS_GIVEN = pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)


def person(*groups: str) -> Caller:
    return Caller("anna", CallerKind.PERSON, frozenset(groups))


@OPERATIONS_GIVEN
@pytest.mark.parametrize("group", Group)
def test_a_group_may_do_what_it_and_those_before_it_may(operation: Operation, group: Group) -> None:
    if ORDER.index(group) >= ORDER.index(operation.least):
        check(operation.name, person(group))
    else:
        with pytest.raises(NotAllowed):
            check(operation.name, person(group))


@OPERATIONS_GIVEN
def test_a_person_in_no_group_may_do_nothing(operation: Operation) -> None:
    for groups in ((), ("Admin", "admins", "operator ", "")):
        with pytest.raises(NotAllowed):
            check(operation.name, person(*groups))


@OPERATIONS_GIVEN
def test_what_a_machine_may_do_iam_has_decided(operation: Operation) -> None:
    check(operation.name, Caller("arn:aws:sts::123456789012:assumed-role/pipeline/7", CallerKind.MACHINE))


def test_what_is_no_operation_nobody_may() -> None:
    for name in ("", "dropEverything", "listjobs"):
        with pytest.raises(NotAllowed):
            check(name, person("admin"))
        with pytest.raises(NotAllowed):
            check(name, Caller("arn", CallerKind.MACHINE))


def test_viewers_change_nothing_and_whoever_changes_is_at_least_operator() -> None:
    for operation in OPERATIONS.values():
        assert operation.changes == (operation.method != "GET")
        assert operation.changes == (operation.least is not Group.VIEWER)


def test_routes_and_fields_are_each_of_one_operation() -> None:
    routes = Counter((operation.method, operation.path) for operation in OPERATIONS.values())
    fields = Counter((operation.graphql_type, operation.graphql_field) for operation in OPERATIONS.values())
    assert {*routes.values(), *fields.values()} == {1}


def test_an_audit_line_says_who_what_and_on_what(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        audit("cancelJob", person("operator"), "spring")
    assert audited(caplog) == [("cancelJob", "anna", "spring")]
