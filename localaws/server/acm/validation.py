"""Whether somebody has proved that a name is his."""

from __future__ import annotations

from localaws.server.route53 import dns


def is_proved(record: dict[str, str] | None, records: dict[tuple[str, str], list[str]]) -> bool:
    """Whether the CNAME is published. Validation by e-mail and HTTP has no record, and nobody here who answers."""
    if record is None:
        return False
    published = records.get((dns.normalised(record["Name"]), record["Type"]), [])
    return dns.normalised(record["Value"]) in map(dns.normalised, published)
