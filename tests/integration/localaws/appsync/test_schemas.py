"""A schema is checked when it is given, by the API or by a stack, which may name it by its place in S3."""

from __future__ import annotations

import json

import pytest
from botocore.exceptions import WaiterError

from tests.integration.localaws.appsync import graphql
from tests.integration.localaws.workbench import Json, Workbench

GOOD = "type Query { first: Int }"
BROKEN = {
    "a text that is no schema": ("type Query {", "valid SDL"),
    "a type that does not exist": ("type Query { job: Job }", "Job"),
    "a directive that does not exist": ("type Query { job: Int @public }", "@public"),
    "a type that is there twice": ("type Query { job: Int } type Query { jobs: Int }", "Query"),
    "no queries": ("type Job { id: ID }", "Query"),
    "an interface that is not kept": (
        "type Query { job: Job } interface Named { name: String } type Job implements Named { id: ID }",
        "Named.name",
    ),
    "a scalar of its own": ("scalar Money type Query { price: Money }", "Money"),
    "a subscription to a mutation that does not exist": (
        'type Query { a: Int } type Subscription { on: Int @aws_subscribe(mutations: ["set"]) }',
        "set",
    ),
    "a subscription that answers something else": (
        'type Query { a: Int } type Mutation { set: Int } type Subscription { on: ID @aws_subscribe(mutations: ["set"]) }',
        "different types",
    ),
}


def template(**schema: str) -> str:
    """A stack of an API with a schema."""
    api_id = {"Fn::GetAtt": ["Api", "ApiId"]}
    resources: Json = {
        "Api": {"Type": "AWS::AppSync::GraphQLApi", "Properties": {"Name": "a", "AuthenticationType": "AWS_IAM"}},
        "Schema": {"Type": "AWS::AppSync::GraphQLSchema", "Properties": {"ApiId": api_id, **schema}},
    }
    return json.dumps({"Resources": resources, "Outputs": {"Api": {"Value": api_id}}})


def schema_of(bench: Workbench, stack: str) -> str:
    outputs = bench.client("cloudformation").describe_stacks(StackName=stack)["Stacks"][0]["Outputs"]
    answer = bench.client("appsync").get_introspection_schema(apiId=outputs[0]["OutputValue"], format="SDL")
    return str(answer["schema"].read().decode())


@pytest.mark.parametrize("what", BROKEN)
def test_a_schema_that_can_not_be_fails_with_what_is_wrong_and_the_one_before_stays(
    bench: Workbench, what: str
) -> None:
    api = graphql.made(bench, GOOD)
    schema, said = BROKEN[what]
    status = api.give_schema(schema)
    assert status["status"] == "FAILED"
    assert said in status["details"]
    assert api.ask("{ first }").data == {"first": None}


@pytest.mark.parametrize("what", BROKEN)
def test_ministack_alone_takes_it(stock: Workbench, what: str) -> None:
    api = stock.client("appsync").create_graphql_api(name="a", authenticationType="AWS_IAM")["graphqlApi"]
    assert graphql.Api(stock, api["apiId"], "").give_schema(BROKEN[what][0])["status"] == "SUCCESS"


def test_a_new_schema_is_in_force_at_once(bench: Workbench) -> None:
    api = graphql.made(bench, GOOD)
    api.give_schema("type Query { second: Int }")
    assert api.ask("{ second }").data == {"second": None}
    assert api.ask("{ first }").data is None


def test_an_api_without_a_schema_answers_nothing(bench: Workbench) -> None:
    answer = graphql.made(bench, "").ask("{ first }")
    assert (answer.status, answer.kinds) == (400, ["GraphQLSchemaException"])


def test_a_stack_takes_its_schema_from_s3_and_a_new_place_for_a_new_one(bench: Workbench) -> None:
    bucket = bench.bucket()
    s3 = bench.client("s3")
    s3.put_object(Bucket=bucket, Key="one.graphql", Body=GOOD.encode())
    s3.put_object(Bucket=bucket, Key="two.graphql", Body=b"type Query { second: Int }")

    stack = bench.stack(template(DefinitionS3Location=f"s3://{bucket}/one.graphql"))
    assert "first" in schema_of(bench, stack)
    bench.update_stack(stack, template(DefinitionS3Location=f"s3://{bucket}/two.graphql"))
    assert "second" in schema_of(bench, stack)


def test_ministack_alone_has_no_schema_from_s3(stock: Workbench) -> None:
    bucket = stock.bucket()
    stock.client("s3").put_object(Bucket=bucket, Key="one.graphql", Body=GOOD.encode())
    stack = stock.stack(template(DefinitionS3Location=f"s3://{bucket}/one.graphql"))
    assert "first" not in schema_of(stock, stack)


@pytest.mark.parametrize(
    ("schema", "said"),
    [
        ({"Definition": "type Query { job: Job }"}, "Schema Creation Status is FAILED with details"),
        ({"DefinitionS3Location": "s3://nowhere/at-all.graphql"}, "no such object"),
    ],
)
def test_a_stack_with_a_schema_that_can_not_be_fails(bench: Workbench, schema: dict[str, str], said: str) -> None:
    stack = bench.stack(template(Definition=GOOD))
    with pytest.raises(WaiterError):
        bench.update_stack(stack, template(**schema))
    assert said in graphql.reason_of(bench, stack)
    assert "first" in schema_of(bench, stack)
