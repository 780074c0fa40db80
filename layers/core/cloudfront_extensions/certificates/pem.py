"""PEM text as blocks (RFC 7468): what people paste together, without looking into it.

Text around blocks, a byte order mark, and line ends of any kind or none are no trouble: only the marks of blocks and the base64
between them are read.
"""

from __future__ import annotations

import re
from base64 import b64decode
from dataclasses import dataclass, field

from cloudfront_extensions.errors import KeyBundleNotPem, PrivateKeyEncrypted

_MARK = re.compile(rb"-----(BEGIN|END) ([A-Z0-9 ]{1,40})-----")
_CERTIFICATES = ("CERTIFICATE", "X509 CERTIFICATE")
_PRIVATE_KEY = "PRIVATE KEY"
_BINARY = (b"\x30\x80", b"\x30\x81", b"\x30\x82", b"\x30\x83", b"\xfe\xed\xfe\xed")
"""How DER, of which PKCS#12 is made too, and Java's key stores begin."""


@dataclass(frozen=True, slots=True)
class Block:
    label: str
    line: int
    """Where it begins, from 1."""
    der: bytes = field(repr=False)

    @property
    def is_private_key(self) -> bool:
        """Or else a certificate."""
        return self.label.endswith(_PRIVATE_KEY)


def read_blocks(text: bytes) -> list[Block]:
    """All certificates and private keys of a text, in its order; other blocks are passed over.

    Raises:
        KeyBundleNotPem: there is no block, one is cut off or is not base64. Lines are named, nothing of the text is quoted.
        PrivateKeyEncrypted: a private key is protected by a passphrase.
    """
    marks = list(_MARK.finditer(text))
    if not marks:
        raise KeyBundleNotPem(_what_it_is(text))
    blocks = []
    for begin, end in zip(marks[::2], [*marks[1::2], None], strict=False):
        line = _line(text, begin)
        if begin[1] != b"BEGIN":
            raise KeyBundleNotPem(f"line {line} ends a block that does not begin anywhere")
        if end is None or end[1] != b"END" or end[2] != begin[2]:
            raise KeyBundleNotPem(f"the block that begins in line {line} has no end; the text seems cut off")
        label, body = begin[2].decode(), text[begin.end() : end.start()]
        if label in _CERTIFICATES or label.endswith(_PRIVATE_KEY):
            blocks.append(Block(label, line, _decoded(label, body, line)))
    return blocks


def _decoded(label: str, body: bytes, line: int) -> bytes:
    if label == "ENCRYPTED PRIVATE KEY" or b",ENCRYPTED" in body:  # the latter in a header, Proc-Type: 4,ENCRYPTED
        raise PrivateKeyEncrypted(f"the private key that begins in line {line} is protected by a passphrase")
    try:
        return b64decode(b"".join(body.split()), validate=True)
    except ValueError:
        raise KeyBundleNotPem(f"the block that begins in line {line} is not base64") from None


def _what_it_is(text: bytes) -> str:
    if not text.strip():
        return "the bundle is empty"
    if b"\0" in text and b"B\0E\0G\0I\0N" in text:
        return "the bundle is UTF-16 text; save it as UTF-8"
    if text.startswith(_BINARY):
        return (
            "the bundle is binary, a DER, PKCS#12 or key store file it seems; make PEM of it with openssl x509 -inform der, "
            "openssl pkey -inform der, or openssl pkcs12 -nodes"
        )
    return "the bundle has no line -----BEGIN CERTIFICATE-----"


def _line(text: bytes, mark: re.Match[bytes]) -> int:
    before = text[: mark.start()]
    return 1 + before.count(b"\n") + before.count(b"\r") - before.count(b"\r\n")
