"""What subscribers would be told stands in `news.jsonl`."""

from __future__ import annotations

import json

import pytest

from localaws import executions
from tests.integration.localaws import edge
from tests.integration.localaws.appsync import graphql
from tests.integration.localaws.appsync.graphql import SAYING, Api
from tests.integration.localaws.workbench import Json, Workbench

SCHEMA = SAYING.replace(
    "type Mutation { set(say: String!): Int }",
    """
    type Mutation { change(say: String!): Job leave(say: String!): Job }
    type Subscription {
      onChange(id: ID): Job @aws_subscribe(mutations: ["change"])
      onAnything: Job @aws_subscribe(mutations: ["change", "leave"])
    }
    """,
)


@pytest.fixture(scope="module")
def changing(bench: Workbench, sayer: str) -> Api:
    api = graphql.made(bench, SCHEMA)
    api.resolve(sayer, "Mutation.change", "Mutation.leave", "Query.job")
    return api


def news(bench: Workbench, marked: str) -> list[Json]:
    found = [line for line in executions.lines(bench.instance.news) if line["value"]["id"] == marked]
    return [{name: value for name, value in line.items() if name != "time"} for line in found]


def test_each_subscription_to_a_mutation_is_told_what_the_mutation_asked_for(bench: Workbench, changing: Api) -> None:
    job = edge.new_token()
    document = "mutation($say: String!) { done: change(say: $say) { id status } }"
    changing.ask(document, variables={"say": json.dumps({"id": job, "status": "DONE", "note": "not asked for"})})
    value = {"id": job, "status": "DONE"}
    assert news(bench, job) == [
        {"subscription": "onChange", "value": value, "errors": 0},
        {"subscription": "onAnything", "value": value, "errors": 0},
    ]


def test_a_mutation_that_a_subscription_does_not_name_tells_it_nothing(bench: Workbench, changing: Api) -> None:
    job = edge.new_token()
    changing.ask("mutation($say: String!) { leave(say: $say) { id } }", variables={"say": json.dumps({"id": job})})
    assert [line["subscription"] for line in news(bench, job)] == ["onAnything"]


def test_news_with_a_field_that_failed_say_so(bench: Workbench, changing: Api) -> None:
    job = edge.new_token()
    document = "mutation($say: String!) { leave(say: $say) { id status } }"
    answer = changing.ask(document, variables={"say": json.dumps({"id": job, "status": "NO SUCH STATUS"})})
    assert [(line["value"]["status"], line["errors"]) for line in news(bench, job)] == [(None, 1)]
    (call,) = [line for line in executions.lines(bench.instance.calls) if line.get("errors") and answer.errors][-1:]
    assert (call["operation"], call["errors"]) == ("GraphQL", 1)


def test_what_failed_is_no_news_nor_is_what_was_only_read(bench: Workbench, changing: Api) -> None:
    before = executions.lines(bench.instance.news)
    changing.ask('mutation { change(say: "no json") { id } }')
    changing.said({"id": edge.new_token()})
    assert executions.lines(bench.instance.news) == before
