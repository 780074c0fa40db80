"""AssociateAlias: an alias moves from one distribution to another in one call."""

from __future__ import annotations

from localaws import executions
from localaws.instance import Instance
from tests.integration.localaws import edge

OTHER_ACCOUNT = "530000000001"


def target_for(instance: Instance) -> tuple[edge.Json, edge.Json, str]:
    """A distribution with an alias, another one whose certificate covers it, and the alias."""
    certificate = edge.issued(instance, name := edge.new_name())
    source = edge.distribution(instance, name, certificate=certificate)
    return source, edge.distribution(instance, certificate=certificate), name


def proven(instance: Instance, name: str, target: edge.Json, record: str = "_{}") -> None:
    """Publish the record that proves to CloudFront whose the name is."""
    record = record.format(name)
    edge.control(instance, "PUT", "dns", name=record, type="TXT", value=f'"{target["DomainName"]}"')


def associate(instance: Instance, target: edge.Json, name: str) -> None:
    instance.client("cloudfront").associate_alias(TargetDistributionId=target["Id"], Alias=name)


def aliases(instance: Instance, distribution: edge.Json) -> list[str]:
    config = instance.client("cloudfront").get_distribution_config(Id=distribution["Id"])["DistributionConfig"]
    return list(config["Aliases"].get("Items", []))


def disabled_elsewhere(instance: Instance, name: str) -> edge.Json:
    """A disabled distribution of another account that has the name for an alias."""
    acm = edge.client(instance, "acm", account=OTHER_ACCOUNT)
    arn = acm.request_certificate(DomainName=name, ValidationMethod="DNS")["CertificateArn"]

    def certificate() -> edge.Json:
        found: edge.Json = acm.describe_certificate(CertificateArn=arn)["Certificate"]
        return found

    record = edge.eventually(lambda: certificate()["DomainValidationOptions"][0].get("ResourceRecord"))
    edge.publish(instance, record)
    edge.eventually(lambda: certificate()["Status"] == "ISSUED")
    config = edge.distribution_config(name, certificate=arn, Enabled=False)
    client = edge.client(instance, "cloudfront", account=OTHER_ACCOUNT)
    made: edge.Json = client.create_distribution(DistributionConfig=config)["Distribution"]
    return made


def test_an_alias_moves_from_one_distribution_to_another(instance: Instance) -> None:
    source, target, name = target_for(instance)
    proven(instance, name, target)
    associate(instance, target, name.upper())
    assert (aliases(instance, source), aliases(instance, target)) == ([], [name])


def test_both_distributions_have_another_etag_and_are_deployed(instance: Instance) -> None:
    source, target, name = target_for(instance)
    before = [edge.deployed(instance, each["Id"]) for each in (source, target)]
    proven(instance, name, target)
    associate(instance, target, name)
    after = [instance.client("cloudfront").get_distribution(Id=each["Id"]) for each in (source, target)]
    assert all(one["ETag"] != other["ETag"] for one, other in zip(before, after, strict=True))
    assert [each["Distribution"]["Status"] for each in after] == ["InProgress", "InProgress"]
    for each in (source, target):
        edge.deployed(instance, each["Id"])


def test_the_other_aliases_stay_where_they_are(instance: Instance) -> None:
    name = edge.new_name()
    certificate = edge.issued(instance, f"*.{name}")
    source = edge.distribution(instance, f"a.{name}", f"b.{name}", certificate=certificate)
    target = edge.distribution(instance, f"c.{name}", certificate=certificate)
    proven(instance, f"a.{name}", target)
    associate(instance, target, f"a.{name}")
    assert (aliases(instance, source), aliases(instance, target)) == ([f"b.{name}"], [f"c.{name}", f"a.{name}"])


def test_an_alias_that_nobody_has_is_added(instance: Instance) -> None:
    name = edge.new_name()
    target = edge.distribution(instance, certificate=edge.issued(instance, name))
    proven(instance, name, target)
    associate(instance, target, name)
    assert aliases(instance, target) == [name]


def test_an_alias_that_the_target_has_changes_nothing(instance: Instance) -> None:
    name = edge.new_name()
    target = edge.distribution(instance, name, certificate=edge.issued(instance, name))
    before = instance.client("cloudfront").get_distribution(Id=target["Id"])["ETag"]
    associate(instance, target, name)
    assert instance.client("cloudfront").get_distribution(Id=target["Id"])["ETag"] == before


def test_the_record_may_have_a_dot_after_its_underscore(instance: Instance) -> None:
    _, target, name = target_for(instance)
    proven(instance, name, target, record="_.{}")
    associate(instance, target, name)
    assert aliases(instance, target) == [name]


def test_an_alias_moves_only_with_a_record_that_points_to_the_target(instance: Instance) -> None:
    source, target, name = target_for(instance)
    with edge.refused("IllegalUpdate"):
        associate(instance, target, name)
    proven(instance, name, source)
    with edge.refused("IllegalUpdate"):
        associate(instance, target, name)
    assert aliases(instance, source) == [name]


def test_the_certificate_of_the_target_must_cover_the_alias(instance: Instance) -> None:
    source, _, name = target_for(instance)
    for target in (
        edge.distribution(instance),
        edge.distribution(instance, certificate=edge.issued(instance, edge.new_name())),
    ):
        proven(instance, name, target)
        with edge.refused("InvalidArgument"):
            associate(instance, target, name)
    assert aliases(instance, source) == [name]


def test_the_target_must_exist(instance: Instance) -> None:
    with edge.refused("NoSuchDistribution"):
        associate(instance, {"Id": "E00000000000"}, edge.new_name())


def test_the_target_must_have_room(instance: Instance) -> None:
    source, target, name = target_for(instance)
    proven(instance, name, target)
    quota = "Alternate domain names (CNAMEs) per distribution"
    with edge.quota(instance, "cloudfront", 0, quotaName=quota), edge.refused("TooManyDistributionCNAMEs"):
        associate(instance, target, name)
    assert aliases(instance, source) == [name]


def test_a_staging_distribution_is_no_target(instance: Instance) -> None:
    _, target, name = target_for(instance)
    client = instance.client("cloudfront")
    staging = client.copy_distribution(
        PrimaryDistributionId=target["Id"],
        IfMatch=client.get_distribution(Id=target["Id"])["ETag"],
        Staging=True,
        CallerReference=edge.new_token(),
    )["Distribution"]
    proven(instance, name, staging)
    with edge.refused("InvalidArgument"):
        associate(instance, staging, name)


def test_an_alias_of_an_enabled_distribution_of_another_account_does_not_move(instance: Instance) -> None:
    name = edge.new_name()
    target = edge.distribution(instance, certificate=edge.issued(instance, name))
    edge.control(instance, "PUT", "cloudfront/foreign-aliases", alias=name)
    proven(instance, name, target)
    with edge.refused("IllegalUpdate"):
        associate(instance, target, name)


def test_an_alias_of_a_disabled_distribution_of_another_account_moves(instance: Instance) -> None:
    source = disabled_elsewhere(instance, name := edge.new_name())
    target = edge.distribution(instance, certificate=edge.issued(instance, name))
    proven(instance, name, target)
    associate(instance, target, name)
    assert aliases(instance, target) == [name]
    theirs = edge.client(instance, "cloudfront", account=OTHER_ACCOUNT).get_distribution_config(Id=source["Id"])
    assert theirs["DistributionConfig"]["Aliases"] == {"Quantity": 0}


def test_an_alias_is_not_added_below_a_wildcard_of_another_account(instance: Instance) -> None:
    name = edge.new_name()
    disabled_elsewhere(instance, f"*.{name}")
    target = edge.distribution(instance, certificate=edge.issued(instance, f"www.{name}"))
    proven(instance, f"www.{name}", target)
    with edge.refused("IllegalUpdate"):
        associate(instance, target, f"www.{name}")


def test_requests_and_answers_are_as_the_model_says(instance: Instance) -> None:
    _, target, name = target_for(instance)
    proven(instance, name, target)
    associate(instance, target, name)
    calls = [call for call in executions.lines(instance.calls) if call["operation"] == "AssociateAlias"]
    assert calls
    assert [call["wire"] for call in calls if "wire" in call] == []
