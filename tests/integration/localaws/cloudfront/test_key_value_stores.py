"""Key value stores: made and deleted by CloudFront's API, filled by their own, read by functions."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable

import pytest

from localaws.instance import Instance
from tests.integration.localaws import edge
from tests.integration.localaws.cloudfront.test_function_tests import EVENT, output, result_of
from tests.integration.localaws.cloudfront.test_functions import CONFIG, PASSES, create
from tests.integration.localaws.workbench import Workbench

READS = """
import cf from 'cloudfront';
const store = cf.kvs();
async function handler(event) {
    event.request.uri = await store.get('path');
    const known = await store.exists('other');
    event.request.querystring = {known: {value: String(known)}};
    return event.request;
}"""


def store(instance: Instance, **keys: str) -> str:
    """Create a store with these keys; returns its ARN."""
    made = instance.client("cloudfront").create_key_value_store(Name=edge.new_token())["KeyValueStore"]
    for key, value in keys.items():
        put(instance, made["ARN"], key, value)
    return str(made["ARN"])


def name_of(instance: Instance, arn: str) -> str:
    stores = instance.client("cloudfront").list_key_value_stores()["KeyValueStoreList"]["Items"]
    return next(str(each["Name"]) for each in stores if each["ARN"] == arn)


def etag(instance: Instance, arn: str) -> str:
    return str(instance.client("cloudfront-keyvaluestore").describe_key_value_store(KvsARN=arn)["ETag"])


def put(instance: Instance, arn: str, key: str, value: str) -> edge.Json:
    answer: edge.Json = instance.client("cloudfront-keyvaluestore").put_key(
        KvsARN=arn, Key=key, Value=value, IfMatch=etag(instance, arn)
    )
    return answer


def associated(*stores: str) -> edge.Json:
    return {
        "FunctionConfig": CONFIG
        | {"KeyValueStoreAssociations": edge.block(*({"KeyValueStoreARN": each} for each in stores))}
    }


def test_keys_are_put_read_listed_in_pages_and_deleted_each_with_the_current_etag(instance: Instance) -> None:
    keys, arn = instance.client("cloudfront-keyvaluestore"), store(instance, a="1", b="2", c="3")
    assert keys.get_key(KvsARN=arn, Key="b")["Value"] == "2"
    first = keys.list_keys(KvsARN=arn, MaxResults=2)
    second = keys.list_keys(KvsARN=arn, MaxResults=2, NextToken=first["NextToken"])
    assert [item["Key"] for item in first["Items"] + second["Items"]] == ["a", "b", "c"]
    stale = etag(instance, arn)
    deleted = keys.delete_key(KvsARN=arn, Key="a", IfMatch=stale)
    assert (deleted["ItemCount"], deleted["TotalSizeInBytes"]) == (2, 4)
    with edge.refused("ConflictException"):
        keys.put_key(KvsARN=arn, Key="d", Value="4", IfMatch=stale)
    with edge.refused("ResourceNotFoundException"):
        keys.get_key(KvsARN=arn, Key="a")


def test_many_keys_change_at_once_or_not_at_all(instance: Instance) -> None:
    keys, arn = instance.client("cloudfront-keyvaluestore"), store(instance, a="1")
    puts = [{"Key": f"key{number}", "Value": "x"} for number in range(49)]
    keys.update_keys(KvsARN=arn, IfMatch=etag(instance, arn), Puts=puts, Deletes=[{"Key": "a"}])
    assert keys.describe_key_value_store(KvsARN=arn)["ItemCount"] == 49
    for wrong in ([*puts, *puts], [*puts[:2], {"Key": "long", "Value": "x" * 1025}]):
        with edge.refused("ValidationException"):
            keys.update_keys(KvsARN=arn, IfMatch=etag(instance, arn), Puts=wrong)
    assert keys.describe_key_value_store(KvsARN=arn)["ItemCount"] == 49


def test_keys_values_and_stores_have_a_greatest_size(instance: Instance) -> None:
    arn = store(instance)
    put(instance, arn, "k" * 512, "v" * 1024)
    for key, value in (("k" * 513, "v"), ("k", "v" * 1025)):
        with edge.refused("ValidationException"):
            put(instance, arn, key, value)
    with (
        edge.quota(instance, "cloudfront", 1540, quotaName="Maximum size of a key value store"),
        edge.refused("ServiceQuotaExceededException"),
    ):
        put(instance, arn, "more", "x")


def test_a_function_reads_its_store(instance: Instance) -> None:
    arn = store(instance, path="/kept")
    request = output(result_of(instance, READS, EVENT, **associated(arn)))["request"]
    assert (request["uri"], request["querystring"]) == ("/kept", {"known": {"value": "false"}})


def test_a_key_that_is_missing_is_the_functions_error(instance: Instance) -> None:
    result = result_of(instance, READS, EVENT, **associated(store(instance)))
    assert "Key not found" in result["FunctionErrorMessage"]


@pytest.mark.parametrize("stores", [lambda _: ["missing"], lambda instance: [store(instance), store(instance)]])
def test_a_function_has_one_store_that_exists(instance: Instance, stores: Callable[[Instance], list[str]]) -> None:
    missing = f"arn:aws:cloudfront::000000000000:key-value-store/{uuid.uuid4()}"
    named = [missing if each == "missing" else each for each in stores(instance)]
    with edge.refused("InvalidArgument"):
        create(instance, **associated(*named))


def test_a_store_has_so_many_functions_and_an_account_so_many_stores(instance: Instance) -> None:
    arn, client = store(instance), instance.client("cloudfront")
    create(instance, **associated(arn))
    with (
        edge.quota(instance, "cloudfront", 1, quotaName="Functions associated with the same key value store"),
        edge.refused("InvalidArgument"),
    ):
        create(instance, **associated(arn))
    with (
        edge.quota(instance, "cloudfront", 1, quotaName="Key value stores per AWS account"),
        edge.refused("EntityLimitExceeded"),
    ):
        client.create_key_value_store(Name=edge.new_token())


def test_a_store_is_kept_while_a_function_uses_it_in_either_stage(instance: Instance) -> None:
    client, arn = instance.client("cloudfront"), store(instance, a="1")
    name, made = name_of(instance, arn), create(instance, **associated(arn))
    client.publish_function(Name=made["Name"], IfMatch=made["ETag"])
    changed = client.update_function(
        Name=made["Name"], IfMatch=made["ETag"], FunctionConfig=CONFIG, FunctionCode=PASSES
    )
    current = client.describe_key_value_store(Name=name)["ETag"]
    with edge.refused("CannotDeleteEntityWhileInUse"):
        client.delete_key_value_store(Name=name, IfMatch=current)
    client.publish_function(Name=made["Name"], IfMatch=changed["ETag"])
    client.delete_key_value_store(Name=name, IfMatch=current)
    with edge.refused("EntityNotFound"):
        client.describe_key_value_store(Name=name)
    again = client.create_key_value_store(Name=name)["KeyValueStore"]["ARN"]
    keys = instance.client("cloudfront-keyvaluestore")
    assert keys.describe_key_value_store(KvsARN=again)["ItemCount"] == 0


def test_stores_are_changed_and_listed_in_pages(instance: Instance) -> None:
    client = edge.client(instance, "cloudfront", account="222222222222")
    for name in ("b", "a"):
        made = client.create_key_value_store(Name=name, Comment="one")
    with edge.refused("EntityAlreadyExists"):
        client.create_key_value_store(Name="a")
    client.update_key_value_store(Name="a", IfMatch=made["ETag"], Comment="two")
    with edge.refused("PreconditionFailed"):
        client.update_key_value_store(Name="a", IfMatch=made["ETag"], Comment="three")
    first = client.list_key_value_stores(MaxItems="1")["KeyValueStoreList"]
    second = client.list_key_value_stores(MaxItems="1", Marker=first["NextMarker"])["KeyValueStoreList"]
    assert [(each["Name"], each["Comment"]) for each in first["Items"] + second["Items"]] == [
        ("a", "two"),
        ("b", "one"),
    ]
    assert client.list_key_value_stores(Status="PROVISIONING")["KeyValueStoreList"]["Quantity"] == 0


def test_keys_are_not_imported_and_nobody_is_told_that_they_were(instance: Instance) -> None:
    source = {"SourceType": "S3", "SourceARN": "arn:aws:s3:::bucket/keys.json"}
    with edge.refused("UnsupportedOperation"):
        instance.client("cloudfront").create_key_value_store(Name=edge.new_token(), ImportSource=source)


def test_a_role_needs_leave_for_each_operation_on_the_store(bench: Workbench) -> None:
    arn = store(bench.instance)
    other = store(bench.instance)
    code = f"""
        import boto3, json
        from botocore.config import Config
        def handler(event, context):
            keys = boto3.client("cloudfront-keyvaluestore", config=Config(signature_version="v4"))
            keys.meta.events.register("before-sign", lambda request, **_: setattr(
                request, "url", request.url.replace("://000000000000.", "://")))
            etag = keys.describe_key_value_store(KvsARN=event["arn"])["ETag"]
            keys.put_key(KvsARN=event["arn"], Key="k", Value="v", IfMatch=etag)
            return event["arn"] == {arn!r}
    """
    allowed = ["cloudfront-keyvaluestore:DescribeKeyValueStore", "cloudfront-keyvaluestore:PutKey"]
    role = bench.role("key-values", {"Effect": "Allow", "Action": allowed, "Resource": arn})
    function = bench.function(code, role=role)
    answers = [
        bench.client("lambda").invoke(FunctionName=function, Payload=json.dumps({"arn": each})) for each in (arn, other)
    ]
    assert json.load(answers[0]["Payload"]) is True
    assert json.load(answers[1]["Payload"])["errorType"] == "AccessDeniedException"


def test_a_store_has_tags(instance: Instance) -> None:
    client, arn = instance.client("cloudfront"), store(instance)
    client.tag_resource(Resource=arn, Tags={"Items": [{"Key": "a", "Value": "1"}]})
    assert client.list_tags_for_resource(Resource=arn)["Tags"]["Items"] == [{"Key": "a", "Value": "1"}]


def test_ministack_alone_takes_any_key_has_names_in_arns_and_deletes_a_store_that_is_live(stock: Workbench) -> None:
    client, arn = stock.client("cloudfront"), store(stock.instance)
    name = name_of(stock.instance, arn)
    assert arn.endswith(f"/{name}")
    put(stock.instance, arn, "k" * 513, "v" * 1025)
    made = create(stock.instance, **associated(arn))
    client.publish_function(Name=made["Name"], IfMatch=made["ETag"])
    client.update_function(Name=made["Name"], IfMatch=made["ETag"], FunctionConfig=CONFIG, FunctionCode=PASSES)
    client.delete_key_value_store(Name=name, IfMatch=client.describe_key_value_store(Name=name)["ETag"])
