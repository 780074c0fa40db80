"""Laws of key bundles: the order of their blocks says nothing, and whatever is staged is either read or refused by name."""

from __future__ import annotations

from base64 import encodebytes
from contextlib import suppress

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hypothesis import given, settings
from hypothesis import strategies as st

from cloudfront_extensions.certificates.key_bundle import read_bundle
from cloudfront_extensions.errors import InvalidKeyBundle
from tests.bundles import pem, public_root
from tests.shop_bundles import NOW, block, shop, two_steps

LOWER, UPPER = two_steps()
BLOCKS = [
    pem(LOWER.issue("shop.example.com", "www.example.com", key=shop().key)),
    shop().key_pem,
    LOWER.pem,
    UPPER.pem,
    public_root().pem,
    block("EC PARAMETERS", b"BggqhkjOPQMBBw=="),
]
TEXT = b"".join(BLOCKS)
DER = {
    "CERTIFICATE": shop().leaf.public_bytes(Encoding.DER),
    "PRIVATE KEY": shop().key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()),
}
harmless = st.sampled_from([b"", b"\n", b"\r\n", b"\xef\xbb\xbf", b"subject=CN = shop\n", b"\xe4\xf6\xfc", b"-----\n"])
changes = st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), max_size=6)


@given(st.permutations(BLOCKS), st.lists(harmless, min_size=len(BLOCKS), max_size=len(BLOCKS)))
def test_the_order_of_the_blocks_and_what_stands_before_them_say_nothing(
    blocks: list[bytes], before: list[bytes]
) -> None:
    shuffled = b"".join(text + one for text, one in zip(before, blocks, strict=True))

    assert read_bundle(shuffled, NOW) == read_bundle(TEXT, NOW)


@settings(max_examples=300)
@given(st.binary(max_size=200) | st.integers(0, len(TEXT)).map(lambda end: TEXT[:end]))
def test_a_text_that_is_no_bundle_or_cut_off_is_refused(text: bytes) -> None:
    refused_or_read(text)


@settings(max_examples=300)
@given(changes)
def test_a_bundle_with_changed_bytes_is_refused_or_read(changes: list[tuple[float, int]]) -> None:
    refused_or_read(changed(TEXT, changes))


@settings(max_examples=500)
@given(st.sampled_from(list(DER)), changes)
def test_a_block_with_changed_bytes_is_refused_or_read(label: str, changes: list[tuple[float, int]]) -> None:
    blocks = {one: encodebytes(changed(der, changes) if one == label else der).strip() for one, der in DER.items()}

    refused_or_read(b"".join(block(one, body) for one, body in blocks.items()) + shop().chain_pem)


def refused_or_read(text: bytes) -> None:
    """Any other error fails the test."""
    with suppress(InvalidKeyBundle):
        read_bundle(text, NOW)


def changed(text: bytes, changes: list[tuple[float, int]]) -> bytes:
    """Other bytes in some places, which are given as fractions of the length."""
    result = bytearray(text)
    for place, byte in changes:
        result[int(place * len(text))] = byte
    return bytes(result)
