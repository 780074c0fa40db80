"""One cell of the table after the other: who asks for which operation, and is let in or not.

Those who are let in ask for what does not exist, or for a dry run: whatever they are answered, it is not a refusal.
"""

from __future__ import annotations

import re

import pytest

from cloudfront_extensions.operations.access import OPERATIONS, Operation
from tests.apis.conftest import FIRST_ADMIN
from tests.apis.world import PEOPLE, Caller, World

NOBODY = {"anonymous": 401, "expired": 401, "other pool": 401, "nobody": 403}
STRANGERS = {"machine without permission": 403, "anonymous machine": 403}
REFUSED = (401, 403)

BODIES = {
    "startJob": {
        "requestToken": "cells",
        "domains": [{"domainName": "cell.example.com"}],
        "distribution": None,
        "dryRun": True,
    },
    "cleanUpJob": {"dryRun": True},
    "createSnapshot": {"name": "cell"},
    "annotateSnapshot": {"note": "cell"},
    "startRollback": {
        "requestToken": "cells",
        "targets": ["ENONE"],
        "source": {"distributionId": "ENONE", "version": 1},
        "dryRun": True,
    },
    "answerRollback": {"approve": False},
    "startMetricsExport": {
        "requestToken": "cells",
        "domains": ["cell.example.com"],
        "from": "2026-11-20",
        "to": "2026-11-21",
    },
    "startPrewarm": {"requestToken": "cells", "distributionId": "ENONE", "urls": ["/"]},
}
PARAMETERS = {"number": "1", "distributionId": "ENONE"}


QUERIES = {
    "getMetrics": "?domain=cell.example.com",
    "getMetricCountries": "?domain=cell.example.com",
    "getTopUrls": "?domain=cell.example.com",
    "getDownloadSpeeds": "?domain=cell.example.com",
    "getPredecessorMetric": "?StartTime=none&EndTime=none&Metric=all&Domain=cell.example.com",
}


def path_of(operation: Operation) -> str:
    path = re.sub(r"\{(\w+)\}", lambda found: PARAMETERS.get(found[1], "none"), operation.path)
    return path + QUERIES.get(operation.name, "")


def status(world: World, caller: str, operation: Operation) -> int:
    return world.rest(caller, operation.method, path_of(operation), BODIES.get(operation.name)).status


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)
@pytest.mark.parametrize("caller", [*NOBODY, *STRANGERS])
def test_a_stranger_is_refused(world: World, caller: str, operation: Operation) -> None:
    assert status(world, caller, operation) == {**NOBODY, **STRANGERS}[caller]


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)
@pytest.mark.parametrize("group", PEOPLE)
def test_a_group_may_do_what_the_table_says(world: World, group: str, operation: Operation) -> None:
    answered = status(world, group, operation)
    if group in operation.groups:
        assert answered not in REFUSED
    else:
        assert answered == 403
    assert answered < 500


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)
def test_a_machine_may_do_what_its_policy_says(world: World, operation: Operation) -> None:
    answered = status(world, "machine", operation)
    assert answered not in REFUSED
    assert answered < 500


def test_a_policy_may_name_single_operations(world: World) -> None:
    arn = world.application.outputs["MachinesApiArn"]
    reader = world.machine(
        "stranger-who-lists-jobs", {"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": f"{arn}/GET/jobs"}
    )
    assert world.rest(reader, "GET", "/jobs").status == 200
    assert world.rest(reader, "GET", "/rollbacks").problem == "not-allowed"


def test_the_access_token_of_an_admin_is_no_id_token(world: World) -> None:
    access = Caller("access token", world.person("admin").access_token)
    assert world.rest(access, "GET", "/jobs").problem == "not-signed-in"


def test_the_first_admin_is_made_with_the_stack(world: World) -> None:
    pool = world.application.outputs["UserPoolId"]
    cognito = world.application.client("cognito-idp")
    groups = cognito.admin_list_groups_for_user(UserPoolId=pool, Username=FIRST_ADMIN)["Groups"]
    assert [group["GroupName"] for group in groups] == ["admin"]


def test_nobody_signs_up_by_himself(world: World) -> None:
    cognito = world.application.client("cognito-idp")
    with pytest.raises(cognito.exceptions.NotAuthorizedException):
        cognito.sign_up(
            ClientId=world.application.outputs["UserPoolClientId"],
            Username="me@example.com",
            Password="Aa1!Aa1!Aa1!Aa1!",
        )
