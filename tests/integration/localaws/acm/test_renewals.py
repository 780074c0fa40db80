"""How the managed renewal of a certificate stands, as ordered."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509

from localaws.instance import Instance
from tests.integration.localaws import edge
from tests.integration.localaws.acm.test_events import queue_of_events, received
from tests.integration.localaws.acm.test_imports import imported, new_key, signed


def order(instance: Instance, arn: str, **more: str) -> edge.Json:
    answer: edge.Json = edge.control(instance, "PUT", "acm/renewal", certificateArn=arn, **more)
    return answer


def in_days(days: int) -> datetime:
    return datetime.now(UTC).replace(microsecond=0) + timedelta(days=days)


def test_a_certificate_ends_when_ordered_in_its_description_the_list_and_its_pem(instance: Instance) -> None:
    arn = edge.issued(instance, edge.new_name())
    end = in_days(10)
    order(instance, arn, notAfter=end.isoformat())
    described = edge.describe(instance, arn)
    assert described["NotAfter"] == end
    assert described["NotAfter"] - described["NotBefore"] == timedelta(days=198, seconds=-1)
    pages = instance.client("acm").get_paginator("list_certificates").paginate()
    listed = [found for page in pages for found in page["CertificateSummaryList"] if found["CertificateArn"] == arn]
    assert listed[0]["NotAfter"] == end
    pem = instance.client("acm").get_certificate(CertificateArn=arn)["Certificate"]
    assert x509.load_pem_x509_certificate(pem.encode()).not_valid_after_utc == end


@pytest.mark.parametrize("status", ["PENDING_AUTO_RENEWAL", "PENDING_VALIDATION"])
def test_a_renewal_that_waits_shows_which_names_are_proved(instance: Instance, status: str) -> None:
    proved, gone = edge.new_name(), edge.new_name()
    arn = edge.issued(instance, proved, gone)
    record = edge.describe(instance, arn)["DomainValidationOptions"][1]["ResourceRecord"]
    edge.control(instance, "DELETE", "dns", name=record["Name"], type=record["Type"], value=record["Value"])
    order(instance, arn, status=status)
    summary = edge.describe(instance, arn)["RenewalSummary"]
    assert summary["RenewalStatus"] == status
    assert "RenewalStatusReason" not in summary
    options = {option["DomainName"]: option["ValidationStatus"] for option in summary["DomainValidationOptions"]}
    assert options == {proved: "SUCCESS", gone: "PENDING_VALIDATION"}


def test_a_renewal_that_failed_says_why_and_the_certificate_is_issued_still(instance: Instance) -> None:
    arn = edge.issued(instance, edge.new_name())
    order(instance, arn, status="FAILED", reason="CAA_ERROR")
    described = edge.describe(instance, arn)
    assert described["RenewalSummary"]["RenewalStatusReason"] == "CAA_ERROR"
    assert described["Status"] == "ISSUED"


def test_a_certificate_without_an_order_has_no_renewal_summary(instance: Instance) -> None:
    assert "RenewalSummary" not in edge.describe(instance, edge.issued(instance, edge.new_name()))


def test_a_renewed_certificate_is_a_new_one_of_the_same_arn(instance: Instance) -> None:
    name = edge.new_name()
    arn = edge.issued(instance, name)
    before = edge.describe(instance, arn)
    order(instance, arn, notAfter=in_days(44).isoformat())
    queue = queue_of_events(instance, name)
    order(instance, arn, status="SUCCESS")
    after = edge.describe(instance, arn)
    assert after["Serial"] != before["Serial"]
    assert after["NotAfter"] == before["NotAfter"]
    assert after["RenewalSummary"]["RenewalStatus"] == "SUCCESS"
    (event,) = received(instance, queue)
    assert (event["detail-type"], event["detail"]["Action"]) == ("ACM Certificate Available", "RENEWAL")


@pytest.mark.parametrize("status", ["PENDING_VALIDATION", "FAILED"])
def test_that_somebody_must_act_is_told(instance: Instance, status: str) -> None:
    name = edge.new_name()
    arn = edge.issued(instance, name)
    queue = queue_of_events(instance, name)
    end = in_days(30)
    order(instance, arn, notAfter=end.isoformat(), status=status, reason="OTHER")
    (event,) = received(instance, queue)
    assert event["detail-type"] == "ACM Certificate Renewal Action Required"
    assert event["resources"] == [arn]
    assert event["detail"] == {
        "CertificateType": "AMAZON_ISSUED",
        "CommonName": name,
        "DomainValidationMethod": "DNS",
        "RenewalStatusReason": "OTHER",
        "DaysToExpiry": 30,
        "CertificateExpirationDate": f"{end:%Y-%m-%dT%H:%M:%SZ}",
        "InUse": False,
        "Exported": False,
    }


def test_a_certificate_expires_at_its_end(instance: Instance) -> None:
    name = edge.new_name()
    arn = edge.issued(instance, name)
    queue = queue_of_events(instance, name)
    order(instance, arn, notAfter=in_days(-1).isoformat())
    edge.becomes(instance, arn, "EXPIRED")
    (event,) = received(instance, queue)
    assert event["detail-type"] == "ACM Certificate Expired"


def test_an_imported_certificate_expires_at_its_end(instance: Instance) -> None:
    key = new_key()
    certificate = signed(key, edge.new_name(), ends=datetime.now(UTC) + timedelta(seconds=2))
    edge.becomes(instance, imported(instance, certificate, key), "EXPIRED")


def test_what_can_not_be_ordered_is_refused(instance: Instance) -> None:
    arn = edge.issued(instance, edge.new_name())
    for wrong, why in (
        ({"status": "SOON"}, "status must be one of PENDING_AUTO_RENEWAL"),
        ({"status": "SUCCESS", "reason": "OTHER"}, "reason belongs to"),
        ({"status": "FAILED", "reason": "BAD_LUCK"}, "reason belongs to"),
        ({"notAfter": "soon"}, "no RFC 3339 time"),
    ):
        with pytest.raises(AssertionError, match=f"400 .*{why}"):
            order(instance, arn, **wrong)
    with pytest.raises(AssertionError, match="400 no issued certificate"):
        order(instance, edge.request(instance, edge.new_name()), status="SUCCESS")
    key = new_key()
    with pytest.raises(AssertionError, match="400 ACM renews only what it has issued"):
        order(instance, imported(instance, signed(key, edge.new_name()), key), notAfter=in_days(3).isoformat())
