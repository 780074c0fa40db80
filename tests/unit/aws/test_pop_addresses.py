"""Where a point of presence answers, asked of a name server on this machine."""

from __future__ import annotations

import dns.message
import dns.rcode
import dns.rrset
import pytest

from cloudfront_extensions.aws.pop_addresses import PopAddresses
from cloudfront_extensions.errors import AwsUnavailable
from tests.unit.aws.name_servers import Answer, serving

DOMAIN = "d111111abcdef8.cloudfront.net"


def answering(*addresses: str, rcode: int = dns.rcode.NOERROR) -> Answer:
    def answer(question: dns.message.Message) -> dns.message.Message:
        told = dns.message.make_response(question)
        told.set_rcode(dns.rcode.Rcode(rcode))
        if addresses:
            told.answer.append(dns.rrset.from_text(question.question[0].name, 60, "IN", "A", *addresses))
        return told

    return answer


def test_each_pop_has_a_name_of_its_own_for_a_distribution() -> None:
    with serving(answering("192.0.2.1", "192.0.2.2")) as name_server:
        assert set(PopAddresses(name_server.address).of(DOMAIN, "FRA56-P4")) == {"192.0.2.1", "192.0.2.2"}
    assert name_server.questions == ["d111111abcdef8.fra56-p4.cloudfront.net."]


@pytest.mark.parametrize("answer", [answering(rcode=dns.rcode.NXDOMAIN), answering()])
def test_a_pop_that_is_gone_has_no_address(answer: Answer) -> None:
    with serving(answer) as name_server:
        assert PopAddresses(name_server.address).of(DOMAIN, "FRA56-P4") == ()


def test_dns_that_fails_is_asked_again_by_the_workflow() -> None:
    with (
        serving(answering(rcode=dns.rcode.SERVFAIL)) as name_server,
        pytest.raises(AwsUnavailable, match=r"d111111abcdef8\.fra56-p4\.cloudfront\.net could not be looked up"),
    ):
        PopAddresses(name_server.address).of(DOMAIN, "FRA56-P4")
