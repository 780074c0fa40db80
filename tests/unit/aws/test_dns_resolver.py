"""What DNS says of validation records, asked of a name server on this machine."""

from __future__ import annotations

import dns.flags
import dns.message
import dns.rcode
import dns.rrset
import pytest

from cloudfront_extensions.aws.dns_resolver import MOST_TIMEOUTS, DnsResolver
from cloudfront_extensions.certificates.inventory import CheckedRecord, InDns
from tests.unit.aws.name_servers import Answer, NameServer, serving

NAME = "_a1.shop.example.com."
VALUE = "_b2.acm-validations.aws."
RECORD = CheckedRecord(NAME, "CNAME", VALUE)


def resolver_of(name_server: NameServer) -> DnsResolver:
    return DnsResolver(name_server.address, timeout=0.2, lifetime=0.2)


def answering(*values: str, rcode: int = dns.rcode.NOERROR) -> Answer:
    def answer(question: dns.message.Message) -> dns.message.Message:
        told = dns.message.make_response(question)
        told.flags |= dns.flags.RA
        told.set_rcode(dns.rcode.Rcode(rcode))
        if values:
            told.answer.append(dns.rrset.from_text(question.question[0].name, 60, "IN", "CNAME", *values))
        return told

    return answer


def silent(question: dns.message.Message) -> None:
    return None


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        pytest.param(answering(VALUE), InDns.IN_PLACE, id="there"),
        pytest.param(answering(VALUE.upper()), InDns.IN_PLACE, id="in-another-case"),
        pytest.param(answering("_old.acm-validations.aws."), InDns.DIFFERENT, id="another-value"),
        pytest.param(answering(rcode=dns.rcode.NXDOMAIN), InDns.GONE, id="no-such-name"),
        pytest.param(answering(), InDns.GONE, id="no-such-record"),
        pytest.param(answering(rcode=dns.rcode.SERVFAIL), InDns.UNKNOWN, id="the-server-fails"),
        pytest.param(answering(rcode=dns.rcode.REFUSED), InDns.UNKNOWN, id="refused"),
        pytest.param(silent, InDns.UNKNOWN, id="no-answer"),
    ],
)
def test_an_answer_means(answer: Answer, state: InDns) -> None:
    with serving(answer) as name_server:
        assert resolver_of(name_server).check(RECORD).in_dns is state


def test_a_value_without_the_dot_of_the_root_is_the_same() -> None:
    with serving(answering(VALUE)) as name_server:
        checked = resolver_of(name_server).check(
            CheckedRecord(NAME.removesuffix("."), "CNAME", VALUE.removesuffix("."))
        )

    assert checked == CheckedRecord(NAME.removesuffix("."), "CNAME", VALUE.removesuffix("."), InDns.IN_PLACE)


def test_a_record_that_certificates_share_is_asked_for_once() -> None:
    with serving(answering(VALUE)) as name_server:
        resolver = resolver_of(name_server)
        states = {resolver.check(RECORD).in_dns, resolver.check(RECORD).in_dns}

    assert states == {InDns.IN_PLACE}
    assert name_server.questions == [NAME.removesuffix(".") + "."]


def test_a_resolver_that_does_not_answer_is_soon_left_alone() -> None:
    with serving(silent) as name_server:
        resolver = resolver_of(name_server)
        states = {resolver.check(CheckedRecord(f"_{n}.example.com.", "CNAME", VALUE)).in_dns for n in range(20)}

    assert states == {InDns.UNKNOWN}
    assert len(set(name_server.questions)) == MOST_TIMEOUTS
