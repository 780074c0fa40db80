"""Continuous deployment policies, and what they forbid to the two distributions that they join."""

from __future__ import annotations

import itertools
from datetime import datetime
from typing import Any

import pytest

from localaws import executions
from localaws.instance import Instance
from tests.integration.localaws import edge
from tests.integration.localaws.cloudfront.test_staging import (
    changed,
    config_of,
    copied,
    is_deployed,
    joined,
    policy_config,
    policy_for,
    primary,
    promote,
    read,
)

accounts = map(str, itertools.count(520_000_000_001))


@pytest.fixture
def cloudfront(instance: Instance) -> Any:
    """Of an account of its own, for the quotas."""
    return edge.client(instance, "cloudfront", account=next(accounts))


@pytest.fixture
def staging(cloudfront: Any) -> edge.Json:
    return copied(cloudfront, primary(cloudfront))


def weighted(weight: float, **stickiness: int) -> edge.Json:
    config: edge.Json = {"Weight": weight}
    if stickiness:
        config["SessionStickinessConfig"] = stickiness
    return {"TrafficConfig": {"Type": "SingleWeight", "SingleWeightConfig": config}}


def by_header(header: str, value: str = "yes") -> edge.Json:
    return {"TrafficConfig": {"Type": "SingleHeader", "SingleHeaderConfig": {"Header": header, "Value": value}}}


def configured(client: Any, policy: edge.Json, **changes: Any) -> edge.Json:
    """UpdateContinuousDeploymentPolicy's answer."""
    policy_id = policy["ContinuousDeploymentPolicy"]["Id"]
    current = client.get_continuous_deployment_policy_config(Id=policy_id)
    answer: edge.Json = client.update_continuous_deployment_policy(
        Id=policy_id,
        IfMatch=current["ETag"],
        ContinuousDeploymentPolicyConfig=current["ContinuousDeploymentPolicyConfig"] | changes,
    )
    return answer


def test_a_policy_is_read_as_it_was_made(cloudfront: Any, staging: edge.Json) -> None:
    made = policy_for(cloudfront, staging, **weighted(0.15, IdleTTL=300, MaximumTTL=3600))
    policy = made["ContinuousDeploymentPolicy"]
    assert made["Location"].endswith(policy["Id"])
    assert isinstance(policy["LastModifiedTime"], datetime)
    config = policy["ContinuousDeploymentPolicyConfig"]
    assert config == policy_config(staging, **weighted(0.15, IdleTTL=300, MaximumTTL=3600))
    read_back = cloudfront.get_continuous_deployment_policy(Id=policy["Id"])
    assert (read_back["ContinuousDeploymentPolicy"], read_back["ETag"]) == (policy, made["ETag"])
    of_config = cloudfront.get_continuous_deployment_policy_config(Id=policy["Id"])
    assert (of_config["ContinuousDeploymentPolicyConfig"], of_config["ETag"]) == (config, made["ETag"])


def test_a_changed_policy_has_another_etag(cloudfront: Any, staging: edge.Json) -> None:
    made = policy_for(cloudfront, staging)
    answer = configured(cloudfront, made, **by_header("aws-cf-cd-canary"))
    config = answer["ContinuousDeploymentPolicy"]["ContinuousDeploymentPolicyConfig"]
    assert config == policy_config(staging, **by_header("aws-cf-cd-canary"))
    assert answer["ETag"] != made["ETag"]
    assert (
        cloudfront.get_continuous_deployment_policy(Id=answer["ContinuousDeploymentPolicy"]["Id"])["ETag"]
        == (answer["ETag"])
    )


def test_a_policy_is_changed_and_deleted_with_its_current_etag(cloudfront: Any, staging: edge.Json) -> None:
    made = policy_for(cloudfront, staging)
    policy_id = made["ContinuousDeploymentPolicy"]["Id"]
    with edge.refused("PreconditionFailed"):
        cloudfront.update_continuous_deployment_policy(
            Id=policy_id, IfMatch="stale", ContinuousDeploymentPolicyConfig=policy_config(staging)
        )
    with edge.refused("InvalidIfMatchVersion"):
        cloudfront.update_continuous_deployment_policy(
            Id=policy_id, ContinuousDeploymentPolicyConfig=policy_config(staging)
        )
    with edge.refused("PreconditionFailed"):
        cloudfront.delete_continuous_deployment_policy(Id=policy_id, IfMatch="stale")
    with edge.refused("InvalidIfMatchVersion"):
        cloudfront.delete_continuous_deployment_policy(Id=policy_id)
    cloudfront.delete_continuous_deployment_policy(Id=policy_id, IfMatch=made["ETag"])
    with edge.refused("NoSuchContinuousDeploymentPolicy"):
        cloudfront.get_continuous_deployment_policy(Id=policy_id)


def test_a_policy_that_does_not_exist_is_refused_by_each_operation(cloudfront: Any, staging: edge.Json) -> None:
    missing = {"Id": "missing"}
    for call in (
        lambda: cloudfront.get_continuous_deployment_policy(**missing),
        lambda: cloudfront.get_continuous_deployment_policy_config(**missing),
        lambda: cloudfront.delete_continuous_deployment_policy(**missing, IfMatch="any"),
        lambda: cloudfront.update_continuous_deployment_policy(
            **missing, IfMatch="any", ContinuousDeploymentPolicyConfig=policy_config(staging)
        ),
        lambda: changed(cloudfront, primary(cloudfront), ContinuousDeploymentPolicyId="missing"),
    ):
        with edge.refused("NoSuchContinuousDeploymentPolicy"):
            call()


def test_policies_are_listed_in_pages_with_the_number_of_all(cloudfront: Any) -> None:
    made = sorted(
        policy_for(cloudfront, copied(cloudfront, primary(cloudfront)))["ContinuousDeploymentPolicy"]["Id"]
        for _ in "abc"
    )
    first = cloudfront.list_continuous_deployment_policies(MaxItems="2")["ContinuousDeploymentPolicyList"]
    second = cloudfront.list_continuous_deployment_policies(Marker=first["NextMarker"])[
        "ContinuousDeploymentPolicyList"
    ]
    listed = [each["ContinuousDeploymentPolicy"]["Id"] for page in (first, second) for each in page["Items"]]
    assert listed == made
    assert (first["Quantity"], first["MaxItems"], second["Quantity"]) == (3, 2, 3)
    assert "NextMarker" not in second
    with edge.refused("InvalidArgument"):
        cloudfront.list_continuous_deployment_policies(MaxItems="none")


@pytest.mark.parametrize(
    ("traffic", "code"),
    [
        (weighted(0.151), "InvalidArgument"),
        (weighted(-0.01), "InvalidArgument"),
        (weighted(0.1, IdleTTL=299, MaximumTTL=600), "InvalidArgument"),
        (weighted(0.1, IdleTTL=300, MaximumTTL=3601), "InvalidArgument"),
        (weighted(0.1, IdleTTL=601, MaximumTTL=600), "InvalidArgument"),
        (by_header("x-canary"), "InvalidArgument"),
        (by_header("aws-cf-cd-" + 247 * "x"), "InvalidArgument"),
        (by_header("aws-cf-cd-x", ""), "InvalidArgument"),
        (by_header("aws-cf-cd-x", 1784 * "x"), "InvalidArgument"),
        ({"TrafficConfig": {"Type": "SingleWeight"}}, "InvalidArgument"),
        (
            {"TrafficConfig": weighted(0.1)["TrafficConfig"] | by_header("aws-cf-cd-x")["TrafficConfig"]},
            "InvalidArgument",
        ),
        ({"StagingDistributionDnsNames": {"Quantity": 0}}, "InvalidArgument"),
        ({"StagingDistributionDnsNames": edge.block("d111111abcdef8.cloudfront.net")}, "InvalidArgument"),
        ({"StagingDistributionDnsNames": {"Quantity": 2, "Items": ["d1.cloudfront.net"]}}, "InconsistentQuantities"),
    ],
)
def test_a_policy_that_can_not_be_is_refused(
    cloudfront: Any, staging: edge.Json, traffic: edge.Json, code: str
) -> None:
    with edge.refused(code):
        policy_for(cloudfront, staging, **traffic)
    made = policy_for(cloudfront, staging)
    with edge.refused(code):
        configured(cloudfront, made, **traffic)


@pytest.mark.parametrize(
    "traffic",
    [
        weighted(0),
        weighted(0.15),
        weighted(0.1, IdleTTL=3600, MaximumTTL=3600),
        by_header("AWS-CF-CD-x"),
        by_header("aws-cf-cd-" + 246 * "x", 1783 * "x"),
    ],
)
def test_traffic_up_to_its_limits_is_taken(cloudfront: Any, staging: edge.Json, traffic: edge.Json) -> None:
    made = policy_for(cloudfront, staging, **traffic)
    config = made["ContinuousDeploymentPolicy"]["ContinuousDeploymentPolicyConfig"]
    assert config["TrafficConfig"] == traffic["TrafficConfig"]


def test_a_policy_names_a_staging_distribution_and_no_other(cloudfront: Any) -> None:
    with edge.refused("InvalidArgument"):
        policy_for(cloudfront, primary(cloudfront))


def test_a_staging_distribution_has_one_policy(cloudfront: Any, staging: edge.Json) -> None:
    other = policy_for(cloudfront, copied(cloudfront, primary(cloudfront)))
    policy_for(cloudfront, staging)
    with edge.refused("StagingDistributionInUse"):
        policy_for(cloudfront, staging)
    with edge.refused("StagingDistributionInUse"):
        configured(cloudfront, other, **policy_config(staging))


def test_there_are_twenty_policies(instance: Instance, cloudfront: Any, staging: edge.Json) -> None:
    name = "Continuous deployment policies per AWS account"
    (quota,) = [each for each in edge.control(instance, "GET", "quotas") if each["quotaName"] == name]
    assert quota["default"] == 20
    with (
        edge.quota(instance, "cloudfront", 0, quotaName=name),
        edge.refused("TooManyContinuousDeploymentPolicies"),
    ):
        policy_for(cloudfront, staging)


def test_a_policy_is_attached_by_an_update_and_not_at_creation(cloudfront: Any, staging: edge.Json) -> None:
    policy_id = policy_for(cloudfront, staging)["ContinuousDeploymentPolicy"]["Id"]
    with edge.refused("InvalidArgument"):
        primary(cloudfront, ContinuousDeploymentPolicyId=policy_id)
    attached = changed(cloudfront, primary(cloudfront), ContinuousDeploymentPolicyId=policy_id)
    assert config_of(attached)["ContinuousDeploymentPolicyId"] == policy_id


def test_a_policy_is_attached_to_one_primary(cloudfront: Any) -> None:
    _, _, policy_id = joined(cloudfront)
    with edge.refused("ContinuousDeploymentPolicyInUse"):
        changed(cloudfront, primary(cloudfront), ContinuousDeploymentPolicyId=policy_id)


def test_a_staging_distribution_has_no_policy_attached(cloudfront: Any, staging: edge.Json) -> None:
    policy_id = policy_for(cloudfront, staging)["ContinuousDeploymentPolicy"]["Id"]
    with edge.refused("InvalidArgument"):
        changed(cloudfront, copied(cloudfront, primary(cloudfront)), ContinuousDeploymentPolicyId=policy_id)


def test_a_policy_is_not_attached_to_a_distribution_with_http_3(cloudfront: Any, staging: edge.Json) -> None:
    policy_id = policy_for(cloudfront, staging)["ContinuousDeploymentPolicy"]["Id"]
    with edge.refused("InvalidArgument"):
        changed(cloudfront, primary(cloudfront, HttpVersion="http3"), ContinuousDeploymentPolicyId=policy_id)


def test_what_continuous_deployment_does_not_try_out_must_be_the_same_in_both(cloudfront: Any) -> None:
    made = primary(cloudfront, PriceClass="PriceClass_100")
    alike, unlike = copied(cloudfront, made), copied(cloudfront, made)
    changed(cloudfront, alike, Comment="tried out", DefaultRootObject="index.html")
    changed(cloudfront, unlike, PriceClass="PriceClass_200")
    to_alike, to_unlike = (policy_for(cloudfront, each)["ContinuousDeploymentPolicy"]["Id"] for each in (alike, unlike))
    with edge.refused("IllegalUpdate"):
        changed(cloudfront, made, ContinuousDeploymentPolicyId=to_unlike)
    changed(cloudfront, made, ContinuousDeploymentPolicyId=to_alike)


def test_a_policy_that_is_attached_does_not_turn_to_a_staging_distribution_unlike_the_primary(cloudfront: Any) -> None:
    made, _, policy_id = joined(cloudfront)
    unlike = copied(cloudfront, made)
    changed(cloudfront, unlike, PriceClass="PriceClass_200")
    policy = cloudfront.get_continuous_deployment_policy(Id=policy_id)
    with edge.refused("InvalidArgument"):
        configured(cloudfront, policy, **policy_config(unlike))
    configured(cloudfront, policy, **policy_config(copied(cloudfront, made)))


def test_while_a_policy_joins_them_only_what_it_tries_out_changes_in_either(cloudfront: Any) -> None:
    made, staging, _ = joined(cloudfront)
    for each in (made, staging):
        with edge.refused("IllegalUpdate"):
            changed(cloudfront, each, PriceClass="PriceClass_100")
        with edge.refused("IllegalUpdate"):
            changed(cloudfront, each, WebACLId="arn:aws:wafv2:us-east-1:000000000000:global/webacl/x/1")
        changed(
            cloudfront,
            each,
            Comment="changed",
            DefaultRootObject="index.html",
            CacheBehaviors=edge.block(edge.behavior(PathPattern="/api/*")),
            Restrictions={"GeoRestriction": {"RestrictionType": "whitelist", "Quantity": 1, "Items": ["DE"]}},
        )


def test_an_update_that_leaves_the_policy_out_does_not_detach_it_and_an_empty_id_does(cloudfront: Any) -> None:
    made, _, policy_id = joined(cloudfront)
    current = read(cloudfront, made)
    config = {name: value for name, value in config_of(current).items() if name != "ContinuousDeploymentPolicyId"}
    kept = cloudfront.update_distribution(
        Id=made["Distribution"]["Id"], IfMatch=current["ETag"], DistributionConfig=config
    )
    assert config_of(kept)["ContinuousDeploymentPolicyId"] == policy_id
    assert config_of(changed(cloudfront, made, ContinuousDeploymentPolicyId=""))["ContinuousDeploymentPolicyId"] == ""


def test_a_policy_that_is_attached_can_not_be_deleted(cloudfront: Any) -> None:
    made, _, policy_id = joined(cloudfront)
    etag = cloudfront.get_continuous_deployment_policy(Id=policy_id)["ETag"]
    with edge.refused("ContinuousDeploymentPolicyInUse"):
        cloudfront.delete_continuous_deployment_policy(Id=policy_id, IfMatch=etag)
    changed(cloudfront, made, ContinuousDeploymentPolicyId="")
    cloudfront.delete_continuous_deployment_policy(Id=policy_id, IfMatch=etag)


def test_a_change_of_the_policy_is_deployed_with_its_primary(cloudfront: Any) -> None:
    made, _, policy_id = joined(cloudfront)
    is_deployed(cloudfront, made)
    before = read(cloudfront, made)
    configured(cloudfront, cloudfront.get_continuous_deployment_policy(Id=policy_id), Enabled=False)
    after = read(cloudfront, made)
    assert (after["Distribution"]["Status"], after["ETag"]) == ("InProgress", before["ETag"])
    is_deployed(cloudfront, made)


def test_after_a_promotion_everything_can_be_taken_away(cloudfront: Any) -> None:
    made, staging, policy_id = joined(cloudfront)
    changed(cloudfront, staging, Comment="tried out")
    promote(cloudfront, made, staging)
    changed(cloudfront, made, ContinuousDeploymentPolicyId="")
    etag = cloudfront.get_continuous_deployment_policy(Id=policy_id)["ETag"]
    cloudfront.delete_continuous_deployment_policy(Id=policy_id, IfMatch=etag)
    disabled = changed(cloudfront, staging, Enabled=False)
    is_deployed(cloudfront, staging)
    cloudfront.delete_distribution(Id=staging["Distribution"]["Id"], IfMatch=disabled["ETag"])
    (left,) = cloudfront.list_distributions()["DistributionList"]["Items"]
    assert (left["Id"], left["Comment"]) == (made["Distribution"]["Id"], "tried out")


def test_policies_belong_to_one_account(instance: Instance, cloudfront: Any, staging: edge.Json) -> None:
    policy_id = policy_for(cloudfront, staging)["ContinuousDeploymentPolicy"]["Id"]
    with edge.refused("NoSuchContinuousDeploymentPolicy"):
        edge.client(instance, "cloudfront", account=next(accounts)).get_continuous_deployment_policy(Id=policy_id)


def test_requests_and_answers_are_as_the_model_says(instance: Instance) -> None:
    account = next(accounts)
    client = edge.client(instance, "cloudfront", account=account)
    test_after_a_promotion_everything_can_be_taken_away(client)
    test_policies_are_listed_in_pages_with_the_number_of_all(client)
    calls = [call for call in executions.lines(instance.calls) if call["caller"] == account]
    assert {"CopyDistribution", "UpdateDistributionWithStagingConfig"} < {call["operation"] for call in calls}
    assert [call["wire"] for call in calls if "wire" in call] == []
