"""PEM bundles: reading the ones that are imported, and making those that ACM would have issued."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from localaws.server.acm.certificates import Certificate
from localaws.server.aws_json import ServiceError

CURVES = {"secp256r1": "EC_prime256v1", "secp384r1": "EC_secp384r1", "secp521r1": "EC_secp521r1"}
RSA_BITS = (1024, 2048, 3072, 4096)
KEY_USAGES = {
    "digital_signature": "DIGITAL_SIGNATURE",
    "content_commitment": "NON_REPUDIATION",
    "key_encipherment": "KEY_ENCIPHERMENT",
    "data_encipherment": "DATA_ENCIPHERMENT",
    "key_agreement": "KEY_AGREEMENT",
    "key_cert_sign": "CERTIFICATE_SIGNING",
    "crl_sign": "CRL_SIGNING",
}
EXTENDED_KEY_USAGES = {
    ExtendedKeyUsageOID.SERVER_AUTH: "TLS_WEB_SERVER_AUTHENTICATION",
    ExtendedKeyUsageOID.CLIENT_AUTH: "TLS_WEB_CLIENT_AUTHENTICATION",
    ExtendedKeyUsageOID.CODE_SIGNING: "CODE_SIGNING",
    ExtendedKeyUsageOID.EMAIL_PROTECTION: "EMAIL_PROTECTION",
    ExtendedKeyUsageOID.TIME_STAMPING: "TIME_STAMPING",
    ExtendedKeyUsageOID.OCSP_SIGNING: "OCSP_SIGNING",
}


@dataclass(frozen=True, slots=True)
class Bundle:
    """What an imported certificate says of itself. Its private key is checked and forgotten."""

    names: tuple[str, ...]
    key_algorithm: str
    fields: dict[str, Any]
    """Members of CertificateDetail."""


def read(certificate_pem: bytes, key_pem: bytes, chain_pem: bytes | None, now: datetime) -> Bundle:
    """Check a bundle by ACM's prerequisites for imports. Raises ServiceError, never with a word of the key in it."""
    certificate = _one_certificate(certificate_pem)
    key_algorithm = _key_algorithm(certificate.public_key())
    if _public_bytes(_private_key(key_pem).public_key()) != _public_bytes(certificate.public_key()):
        raise _invalid("The private key does not match the certificate")
    if not certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc:
        raise _invalid(
            f"Now is not between {certificate.not_valid_before_utc} and {certificate.not_valid_after_utc}, when the "
            "certificate is valid"
        )
    if not certificate.issuer.rdns:
        raise _invalid("The certificate's issuer is empty")
    if chain_pem is not None:
        _check_chain(certificate, chain_pem)
    return Bundle(_names(certificate), key_algorithm, _fields(certificate))


def issued(certificate: Certificate) -> tuple[str, str]:
    """The PEM of an issued certificate and of its chain, with a key that nobody gets to see."""
    authority, authority_key = _authority()
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, certificate["DomainName"])]))
        .issuer_name(authority.subject)
        .public_key(_leaf_key(certificate["KeyAlgorithm"]).public_key())
        .serial_number(int(certificate["Serial"].replace(":", ""), 16))
        .not_valid_before(datetime.fromtimestamp(certificate["NotBefore"], UTC))
        .not_valid_after(datetime.fromtimestamp(certificate["NotAfter"], UTC))
        .add_extension(
            x509.SubjectAlternativeName(list(map(x509.DNSName, certificate["SubjectAlternativeNames"]))), False
        )
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), False)
    )
    return _pem(builder.sign(authority_key, hashes.SHA256())), _pem(authority)


def _one_certificate(pem: bytes) -> x509.Certificate:
    try:
        found = x509.load_pem_x509_certificates(pem)
    except ValueError as error:
        raise _invalid("The certificate is not valid PEM") from error
    if len(found) != 1:
        raise _invalid(f"The certificate field holds {len(found)} certificates; the others belong into the chain")
    return found[0]


def _private_key(pem: bytes) -> Any:
    try:
        return serialization.load_pem_private_key(pem, password=None)
    except TypeError as error:
        raise _invalid("The private key is encrypted; ACM takes only keys without a passphrase") from error
    except Exception as error:
        raise _invalid("The private key is not valid PEM of a supported type") from error


def _key_algorithm(key: Any) -> str:
    if isinstance(key, rsa.RSAPublicKey) and key.key_size in RSA_BITS:
        return f"RSA_{key.key_size}"
    if isinstance(key, ec.EllipticCurvePublicKey) and key.curve.name in CURVES:
        return CURVES[key.curve.name]
    raise _invalid("The key algorithm is not one that ACM imports")


def _check_chain(certificate: x509.Certificate, pem: bytes) -> None:
    """Each certificate must be signed by the next one, as the import guide asks."""
    try:
        chain = x509.load_pem_x509_certificates(pem)
    except ValueError as error:
        raise _invalid("The certificate chain is not valid PEM") from error
    signed = certificate
    for signer in chain:
        if signer == certificate:
            raise _invalid("The certificate chain must not hold the certificate itself")
        try:
            signed.verify_directly_issued_by(signer)
        except (ValueError, TypeError, InvalidSignature) as error:
            raise _invalid("Could not validate the certificate with the certificate chain") from error
        signed = signer


def _names(certificate: x509.Certificate) -> tuple[str, ...]:
    """Common name first, then the DNS names of the extension; each once, lower-case."""
    common = [str(name.value) for name in certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)]
    extension = _extension(certificate, x509.SubjectAlternativeName)
    alternatives = extension.get_values_for_type(x509.DNSName) if extension else []
    leading = [name for name in common if not alternatives or name in alternatives]
    return tuple(dict.fromkeys(name.lower() for name in (*leading, *alternatives)))


def _fields(certificate: x509.Certificate) -> dict[str, Any]:
    octets = certificate.serial_number.to_bytes((certificate.serial_number.bit_length() + 8) // 8, "big")
    usage = _extension(certificate, x509.KeyUsage)
    extended = _extension(certificate, x509.ExtendedKeyUsage)
    algorithm = certificate.signature_hash_algorithm
    family = "ECDSA" if certificate.signature_algorithm_oid.dotted_string.startswith("1.2.840.10045") else "RSA"
    return {
        "Serial": ":".join(f"{octet:02x}" for octet in octets),
        "Subject": certificate.subject.rfc4514_string(),
        "Issuer": _issuer(certificate),
        "NotBefore": certificate.not_valid_before_utc.timestamp(),
        "NotAfter": certificate.not_valid_after_utc.timestamp(),
        "SignatureAlgorithm": f"{algorithm.name.upper() if algorithm else 'UNKNOWN'}WITH{family}",
        "KeyUsages": [{"Name": shown} for name, shown in KEY_USAGES.items() if usage and getattr(usage, name)],
        "ExtendedKeyUsages": [
            {"Name": EXTENDED_KEY_USAGES.get(oid, "CUSTOM"), "OID": oid.dotted_string} for oid in extended or ()
        ],
    }


def _issuer(certificate: x509.Certificate) -> str:
    """The organisation that issued it, else its common name, as ACM shows it."""
    for oid in (NameOID.ORGANIZATION_NAME, NameOID.COMMON_NAME):
        if found := certificate.issuer.get_attributes_for_oid(oid):
            return str(found[0].value)
    return certificate.issuer.rfc4514_string()


def _extension(certificate: x509.Certificate, kind: Any) -> Any:
    try:
        return certificate.extensions.get_extension_for_class(kind).value
    except x509.ExtensionNotFound:
        return None


@functools.cache
def _authority() -> tuple[x509.Certificate, rsa.RSAPrivateKey]:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Embedded AWS Certificate Authority")])
    authority = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2060, 1, 1, tzinfo=UTC))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), True)
        .sign(key, hashes.SHA256())
    )
    return authority, key


@functools.cache
def _leaf_key(algorithm: str) -> Any:
    """One key an algorithm serves all: it is never given away, and making RSA keys is slow."""
    curves = {"EC_prime256v1": ec.SECP256R1(), "EC_secp384r1": ec.SECP384R1()}
    if algorithm in curves:
        return ec.generate_private_key(curves[algorithm])
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def _public_bytes(key: Any) -> bytes:
    encoded: bytes = key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return encoded


def _pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(serialization.Encoding.PEM).decode()


def _invalid(message: str) -> ServiceError:
    return ServiceError("ValidationException", message)
