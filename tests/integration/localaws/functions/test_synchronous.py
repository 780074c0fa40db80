"""How many functions answer requests to APIs at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TypeVar

import pytest

from tests.integration.localaws.api_gateway.rest import invoking, serving
from tests.integration.localaws.appsync import graphql
from tests.integration.localaws.workbench import Workbench

FUNCTIONS_AT_ONCE = 4
ROUNDS = 4
WHO = """
    import os, time

    def handler(event, context):
        time.sleep(0.05)
        return {"statusCode": 200, "body": str(os.getpid())}
"""
SLOW = """
    import time

    def handler(event, context):
        time.sleep(1.5)
        return {"statusCode": 200}
"""

Answer = TypeVar("Answer")
Ask = Callable[[], str]


@pytest.fixture(scope="module")
def asks(bench: Workbench) -> list[Ask]:
    """Ways to ask one function, by REST and by GraphQL, for its process."""
    who = bench.function(WHO)
    by_rest = serving(bench, who, {"/": {"get": invoking(who)}})
    by_graphql = graphql.made(bench, "type Query { who: Who } type Who { body: String }")
    by_graphql.resolve(who, "Query.who")
    return [
        lambda: by_rest.get("/").body.decode(),
        lambda: str(by_graphql.ask("{ who { body } }").data["who"]["body"]),
    ]


def test_requests_to_all_apis_share_few_processes_that_stay_warm(asks: list[Ask]) -> None:
    processes = set(all_at_once(asks * FUNCTIONS_AT_ONCE * ROUNDS))
    assert 1 < len(processes) <= FUNCTIONS_AT_ONCE
    assert {ask() for ask in asks} <= processes


def test_a_request_does_not_time_out_while_it_queues(bench: Workbench) -> None:
    # Four rounds of 1.5 s take longer than the timeout; one alone has time to spare, on a busy machine too.
    slow = bench.function(SLOW, Timeout=20)
    api = serving(bench, slow, {"/": {"get": invoking(slow, timeoutInMillis=5000)}})
    answers = all_at_once([partial(api.get, "/")] * FUNCTIONS_AT_ONCE * ROUNDS)
    assert [answer.status for answer in answers] == [200] * FUNCTIONS_AT_ONCE * ROUNDS


def all_at_once(asks: Sequence[Callable[[], Answer]]) -> list[Answer]:
    with ThreadPoolExecutor(len(asks)) as clients:
        return list(clients.map(lambda ask: ask(), asks))
