"""CloudFront Functions: two stages, each with an ETag, and what is asked of one."""

from __future__ import annotations

import pytest

from localaws.instance import Instance
from tests.integration.localaws import edge
from tests.integration.localaws.cloudfront.test_configuration import published_function, with_function
from tests.integration.localaws.workbench import Workbench

PASSES = b"function handler(event) { return event.request }"
CONFIG = {"Comment": "", "Runtime": "cloudfront-js-2.0"}


def create(instance: Instance, code: bytes = PASSES, **more: object) -> edge.Json:
    """CreateFunction's answer, with the name."""
    name = edge.new_token()
    made: edge.Json = instance.client("cloudfront").create_function(
        **{"Name": name, "FunctionConfig": CONFIG, "FunctionCode": code} | more
    )
    return made | {"Name": name}


def status(instance: Instance, name: str, stage: str) -> str:
    return str(instance.client("cloudfront").describe_function(Name=name, Stage=stage)["FunctionSummary"]["Status"])


def published(instance: Instance, made: edge.Json) -> str:
    """Publish a new function; returns the ETag of what is live, which PublishFunction does not tell."""
    client = instance.client("cloudfront")
    client.publish_function(Name=made["Name"], IfMatch=made["ETag"])
    return str(client.describe_function(Name=made["Name"], Stage="LIVE")["ETag"])


def names(answer: edge.Json) -> list[tuple[str, str]]:
    """Name and stage of each function of a page."""
    found = answer["FunctionList"].get("Items", [])
    return [(each["Name"], each["FunctionMetadata"]["Stage"]) for each in found]


def test_a_function_is_live_once_it_is_published_and_stays_as_it_was_until_it_is_again(instance: Instance) -> None:
    client, made = instance.client("cloudfront"), create(instance)
    name = made["Name"]
    with edge.refused("NoSuchFunctionExists"):
        client.get_function(Name=name, Stage="LIVE")
    client.publish_function(Name=name, IfMatch=made["ETag"])
    changed = client.update_function(Name=name, IfMatch=made["ETag"], FunctionConfig=CONFIG, FunctionCode=b"// new")
    live = client.get_function(Name=name, Stage="LIVE")
    assert live["FunctionCode"].read() == PASSES
    assert len({live["ETag"], made["ETag"], changed["ETag"]}) == 3
    assert client.get_function(Name=name)["FunctionCode"].read() == b"// new"
    assert client.describe_function(Name=name)["FunctionSummary"]["FunctionMetadata"]["Stage"] == "DEVELOPMENT"


def test_its_status_tells_whether_it_is_published_and_used(instance: Instance) -> None:
    client, made = instance.client("cloudfront"), create(instance)
    name = made["Name"]
    assert status(instance, name, "DEVELOPMENT") == "UNPUBLISHED"
    summary = client.publish_function(Name=name, IfMatch=made["ETag"])["FunctionSummary"]
    assert summary["Status"] == status(instance, name, "DEVELOPMENT") == "UNASSOCIATED"
    behavior = with_function(made["FunctionSummary"]["FunctionMetadata"]["FunctionARN"])
    edge.distribution(instance, DefaultCacheBehavior=behavior)
    assert status(instance, name, "LIVE") == status(instance, name, "DEVELOPMENT") == "DEPLOYED"
    client.update_function(Name=name, IfMatch=made["ETag"], FunctionConfig=CONFIG, FunctionCode=PASSES)
    assert (status(instance, name, "LIVE"), status(instance, name, "DEVELOPMENT")) == ("DEPLOYED", "UNPUBLISHED")


def test_what_changes_it_needs_the_etag_of_the_stage_in_development(instance: Instance) -> None:
    client, made = instance.client("cloudfront"), create(instance)
    live = published(instance, made)
    for change in (
        lambda etag: client.update_function(
            Name=made["Name"], IfMatch=etag, FunctionConfig=CONFIG, FunctionCode=PASSES
        ),
        lambda etag: client.publish_function(Name=made["Name"], IfMatch=etag),
        lambda etag: client.delete_function(Name=made["Name"], IfMatch=etag),
    ):
        with edge.refused("PreconditionFailed"):
            change(live)
        with edge.refused("InvalidIfMatchVersion"):
            change("")
    client.delete_function(Name=made["Name"], IfMatch=made["ETag"])
    with edge.refused("NoSuchFunctionExists"):
        client.describe_function(Name=made["Name"], Stage="LIVE")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"FunctionCode": b"/" * 10_241}, "FunctionSizeLimitExceeded"),
        ({"FunctionConfig": {"Comment": "", "Runtime": "cloudfront-js-3.0"}}, "MalformedXML"),
    ],
)
def test_what_can_not_be_a_function_is_refused_when_it_is_made_and_changed(
    instance: Instance, changes: edge.Json, code: str
) -> None:
    with edge.refused(code):
        create(instance, **changes)
    made = create(instance, b"/" * 10_240)
    whole = {"FunctionConfig": CONFIG, "FunctionCode": PASSES} | changes
    with edge.refused(code):
        instance.client("cloudfront").update_function(Name=made["Name"], IfMatch=made["ETag"], **whole)


@pytest.mark.parametrize("name", ["with space", "with.dot", "n" * 65])
def test_a_name_has_letters_digits_and_dashes(instance: Instance, name: str) -> None:
    with edge.refused("MalformedXML"):
        create(instance, Name=name)
    assert create(instance, Name=edge.new_token().ljust(64, "-"))


def test_a_name_is_one_functions(instance: Instance) -> None:
    with edge.refused("FunctionAlreadyExists"):
        create(instance, Name=create(instance)["Name"])


def test_an_account_has_so_many(instance: Instance) -> None:
    present = len(names(instance.client("cloudfront").list_functions(Stage="DEVELOPMENT")))
    with edge.quota(instance, "cloudfront", present + 1, quotaName="Functions per AWS account"):
        create(instance)
        with edge.refused("TooManyFunctions"):
            create(instance)


def test_they_are_listed_by_stage_and_in_pages(instance: Instance) -> None:
    client = edge.client(instance, "cloudfront", account="111111111111")
    for name in ("b", "a", "c"):
        made = client.create_function(Name=name, FunctionConfig=CONFIG, FunctionCode=PASSES)
    client.publish_function(Name="c", IfMatch=made["ETag"])
    first = client.list_functions(Stage="DEVELOPMENT", MaxItems="2")
    second = client.list_functions(Stage="DEVELOPMENT", MaxItems="2", Marker=first["FunctionList"]["NextMarker"])
    development = [(name, "DEVELOPMENT") for name in ("a", "b", "c")]
    assert names(first) + names(second) == development
    assert "NextMarker" not in second["FunctionList"]
    assert names(client.list_functions(Stage="LIVE")) == [("c", "LIVE")]
    assert names(client.list_functions()) == [*development, ("c", "LIVE")]
    with edge.refused("InvalidArgument"):
        client.list_functions(Stage="TEST")


def test_what_is_not_live_can_not_be_associated(instance: Instance) -> None:
    arn = create(instance)["FunctionSummary"]["FunctionMetadata"]["FunctionARN"]
    made, client = edge.distribution(instance), instance.client("cloudfront")
    config = made["DistributionConfig"] | {"DefaultCacheBehavior": with_function(arn)}
    with edge.refused("InvalidFunctionAssociation"):
        client.update_distribution(
            Id=made["Id"], IfMatch=client.get_distribution(Id=made["Id"])["ETag"], DistributionConfig=config
        )


def associations(kind: str, member: str, arn: str, *events: str) -> edge.Json:
    return {kind: edge.block(*({member: arn, "EventType": event} for event in events))}


def test_viewer_events_of_a_behavior_are_handled_by_one_kind_of_functions(bench: Workbench) -> None:
    instance, arn = bench.instance, published_function(bench.instance)
    version = bench.function("def handler(event, context): return event", Publish=True) + ":1"
    own = associations("FunctionAssociations", "FunctionARN", arn, "viewer-request")

    def at_the_edge(*events: str) -> edge.Json:
        return associations("LambdaFunctionAssociations", "LambdaFunctionARN", version, *events)

    with edge.refused("InvalidFunctionAssociation"):
        edge.distribution(instance, DefaultCacheBehavior=edge.behavior(**own, **at_the_edge("viewer-response")))
    with edge.refused("InvalidLambdaFunctionAssociation"):
        twice = at_the_edge("viewer-response", "viewer-response")
        edge.distribution(instance, DefaultCacheBehavior=edge.behavior(**twice))
    with edge.refused("InvalidFunctionAssociation"):
        wrong = associations("FunctionAssociations", "FunctionARN", arn, "origin-request")
        edge.distribution(instance, DefaultCacheBehavior=edge.behavior(**wrong))
    assert edge.distribution(instance, DefaultCacheBehavior=edge.behavior(**own, **at_the_edge("origin-request")))


def test_ministack_alone_takes_any_size_and_name_lists_one_page_and_tests_nothing(stock: Workbench) -> None:
    instance, client = stock.instance, stock.instance.client("cloudfront")
    made = create(instance, b"/" * 10_241, Name="with.dot")
    create(instance)
    assert len(names(client.list_functions(MaxItems="1"))) > 1
    summary = client.publish_function(Name="with.dot", IfMatch=made["ETag"])["FunctionSummary"]
    assert summary["Status"] == "DEPLOYED"
    with edge.refused("NoSuchResource"):
        client.test_function(Name="with.dot", IfMatch=made["ETag"], EventObject=b"{}")
