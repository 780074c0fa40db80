"""What a read costs in calls to AWS where the tables hold much: as many for fifty as for one."""

from __future__ import annotations

from typing import Any

import pytest

from localaws.executions import lines
from tests.apis.graphql import told
from tests.apis.many_rows import Read, fill
from tests.apis.world import World
from tests.workflows.application import eventually

AT_MOST = {
    "list of jobs": 1,
    "job": 1,
    "list of items": 3,
    "list of items of one outcome": 2,
    "report": 2,
    "validation records": 1,
    "list of certificates": 9,
    "list of certificates of one status": 2,
    "list of certificates for a name": 3,
    "certificate": 2,
    "list of distributions": 2,
    "distribution": 4,
    "list of versions": 2,
    "version": 4,
    "diff": 6,
    "list of snapshots": 1,
    "list of rollbacks": 1,
    "rollback": 3,
    "plan": 1,
    "metrics": 4,
    "countries": 5,
    "top URLs": 5,
    "download speeds": 4,
    "predecessor's metrics": 3,
}
"""A list of certificates asks month by month: seven months have fifty here, whatever the tables hold besides. Figures
of a month are a query for each megabyte, and three that say what is known of them."""


@pytest.fixture(scope="module")
def reads(world: World) -> dict[str, Read]:
    return fill(world)


def test_every_list_is_among_them(reads: dict[str, Read]) -> None:
    assert list(reads) == list(AT_MOST)


@pytest.mark.parametrize("name", AT_MOST)
def test_a_rest_request_takes_few_calls(world: World, reads: dict[str, Read], name: str) -> None:
    read = reads[name]
    before = len(_calls(world, "RestApi"))
    answer = world.rest("viewer", "GET", read.path)
    made = _calls(world, "RestApi")[before:]
    assert answer.status == 200
    assert _items(answer.document) == read.items
    assert 1 <= len(made) <= AT_MOST[name], made


@pytest.mark.parametrize("name", AT_MOST)
def test_a_graphql_request_takes_few_calls(world: World, reads: dict[str, Read], name: str) -> None:
    """The same function tells the news of the rows that were written before, so ask until it has no more of them."""

    def asked() -> bool:
        before = len(_calls(world, "GraphqlApi"))
        answer = told(world, "viewer", reads[name].query)
        assert _items(answer) == reads[name].items
        return 1 <= len(_calls(world, "GraphqlApi")) - before <= AT_MOST[name]

    assert eventually(asked)


@pytest.mark.parametrize(
    ("name", "forms"), [("validation records", "csv, zone, csv, zone"), ("diff", "unified, patch, unified, patch")]
)
def test_texts_besides_cost_no_more_calls(world: World, reads: dict[str, Read], name: str, forms: str) -> None:
    query = reads[name].query.replace(")", f", forms: [{forms}])", 1)

    def asked() -> bool:
        before = len(_calls(world, "GraphqlApi"))
        answer = told(world, "viewer", query)
        assert all(answer[form] is not None for form in forms.split(", "))
        return 1 <= len(_calls(world, "GraphqlApi")) - before <= AT_MOST[name]

    assert eventually(asked)


def _calls(world: World, function: str) -> list[str]:
    """The operations that a function has called, oldest first."""
    end = f"/{world.application.function(function)}"
    return [
        f"{call['service']}:{call['operation']}" for call in lines(world.instance.calls) if call["caller"].endswith(end)
    ]


def _items(document: dict[str, Any]) -> int | None:
    return len(document["items"]) if "items" in document else None
