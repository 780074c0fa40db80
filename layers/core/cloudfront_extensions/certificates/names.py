"""Host names: how they are written down, and which certificate name covers which."""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from collections.abc import Container, Iterable, Sequence
from typing import NoReturn

from cloudfront_extensions.errors import InvalidDomainName

MAXIMUM_NAME_CHARACTERS = 253
"""RFC 1035, 2.3.4: 255 bytes on the wire are 253 characters in print."""
MAXIMUM_LABEL_CHARACTERS = 63
MAXIMUM_FIRST_NAME_BYTES = 64
"""X.520 bounds the common name, which ACM fills with the first name of a certificate."""

_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\Z")
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*://")
_PORT = re.compile(r":[0-9]*\Z")
_NO_NAME_IS_LONGER = 4 * MAXIMUM_NAME_CHARACTERS
"""Mapping may shorten a text, though never by so much; longer ones are not worth the work."""


def covers(pattern: str, name: str) -> bool:
    """Whether a certificate name covers a host name (RFC 6125, 6.4.3: a wildcard stands for exactly one label).

    Both are normalised names. A wildcard covers neither its apex nor a name two labels below it.
    """
    if not pattern.startswith("*."):
        return pattern == name
    return name.partition(".")[2] == pattern[2:] != ""


def uncovered(names: Iterable[str], certificate_names: Iterable[str]) -> tuple[str, ...]:
    """Those of `names` that no certificate name covers, in their order."""
    on_certificate = frozenset(certificate_names)
    return tuple(
        name for name in names if name not in on_certificate and f"*.{name.partition('.')[2]}" not in on_certificate
    )


def covered_by(names: Sequence[str], certificate_names: Iterable[str]) -> bool:
    """Whether a certificate with `certificate_names` covers every one of `names`; no names are never covered."""
    return bool(names) and not uncovered(names, certificate_names)


def inside(name: str, zone: str) -> bool:
    """Whether a name, or the names that a wildcard stands for, lies in a DNS zone: at its apex or anywhere below it."""
    host = name.removeprefix("*.")
    return host == zone or host.endswith("." + zone)


def deepest_zone(names: Sequence[str], zones: Container[str]) -> str | None:
    """The longest of the zone names (without trailing dot) that holds all of `names`; None when no single one does."""
    if not names:
        return None
    candidate = names[0].removeprefix("*.")
    while candidate:
        if candidate in zones and all(inside(name, candidate) for name in names):
            return candidate
        candidate = candidate.partition(".")[2]
    return None


def shown(text: str) -> str:
    """A text in quotation marks as a message can carry it: control characters escaped, long ones cut."""
    cut = text if len(text) <= 80 else text[:77] + "..."
    return "'" + "".join(char if char.isprintable() else f"\\u{ord(char):04x}" for char in cut) + "'"


def normalise(text: str) -> str:
    """The one way to write a host name: lower case, IDNA 2008 A-labels (UTS 46 mapping), no dot at the end.

    A wildcard may stand for the whole first label. Public suffixes are not looked up.

    Raises:
        InvalidDomainName: the text is something else; the message says what, and what to write instead.
    """
    _refuse_unprintable(text)
    if len(text) > _NO_NAME_IS_LONGER:
        _refuse_length(text, len(text))
    mapped = text.lower() if text.isascii() else _mapped(text)
    in_place = len(mapped) == len(text)
    _refuse_what_is_not_a_name(text, mapped, in_place)
    wildcard, base = _split_wildcard(text, mapped, in_place)
    if "." not in base:
        what = "a wildcard needs two labels after it" if wildcard else "it has a single label"
        raise InvalidDomainName(
            f"{shown(text)}: {what}; write the full name, such as '{wildcard or 'shop.'}example.com'"
        )
    labels: list[str] = []
    start = len(wildcard) + 1
    for label in base.split("."):
        labels.append(_a_label(text, label, start if in_place else None))
        start += len(label) + 1
    _refuse_top_level(text, labels[-1])
    name = wildcard + ".".join(labels)
    if len(name) > MAXIMUM_NAME_CHARACTERS:
        _refuse_length(text, len(name))
    return name


def _refuse_unprintable(text: str) -> None:
    if not text:
        raise InvalidDomainName("the name is empty; write a host name such as 'shop.example.com'")
    if text.isascii() and text.isprintable() and " " not in text:
        return
    for position, char in enumerate(text, 1):
        if char.isspace():
            raise InvalidDomainName(
                f"{shown(text)}: white space at character {position}; write one name without spaces", position
            )
        if unicodedata.category(char) in ("Cc", "Cs"):
            raise InvalidDomainName(
                f"{shown(text)}: control character U+{ord(char):04X} at character {position}; remove it", position
            )


def _refuse_length(text: str, length: int) -> NoReturn:
    raise InvalidDomainName(
        f"{shown(text)}: {length} characters; a host name has at most {MAXIMUM_NAME_CHARACTERS}, shorten it"
    )


def _mapped(text: str) -> str:
    import idna

    try:
        return idna.uts46_remap(text, std3_rules=False, transitional=False)
    except idna.IDNAError:
        for position, char in enumerate(text, 1):
            try:
                idna.uts46_remap(char, std3_rules=False, transitional=False)
            except idna.IDNAError:
                raise InvalidDomainName(
                    f"{shown(text)}: U+{ord(char):04X} at character {position} is not allowed in host names "
                    "(IDNA 2008); remove it",
                    position,
                ) from None
        raise InvalidDomainName(f"{shown(text)} can't be written as a host name (IDNA 2008); correct it") from None


def _refuse_what_is_not_a_name(text: str, mapped: str, in_place: bool) -> None:
    """Things that people put in a column of names: addresses of pages, mailboxes, machines and ports."""
    if scheme := _SCHEME.match(mapped):
        host = re.split(r"[/?#:]", mapped[scheme.end() :], maxsplit=1)[0]
        raise InvalidDomainName(f"{shown(text)} is a URL; write the host name alone{_instead(host)}", 1)
    if address := _address(mapped):
        raise InvalidDomainName(f"{shown(text)} is the IP address {address}; write a host name", 1)
    for char, what in (("/", "has a path"), ("@", "is a mail address"), ("?", "has a query"), ("#", "has a fragment")):
        if (index := mapped.find(char)) >= 0:
            rest = mapped[index + 1 :] if char == "@" else mapped[:index]
            raise InvalidDomainName(
                f"{shown(text)} {what}; write the host name alone{_instead(rest)}", index + 1 if in_place else None
            )
    if port := _PORT.search(mapped):
        raise InvalidDomainName(
            f"{shown(text)} has a port; a certificate is for every port, write{_instead(mapped[: port.start()], ' ')}",
            port.start() + 1 if in_place else None,
        )
    if mapped.endswith(".") and not mapped.endswith(".."):
        raise InvalidDomainName(
            f"{shown(text)} ends with a dot; leave it out{_instead(mapped[:-1])}", len(mapped) if in_place else None
        )


def _instead(host: str, before: str = ": ") -> str:
    return f"{before}{shown(host)}" if host else ""


def _address(text: str) -> str | None:
    host = text.partition("/")[0]
    if host.startswith("["):
        host = host[1:].partition("]")[0]
    elif host.count(":") == 1:
        host = host.partition(":")[0]
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        return None


def _split_wildcard(text: str, mapped: str, in_place: bool) -> tuple[str, str]:
    stars = mapped.count("*")
    if stars == 0:
        return "", mapped
    if stars > 1:
        second = mapped.index("*", mapped.index("*") + 1) + 1
        raise InvalidDomainName(
            f"{shown(text)} has {stars} wildcards; a certificate name has one, as its whole first label, "
            "and it stands for exactly one label",
            second if in_place else None,
        )
    if not mapped.startswith("*."):
        raise InvalidDomainName(
            f"{shown(text)}: the wildcard is not the whole first label; write '*.' and the name that follows",
            mapped.index("*") + 1 if in_place else None,
        )
    return "*.", mapped[2:]


def _a_label(text: str, label: str, start: int | None) -> str:
    """One label as it stands in DNS. `start` is its first character's position in the text, where that is known."""
    if not label:
        raise InvalidDomainName(f"{shown(text)} has an empty label; leave out the dot that is one too many", start)
    written = _international(text, label, start) if not label.isascii() or label.startswith("xn--") else label
    if len(written) > MAXIMUM_LABEL_CHARACTERS:
        raise InvalidDomainName(
            f"{shown(text)}: the label {shown(label)} has {len(written)} characters; "
            f"a label has at most {MAXIMUM_LABEL_CHARACTERS}, shorten it",
            start,
        )
    if not _LABEL.match(written):
        _refuse_label(text, label, start)
    return written


def _international(text: str, label: str, start: int | None) -> str:
    import idna

    try:
        written = idna.alabel(label) if len(label) <= MAXIMUM_LABEL_CHARACTERS else b"x" * len(label)
    except UnicodeError as error:  # idna's errors, and its decoder's own
        if "too long" in str(error).lower():
            raise InvalidDomainName(
                f"{shown(text)}: the label {shown(label)} is longer than {MAXIMUM_LABEL_CHARACTERS} characters as an "
                "A-label; shorten it",
                start,
            ) from None
        raise InvalidDomainName(
            f"{shown(text)}: {shown(label)} is not a valid international label ({error}); correct it", start
        ) from None
    return written.decode("ascii")


def _refuse_label(text: str, label: str, start: int | None) -> NoReturn:
    for index, char in enumerate(label):
        if not (char.isascii() and (char.isalnum() or char == "-")):
            what = "an underscore" if char == "_" else shown(char)
            raise InvalidDomainName(
                f"{shown(text)} has {what}; host names are made of letters, digits, hyphens and dots (RFC 1123)",
                start + index if start else None,
            )
    at_end = not label.startswith("-")
    raise InvalidDomainName(
        f"{shown(text)}: the label {shown(label)} {'ends' if at_end else 'begins'} with a hyphen; remove it",
        (start + (len(label) - 1 if at_end else 0)) if start else None,
    )


def _refuse_top_level(text: str, label: str) -> None:
    if label.isdigit():
        raise InvalidDomainName(f"{shown(text)} ends with the number {label}, as an IP address does; write a host name")
    if len(label) < 2:
        raise InvalidDomainName(f"{shown(text)}: no top-level domain has a single letter; write the name to its end")
