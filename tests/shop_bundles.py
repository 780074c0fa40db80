"""One shop's key bundle, and what people make of it: with other parts, in other forms, damaged, or oddly signed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    PublicFormat,
    pkcs12,
)

from tests.bundles import (
    Authority,
    Bundle,
    bundle,
    certificate,
    intermediate,
    key_pem,
    pem,
    public_root,
    root,
    shared_key,
    weakly_signed,
)

NOW = datetime.now(UTC).replace(microsecond=0)
"""When the bundles are read."""
SECOND = timedelta(seconds=1)
NAME = "shop.example.com"


@cache
def shop() -> Bundle:
    return bundle(NAME, key=shared_key("EC_prime256v1"))


def shop_with(chain: bytes = b"", leaf: bytes | None = None, key: bytes | None = None) -> bytes:
    """The bundle with other parts; without a chain unless one is given."""
    return (shop().certificate_pem if leaf is None else leaf) + (shop().key_pem if key is None else key) + chain


def signed_by(*chain: Authority, **more: Any) -> bytes:
    """A bundle whose leaf the first authority signed, with the chain as given."""
    leaf = chain[0].issue(NAME, key=shop().key, **more)
    return shop_with(b"".join(authority.pem for authority in chain), pem(leaf))


def below(upper: Authority) -> bytes:
    """A bundle whose leaf an authority signed that is below the one given."""
    return signed_by(upper.authority("Lower Authority"), upper)


def leaf_that(*names: str, **more: Any) -> bytes:
    """A bundle in order but for its leaf."""
    return bundle(*(names or (NAME,)), **{"key": shop().key, **more}).text


def nameless(common_name: str, **more: Any) -> bytes:
    """A bundle in order but for its leaf, which has no DNS names."""
    leaf = intermediate().issue(key=shop().key, common_name=common_name, **more)
    return shop_with(shop().chain_pem, pem(leaf))


def with_key(algorithm: str) -> bytes:
    return bundle(NAME, key=shared_key(algorithm)).text


def between(*parts: bytes) -> bytes:
    """The three parts of the bundle with other things around and between them."""
    first, second, third, fourth = parts
    own = shop()
    return first + own.certificate_pem + second + own.key_pem + third + own.chain_pem + fourth


def in_line_ends(line_end: bytes) -> bytes:
    return shop().text.replace(b"\n", line_end)


def in_order(order: tuple[int, ...]) -> bytes:
    parts = (shop().certificate_pem, shop().key_pem, shop().chain_pem)
    return b"".join(parts[index] for index in order)


def padded(size: int) -> bytes:
    return shop().text + b" " * (size - len(shop().text))


def block(label: str, der_base64: bytes) -> bytes:
    return b"-----BEGIN %b-----\n%b\n-----END %b-----\n" % (label.encode(), der_base64, label.encode())


def public_key() -> bytes:
    return shop().key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def signing_request() -> bytes:
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, NAME)])
    request = x509.CertificateSigningRequestBuilder().subject_name(name).sign(shop().key, hashes.SHA256())
    return request.public_bytes(Encoding.PEM)


@cache
def two_steps() -> tuple[Authority, Authority]:
    """The authority that signs the leaf, and the one that signed it; the root comes after them."""
    upper = public_root().authority("Upper Authority")
    return upper.authority("Lower Authority"), upper


@cache
def cross_signed() -> tuple[Authority, Authority, Authority]:
    """An authority, the root above it, and the certificate that an older root gave to the key of that root."""
    young = root("Young Root")
    lower = young.authority("Lower Authority")
    crossed = certificate(common_name="Young Root", key=young.key, issuer=root("Old Root"), ca=True)
    return lower, young, Authority(crossed, young.key)


@cache
def rsa_authority() -> Authority:
    return public_root().authority("Test Authority", key=shared_key("RSA_2048", 1))


def weak(algorithm: str) -> bytes:
    leaf = weakly_signed(rsa_authority().issue(NAME, key=shop().key), rsa_authority(), algorithm)
    return shop_with(rsa_authority().pem, pem(leaf))


def weak_intermediate() -> bytes:
    old = root("Old Root", key=shared_key("RSA_2048", 1))
    lower = old.authority("Lower Authority")
    return signed_by(Authority(weakly_signed(lower.certificate, old, "sha1"), lower.key), old)


def weak_root() -> bytes:
    """As many roots still are: their own signature says nothing."""
    old = root("Old Root", key=shared_key("RSA_2048", 1))
    return below(Authority(weakly_signed(old.certificate, old, "sha1"), old.key))


def namesake() -> bytes:
    """The leaf's issuer by name, with another key."""
    return shop_with(public_root().authority("Test Authority").pem)


def authority_that(**more: Any) -> bytes:
    return signed_by(public_root().authority("Lower Authority", **more))


def tampered() -> bytes:
    """A byte of a name in the certificate was changed after it was signed."""
    der = shop().leaf.public_bytes(Encoding.DER).replace(NAME.encode(), b"shoq.example.com")
    return shop_with(shop().chain_pem, pem(x509.load_der_x509_certificate(der)))


def self_signed(**more: Any) -> bytes:
    return shop_with(b"", pem(certificate(NAME, key=shop().key, **more)))


def pkcs12_file() -> bytes:
    encryption = BestAvailableEncryption(b"changeit")
    return pkcs12.serialize_key_and_certificates(b"shop", shop().key, shop().leaf, shop().chain, encryption)


def with_leaf_body(change: Callable[[bytes], bytes]) -> bytes:
    """The certificate's base64 changed."""
    begin, body, end = (
        shop().certificate_pem.partition(b"\n")[0],
        shop().certificate_pem,
        b"-----END CERTIFICATE-----\n",
    )
    inner = body.removeprefix(begin + b"\n").removesuffix(end)
    return shop_with(shop().chain_pem, begin + b"\n" + change(inner) + b"\n" + end)


def with_key_form(form: PrivateFormat, passphrase: bytes | None = None) -> bytes:
    return shop_with(shop().chain_pem, key=key_pem(shop().key, form, passphrase))


def encrypted_but_labelled_plain() -> bytes:
    return with_key_form(PrivateFormat.PKCS8, b"passphrase").replace(b"ENCRYPTED PRIVATE KEY", b"PRIVATE KEY")
