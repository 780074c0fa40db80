"""A certificate is issued when the record of every name is published, and fails or ends as ordered."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from cryptography import x509

from localaws.instance import Instance
from tests.integration.localaws import edge


@pytest.fixture(scope="module")
def hasty() -> Iterator[Instance]:
    """Gives up a validation after three seconds, forgets tokens after a third of one, and shows records after two."""
    settings = {"certificate_validation_timeout": 3, "validation_records_after": 20_000}
    with Instance(f"tests-hasty-{os.getpid()}", time_scale=0.0001, **settings) as running:
        yield running
    running.remove()


def test_it_is_issued_when_all_its_records_are_published(instance: Instance) -> None:
    arn = edge.issued(instance, name := edge.new_name(), f"*.{name}", f"www.{name}")
    assert edge.describe(instance, arn)["IssuedAt"]


def test_it_stays_pending_while_a_record_is_missing_and_tells_which(instance: Instance) -> None:
    name = edge.new_name()
    arn = edge.request(instance, name, f"www.{name}")
    edge.publish(instance, edge.records(instance, arn)[1])
    statuses = edge.eventually(lambda: _statuses_with_success(instance, arn))
    assert statuses == {name: "PENDING_VALIDATION", f"www.{name}": "SUCCESS"}
    assert edge.describe(instance, arn)["Status"] == "PENDING_VALIDATION"


def _statuses_with_success(instance: Instance, arn: str) -> dict[str, str]:
    options = edge.describe(instance, arn)["DomainValidationOptions"]
    statuses = {option["DomainName"]: option["ValidationStatus"] for option in options}
    return statuses if "SUCCESS" in statuses.values() else {}


def test_a_record_with_another_value_does_not_count(instance: Instance) -> None:
    arn = edge.request(instance, edge.new_name())
    (record,) = edge.records(instance, arn)
    edge.publish(instance, record | {"Value": "_wrong.acm-validations.aws."})
    edge.issued(instance, edge.new_name())
    assert edge.describe(instance, arn)["Status"] == "PENDING_VALIDATION"


def test_a_record_in_route53_counts(instance: Instance) -> None:
    name = edge.new_name()
    arn = edge.request(instance, name)
    (record,) = edge.records(instance, arn)
    route53 = instance.client("route53")
    zone = route53.create_hosted_zone(Name=name, CallerReference=edge.new_token())["HostedZone"]["Id"]
    change = {
        "Action": "UPSERT",
        "ResourceRecordSet": {
            "Name": record["Name"],
            "Type": "CNAME",
            "TTL": 300,
            "ResourceRecords": [{"Value": record["Value"]}],
        },
    }
    route53.change_resource_record_sets(HostedZoneId=zone, ChangeBatch={"Changes": [change]})
    edge.becomes(instance, arn, "ISSUED")


def test_the_next_certificate_of_a_validated_name_needs_nothing_more(instance: Instance) -> None:
    name = edge.new_name()
    edge.issued(instance, name)
    edge.becomes(instance, edge.request(instance, name), "ISSUED")


def test_it_is_valid_for_198_days(instance: Instance) -> None:
    description = edge.describe(instance, edge.issued(instance, edge.new_name()))
    assert (description["NotAfter"] - description["NotBefore"]).days == 197
    assert description["NotBefore"] <= description["IssuedAt"] <= description["NotAfter"]


def test_its_pem_carries_its_names_serial_and_key_type(instance: Instance) -> None:
    name = edge.new_name()
    arn = edge.issued(instance, name, f"www.{name}", KeyAlgorithm="EC_prime256v1")
    answer = instance.client("acm").get_certificate(CertificateArn=arn)
    certificate = x509.load_pem_x509_certificate(answer["Certificate"].encode())
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == [name, f"www.{name}"]
    assert certificate.serial_number == int(edge.describe(instance, arn)["Serial"].replace(":", ""), 16)
    certificate.verify_directly_issued_by(x509.load_pem_x509_certificate(answer["CertificateChain"].encode()))


def test_a_pending_certificate_has_no_pem(instance: Instance) -> None:
    arn = edge.request(instance, edge.new_name())
    with edge.refused("RequestInProgressException"):
        instance.client("acm").get_certificate(CertificateArn=arn)


def test_the_records_of_a_new_certificate_are_shown_after_a_while(hasty: Instance) -> None:
    arn = edge.request(hasty, edge.new_name())
    (option,) = edge.describe(hasty, arn)["DomainValidationOptions"]
    assert "ResourceRecord" not in option
    assert edge.records(hasty, arn)


def test_it_times_out_when_its_records_never_appear(hasty: Instance) -> None:
    description = edge.becomes(hasty, edge.request(hasty, edge.new_name()), "VALIDATION_TIMED_OUT")
    assert description["DomainValidationOptions"][0]["ValidationStatus"] == "FAILED"


def test_an_idempotency_token_is_forgotten_after_an_hour(hasty: Instance) -> None:
    name, token = edge.new_name(), edge.new_token()
    arn = edge.request(hasty, name, IdempotencyToken=token)
    edge.eventually(lambda: edge.request(hasty, name, IdempotencyToken=token) != arn)


@pytest.mark.parametrize("reason", ["CAA_ERROR", "DOMAIN_NOT_ALLOWED", "ADDITIONAL_VERIFICATION_REQUIRED", "OTHER"])
def test_it_fails_with_the_ordered_reason(instance: Instance, reason: str) -> None:
    name = edge.new_name()
    edge.control(instance, "PUT", "acm/outcome", domain=name, status="FAILED", failureReason=reason)
    description = edge.becomes(instance, edge.request(instance, edge.new_name(), name), "FAILED")
    assert description["FailureReason"] == reason


@pytest.mark.parametrize("status", ["REVOKED", "EXPIRED", "INACTIVE"])
def test_an_issued_certificate_ends_as_ordered(instance: Instance, status: str) -> None:
    name = edge.new_name()
    arn = edge.issued(instance, name)
    edge.control(instance, "PUT", "acm/outcome", domain=name, status=status)
    edge.becomes(instance, arn, status)


def test_an_outcome_that_acm_does_not_know_is_an_error(instance: Instance) -> None:
    with pytest.raises(AssertionError, match="status must be one of"):
        edge.control(instance, "PUT", "acm/outcome", domain="example.com", status="LOST")
