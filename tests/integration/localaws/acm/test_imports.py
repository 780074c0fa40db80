"""ImportCertificate reads what it is given, as ACM's prerequisites for imports ask."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from localaws.instance import Instance
from tests.integration.localaws import edge

NOW = datetime.datetime.now(datetime.UTC)
DAY = datetime.timedelta(days=1)
Key = ec.EllipticCurvePrivateKey


@dataclass(frozen=True)
class Issuer:
    """A certificate and its key, which sign others."""

    certificate: x509.Certificate
    key: Key


def new_key() -> Key:
    return ec.generate_private_key(ec.SECP256R1())


def signed(
    key: Key,
    *names: str,
    issuer: Issuer | None = None,
    starts: datetime.datetime = NOW - DAY,
    ends: datetime.datetime = NOW + 90 * DAY,
) -> x509.Certificate:
    """A certificate for these names; self-signed without an issuer."""
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0])])
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(starts)
        .not_valid_after(ends)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name) for name in names]), critical=False)
        .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
        .sign(issuer.key if issuer else key, hashes.SHA256())
    )


def authority() -> Issuer:
    key = new_key()
    return Issuer(signed(key, "Test Authority"), key)


def pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def key_pem(key: Key, password: bytes | None = None) -> bytes:
    encryption = serialization.BestAvailableEncryption(password) if password else serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, encryption)


def imported(instance: Instance, certificate: x509.Certificate, key: Key, **more: Any) -> str:
    answer = instance.client("acm").import_certificate(Certificate=pem(certificate), PrivateKey=key_pem(key), **more)
    return str(answer["CertificateArn"])


def test_an_imported_certificate_is_issued_with_the_names_and_dates_it_carries(instance: Instance) -> None:
    name, key = edge.new_name(), new_key()
    certificate = signed(key, name, f"*.{name}")
    description = edge.describe(instance, imported(instance, certificate, key))
    assert (description["Status"], description["Type"]) == ("ISSUED", "IMPORTED")
    assert description["SubjectAlternativeNames"] == [name, f"*.{name}"]
    assert description["NotAfter"] == certificate.not_valid_after_utc
    assert description["KeyAlgorithm"] == "EC_prime256v1"


def test_an_imported_certificate_has_nothing_to_validate(instance: Instance) -> None:
    name, key = edge.new_name(), new_key()
    description = edge.describe(instance, imported(instance, signed(key, name), key))
    assert "DomainValidationOptions" not in description


def test_what_was_imported_can_be_read_back_but_not_its_key(instance: Instance) -> None:
    root, key = authority(), new_key()
    certificate = signed(key, edge.new_name(), issuer=root)
    arn = imported(instance, certificate, key, CertificateChain=pem(root.certificate))
    answer = instance.client("acm").get_certificate(CertificateArn=arn)
    assert answer["Certificate"].encode() == pem(certificate)
    assert answer["CertificateChain"].encode() == pem(root.certificate)


def test_a_key_of_another_certificate_is_refused(instance: Instance) -> None:
    with edge.refused("ValidationException"):
        imported(instance, signed(new_key(), edge.new_name()), new_key())


def test_an_encrypted_key_is_refused(instance: Instance) -> None:
    key = new_key()
    with edge.refused("ValidationException"):
        instance.client("acm").import_certificate(
            Certificate=pem(signed(key, edge.new_name())), PrivateKey=key_pem(key, b"passphrase")
        )


@pytest.mark.parametrize("part", ["Certificate", "PrivateKey", "CertificateChain"])
def test_what_is_not_pem_is_refused(instance: Instance, part: str) -> None:
    key = new_key()
    bundle = {"Certificate": pem(signed(key, edge.new_name())), "PrivateKey": key_pem(key)}
    with edge.refused("ValidationException"):
        instance.client("acm").import_certificate(**bundle | {part: b"not PEM"})


def test_a_chain_that_did_not_sign_the_certificate_is_refused(instance: Instance) -> None:
    key = new_key()
    certificate = signed(key, edge.new_name(), issuer=authority())
    with edge.refused("ValidationException"):
        imported(instance, certificate, key, CertificateChain=pem(authority().certificate))


@pytest.mark.parametrize(("starts", "ends"), [(NOW - 3 * DAY, NOW - DAY), (NOW + DAY, NOW + 3 * DAY)])
def test_a_certificate_that_is_not_valid_now_is_refused(
    instance: Instance, starts: datetime.datetime, ends: datetime.datetime
) -> None:
    key = new_key()
    with edge.refused("ValidationException"):
        imported(instance, signed(key, edge.new_name(), starts=starts, ends=ends), key)


def test_a_refusal_says_nothing_of_the_key(instance: Instance) -> None:
    with pytest.raises(Exception, match="does not match") as caught:
        imported(instance, signed(new_key(), edge.new_name()), new_key())
    assert "PRIVATE" not in str(caught.value)


def test_importing_again_keeps_the_arn_and_the_creation_date(instance: Instance) -> None:
    name, key, next_key = edge.new_name(), new_key(), new_key()
    arn = imported(instance, signed(key, name), key)
    before = edge.describe(instance, arn)
    renewed = signed(next_key, name, ends=NOW + 180 * DAY)
    assert imported(instance, renewed, next_key, CertificateArn=arn) == arn
    after = edge.describe(instance, arn)
    assert after["NotAfter"] == renewed.not_valid_after_utc
    assert after["CreatedAt"] == before["CreatedAt"]


def test_importing_over_a_requested_certificate_is_refused(instance: Instance) -> None:
    name, key = edge.new_name(), new_key()
    with edge.refused("ValidationException"):
        imported(instance, signed(key, name), key, CertificateArn=edge.request(instance, name))


def test_importing_again_takes_no_tags(instance: Instance) -> None:
    name, key = edge.new_name(), new_key()
    arn = imported(instance, signed(key, name), key)
    with edge.refused("InvalidParameterException"):
        imported(instance, signed(key, name), key, CertificateArn=arn, Tags=[{"Key": "job", "Value": "1"}])


def test_importing_over_what_does_not_exist_is_refused(instance: Instance) -> None:
    key = new_key()
    missing = "arn:aws:acm:us-east-1:000000000000:certificate/00000000-0000-0000-0000-000000000000"
    with edge.refused("ResourceNotFoundException"):
        imported(instance, signed(key, edge.new_name()), key, CertificateArn=missing)
