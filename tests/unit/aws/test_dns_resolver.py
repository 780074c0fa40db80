"""What DNS says of validation records, asked of a name server on this machine."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import dns.flags
import dns.message
import dns.rcode
import dns.rrset
import pytest

from cloudfront_extensions.aws.dns_resolver import MOST_TIMEOUTS, DnsResolver
from cloudfront_extensions.certificates.inventory import CheckedRecord, InDns

NAME = "_a1.shop.example.com."
VALUE = "_b2.acm-validations.aws."
RECORD = CheckedRecord(NAME, "CNAME", VALUE)

Answer = Callable[[dns.message.Message], dns.message.Message | None]
"""A name server's answer to a question; None: it never comes."""


class NameServer:
    def __init__(self, answer: Answer) -> None:
        self.questions: list[str] = []
        questions = self.questions

        class Handler(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                datagram, server = self.request
                question = dns.message.from_wire(datagram)
                questions.append(question.question[0].name.to_text())
                if told := answer(question):
                    server.sendto(told.to_wire(), self.client_address)

        self.server = socketserver.UDPServer(("127.0.0.1", 0), Handler)

    @property
    def resolver(self) -> DnsResolver:
        return DnsResolver(f"127.0.0.1:{self.server.server_address[1]}", timeout=0.2, lifetime=0.2)


@contextmanager
def serving(answer: Answer) -> Iterator[NameServer]:
    name_server = NameServer(answer)
    thread = threading.Thread(target=name_server.server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield name_server
    finally:
        name_server.server.shutdown()
        thread.join()
        name_server.server.server_close()


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
        assert name_server.resolver.check(RECORD).in_dns is state


def test_a_value_without_the_dot_of_the_root_is_the_same() -> None:
    with serving(answering(VALUE)) as name_server:
        checked = name_server.resolver.check(CheckedRecord(NAME.removesuffix("."), "CNAME", VALUE.removesuffix(".")))

    assert checked == CheckedRecord(NAME.removesuffix("."), "CNAME", VALUE.removesuffix("."), InDns.IN_PLACE)


def test_a_record_that_certificates_share_is_asked_for_once() -> None:
    with serving(answering(VALUE)) as name_server:
        resolver = name_server.resolver
        states = {resolver.check(RECORD).in_dns, resolver.check(RECORD).in_dns}

    assert states == {InDns.IN_PLACE}
    assert name_server.questions == [NAME.removesuffix(".") + "."]


def test_a_resolver_that_does_not_answer_is_soon_left_alone() -> None:
    with serving(silent) as name_server:
        resolver = name_server.resolver
        states = {resolver.check(CheckedRecord(f"_{n}.example.com.", "CNAME", VALUE)).in_dns for n in range(20)}

    assert states == {InDns.UNKNOWN}
    assert len(set(name_server.questions)) == MOST_TIMEOUTS
