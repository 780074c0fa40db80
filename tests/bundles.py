"""Keys, certificates and chains for tests, made when they are asked for; nothing of the kind lies in the repository.

`bundle("shop.example.com")` is one that can be imported: a fresh key on P-256, a leaf of 90 days, and the authority that signed
it. The keyword arguments make others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from ipaddress import ip_address
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import NameOID

DAY = timedelta(days=1)
CURVES = {"EC_prime256v1": ec.SECP256R1(), "EC_secp384r1": ec.SECP384R1(), "EC_secp521r1": ec.SECP521R1()}
"""By ACM's names."""
WEAK_HASHES = {"sha1": (b"\x05", hashes.SHA1()), "md5": (b"\x04", hashes.MD5())}  # noqa: S303
"""How the names of the RSA signatures that are made with them end, and the hashes."""

PrivateKey = Any
Certificate = x509.Certificate


def new_key(algorithm: str = "EC_prime256v1") -> PrivateKey:
    """A key that nobody else has. `algorithm` as ACM spells it, or Ed25519, or DSA."""
    if algorithm.startswith("RSA_"):
        return rsa.generate_private_key(public_exponent=65537, key_size=int(algorithm.removeprefix("RSA_")))
    if algorithm == "Ed25519":
        return ed25519.Ed25519PrivateKey.generate()
    if algorithm == "DSA":
        return dsa.generate_private_key(2048)
    return ec.generate_private_key(CURVES[algorithm])


@cache
def shared_key(algorithm: str, which: int = 0) -> PrivateKey:
    """The same key each time it is asked for, because large ones take seconds to make."""
    return new_key(algorithm)


@dataclass(frozen=True)
class Authority:
    """A certificate that signs others, and its key."""

    certificate: Certificate
    key: PrivateKey

    @property
    def pem(self) -> bytes:
        return pem(self.certificate)

    def issue(self, *names: str, key: PrivateKey, **more: Any) -> Certificate:
        """A leaf for these names; `more` as in `certificate`."""
        return certificate(*names, key=key, issuer=self, **more)

    def authority(self, common_name: str, *, key: PrivateKey | None = None, **more: Any) -> Authority:
        """An authority below this one."""
        own = key or new_key()
        return Authority(certificate(common_name=common_name, key=own, issuer=self, **{"ca": True, **more}), own)


def root(common_name: str = "Test Root", *, key: PrivateKey | None = None, **more: Any) -> Authority:
    own = key or new_key()
    return Authority(certificate(common_name=common_name, key=own, **{"ca": True, **more}), own)


@cache
def public_root() -> Authority:
    return root("Test Root", starts=datetime(2020, 1, 1, tzinfo=UTC), ends=datetime(2045, 1, 1, tzinfo=UTC))


@cache
def intermediate() -> Authority:
    """The authority that signs leaves unless another one is named."""
    return public_root().authority(
        "Test Authority", starts=datetime(2020, 1, 1, tzinfo=UTC), ends=datetime(2040, 1, 1, tzinfo=UTC)
    )


def certificate(
    *names: str,
    key: PrivateKey,
    issuer: Authority | None = None,
    common_name: str | None = None,
    addresses: Sequence[str] = (),
    starts: datetime | None = None,
    ends: datetime | None = None,
    ca: bool | None = False,
    path_length: int | None = None,
    serial: int | None = None,
    may_sign: bool | None = None,
) -> Certificate:
    """A certificate for these DNS names and IP addresses; self-signed without an issuer.

    The common name is the first name where that is short enough for one; an empty one leaves it out. `ca` None leaves out the
    basic constraints, and `may_sign` None the key usage. Certificates know no fractions of seconds.
    """
    now = datetime.now(UTC).replace(microsecond=0)
    common = common_name if common_name is not None else next((name for name in names[:1] if len(name) <= 64), "")
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)] if common else [])
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(serial or x509.random_serial_number())
        .not_valid_before(starts or now - DAY)
        .not_valid_after(ends or now + 90 * DAY)
    )
    alternatives = [*map(x509.DNSName, names), *(x509.IPAddress(ip_address(address)) for address in addresses)]
    if alternatives:
        builder = builder.add_extension(x509.SubjectAlternativeName(alternatives), critical=False)
    if ca is not None:
        builder = builder.add_extension(x509.BasicConstraints(ca=ca, path_length=path_length), critical=True)
    if may_sign is not None:
        builder = builder.add_extension(_key_usage(may_sign), critical=True)
    signer = issuer.key if issuer else key
    return builder.sign(signer, None if isinstance(signer, ed25519.Ed25519PrivateKey) else hashes.SHA256())


def _key_usage(may_sign: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        key_cert_sign=may_sign,
        crl_sign=may_sign,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


@dataclass(frozen=True)
class Bundle:
    leaf: Certificate
    key: PrivateKey
    chain: tuple[Certificate, ...]
    """In order, the leaf's issuer first."""

    @property
    def certificate_pem(self) -> bytes:
        return pem(self.leaf)

    @property
    def key_pem(self) -> bytes:
        return key_pem(self.key)

    @property
    def chain_pem(self) -> bytes:
        return b"".join(map(pem, self.chain))

    @property
    def text(self) -> bytes:
        """What is staged."""
        return self.certificate_pem + self.key_pem + self.chain_pem

    def renewed(self, **more: Any) -> Bundle:
        """Another certificate for the same names and key, from the same authority; `more` as in `certificate`."""
        extension = self.leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName)
        names = extension.value.get_values_for_type(x509.DNSName)
        return replace(self, leaf=intermediate().issue(*names, key=self.key, **more))


def bundle(
    *names: str, key: PrivateKey | None = None, algorithm: str = "EC_prime256v1", days: float = 90, **more: Any
) -> Bundle:
    """A bundle that can be imported; `more` as in `certificate`."""
    own = key or new_key(algorithm)
    ends = datetime.now(UTC).replace(microsecond=0) + timedelta(days=days)
    leaf = intermediate().issue(*names, key=own, **{"ends": ends, **more})
    return Bundle(leaf, own, (intermediate().certificate,))


def weakly_signed(strong: Certificate, issuer: Authority, algorithm: str) -> Certificate:
    """A certificate signed anew with sha1 or md5, by an authority with an RSA key; cryptography won't do it.

    The last byte of the algorithm's name (1.2.840.113549.1.1.11 is SHA-256 with RSA) and the signature are exchanged for others
    of the same lengths.
    """
    name = bytes.fromhex("06092a864886f70d0101")
    last, weak_hash = WEAK_HASHES[algorithm]
    signed = strong.tbs_certificate_bytes.replace(name + b"\x0b", name + last)
    encoded = strong.public_bytes(Encoding.DER).replace(strong.tbs_certificate_bytes, signed)
    encoded = encoded.replace(name + b"\x0b", name + last)
    signature = issuer.key.sign(signed, padding.PKCS1v15(), weak_hash)
    return x509.load_der_x509_certificate(encoded.replace(strong.signature, signature))


def pem(found: Certificate) -> bytes:
    return found.public_bytes(Encoding.PEM)


def key_pem(key: PrivateKey, form: PrivateFormat = PrivateFormat.PKCS8, passphrase: bytes | None = None) -> bytes:
    encryption = BestAvailableEncryption(passphrase) if passphrase else NoEncryption()
    encoded: bytes = key.private_bytes(Encoding.PEM, form, encryption)
    return encoded
