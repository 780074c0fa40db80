"""Rules for the names that a certificate may carry."""

from __future__ import annotations

import hashlib
import string

from localaws.server.aws_json import ServiceError

COMMON_NAME_BYTES = 64
"""RFC 5280, upper bound of a common name; ACM's RequestCertificate refuses a longer DomainName."""
VALIDATION_HOST = "acm-validations.aws"


def base_domain(name: str) -> str:
    """The domain whose control proves control of the name: a wildcard is proved by the domain below it."""
    return name.removeprefix("*.")


def covers(pattern: str, name: str) -> bool:
    """Whether a certificate name covers a host name, or a wildcard alias the same wildcard.

    RFC 6125, 6.4.3: a wildcard stands for exactly one label.
    """
    if pattern == name:
        return True
    return pattern.startswith("*.") and not name.startswith("*.") and name.partition(".")[2] == pattern[2:]


def certificate_names(domain: str, alternatives: list[str]) -> list[str]:
    """The names of a requested certificate: lower-case, each once, the domain itself first.

    The API's model has already checked the form of each name. Raises ServiceError for what it does not express.
    """
    names = list(dict.fromkeys(name.lower() for name in (domain, *alternatives)))
    if len(names[0].encode()) > COMMON_NAME_BYTES:
        raise ServiceError(
            "InvalidParameterException",
            f"The first domain name can be no longer than {COMMON_NAME_BYTES} bytes; put {names[0]} among the "
            "SubjectAlternativeNames, after a shorter one",
        )
    for name in names:
        if name.rpartition(".")[2].isdecimal():
            raise ServiceError("InvalidParameterException", f"{name} is an address, not a domain name")
    return names


def validation_record(account: str, name: str) -> dict[str, str]:
    """The CNAME that proves control of a name: always the same for one account and base domain, in every Region."""
    domain = base_domain(name)
    label, target = (_digest(f"{account}/{domain}/{part}") for part in ("name", "value"))
    zone = "".join(string.ascii_lowercase[int(pair, 16) % 26] for pair in _pairs(_digest(account))[:10])
    return {"Name": f"_{label}.{domain}.", "Type": "CNAME", "Value": f"_{target}.{zone}.{VALIDATION_HOST}."}


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _pairs(text: str) -> list[str]:
    return [text[at : at + 2] for at in range(0, len(text), 2)]
