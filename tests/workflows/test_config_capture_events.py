"""Whatever changes a distribution of the account is captured by itself: each of the seven operations, and no other call."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cloudfront_extensions.versions.records import Version, VersionKind
from tests.integration.localaws import edge
from tests.workflows.account import EVENTS, plain_config
from tests.workflows.application import Application, Json, eventually
from tests.workflows.changes import changed, content, new_distribution, versions

EXAMPLES = EVENTS / "config_capture"


@pytest.fixture
def cloudfront(application: Application) -> Any:
    return application.client("cloudfront")


def id_of(answer: Json) -> str:
    return str(answer["Distribution"]["Id"])


def captured(application: Application, answer: Json, operation: str) -> Version:
    """The version that an operation has made of a distribution, once its event has come."""

    def found() -> list[Version]:
        return [
            version
            for version in versions(application, id_of(answer))
            if operation in {write.event_name for write in version.writes}
        ]

    (version,) = eventually(found)
    return version


def test_creations_and_updates(application: Application, cloudfront: Any) -> None:
    made = cloudfront.create_distribution(DistributionConfig=plain_config(Comment="first"))
    first = captured(application, made, "CreateDistribution")
    assert content(application, first) == made["Distribution"]["DistributionConfig"]
    updated = changed(application, id_of(made), Comment="second")
    second = captured(application, made, "UpdateDistribution")
    assert (second.number, second.etag) == (2, updated["ETag"])
    assert content(application, second)["Comment"] == "second"

    tagged = captured(application, new_distribution(application), "CreateDistributionWithTags")
    assert tagged.tags == {"team": "shops"}


def test_a_deletion(application: Application, cloudfront: Any) -> None:
    made = cloudfront.create_distribution(DistributionConfig=plain_config(Enabled=False))
    eventually(lambda: cloudfront.get_distribution(Id=id_of(made))["Distribution"]["Status"] == "Deployed")
    cloudfront.delete_distribution(Id=id_of(made), IfMatch=made["ETag"])

    assert captured(application, made, "DeleteDistribution").kind is VersionKind.DELETED
    head = application.versions.head(id_of(made))
    assert head
    assert head.is_closed


def test_a_copy_and_its_promotion(application: Application, cloudfront: Any) -> None:
    primary = cloudfront.create_distribution(DistributionConfig=plain_config(HttpVersion="http2"))
    copy = cloudfront.copy_distribution(
        PrimaryDistributionId=id_of(primary),
        IfMatch=primary["ETag"],
        Staging=True,
        CallerReference=edge.new_token(),
        Enabled=True,
    )
    assert content(application, captured(application, copy, "CopyDistribution"))["Staging"] is True

    policy = cloudfront.create_continuous_deployment_policy(
        ContinuousDeploymentPolicyConfig={
            "StagingDistributionDnsNames": edge.block(copy["Distribution"]["DomainName"]),
            "Enabled": True,
            "TrafficConfig": {"Type": "SingleWeight", "SingleWeightConfig": {"Weight": 0.05}},
        }
    )["ContinuousDeploymentPolicy"]
    attached = changed(application, id_of(primary), ContinuousDeploymentPolicyId=policy["Id"])
    staged = changed(application, id_of(copy), DefaultRootObject="promoted.html")
    promoted = cloudfront.update_distribution_with_staging_config(
        Id=id_of(primary), StagingDistributionId=id_of(copy), IfMatch=f"{attached['ETag']}, {staged['ETag']}"
    )
    version = captured(application, primary, "UpdateDistributionWithStagingConfig")
    assert version.etag == promoted["ETag"]
    assert content(application, version)["DefaultRootObject"] == "promoted.html"


def test_an_alias_that_moves(application: Application, cloudfront: Any) -> None:
    instance, name = application.instance, edge.new_name()
    certificate = edge.issued(instance, name)
    edge.distribution(instance, name, certificate=certificate)
    target = edge.distribution(instance, certificate=certificate)
    edge.control(instance, "PUT", "dns", name=f"_{name}", type="TXT", value=f'"{target["DomainName"]}"')
    cloudfront.associate_alias(TargetDistributionId=target["Id"], Alias=name)

    version = captured(application, {"Distribution": target}, "AssociateAlias")
    assert content(application, version)["Aliases"]["Items"] == [name]


def test_the_rule_takes_the_seven_operations_and_no_failed_call(application: Application) -> None:
    events = application.client("events")
    (pattern,) = [
        rule["EventPattern"]
        for rule in events.list_rules()["Rules"]
        if "AssociateAlias" in rule.get("EventPattern", "")
    ]

    def is_taken(event: Json, **detail: Any) -> bool:
        told = {**event, "detail": {**event["detail"], **detail}}
        return bool(events.test_event_pattern(EventPattern=pattern, Event=json.dumps(told))["Result"])

    examples = {file.stem: json.loads(file.read_text()) for file in EXAMPLES.glob("*.json")}
    taken = {name for name, event in examples.items() if "detail" in event and is_taken(event)}
    assert taken == {"associate-alias", "create", "delete", "promote-staging", "update"}
    update = examples["update"]
    for operation in ("CreateDistribution", "CopyDistribution", "UpdateDistribution2020_05_31", "AssociateAlias"):
        assert is_taken(update, eventName=operation)
    for operation in ("CreateInvalidation", "UpdateDistributionTenant", "TagResource", "GetDistribution"):
        assert not is_taken(update, eventName=operation)
