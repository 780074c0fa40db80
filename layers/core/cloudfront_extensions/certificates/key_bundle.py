"""What stands in a key bundle: one certificate, its private key and its chain, checked as ACM and CloudFront will.

With `bundled_certificate` and `chain` the only code that imports cryptography, which the import task and the staging command
alone carry. No message has a word of a private key in it; certificates are named by what is public in them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_der_private_key,
)

from cloudfront_extensions.certificates.bundled_certificate import BundledCertificate, read_certificate
from cloudfront_extensions.certificates.chain import find_chain
from cloudfront_extensions.certificates.pem import Block, read_blocks
from cloudfront_extensions.errors import (
    CertificateMissing,
    ChainMissing,
    KeyBundleNotPem,
    KeyBundleTooLarge,
    KeyNotSupported,
    NoSubjectAlternativeName,
    OnlyCommonName,
    PrivateKeyDoesNotMatch,
    PrivateKeyEncrypted,
    PrivateKeyMissing,
    SeveralLeafCertificates,
    SeveralPrivateKeys,
)

LARGEST_BUNDLE = 65_536
"""Bytes that a secret of Secrets Manager may have."""
LARGEST_CERTIFICATE = 32_768
"""Characters of PEM that ACM's ImportCertificate takes as certificate."""
RSA_BITS = (2048, 3072, 4096)
"""CloudFront's guide ("Size of the public key") takes 1024 as well; no public authority has signed such a key since 2014
(CA/Browser Forum, Baseline Requirements 6.1.5), and browsers refuse them."""


@dataclass(frozen=True, slots=True)
class KeyBundle:
    certificate_pem: bytes
    """The leaf alone."""
    private_key_pem: bytes = field(repr=False)
    """PKCS#8."""
    chain_pem: bytes
    """In order, the leaf's issuer first, without the root; empty where the root itself signed the leaf."""
    names: tuple[str, ...]
    """The host names it is for, normalised, none twice, in its order; but the common name first where it is one of them."""
    key_algorithm: str
    """As ACM spells it: RSA_2048, EC_prime256v1 …"""
    fingerprint: str
    """SHA-256 of the leaf, hexadecimal."""
    serial: str
    """As ACM shows it: 0a:1b: …"""
    not_after: datetime


def read_bundle(text: bytes, now: datetime) -> KeyBundle:
    """Read a bundle: PEM blocks in any order, with anything between them.

    What makes it unreadable is found first, then what is missing or too much, then what does not fit together, then what would
    be useless: size, PEM, encrypted key, unreadable blocks, missing certificate or key, several of them, key that does not
    match, key that CloudFront does not take, dates, names, chain (see `find_chain`), dates of the chain.

    Raises InvalidKeyBundle, one class for each of these.
    """
    if len(text) > LARGEST_BUNDLE:
        raise KeyBundleTooLarge(f"the bundle has {len(text):,} bytes; at most {LARGEST_BUNDLE:,} can be staged")
    blocks = read_blocks(text)
    key = _only_key([_read_key(block) for block in blocks if block.is_private_key])
    certificates = _unique([read_certificate(block) for block in blocks if not block.is_private_key])
    leaf = _only_leaf(certificates, key)
    if key is None:
        raise PrivateKeyMissing(f"the bundle has {leaf.title}, but no private key")
    if _public_bytes(key) != leaf.public_key:
        raise PrivateKeyDoesNotMatch(f"the private key is not that of {leaf.title}")
    key_algorithm = _key_algorithm(key, leaf)
    leaf.check_dates(now)
    names = _names(leaf)
    chain = find_chain(leaf, [certificate for certificate in certificates if certificate is not leaf])
    for authority in chain:
        authority.check_dates(now)
    return KeyBundle(
        certificate_pem=_certificate_pem(leaf),
        private_key_pem=key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
        chain_pem=b"".join(_pem(authority) for authority in chain),
        names=names,
        key_algorithm=key_algorithm,
        fingerprint=leaf.x509.fingerprint(SHA256()).hex(),
        serial=leaf.serial,
        not_after=leaf.x509.not_valid_after_utc,
    )


def _read_key(block: Block) -> PrivateKeyTypes:
    if block.label == "OPENSSH PRIVATE KEY":
        raise KeyBundleNotPem(
            f"the private key that begins in line {block.line} is in OpenSSH's own format; ssh-keygen -p -m PEM rewrites it"
        )
    try:
        return load_der_private_key(block.der, password=None)
    except TypeError:  # encrypted, whatever its label says
        raise PrivateKeyEncrypted(
            f"the private key that begins in line {block.line} is protected by a passphrase"
        ) from None
    except UnsupportedAlgorithm:
        raise KeyNotSupported(
            f"the private key that begins in line {block.line} is of a type that CloudFront does not take"
        ) from None
    except ValueError:
        raise KeyBundleNotPem(f"the private key that begins in line {block.line} can't be read") from None


def _only_key(keys: Sequence[PrivateKeyTypes]) -> PrivateKeyTypes | None:
    """The same key may be there twice."""
    different = {_public_bytes(key): key for key in keys}
    if len(different) > 1:
        raise SeveralPrivateKeys(f"the bundle has {len(different)} private keys")
    return next(iter(different.values()), None)


def _unique(certificates: Sequence[BundledCertificate]) -> list[BundledCertificate]:
    return list({certificate.x509: certificate for certificate in certificates}.values())


def _only_leaf(certificates: Sequence[BundledCertificate], key: PrivateKeyTypes | None) -> BundledCertificate:
    """The certificate that is no authority's. One that lacks the mark of an authority but has signed another is no leaf."""
    leaves = [
        certificate
        for certificate in certificates
        if not certificate.is_authority
        and not any(certificate.is_named_as_issuer_of(other) for other in certificates if not other.is_self_signed)
    ]
    if len(leaves) > 1:
        raise SeveralLeafCertificates(
            f"the bundle has {len(leaves)} certificates that are no authority's: {'; '.join(leaf.title for leaf in leaves)}"
        )
    if leaves:
        return leaves[0]
    for certificate in certificates:
        if certificate.is_self_signed and key and _public_bytes(key) == certificate.public_key:
            raise ChainMissing(
                f"{certificate.title} is self-signed; CloudFront takes only what a public authority has signed"
            )
    raise CertificateMissing(
        "the bundle has certificates of authorities alone" if certificates else "the bundle has no certificate"
    )


def _key_algorithm(key: PrivateKeyTypes, leaf: BundledCertificate) -> str:
    match key:
        case rsa.RSAPrivateKey(key_size=bits) if bits in RSA_BITS:
            return f"RSA_{bits}"
        case rsa.RSAPrivateKey(key_size=bits):
            kind = f"an RSA key of {bits} bits"
        case ec.EllipticCurvePrivateKey(curve=ec.SECP256R1()):
            return "EC_prime256v1"
        case ec.EllipticCurvePrivateKey(curve=curve):
            kind = f"an EC key on {curve.name}"
        case _:
            kind = "neither an RSA nor an EC key"
    raise KeyNotSupported(f"{leaf.title} is for {kind}")


def _names(leaf: BundledCertificate) -> tuple[str, ...]:
    names = leaf.alternative_names
    if names:
        first = [name for name in leaf.common_names if name in names]
        return tuple(dict.fromkeys([*first, *names]))
    if leaf.common_names:
        raise OnlyCommonName(f"{leaf.title} names {leaf.common_names[0]} as common name alone")
    raise NoSubjectAlternativeName(f"{leaf.title} has no subject alternative name that is a host name")


def _public_bytes(key: PrivateKeyTypes) -> bytes:
    return key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def _certificate_pem(leaf: BundledCertificate) -> bytes:
    pem = _pem(leaf)
    if len(pem) > LARGEST_CERTIFICATE:
        raise KeyBundleTooLarge(f"{leaf.title} has {len(pem):,} characters; ACM takes at most {LARGEST_CERTIFICATE:,}")
    return pem


def _pem(certificate: BundledCertificate) -> bytes:
    return certificate.x509.public_bytes(Encoding.PEM)
