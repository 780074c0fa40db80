"""RequestCertificate: what it takes, what it refuses, and when it is the same request again."""

from __future__ import annotations

import pytest

from localaws.instance import Instance
from tests.integration.localaws import edge

LABEL = "a" * 60


def test_a_new_certificate_is_pending(instance: Instance) -> None:
    description = edge.describe(instance, edge.request(instance, edge.new_name()))
    assert description["Status"] == "PENDING_VALIDATION"
    assert "NotAfter" not in description
    assert "IssuedAt" not in description


def test_the_domain_name_is_among_the_alternative_names_and_each_name_is_there_once(instance: Instance) -> None:
    name = edge.new_name()
    arn = edge.request(instance, name, f"www.{name}", name.upper(), f"WWW.{name}")
    assert edge.describe(instance, arn)["SubjectAlternativeNames"] == [name, f"www.{name}"]


def test_a_wildcard_and_the_domain_below_it_share_one_validation_record(instance: Instance) -> None:
    name = edge.new_name()
    first, second = edge.records(instance, edge.request(instance, name, f"*.{name}"))
    assert first == second


def test_a_domain_has_the_same_validation_record_in_every_certificate_and_region(instance: Instance) -> None:
    name = edge.new_name()
    frankfurt = edge.client(instance, "acm", region="eu-central-1")
    arn = frankfurt.request_certificate(DomainName=name, ValidationMethod="DNS")["CertificateArn"]
    there = edge.eventually(lambda: _record(frankfurt.describe_certificate(CertificateArn=arn)))
    assert edge.records(instance, edge.request(instance, name)) == [there]


def _record(answer: edge.Json) -> edge.Json | None:
    return answer["Certificate"]["DomainValidationOptions"][0].get("ResourceRecord")


@pytest.mark.parametrize(
    "name",
    [
        "localhost",
        "www.example.com.",
        "www.example.com/path",
        "www.*.example.com",
        "-www.example.com",
        "www_1.example.com",
        f"{'a' * 64}.example.com",
        " www.example.com",
    ],
)
def test_a_name_of_the_wrong_form_is_refused(instance: Instance, name: str) -> None:
    with edge.refused("ValidationException"):
        edge.request(instance, "www.example.com", name)


def test_the_first_name_has_at_most_64_bytes(instance: Instance) -> None:
    long_name = f"{LABEL}.example.com"
    with edge.refused("InvalidParameterException"):
        edge.request(instance, long_name)
    edge.request(instance, edge.new_name(), long_name)


def test_an_internationalised_name_is_taken_in_its_ascii_form(instance: Instance) -> None:
    name = f"xn--bcher-kva.{edge.new_name()}"
    assert edge.describe(instance, edge.request(instance, name))["DomainName"] == name


def test_an_address_is_not_a_domain_name(instance: Instance) -> None:
    with edge.refused("InvalidParameterException"):
        edge.request(instance, "192.168.10.10")


def test_more_names_than_the_quota_are_refused(instance: Instance) -> None:
    name = edge.new_name()
    edge.request(instance, *(f"{number}.{name}" for number in range(10)))
    with edge.refused("LimitExceededException"):
        edge.request(instance, *(f"{number}.{name}" for number in range(11)))


def test_the_same_token_and_names_give_the_same_certificate(instance: Instance) -> None:
    name, token = edge.new_name(), edge.new_token()
    arn = edge.request(instance, name, f"www.{name}", IdempotencyToken=token)
    assert edge.request(instance, name, f"www.{name}", IdempotencyToken=token) == arn


def test_the_same_token_with_other_names_gives_another_certificate(instance: Instance) -> None:
    name, token = edge.new_name(), edge.new_token()
    arn = edge.request(instance, name, IdempotencyToken=token)
    assert edge.request(instance, name, f"www.{name}", IdempotencyToken=token) != arn


def test_without_a_token_every_request_gives_another_certificate(instance: Instance) -> None:
    name = edge.new_name()
    assert edge.request(instance, name) != edge.request(instance, name)


def test_a_token_of_a_deleted_certificate_gives_a_new_one(instance: Instance) -> None:
    name, token = edge.new_name(), edge.new_token()
    arn = edge.request(instance, name, IdempotencyToken=token)
    instance.client("acm").delete_certificate(CertificateArn=arn)
    assert edge.request(instance, name, IdempotencyToken=token) != arn


def test_a_token_with_other_characters_than_letters_and_digits_is_refused(instance: Instance) -> None:
    with edge.refused("ValidationException"):
        edge.request(instance, edge.new_name(), IdempotencyToken="job-1")


def test_a_key_algorithm_that_is_for_imports_alone_is_refused(instance: Instance) -> None:
    with edge.refused("InvalidParameterException"):
        edge.request(instance, edge.new_name(), KeyAlgorithm="RSA_4096")


def test_validation_by_mail_tells_whom_it_would_ask_and_has_no_record(instance: Instance) -> None:
    name = edge.new_name()
    arn = edge.request(instance, name, ValidationMethod="EMAIL")
    (option,) = edge.describe(instance, arn)["DomainValidationOptions"]
    assert f"postmaster@{name}" in option["ValidationEmails"]
    assert "ResourceRecord" not in option


def test_validation_by_http_is_for_cloudfront_alone(instance: Instance) -> None:
    with edge.refused("InvalidParameterException"):
        edge.request(instance, edge.new_name(), ValidationMethod="HTTP")


def test_an_operation_that_is_not_implemented_is_refused(instance: Instance) -> None:
    with edge.refused("ValidationException"):
        instance.client("acm").search_certificates()
