"""Where a point of presence answers for a distribution: DNS knows a name for each, such as d111.fra56-p4.cloudfront.net.

AWS documents no such names; they are how the predecessor reached PoPs. One that is gone has no address.
"""

from __future__ import annotations

from dns.exception import DNSException
from dns.resolver import NXDOMAIN, NoAnswer, Resolver

from cloudfront_extensions.errors import AwsUnavailable

LIFETIME = 5.0
"""Seconds that a question may take, however many servers are asked."""


class PopAddresses:
    """`resolver` is "192.0.2.53:53"; empty: the system's own."""

    def __init__(self, resolver: str = "") -> None:
        self._resolver = Resolver(configure=not resolver)
        self._resolver.lifetime = LIFETIME
        if resolver:
            host, _, port = resolver.rpartition(":")
            self._resolver.nameservers = [host.strip("[]")]
            self._resolver.port = int(port)

    def of(self, domain_name: str, pop: str) -> tuple[str, ...]:
        """IPv4 addresses, none where there is no such PoP. Raises AwsUnavailable where DNS does not answer."""
        label, _, rest = domain_name.partition(".")
        name = f"{label}.{pop.lower()}.{rest}"
        try:
            return tuple(record.to_text() for record in self._resolver.resolve(name, "A", search=False))
        except (NXDOMAIN, NoAnswer):
            return ()
        except DNSException as error:
            raise AwsUnavailable(f"{name} could not be looked up: {error}") from error
