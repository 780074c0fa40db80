"""What the public DNS says of validation records, asked through a resolver. The one module that uses dnspython."""

from __future__ import annotations

from dataclasses import replace

from dns.exception import DNSException
from dns.resolver import NXDOMAIN, LifetimeTimeout, NoAnswer, Resolver

from cloudfront_extensions.certificates.inventory import CheckedRecord, InDns

TIMEOUT = 1.0
"""Seconds that one server may take."""
LIFETIME = 3.0
"""Seconds that a question may take, however many servers are asked."""
MOST_TIMEOUTS = 5
"""Questions in a row that may go unanswered; after them the resolver is taken to be away, and is asked no more."""


class DnsResolver:
    """`address` is "192.0.2.53:53"; empty: the system's own resolver. Remembers what it was told."""

    def __init__(self, address: str = "", *, timeout: float = TIMEOUT, lifetime: float = LIFETIME) -> None:
        self._resolver = Resolver(configure=not address)
        if address:
            host, _, port = address.rpartition(":")
            self._resolver.nameservers = [host.strip("[]")]
            self._resolver.port = int(port)
        self._resolver.timeout = timeout
        self._resolver.lifetime = lifetime
        self._known: dict[tuple[str, str], frozenset[str] | None] = {}
        self._timeouts = 0

    def check(self, record: CheckedRecord) -> CheckedRecord:
        """A name that does not exist or has no such record is GONE; what could not be asked is UNKNOWN."""
        return replace(record, in_dns=self._state(record))

    def _state(self, record: CheckedRecord) -> InDns:
        name = _normalised(record.name)
        if (name, record.type) not in self._known:
            self._known[name, record.type] = self._ask(name, record.type)
        values = self._known[name, record.type]
        if values is None:
            return InDns.UNKNOWN
        if not values:
            return InDns.GONE
        return InDns.IN_PLACE if _normalised(record.value) in values else InDns.DIFFERENT

    def _ask(self, name: str, record_type: str) -> frozenset[str] | None:
        """The values of a name, normalised; None where the resolver gives no answer that can be relied on."""
        if self._timeouts >= MOST_TIMEOUTS:
            return None
        try:
            answer = self._resolver.resolve(name, record_type, search=False)
        except (NXDOMAIN, NoAnswer):
            values: frozenset[str] | None = frozenset()
        except LifetimeTimeout:
            self._timeouts += 1
            return None
        except DNSException:
            values = None
        else:
            values = frozenset(_normalised(value.to_text()) for value in answer)
        self._timeouts = 0
        return values


def _normalised(name: str) -> str:
    """DNS names are the same in any case, and with or without the dot of the root."""
    return name.lower().removesuffix(".")
