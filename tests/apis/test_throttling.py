"""Requests beyond what the APIs take are told when to come again, and whoever does is answered."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from localaws.faults import Fault, faults
from tests.apis.graphql import ask
from tests.apis.world import World
from tests.workflows.application import eventually

AT_ONCE = 20


@pytest.mark.parametrize("caller", ["viewer", "machine"])
def test_a_throttled_request_is_answered_when_it_is_repeated(world: World, caller: str) -> None:
    fault = Fault("throttle", service="execute-api", operation="GET /jobs", times=1)
    with faults(world.instance, fault):
        refused = world.rest(caller, "GET", "/jobs")
        assert (refused.status, refused.problem, refused.headers["retry-after"]) == (429, "too-many-requests", "1")
        assert world.rest(caller, "GET", "/jobs").status == 200


def test_an_api_that_fails_answers_as_its_contract_says(world: World) -> None:
    with faults(world.instance, Fault("unavailable", service="execute-api", operation="GET /jobs", times=1)):
        refused = world.rest("viewer", "GET", "/jobs")
        assert (refused.status, refused.problem) == (500, "unexpected-error")
        assert world.rest("viewer", "GET", "/jobs").status == 200


def test_a_throttled_query_is_answered_when_it_is_repeated(world: World) -> None:
    query = "query Throttled { jobs { nextCursor } }"
    with faults(world.instance, Fault("throttle", service="appsync", containing=query, times=1)):
        refused = ask(world, "viewer", query)
        assert (refused.status, refused.kinds) == (429, ["TooManyRequestsException"])
        assert not ask(world, "viewer", query).errors


def test_a_stage_takes_as_many_requests_as_the_parameters_say(narrow_world: World) -> None:
    narrow_world.caller("viewer")
    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(pool.map(lambda _: narrow_world.rest("viewer", "GET", "/jobs"), range(AT_ONCE)))
    refused = [answer for answer in answers if answer.status != 200]
    assert {(answer.status, answer.problem, answer.headers["retry-after"]) for answer in refused} == {
        (429, "too-many-requests", "1")
    }
    assert eventually(lambda: narrow_world.rest("viewer", "GET", "/jobs").status == 200)
