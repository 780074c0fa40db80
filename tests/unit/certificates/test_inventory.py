"""Which certificates renew themselves, and what keeps the others from it."""

from __future__ import annotations

import pytest

from cloudfront_extensions.certificates.inventory import Entry, InDns, Origin, Renews, depends_on_dns, user_in_words
from tests.unit.certificates.entries import OURS, entry, imported, record

EMAIL = {"validation_method": "EMAIL", "validation_records": ()}
UNUSED = {"in_use_by": (), "eligible": False}

RENEWS = [
    pytest.param(entry(), "ACM renews it", id="in-use"),
    pytest.param(entry(validation_records=(record(InDns.IN_PLACE),)), "ACM renews it", id="record-in-place"),
    pytest.param(entry(validation_records=(record(InDns.UNKNOWN),)), "could not be asked", id="dns-not-asked"),
    pytest.param(entry(validation_method="HTTP"), "ACM renews it", id="validated-by-cloudfront"),
    pytest.param(entry(renewal_status="PENDING_AUTO_RENEWAL"), "ACM renews it", id="acm-is-at-it"),
    pytest.param(
        entry(renewal_status="PENDING_VALIDATION", validation_records=(record(InDns.IN_PLACE),)),
        "ACM renews it",
        id="acm-is-about-to-see-its-record",
    ),
    pytest.param(entry(renewal_status="SUCCESS"), "ACM renews it", id="renewed"),
    pytest.param(entry(in_use_by=()), "ACM renews it", id="exported"),
]
DOES_NOT = [
    pytest.param(imported(), "renews no imported", id="imported-and-in-use"),
    pytest.param(imported(in_use_by=(), **OURS), "renews no imported", id="imported-by-us"),
    pytest.param(imported(status="EXPIRED", days=-3), "renews no imported", id="imported-and-expired"),
    pytest.param(
        entry(validation_records=(record(InDns.IN_PLACE), record(InDns.GONE, "_x.www."))), "_x.www. is gone", id="gone"
    ),
    pytest.param(entry(validation_records=(record(InDns.DIFFERENT),)), "has another value", id="different"),
    pytest.param(
        entry(validation_records=(record(InDns.GONE), record(InDns.GONE, "_x.www."))), "and 1 more", id="several-gone"
    ),
    pytest.param(entry(**EMAIL), "follows the link", id="validated-by-mail"),
    pytest.param(entry(renewal_status="FAILED"), "ACM could not renew it", id="failed-without-reason"),
    pytest.param(
        entry(renewal_status="FAILED", renewal_reason="CAA_ERROR"), "a CAA record in DNS forbids", id="failed"
    ),
    pytest.param(
        entry(renewal_status="PENDING_VALIDATION", renewal_reason="CAA_ERROR"),
        "waits for validation: a CAA",
        id="waits",
    ),
    pytest.param(entry(status="EXPIRED", days=-1), "has expired", id="expired"),
    pytest.param(entry(origin=Origin.PRIVATE, eligible=False), "not eligible", id="private-and-not-eligible"),
]
NOT_NEEDED = [
    pytest.param(entry(**UNUSED), "nothing uses it", id="unused"),
    pytest.param(entry(status="EXPIRED", **UNUSED), "nothing uses it", id="expired-and-unused"),
    pytest.param(imported(in_use_by=()), "imported elsewhere", id="imported-elsewhere-and-unused"),
    *(
        pytest.param(entry(status=status, days=None), f"it is {status}", id=status)
        for status in ("PENDING_VALIDATION", "FAILED", "VALIDATION_TIMED_OUT", "REVOKED", "INACTIVE")
    ),
]


@pytest.mark.parametrize(("certificate", "because"), RENEWS)
def test_it_renews_itself(certificate: Entry, because: str) -> None:
    assert certificate.renews is Renews.YES
    assert because in certificate.because


@pytest.mark.parametrize(("certificate", "because"), DOES_NOT)
def test_it_does_not_renew_itself(certificate: Entry, because: str) -> None:
    assert certificate.renews is Renews.NO
    assert because in certificate.because


@pytest.mark.parametrize(("certificate", "because"), NOT_NEEDED)
def test_nobody_needs_it_to_renew(certificate: Entry, because: str) -> None:
    assert certificate.renews is Renews.NOT_NEEDED
    assert because in certificate.because


def test_dns_is_asked_only_where_acm_will_ask_it() -> None:
    assert depends_on_dns(entry())
    for certificate in (entry(**UNUSED), entry(**EMAIL), entry(status="EXPIRED"), imported()):
        assert not depends_on_dns(certificate)


@pytest.mark.parametrize(
    ("arn", "words"),
    [
        ("arn:aws:cloudfront::123456789012:distribution/E2QWRUHAPOMQZL", "distribution E2QWRUHAPOMQZL"),
        (
            "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/shop/50dc6c495c0c9188",
            "load balancer app/shop/50dc6c495c0c9188",
        ),
        ("arn:aws:apigateway:us-east-1::/domainnames/api.example.com", "API Gateway domain api.example.com"),
        ("arn:aws:quantum:us-east-1:123456789012:box/cat", "arn:aws:quantum:us-east-1:123456789012:box/cat"),
    ],
)
def test_who_uses_it_is_said_as_people_know_it(arn: str, words: str) -> None:
    assert user_in_words(arn) == words
