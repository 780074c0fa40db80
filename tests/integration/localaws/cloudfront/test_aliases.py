"""An alias belongs to one distribution, and needs an issued certificate that covers it."""

from __future__ import annotations

import pytest

from localaws.instance import Instance
from tests.integration.localaws import edge

OTHER_ACCOUNT = "222222222222"


def test_a_distribution_serves_the_aliases_that_its_certificate_covers(instance: Instance) -> None:
    name = edge.new_name()
    certificate = edge.issued(instance, name, f"*.{name}")
    created = edge.distribution(instance, name, f"www.{name}", f"*.{name}", certificate=certificate)
    assert created["DistributionConfig"]["Aliases"]["Items"] == [name, f"www.{name}", f"*.{name}"]


def test_an_alias_of_another_distribution_is_refused(instance: Instance) -> None:
    certificate = edge.issued(instance, name := edge.new_name())
    edge.distribution(instance, name, certificate=certificate)
    with edge.refused("CNAMEAlreadyExists"):
        edge.distribution(instance, name.upper(), certificate=certificate)


def test_an_alias_is_free_again_when_its_distribution_lets_it_go(instance: Instance) -> None:
    certificate = edge.issued(instance, name := edge.new_name())
    owner = edge.distribution(instance, name, certificate=certificate)
    update(instance, owner["Id"], Aliases={"Quantity": 0})
    edge.distribution(instance, name, certificate=certificate)


def test_a_distribution_keeps_its_own_aliases_through_an_update(instance: Instance) -> None:
    certificate = edge.issued(instance, name := edge.new_name())
    owner = edge.distribution(instance, name, certificate=certificate)
    update(instance, owner["Id"], Comment="changed")


def test_an_update_can_not_take_an_alias_of_another_distribution(instance: Instance) -> None:
    certificate = edge.issued(instance, name := edge.new_name())
    edge.distribution(instance, name, certificate=certificate)
    other = edge.distribution(instance)
    taken = edge.distribution_config(name, certificate=certificate)
    with edge.refused("CNAMEAlreadyExists"):
        update(instance, other["Id"], Aliases=taken["Aliases"], ViewerCertificate=taken["ViewerCertificate"])


def test_a_wildcard_and_a_name_below_it_may_be_in_two_distributions_of_one_account(instance: Instance) -> None:
    name = edge.new_name()
    certificate = edge.issued(instance, f"*.{name}")
    edge.distribution(instance, f"*.{name}", certificate=certificate)
    edge.distribution(instance, f"www.{name}", certificate=certificate)


def test_a_name_below_a_wildcard_of_another_account_is_refused(instance: Instance) -> None:
    name = edge.new_name()
    edge.distribution(instance, f"*.{name}", certificate=edge.issued(instance, f"*.{name}"))
    stranger = edge.client(instance, "acm", account=OTHER_ACCOUNT)
    arn = stranger.request_certificate(DomainName=f"www.{name}", ValidationMethod="DNS")["CertificateArn"]
    record = edge.eventually(
        lambda: stranger.describe_certificate(CertificateArn=arn)["Certificate"]["DomainValidationOptions"][0].get(
            "ResourceRecord"
        )
    )
    edge.publish(instance, record)
    edge.eventually(lambda: stranger.describe_certificate(CertificateArn=arn)["Certificate"]["Status"] == "ISSUED")
    config = edge.distribution_config(f"www.{name}", certificate=arn)
    with edge.refused("CNAMEAlreadyExists"):
        edge.client(instance, "cloudfront", account=OTHER_ACCOUNT).create_distribution(DistributionConfig=config)


def test_an_alias_of_somebody_elsewhere_is_refused_and_shown_without_revealing_whom(instance: Instance) -> None:
    certificate = edge.issued(instance, name := edge.new_name())
    mine = edge.distribution(instance, certificate=certificate)
    edge.control(instance, "PUT", "cloudfront/foreign-aliases", alias=name)
    with edge.refused("CNAMEAlreadyExists"):
        edge.distribution(instance, name, certificate=certificate)
    (conflict,) = conflicts(instance, mine["Id"], name)["Items"]
    assert conflict["Alias"] == name
    assert set(conflict["AccountId"][:6]) == set(conflict["DistributionId"][:8]) == {"*"}
    assert "*" not in conflict["AccountId"][6:] + conflict["DistributionId"][8:]


def test_conflicting_aliases_are_the_name_itself_and_the_wildcards_over_it(instance: Instance) -> None:
    name = edge.new_name()
    certificate = edge.issued(instance, name, f"*.{name}")
    wildcard = edge.distribution(instance, f"*.{name}", certificate=certificate)
    specific = edge.distribution(instance, f"www.{name}", certificate=certificate)
    edge.distribution(instance, name, certificate=certificate)
    found = conflicts(instance, wildcard["Id"], f"www.{name}")["Items"]
    assert [(each["Alias"], each["DistributionId"][-6:]) for each in found] == [
        (f"*.{name}", wildcard["Id"][-6:]),
        (f"www.{name}", specific["Id"][-6:]),
    ]


def test_conflicting_aliases_come_in_pages(instance: Instance) -> None:
    name = edge.new_name()
    certificate = edge.issued(instance, f"*.{name}")
    holder = edge.distribution(instance, *(f"{label}.{name}" for label in "abc"), certificate=certificate)
    first = conflicts(instance, holder["Id"], f"*.{name}", MaxItems=2)
    second = conflicts(instance, holder["Id"], f"*.{name}", MaxItems=2, Marker=first["NextMarker"])
    assert [each["Alias"][0] for each in (*first["Items"], *second["Items"])] == ["a", "b", "c"]
    assert "NextMarker" not in second


def test_conflicts_are_told_only_to_who_has_a_certificate_for_the_alias(instance: Instance) -> None:
    name = edge.new_name()
    mine = edge.distribution(instance, certificate=edge.issued(instance, name))
    with edge.refused("InvalidArgument"):
        conflicts(instance, mine["Id"], f"www.{name}")
    with edge.refused("NoSuchDistribution"):
        conflicts(instance, "E00000000000", name)


def test_an_alias_without_a_certificate_is_refused(instance: Instance) -> None:
    with edge.refused("InvalidViewerCertificate"):
        edge.distribution(instance, edge.new_name())


def test_a_wildcard_certificate_does_not_cover_two_labels(instance: Instance) -> None:
    name = edge.new_name()
    with edge.refused("InvalidViewerCertificate"):
        edge.distribution(instance, f"a.b.{name}", certificate=edge.issued(instance, f"*.{name}"))


def test_a_wildcard_certificate_does_not_cover_the_domain_below_the_wildcard(instance: Instance) -> None:
    name = edge.new_name()
    with edge.refused("InvalidViewerCertificate"):
        edge.distribution(instance, name, certificate=edge.issued(instance, f"*.{name}"))


def test_a_pending_certificate_is_refused(instance: Instance) -> None:
    name = edge.new_name()
    with edge.refused("InvalidViewerCertificate"):
        edge.distribution(instance, name, certificate=edge.request(instance, name))


def test_a_certificate_in_another_region_is_refused(instance: Instance) -> None:
    frankfurt = edge.client(instance, "acm", region="eu-central-1")
    name = edge.new_name()
    arn = frankfurt.request_certificate(DomainName=name, ValidationMethod="DNS")["CertificateArn"]
    (record,) = edge.records(instance, edge.request(instance, name))
    edge.publish(instance, record)
    edge.eventually(lambda: frankfurt.describe_certificate(CertificateArn=arn)["Certificate"]["Status"] == "ISSUED")
    with edge.refused("InvalidViewerCertificate"):
        edge.distribution(instance, name, certificate=arn)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"SSLSupportMethod": "sni-only", "MinimumProtocolVersion": "SSLv3"}, "InvalidMinimumProtocolVersion"),
        ({"SSLSupportMethod": "vip", "MinimumProtocolVersion": "TLSv1.2_2021"}, "InvalidMinimumProtocolVersion"),
        ({"CloudFrontDefaultCertificate": True}, "InvalidViewerCertificate"),
        ({"IAMCertificateId": "ASCA0000"}, "InvalidViewerCertificate"),
    ],
)
def test_certificate_and_protocol_must_fit_together(instance: Instance, change: edge.Json, code: str) -> None:
    certificate = edge.issued(instance, name := edge.new_name())
    config = edge.distribution_config(name, certificate=certificate)
    config["ViewerCertificate"] |= change
    with edge.refused(code):
        instance.client("cloudfront").create_distribution(DistributionConfig=config)


def test_there_can_be_a_hundred_aliases(instance: Instance) -> None:
    name = edge.new_name()
    certificate = edge.issued(instance, f"*.{name}")
    aliases = [f"a{number}.{name}" for number in range(101)]
    with edge.refused("TooManyDistributionCNAMEs"):
        edge.distribution(instance, *aliases, certificate=certificate)
    edge.distribution(instance, *aliases[1:], certificate=certificate)


def update(instance: Instance, distribution_id: str, **changes: object) -> None:
    client = instance.client("cloudfront")
    current = client.get_distribution_config(Id=distribution_id)
    client.update_distribution(
        Id=distribution_id, IfMatch=current["ETag"], DistributionConfig=current["DistributionConfig"] | changes
    )


def conflicts(instance: Instance, distribution_id: str, alias: str, **page: object) -> edge.Json:
    answer = instance.client("cloudfront").list_conflicting_aliases(DistributionId=distribution_id, Alias=alias, **page)
    found: edge.Json = answer["ConflictingAliasesList"]
    return found
