"""An API's URL leads to this AWS, and its settings are those that AppSync takes."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import WaiterError

from tests.integration.localaws import edge
from tests.integration.localaws.appsync import graphql
from tests.integration.localaws.appsync.graphql import COGNITO, IAM_TOO, Pool
from tests.integration.localaws.workbench import Json, Workbench


def template(**properties: Any) -> str:
    api = {"Type": "AWS::AppSync::GraphQLApi", "Properties": {"Name": "a", "AuthenticationType": "AWS_IAM"}}
    api["Properties"] = {**api["Properties"], **properties}  # type: ignore[dict-item]
    names = {name: {"Value": {"Fn::GetAtt": ["Api", name]}} for name in ("ApiId", "GraphQLUrl", "RealtimeUrl")}
    schema = {
        "Type": "AWS::AppSync::GraphQLSchema",
        "Properties": {"ApiId": {"Fn::GetAtt": ["Api", "ApiId"]}, "Definition": "type Query { a: Int }"},
    }
    return json.dumps({"Resources": {"Api": api, "Schema": schema}, "Outputs": names})


def outputs_of(bench: Workbench, stack: str) -> dict[str, str]:
    found = bench.client("cloudformation").describe_stacks(StackName=stack)["Stacks"][0]["Outputs"]
    return {one["OutputKey"]: one["OutputValue"] for one in found}


def test_the_url_of_a_stack_answers_before_and_after_an_update(bench: Workbench) -> None:
    stack = bench.stack(template())
    first = outputs_of(bench, stack)
    assert graphql.Api(bench, first["ApiId"], first["GraphQLUrl"]).ask("{ a }").status == 200
    assert first["GraphQLUrl"].startswith(bench.instance.endpoint_url)
    assert first["RealtimeUrl"] == first["GraphQLUrl"].replace("http", "ws", 1)
    bench.update_stack(stack, template(QueryDepthLimit=3))
    assert outputs_of(bench, stack) == first


def test_ministack_alone_names_a_url_of_the_real_aws(stock: Workbench) -> None:
    created = stock.client("appsync").create_graphql_api(name="a", authenticationType="AWS_IAM")["graphqlApi"]
    assert "amazonaws.com" in created["uris"]["GRAPHQL"]


def denying(pool: Pool) -> Json:
    return {"authenticationType": COGNITO, "userPoolConfig": {**pool.config, "defaultAction": "DENY"}}


def refused_settings(pool: Pool) -> dict[str, Json]:
    return {
        "denial by default beside another provider": {
            **denying(pool),
            "additionalAuthenticationProviders": IAM_TOO,
        },
        "a depth above 75": {"queryDepthLimit": 76},
        "more than 10,000 resolvers": {"resolverCountLimit": 10_001},
        "several of one": {"apiType": "MERGED", "mergedApiExecutionRoleArn": graphql.ANY_ROLE},
        "no way in from outside": {"visibility": "PRIVATE"},
        "keys of its own": {"authenticationType": "API_KEY"},
        "another provider of identities": {"additionalAuthenticationProviders": [{"authenticationType": "AWS_LAMBDA"}]},
    }


REFUSED = {
    "denial by default beside another provider": "you must set the value for DefaultAction to ALLOW",
    "a depth above 75": "queryDepthLimit",
    "more than 10,000 resolvers": "resolverCountLimit",
    "several of one": "merged",
    "no way in from outside": "private",
    "keys of its own": "API_KEY",
    "another provider of identities": "AWS_LAMBDA",
}
"""With what is said of it."""


@pytest.mark.parametrize("what", REFUSED)
def test_an_api_is_not_made_with(bench: Workbench, pool: Pool, what: str) -> None:
    settings = {"authenticationType": "AWS_IAM", **refused_settings(pool)[what]}
    with edge.refused("BadRequestException"):
        bench.client("appsync").create_graphql_api(name="a", **settings)


@pytest.mark.parametrize("what", REFUSED)
def test_a_stack_fails_with(bench: Workbench, pool: Pool, what: str) -> None:
    given = json.loads(json.dumps(refused_settings(pool)[what]))
    properties = {name[:1].upper() + name[1:]: capitalised(value) for name, value in given.items()}
    stack = bench.stack(template())
    with pytest.raises(WaiterError):
        bench.update_stack(stack, template(**properties))
    assert REFUSED[what] in graphql.reason_of(bench, stack)


def capitalised(value: Any) -> Any:
    """As templates write what the API writes with small letters."""
    if isinstance(value, dict):
        return {name[:1].upper() + name[1:]: capitalised(one) for name, one in value.items()}
    return [capitalised(one) for one in value] if isinstance(value, list) else value


def test_an_api_is_not_changed_to_deny_by_default_beside_another_provider(bench: Workbench, pool: Pool) -> None:
    api = graphql.made(bench, "type Query { a: Int }", pool=pool)
    with edge.refused("BadRequestException"):
        bench.client("appsync").update_graphql_api(apiId=api.id, name="a", **denying(pool))


def test_a_changed_setting_is_in_force_at_once(bench: Workbench) -> None:
    api = graphql.made(bench, "type Query { a: Int }")
    query = "{ __schema { queryType { name } } }"
    assert api.ask(query).data == {"__schema": {"queryType": {"name": "Query"}}}
    changed = {"authenticationType": "AWS_IAM", "introspectionConfig": "DISABLED"}
    bench.client("appsync").update_graphql_api(apiId=api.id, name="a", **changed)
    assert api.ask(query).data is None


def test_an_api_that_does_not_exist_is_not_found(bench: Workbench) -> None:
    answer = graphql.Api(bench, "a" * 26, f"{bench.instance.endpoint_url}/v1/apis/{'a' * 26}/graphql").ask("{ a }")
    assert (answer.status, answer.kinds) == (404, ["ResourceNotFoundException"])
