"""Staging distributions: copied from a primary distribution, changed, promoted, taken away."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from localaws.instance import Instance
from tests.integration.localaws import edge

accounts = map(str, itertools.count(510_000_000_001))


@pytest.fixture
def cloudfront(instance: Instance) -> Any:
    """Of an account of its own, for the quotas."""
    return edge.client(instance, "cloudfront", account=next(accounts))


def primary(client: Any, *aliases: str, **more: Any) -> edge.Json:
    """CreateDistribution's answer."""
    made: edge.Json = client.create_distribution(DistributionConfig=edge.distribution_config(*aliases, **more))
    return made


def copied(client: Any, source: edge.Json, **more: Any) -> edge.Json:
    """CopyDistribution's answer."""
    copy: edge.Json = client.copy_distribution(
        **{
            "PrimaryDistributionId": source["Distribution"]["Id"],
            "IfMatch": source["ETag"],
            "Staging": True,
            "CallerReference": edge.new_token(),
            **more,
        }
    )
    return copy


def read(client: Any, made: edge.Json) -> edge.Json:
    found: edge.Json = client.get_distribution(Id=made["Distribution"]["Id"])
    return found


def config_of(answer: edge.Json) -> edge.Json:
    found: edge.Json = answer["Distribution"]["DistributionConfig"]
    return found


def changed(client: Any, made: edge.Json, **changes: Any) -> edge.Json:
    """UpdateDistribution's answer."""
    current = read(client, made)
    answer: edge.Json = client.update_distribution(
        Id=made["Distribution"]["Id"], IfMatch=current["ETag"], DistributionConfig=config_of(current) | changes
    )
    return answer


def is_deployed(client: Any, made: edge.Json) -> None:
    edge.eventually(lambda: read(client, made)["Distribution"]["Status"] == "Deployed")


def policy_config(staging: edge.Json, **more: Any) -> edge.Json:
    return {
        "StagingDistributionDnsNames": edge.block(staging["Distribution"]["DomainName"]),
        "Enabled": True,
        "TrafficConfig": {"Type": "SingleWeight", "SingleWeightConfig": {"Weight": 0.05}},
    } | more


def policy_for(client: Any, staging: edge.Json, **more: Any) -> edge.Json:
    """CreateContinuousDeploymentPolicy's answer."""
    made: edge.Json = client.create_continuous_deployment_policy(
        ContinuousDeploymentPolicyConfig=policy_config(staging, **more)
    )
    return made


def joined(client: Any, **more: Any) -> tuple[edge.Json, edge.Json, str]:
    """A primary distribution with a staging one, and the id of the policy that joins them."""
    made = primary(client, **more)
    staging = copied(client, made)
    policy_id = policy_for(client, staging)["ContinuousDeploymentPolicy"]["Id"]
    return changed(client, made, ContinuousDeploymentPolicyId=policy_id), staging, policy_id


def promote(client: Any, made: edge.Json, staging: edge.Json, **more: Any) -> edge.Json:
    etags = f"{read(client, made)['ETag']}, {read(client, staging)['ETag']}"
    answer: edge.Json = client.update_distribution_with_staging_config(
        **{
            "Id": made["Distribution"]["Id"],
            "StagingDistributionId": staging["Distribution"]["Id"],
            "IfMatch": etags,
            **more,
        }
    )
    return answer


def test_a_copy_has_the_configuration_but_not_the_aliases_of_its_primary(instance: Instance) -> None:
    client, name = instance.client("cloudfront"), edge.new_name()
    made = primary(client, name, certificate=edge.issued(instance, name), Comment="shop", PriceClass="PriceClass_100")
    copy = copied(client, made, CallerReference=(reference := edge.new_token()))
    assert config_of(copy) == config_of(made) | {
        "CallerReference": reference,
        "Aliases": {"Quantity": 0},
        "Staging": True,
    }
    assert config_of(read(client, made)) == config_of(made)


def test_a_copy_is_a_distribution_of_its_own(cloudfront: Any) -> None:
    made = primary(cloudfront)
    copy = copied(cloudfront, made)
    for member in ("Id", "ARN", "DomainName"):
        assert copy["Distribution"][member] != made["Distribution"][member]
    assert copy["ETag"] != made["ETag"]
    assert copy["Location"].endswith(copy["Distribution"]["Id"])
    assert read(cloudfront, made)["ETag"] == made["ETag"]


def test_a_copy_is_in_progress_and_then_deployed(cloudfront: Any) -> None:
    copy = copied(cloudfront, primary(cloudfront))
    assert copy["Distribution"]["Status"] == "InProgress"
    is_deployed(cloudfront, copy)


@pytest.mark.parametrize("enabled", [True, False])
def test_a_copy_is_enabled_unless_it_is_asked_not_to_be(cloudfront: Any, enabled: bool) -> None:
    made = primary(cloudfront, Enabled=False)
    more = {} if enabled else {"Enabled": False}
    assert config_of(copied(cloudfront, made, **more))["Enabled"] is enabled


def test_a_copy_has_no_tags(cloudfront: Any) -> None:
    tagged = {"DistributionConfig": edge.distribution_config(), "Tags": {"Items": [{"Key": "job", "Value": "1"}]}}
    copy = copied(cloudfront, cloudfront.create_distribution_with_tags(DistributionConfigWithTags=tagged))
    assert cloudfront.list_tags_for_resource(Resource=copy["Distribution"]["ARN"])["Tags"]["Items"] == []


def test_copies_are_listed_as_staging_distributions(cloudfront: Any) -> None:
    made = primary(cloudfront)
    copy = copied(cloudfront, made)
    listed = cloudfront.list_distributions()["DistributionList"]["Items"]
    assert {each["Id"]: each["Staging"] for each in listed} == {
        made["Distribution"]["Id"]: False,
        copy["Distribution"]["Id"]: True,
    }


def test_what_does_not_exist_can_not_be_copied(cloudfront: Any) -> None:
    made = primary(cloudfront)
    with edge.refused("NoSuchDistribution"):
        copied(cloudfront, made, PrimaryDistributionId="E00000000000")


def test_a_copy_needs_the_current_etag(cloudfront: Any) -> None:
    made = primary(cloudfront)
    changed(cloudfront, made, Comment="changed")
    with edge.refused("PreconditionFailed"):
        copied(cloudfront, made)
    with edge.refused("InvalidIfMatchVersion"):
        cloudfront.copy_distribution(
            PrimaryDistributionId=made["Distribution"]["Id"], Staging=True, CallerReference=edge.new_token()
        )


def test_a_copy_must_be_a_staging_distribution(cloudfront: Any) -> None:
    with edge.refused("InvalidArgument"):
        copied(cloudfront, primary(cloudfront), Staging=False)


def test_a_copy_can_not_be_copied(cloudfront: Any) -> None:
    with edge.refused("InvalidArgument"):
        copied(cloudfront, copied(cloudfront, primary(cloudfront)))


def test_a_caller_reference_makes_one_copy(cloudfront: Any) -> None:
    made = primary(cloudfront)
    copied(cloudfront, made, CallerReference=(reference := edge.new_token()))
    with edge.refused("DistributionAlreadyExists"):
        copied(cloudfront, made, CallerReference=reference)


def test_there_are_twenty_staging_distributions(instance: Instance, cloudfront: Any) -> None:
    name = "Staging distributions per AWS account"
    (quota,) = [each for each in edge.control(instance, "GET", "quotas") if each["quotaName"] == name]
    assert quota["default"] == 20
    made = primary(cloudfront)
    copied(cloudfront, made)
    with edge.quota(instance, "cloudfront", 1, quotaName=name), edge.refused("TooManyDistributions"):
        copied(cloudfront, made)


def test_a_distribution_with_http_3_has_no_copy(cloudfront: Any) -> None:
    with edge.refused("InvalidArgument"):
        copied(cloudfront, primary(cloudfront, HttpVersion="http2and3"))


def test_a_staging_distribution_is_changed_as_any_other(cloudfront: Any) -> None:
    copy = copied(cloudfront, primary(cloudfront))
    answer = changed(cloudfront, copy, Comment="tried out")
    assert (config_of(answer)["Comment"], answer["Distribution"]["Status"]) == ("tried out", "InProgress")
    assert answer["ETag"] != copy["ETag"]


def test_a_staging_distribution_can_not_have_aliases(instance: Instance) -> None:
    client, name = instance.client("cloudfront"), edge.new_name()
    copy = copied(client, primary(client, certificate=edge.issued(instance, name)))
    with edge.refused("InvalidArgument"):
        changed(client, copy, Aliases=edge.block(name))


@pytest.mark.parametrize("staging", [True, False])
def test_a_distribution_is_a_staging_one_for_life(cloudfront: Any, staging: bool) -> None:
    made = primary(cloudfront, Staging=staging)
    with edge.refused("IllegalUpdate"):
        changed(cloudfront, made, Staging=not staging)


def test_an_update_that_leaves_staging_out_does_not_change_it(cloudfront: Any) -> None:
    copy = copied(cloudfront, primary(cloudfront))
    config = {name: value for name, value in config_of(copy).items() if name != "Staging"}
    answer = cloudfront.update_distribution(
        Id=copy["Distribution"]["Id"], IfMatch=copy["ETag"], DistributionConfig=config
    )
    assert config_of(answer)["Staging"] is True


def test_a_staging_distribution_is_deleted_as_any_other(cloudfront: Any) -> None:
    copy = copied(cloudfront, primary(cloudfront))
    is_deployed(cloudfront, copy)
    with edge.refused("DistributionNotDisabled"):
        cloudfront.delete_distribution(Id=copy["Distribution"]["Id"], IfMatch=copy["ETag"])
    disabled = changed(cloudfront, copy, Enabled=False)
    with edge.refused("DistributionNotDisabled"):
        cloudfront.delete_distribution(Id=copy["Distribution"]["Id"], IfMatch=disabled["ETag"])
    is_deployed(cloudfront, copy)
    cloudfront.delete_distribution(Id=copy["Distribution"]["Id"], IfMatch=disabled["ETag"])
    with edge.refused("NoSuchDistribution"):
        read(cloudfront, copy)


def test_a_staging_distribution_that_a_policy_names_can_neither_be_disabled_nor_deleted(cloudfront: Any) -> None:
    enabled, disabled = (copied(cloudfront, primary(cloudfront), Enabled=each) for each in (True, False))
    for copy in (enabled, disabled):
        policy_for(cloudfront, copy)
        is_deployed(cloudfront, copy)
    with edge.refused("StagingDistributionInUse"):
        changed(cloudfront, enabled, Enabled=False)
    with edge.refused("ResourceInUse"):
        cloudfront.delete_distribution(Id=disabled["Distribution"]["Id"], IfMatch=disabled["ETag"])


def test_a_promotion_gives_the_primary_the_configuration_of_its_staging_distribution(cloudfront: Any) -> None:
    made, staging, policy_id = joined(cloudfront)
    behavior = edge.behavior(PathPattern="/images/*")
    tried = changed(cloudfront, staging, Comment="tried out", CacheBehaviors=edge.block(behavior))
    answer = promote(cloudfront, made, staging)
    assert config_of(answer) == config_of(tried) | {
        "CallerReference": config_of(made)["CallerReference"],
        "ContinuousDeploymentPolicyId": policy_id,
        "Staging": False,
    }
    assert config_of(read(cloudfront, made)) == config_of(answer)
    assert config_of(read(cloudfront, staging)) == config_of(tried)


def test_a_promotion_leaves_the_aliases_of_the_primary(instance: Instance) -> None:
    client, name = instance.client("cloudfront"), edge.new_name()
    own = edge.distribution_config(name, certificate=edge.issued(instance, name))
    made, staging, _ = joined(client, Aliases=own["Aliases"], ViewerCertificate=own["ViewerCertificate"])
    changed(client, staging, Comment="tried out")
    answer = config_of(promote(client, made, staging))
    assert (answer["Aliases"], answer["Comment"]) == ({"Quantity": 1, "Items": [name]}, "tried out")


def test_a_promoted_configuration_has_another_etag_and_is_deployed(cloudfront: Any) -> None:
    made, staging, _ = joined(cloudfront)
    is_deployed(cloudfront, made)
    answer = promote(cloudfront, made, staging)
    assert answer["ETag"] not in (made["ETag"], staging["ETag"])
    assert answer["ETag"] == read(cloudfront, made)["ETag"]
    assert answer["Distribution"]["Status"] == "InProgress"
    is_deployed(cloudfront, made)


def test_a_promotion_disables_the_policy(cloudfront: Any) -> None:
    made, staging, policy_id = joined(cloudfront)
    before = cloudfront.get_continuous_deployment_policy(Id=policy_id)
    promote(cloudfront, made, staging)
    after = cloudfront.get_continuous_deployment_policy(Id=policy_id)
    config = before["ContinuousDeploymentPolicy"]["ContinuousDeploymentPolicyConfig"]
    assert after["ContinuousDeploymentPolicy"]["ContinuousDeploymentPolicyConfig"] == config | {"Enabled": False}
    assert after["ETag"] != before["ETag"]


def test_a_promotion_needs_both_etags_and_the_primarys_first(cloudfront: Any) -> None:
    made, staging, _ = joined(cloudfront)
    stale = f"{read(cloudfront, made)['ETag']},{read(cloudfront, staging)['ETag']}"
    of_primary, _, of_staging = stale.partition(",")
    for etags in (f"{of_staging}, {of_primary}", f"{of_primary}, stale", f"stale, {of_staging}"):
        with edge.refused("PreconditionFailed"):
            promote(cloudfront, made, staging, IfMatch=etags)
    for etags in (of_primary, "*"):
        with edge.refused("InvalidIfMatchVersion"):
            promote(cloudfront, made, staging, IfMatch=etags)
    changed(cloudfront, staging, Comment="changed meanwhile")
    with edge.refused("PreconditionFailed"):
        promote(cloudfront, made, staging, IfMatch=stale)
    changed(cloudfront, made, Comment="changed meanwhile")
    with edge.refused("PreconditionFailed"):
        promote(cloudfront, made, staging, IfMatch=stale)
    promote(cloudfront, made, staging)


def test_the_etags_of_a_promotion_need_no_space_between_them(cloudfront: Any) -> None:
    made, staging, _ = joined(cloudfront)
    assert promote(cloudfront, made, staging, IfMatch=f"{made['ETag']},{staging['ETag']}")["ETag"]


def test_a_promotion_need_not_name_the_staging_distribution(cloudfront: Any) -> None:
    made, staging, _ = joined(cloudfront)
    tried = changed(cloudfront, staging, Comment="tried out")
    answer = cloudfront.update_distribution_with_staging_config(
        Id=made["Distribution"]["Id"], IfMatch=f"{made['ETag']}, {tried['ETag']}"
    )
    assert config_of(answer)["Comment"] == "tried out"


def test_only_the_staging_distribution_of_the_primarys_policy_can_be_promoted(cloudfront: Any) -> None:
    made, staging, _ = joined(cloudfront)
    other = copied(cloudfront, primary(cloudfront))
    with edge.refused("IllegalUpdate"):
        promote(cloudfront, made, other)
    with edge.refused("IllegalUpdate"):
        promote(cloudfront, primary(cloudfront), staging)
    with edge.refused("NoSuchDistribution"):
        promote(cloudfront, made, staging, StagingDistributionId="E00000000000")
    with edge.refused("NoSuchDistribution"):
        promote(cloudfront, made, staging, Id="E00000000000")
