"""A name server that tells this world's DNS, on UDP at the port at which HTTP answers: `dig @127.0.0.1 -p <port>`.

CNAMEs are followed as far as this world goes. An alias record answers with an address kept for documentation (RFC 5737 and
3849): what it points to, a distribution above all, has none here. A published value that is none is SERVFAIL.
"""

from __future__ import annotations

import ipaddress
import socketserver
import threading
from dataclasses import dataclass

import dns.exception
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype
import dns.rrset

from localaws.server.route53.dns import everything, normalised, version
from localaws.server.settings import Settings

SECONDS_TO_LIVE = 60
LONGEST_CHAIN = 8
"""Of CNAMEs; a longer one is a mistake and is not followed to its end."""
SMALLEST_LIMIT = 512
"""Bytes of an answer that every client takes (RFC 1035, 2.3.4)."""
ADDRESS_OF_ALIAS = {"A": "192.0.2.1", "AAAA": "2001:db8::1"}


@dataclass(frozen=True, slots=True)
class World:
    records: dict[tuple[str, str], list[str]]
    names: frozenset[str]
    """Those of all records and all above them: a name with something below it exists."""
    version: tuple[int, int, int] | None = None


_seen = World({}, frozenset())


def install(settings: Settings) -> None:
    server = socketserver.UDPServer(("127.0.0.1", settings.port), Question)
    threading.Thread(target=server.serve_forever, name="dns", daemon=True).start()


class Question(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        datagram, server = self.request
        server.sendto(answer_to(dns.message.from_wire(datagram), world()), self.client_address)


def world() -> World:
    """The world as it is; a large one is looked at anew only when it has changed."""
    global _seen
    present = version()
    if present != _seen.version:
        records = everything()
        names = {name.split(".", above)[above] for name, _ in records for above in range(name.count(".") + 1)}
        _seen = World(records, frozenset(names), present)
    return _seen


def answer_to(query: dns.message.Message, seen: World) -> bytes:
    answer = dns.message.make_response(query, recursion_available=True)
    try:
        fill(answer, seen)
    except dns.exception.DNSException:
        answer = dns.message.make_response(query, recursion_available=True)
        answer.set_rcode(dns.rcode.SERVFAIL)
    return answer.to_wire(max_size=max(query.payload, SMALLEST_LIMIT), prefer_truncation=True)


def fill(answer: dns.message.Message, seen: World) -> None:
    asked = answer.question[0]
    name, wanted = normalised(asked.name.to_text()), dns.rdatatype.to_text(asked.rdtype)
    for _ in range(LONGEST_CHAIN):
        kind = wanted if (name, wanted) in seen.records else "CNAME"
        values = [text_of(kind, value) for value in seen.records.get((name, kind), [])]
        if values:
            owner = dns.name.from_text(name)
            answer.answer.append(
                dns.rrset.from_text_list(
                    owner, SECONDS_TO_LIVE, "IN", kind, values, origin=dns.name.root, relativize=False
                )
            )
        if kind == wanted or not values:
            break
        name = normalised(values[0])
    if name not in seen.names:
        answer.set_rcode(dns.rcode.NXDOMAIN)


def text_of(kind: str, value: str) -> str:
    """A record's value; the value of an alias record is the name that it points to, where an address is wanted."""
    if kind not in ADDRESS_OF_ALIAS:
        return value
    try:
        ipaddress.ip_address(value)
    except ValueError:
        return ADDRESS_OF_ALIAS[kind]
    return value
