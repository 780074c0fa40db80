"""One certificate of a key bundle, read at once and wholly, so that nothing of it can turn out to be unreadable later."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID

from cloudfront_extensions.certificates.names import normalise, shown
from cloudfront_extensions.certificates.pem import Block
from cloudfront_extensions.errors import (
    BundleExpired,
    BundleNotYetValid,
    InvalidDomainName,
    KeyBundleNotPem,
    WeakSignature,
)

_WEAK_HASHES = frozenset({"md5", "sha1"})
_UNREADABLE = (
    ValueError,
    TypeError,
    OverflowError,
    UnsupportedAlgorithm,
    x509.InvalidVersion,
    x509.DuplicateExtension,
    x509.UnsupportedGeneralNameType,
)
"""What cryptography raises for a certificate that is none, as random changes to good ones have shown."""
_Extension = TypeVar("_Extension", bound=x509.ExtensionType)


@dataclass(frozen=True, slots=True)
class BundledCertificate:
    x509: x509.Certificate = field(repr=False)
    title: str
    """Subject, serial number and issuer, for messages."""
    serial: str
    """As ACM shows it."""
    common_names: tuple[str, ...]
    alternative_names: tuple[str, ...]
    """Those of both kinds that are host names: normalised, in their order, none twice."""
    public_key: bytes = field(repr=False)
    is_authority: bool
    may_sign: bool
    path_length: int | None
    """How many intermediate authorities may stand below this one; None: any number."""
    hash_name: str | None

    def is_named_as_issuer_of(self, other: BundledCertificate) -> bool:
        return self.x509 != other.x509 and self.x509.subject == other.x509.issuer

    def has_signed(self, other: BundledCertificate) -> bool:
        """Whether it did, which a weak signature does not show; not whether it was entitled to."""
        if other.hash_name in _WEAK_HASHES:
            return False
        try:
            other.x509.verify_directly_issued_by(self.x509)
        except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
            return False
        return True

    @property
    def is_self_signed(self) -> bool:
        """Weak signatures do for this: nobody relies on what a root says of itself."""
        return self.x509.subject == self.x509.issuer and (self.hash_name in _WEAK_HASHES or self.has_signed(self))

    def check_dates(self, now: datetime) -> None:
        """Raises BundleExpired or BundleNotYetValid. Both dates are inclusive (RFC 5280, 4.1.2.5)."""
        first, last = self.x509.not_valid_before_utc, self.x509.not_valid_after_utc
        if now > last:
            raise BundleExpired(f"{self.title} expired on {last.isoformat()}")
        if now < first:
            raise BundleNotYetValid(f"{self.title} is not valid before {first.isoformat()}")

    def check_signature_algorithm(self) -> None:
        """Raises WeakSignature."""
        if self.hash_name in _WEAK_HASHES:
            raise WeakSignature(f"{self.title} is signed with {self.hash_name.upper()}")


def read_certificate(block: Block) -> BundledCertificate:
    """Raises KeyBundleNotPem when the block is no certificate."""
    try:
        return _read(x509.load_der_x509_certificate(block.der))
    except _UNREADABLE:
        raise KeyBundleNotPem(f"the certificate that begins in line {block.line} can't be read") from None


def _read(certificate: x509.Certificate) -> BundledCertificate:
    constraints = _extension(certificate, x509.BasicConstraints)
    usage = _extension(certificate, x509.KeyUsage)
    alternatives = _extension(certificate, x509.SubjectAlternativeName)
    common = [str(name.value) for name in certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)]
    serial = _serial(certificate.serial_number)
    algorithm = certificate.signature_hash_algorithm
    return BundledCertificate(
        x509=certificate,
        title=(
            f"certificate {shown(certificate.subject.rfc4514_string())} "
            f"(serial number {serial}, issued by {shown(certificate.issuer.rfc4514_string())})"
        ),
        serial=serial,
        common_names=_host_names(common),
        alternative_names=_host_names(alternatives.get_values_for_type(x509.DNSName) if alternatives else []),
        public_key=certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo),
        is_authority=constraints is not None and constraints.ca,
        may_sign=usage is None or usage.key_cert_sign,
        path_length=constraints.path_length if constraints else None,
        hash_name=algorithm.name if algorithm else None,
    )


def _extension(certificate: x509.Certificate, kind: type[_Extension]) -> _Extension | None:
    try:
        return certificate.extensions.get_extension_for_class(kind).value
    except x509.ExtensionNotFound:
        return None


def _serial(number: int) -> str:
    return number.to_bytes((number.bit_length() + 8) // 8, "big").hex(":")


def _host_names(texts: list[str]) -> tuple[str, ...]:
    """What can't be an alias of a distribution (`localhost`, names with an underscore) is left out."""
    names: dict[str, None] = {}
    for text in texts:
        try:
            names[normalise(text)] = None
        except InvalidDomainName:
            continue
    return tuple(names)
