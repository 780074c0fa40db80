"""What a resolver is told of the fields that are asked for below its own."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.integration.localaws.appsync import graphql
from tests.integration.localaws.appsync.graphql import Api
from tests.integration.localaws.workbench import Json, Workbench

SCHEMA = """
    type Query { job(first: Int): Job named: Named number: Int }
    type Job implements Named { id: ID child(n: Int): Job told: AWSJSON }
    interface Named { id: ID told: AWSJSON }
"""


@pytest.fixture(scope="module")
def api(bench: Workbench) -> Api:
    """Whose objects tell what their resolver was told."""
    api = graphql.made(bench, SCHEMA)
    function = bench.function('def handler(event, context):\n    return {"__typename": "Job", "told": event["info"]}')
    api.resolve(function, "Query.job", "Query.named")
    return api


def told(api: Api, query: str, field: str = "job", **variables: Any) -> Json:
    info: Json = json.loads(api.ask(query, variables=variables).data[field]["told"])
    return info


def test_fields_are_listed_by_their_paths(api: Api) -> None:
    info = told(api, "{ job { id told child { id child { id } } } }")
    assert info["selectionSetList"] == ["id", "told", "child", "child/id", "child/child", "child/child/id"]


def test_an_alias_stands_for_the_name(api: Api) -> None:
    assert told(api, "{ job { told mine: id } }")["selectionSetList"] == ["told", "mine"]


def test_fragments_are_taken_apart_and_nothing_is_listed_twice(api: Api) -> None:
    query = "{ job { told ...F ... on Job { id child { id } } id } } fragment F on Job { id child { told } }"
    assert told(api, query)["selectionSetList"] == ["told", "id", "child", "child/told", "child/id"]


def test_a_field_that_is_asked_for_twice_is_told_of_as_one(api: Api) -> None:
    assert told(api, "{ job { told } job { id } }")["selectionSetList"] == ["told", "id"]


def test_what_is_skipped_is_left_out(api: Api) -> None:
    skipped = "id @include(if: $no) child @skip(if: true) { id } ... @include(if: $no) { id }"
    query = f"query($no: Boolean!) {{ job {{ told {skipped} }} }}"
    assert told(api, query, no=False)["selectionSetList"] == ["told"]


def test_the_type_of_an_interface_is_told_by_the_answer(api: Api) -> None:
    info = told(api, "{ named { told ... on Job { child { id } } } }", "named")
    assert info["selectionSetList"] == ["told", "child", "child/id"]


def test_the_selection_is_told_as_graphql_too(api: Api) -> None:
    info = told(api, "{ job(first: 2) { told mine: child(n: 3) { id } ...F } } fragment F on Job { id }")
    assert " ".join(info["selectionSetGraphQL"].split()) == "{ told mine: child(n: 3) { id } ...F }"


def test_a_field_without_fields_selects_none(bench: Workbench, echo: str) -> None:
    api = graphql.made(bench, "type Query { echo: AWSJSON }")
    api.resolve(echo, "Query.echo")
    info = json.loads(api.ask("{ echo }").data["echo"])["info"]
    assert (info["selectionSetList"], info["selectionSetGraphQL"]) == ([], "")
