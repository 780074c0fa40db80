"""Every bundle of the corpus is read as it should be, or refused for the right reason and without a word of its key."""

from __future__ import annotations

import re
import traceback
from collections.abc import Iterator

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from cloudfront_extensions.certificates.key_bundle import read_bundle
from cloudfront_extensions.errors import InvalidKeyBundle, KeyBundleNotPem
from tests.bundle_corpus import ACCEPTED, REFUSED
from tests.bundles import key_pem
from tests.shop_bundles import NOW, shop

BASE64 = re.compile(r"[A-Za-z0-9+/=]{16,}")


def common_names(pem: bytes) -> tuple[str, ...]:
    found = x509.load_pem_x509_certificates(pem) if pem else []
    return tuple(
        str(certificate.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)[0].value) for certificate in found
    )


@pytest.mark.parametrize("name", ACCEPTED)
def test_a_bundle_that_is_good_is_read(name: str) -> None:
    case = ACCEPTED[name]

    bundle = read_bundle(case.text(), NOW)

    assert bundle.names == case.names
    assert bundle.key_algorithm == case.key_algorithm
    assert common_names(bundle.chain_pem) == case.chain


@pytest.mark.parametrize("name", ACCEPTED)
def test_what_is_read_is_the_leaf_alone_and_its_key(name: str) -> None:
    bundle = read_bundle(ACCEPTED[name].text(), NOW)

    (leaf,) = x509.load_pem_x509_certificates(bundle.certificate_pem)
    key = load_pem_private_key(bundle.private_key_pem, password=None)
    assert leaf.public_key() == key.public_key()
    assert bundle.private_key_pem == key_pem(key)
    assert len(x509.load_pem_x509_certificates(bundle.certificate_pem + bundle.chain_pem)) == 1 + len(
        ACCEPTED[name].chain
    )


@pytest.mark.parametrize("name", REFUSED)
def test_a_bundle_that_is_bad_is_refused_with_its_own_error(name: str) -> None:
    case = REFUSED[name]

    with pytest.raises(InvalidKeyBundle) as refusal:
        read_bundle(case.text(), NOW)

    assert type(refusal.value) is case.error
    assert case.message in str(refusal.value)


@pytest.mark.parametrize("name", REFUSED)
def test_a_refusal_quotes_nothing_of_the_bundle(name: str) -> None:
    text = REFUSED[name].text()

    with pytest.raises(InvalidKeyBundle) as refusal:
        read_bundle(text, NOW)

    staged = re.sub(rb"\s", b"", text).decode("latin-1")
    assert not [piece for told in everything_told(refusal.value) for piece in pieces(told) if piece in staged]


@pytest.mark.parametrize("line_end", [b"\n", b"\r\n", b"\r"])
def test_a_refusal_names_the_line_whatever_ends_lines(line_end: bytes) -> None:
    text = line_end.join([b"the certificate", b"", b"-----BEGIN CERTIFICATE-----", b"?", b"-----END CERTIFICATE-----"])

    with pytest.raises(KeyBundleNotPem, match="in line 3 is not base64"):
        read_bundle(text, NOW)


def test_a_quoted_key_would_be_noticed() -> None:
    text = shop().text.decode()
    line = shop().key_pem.decode().splitlines()[1]
    error = InvalidKeyBundle(f"can't read {line[20:40]}")

    assert [piece for told in everything_told(error) for piece in pieces(told) if piece in re.sub(r"\s", "", text)]


def test_the_private_key_is_not_shown_with_the_bundle() -> None:
    shown = repr(read_bundle(shop().text, NOW))

    assert "PRIVATE KEY" not in shown
    assert not [line for line in shop().key_pem.decode().splitlines() if line in shown]


def test_serial_fingerprint_and_end_are_those_of_the_leaf() -> None:
    bundle = read_bundle(shop().text, NOW)

    leaf = shop().leaf
    assert int(bundle.serial.replace(":", ""), 16) == leaf.serial_number
    assert re.fullmatch(r"[0-9a-f]{2}(:[0-9a-f]{2})*", bundle.serial)
    assert bundle.not_after == leaf.not_valid_after_utc
    assert re.fullmatch(r"[0-9a-f]{64}", bundle.fingerprint)


def test_certificates_of_the_same_names_and_key_have_different_fingerprints() -> None:
    renewed = shop().renewed()

    assert read_bundle(shop().text, NOW).fingerprint != read_bundle(renewed.text, NOW).fingerprint


def test_the_corpus_is_large_enough() -> None:
    assert len(ACCEPTED) + len(REFUSED) >= 60
    assert {case.error for case in REFUSED.values()} == set(InvalidKeyBundle.__subclasses__())


def everything_told(error: BaseException) -> Iterator[str]:
    """The error's words as anything may log them, with those of all errors behind it."""
    yield from traceback.format_exception(error)
    behind: BaseException | None = error
    while behind is not None:
        yield from (str(behind), repr(behind))
        behind = behind.__context__


def pieces(text: str) -> Iterator[str]:
    """All runs of 16 characters that may be base64."""
    for run in BASE64.findall(text):
        yield from (run[start : start + 16] for start in range(len(run) - 15))
