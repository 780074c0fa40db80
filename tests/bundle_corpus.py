"""Key bundles as people stage them, good and bad, and what becomes of each.

A case makes its text when a test asks for it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import permutations

from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PrivateFormat,
    pkcs7,
)

from cloudfront_extensions import errors
from cloudfront_extensions.certificates.key_bundle import LARGEST_BUNDLE
from tests.bundles import (
    DAY,
    bundle,
    key_pem,
    new_key,
    pem,
    public_root,
    root,
    shared_key,
)
from tests.shop_bundles import (
    NAME,
    NOW,
    SECOND,
    authority_that,
    below,
    between,
    block,
    cross_signed,
    encrypted_but_labelled_plain,
    in_line_ends,
    in_order,
    leaf_that,
    nameless,
    namesake,
    padded,
    pkcs12_file,
    public_key,
    self_signed,
    shop,
    shop_with,
    signed_by,
    signing_request,
    tampered,
    two_steps,
    weak,
    weak_intermediate,
    weak_root,
    with_key,
    with_key_form,
    with_leaf_body,
)


@dataclass(frozen=True)
class Accepted:
    text: Callable[[], bytes]
    names: tuple[str, ...] = (NAME,)
    chain: tuple[str, ...] = ("Test Authority",)
    """Common names, in order."""
    key_algorithm: str = "EC_prime256v1"


@dataclass(frozen=True)
class Refused:
    text: Callable[[], bytes]
    error: type[errors.InvalidKeyBundle]
    message: str
    """What the message says, among other things."""


HUNDRED_NAMES = tuple(f"shop-{number}.example.com" for number in range(100))

ACCEPTED: dict[str, Accepted] = {
    "RSA of 2048 bits": Accepted(lambda: with_key("RSA_2048"), key_algorithm="RSA_2048"),
    "RSA of 3072 bits": Accepted(lambda: with_key("RSA_3072"), key_algorithm="RSA_3072"),
    "RSA of 4096 bits": Accepted(lambda: with_key("RSA_4096"), key_algorithm="RSA_4096"),
    "EC on P-256": Accepted(lambda: with_key("EC_prime256v1")),
    "key as PKCS#8": Accepted(lambda: with_key_form(PrivateFormat.PKCS8)),
    "EC key as SEC 1": Accepted(lambda: with_key_form(PrivateFormat.TraditionalOpenSSL)),
    "RSA key as PKCS#1": Accepted(
        lambda: with_key("RSA_2048").replace(
            key_pem(shared_key("RSA_2048")), key_pem(shared_key("RSA_2048"), PrivateFormat.TraditionalOpenSSL)
        ),
        key_algorithm="RSA_2048",
    ),
    **{
        " ".join(("certificate", "key", "chain")[index] for index in order): Accepted(
            lambda order=order: in_order(order)
        )
        for order in permutations(range(3))
    },
    "lines that end with CR LF": Accepted(lambda: in_line_ends(b"\r\n")),
    "lines that end with CR alone": Accepted(lambda: in_line_ends(b"\r")),
    "spaces where lines ended": Accepted(lambda: in_line_ends(b" ")),
    "indented lines": Accepted(lambda: in_line_ends(b"\n    ")),
    "no line end between the parts": Accepted(lambda: shop().text.replace(b"-----\n-----", b"----------")),
    "byte order mark": Accepted(lambda: b"\xef\xbb\xbf" + shop().text),
    "byte order marks between the parts": Accepted(lambda: between(*[b"\xef\xbb\xbf"] * 4)),
    "text before, between and after": Accepted(
        lambda: between(b"From the authority:\n", b"key\n", b"CA\n", b"Regards\n")
    ),
    "text that is not UTF-8": Accepted(lambda: between(b"Gr\xfc\xdfe\n", b"", b"\xff\xfe\n", b"\0")),
    "attributes as openssl pkcs12 prints them": Accepted(
        lambda: between(b"Bag Attributes\n    localKeyID: 01\nsubject=CN = x\n", b"Key Attributes: <No>\n", b"", b"")
    ),
    "EC parameters before the key": Accepted(
        lambda: between(b"", block("EC PARAMETERS", b"BggqhkjOPQMBBw=="), b"", b"")
    ),
    "DH parameters after all": Accepted(lambda: between(b"", b"", b"", block("DH PARAMETERS", b"MAYCAQsCAQI="))),
    "public key besides": Accepted(lambda: between(public_key(), b"", b"", b"")),
    "signing request besides": Accepted(lambda: between(b"", signing_request(), b"", b"")),
    "label X509 CERTIFICATE": Accepted(lambda: shop().text.replace(b" CERTIFICATE-", b" X509 CERTIFICATE-")),
    "leaf twice": Accepted(lambda: shop().certificate_pem + shop().text),
    "key twice": Accepted(lambda: shop().text + shop().key_pem),
    "key twice in two forms": Accepted(lambda: shop().text + key_pem(shop().key, PrivateFormat.TraditionalOpenSSL)),
    "authority twice": Accepted(lambda: shop().text + shop().chain_pem),
    "largest size": Accepted(lambda: padded(LARGEST_BUNDLE)),
    "root included": Accepted(lambda: shop().text + public_root().pem),
    "root before its authority": Accepted(lambda: public_root().pem + shop().text),
    "signed by the root itself": Accepted(lambda: signed_by(public_root()), chain=()),
    "root that is signed with SHA-1": Accepted(weak_root, chain=("Lower Authority",)),
    "root that has expired": Accepted(lambda: below(root("Old Root", ends=NOW - SECOND)), chain=("Lower Authority",)),
    "chain of two": Accepted(lambda: signed_by(*two_steps()), chain=("Lower Authority", "Upper Authority")),
    "chain of two, the wrong way round": Accepted(
        lambda: shop_with(two_steps()[1].pem + two_steps()[0].pem, pem(two_steps()[0].issue(NAME, key=shop().key))),
        chain=("Lower Authority", "Upper Authority"),
    ),
    "authority that has nothing to do with it": Accepted(lambda: root("Other Root").pem + shop().text),
    "intermediate of another chain": Accepted(lambda: shop().text + two_steps()[0].pem + two_steps()[1].pem),
    "cross-signed authorities in order": Accepted(
        lambda: signed_by(cross_signed()[0], cross_signed()[2]), chain=("Lower Authority", "Young Root")
    ),
    "cross-signed authorities with one way up": Accepted(
        lambda: cross_signed()[2].pem + signed_by(cross_signed()[0]), chain=("Lower Authority", "Young Root")
    ),
    "authority that signs by its key usage": Accepted(
        lambda: authority_that(may_sign=True), chain=("Lower Authority",)
    ),
    "path as long as allowed": Accepted(lambda: authority_that(path_length=0), chain=("Lower Authority",)),
    "leaf without basic constraints": Accepted(lambda: leaf_that(ca=None)),
    "valid from this second": Accepted(lambda: leaf_that(starts=NOW)),
    "valid until this second": Accepted(lambda: leaf_that(ends=NOW)),
    "names in capitals": Accepted(lambda: leaf_that("Shop.EXAMPLE.com", "WWW.example.COM"), (NAME, "www.example.com")),
    "international names": Accepted(
        lambda: leaf_that("xn--mnchen-3ya.example", "xn--p1ai.example"), ("xn--mnchen-3ya.example", "xn--p1ai.example")
    ),
    "wildcard": Accepted(lambda: leaf_that("*.example.com", "example.com"), ("*.example.com", "example.com")),
    "a hundred names": Accepted(lambda: leaf_that(*HUNDRED_NAMES), HUNDRED_NAMES),
    "name twice": Accepted(lambda: leaf_that(NAME, "a.example.com", NAME), (NAME, "a.example.com")),
    "common name that is not the first name": Accepted(
        lambda: leaf_that("a.example.com", NAME, common_name=NAME), (NAME, "a.example.com")
    ),
    "common name that is no alternative name": Accepted(lambda: leaf_that(NAME, common_name="other.example.com")),
    "common name that is no host name": Accepted(lambda: leaf_that(NAME, common_name="Example Limited")),
    "no common name": Accepted(lambda: leaf_that(NAME, common_name="")),
    "IP address besides": Accepted(lambda: leaf_that(NAME, addresses=("192.0.2.1", "2001:db8::1"))),
    "names that no distribution can have besides": Accepted(
        lambda: leaf_that(NAME, "localhost", "my_host.example.com")
    ),
}

REFUSED: dict[str, Refused] = {
    "larger than a secret": Refused(lambda: padded(LARGEST_BUNDLE + 1), errors.KeyBundleTooLarge, "65,537 bytes"),
    "ten megabytes": Refused(lambda: padded(10_000_000), errors.KeyBundleTooLarge, "10,000,000 bytes"),
    "certificate that is too large for ACM": Refused(
        lambda: leaf_that(
            *(f"{number}{'.' + 'x' * 60}{'.' + 'x' * 60}.example.com" for number in range(190)), common_name=""
        ),
        errors.KeyBundleTooLarge,
        "ACM takes at most 32,768",
    ),
    "nothing": Refused(lambda: b"", errors.KeyBundleNotPem, "empty"),
    "white space": Refused(lambda: b"\r\n \n", errors.KeyBundleNotPem, "empty"),
    "prose": Refused(lambda: b"0800 SHOP: the certificate follows", errors.KeyBundleNotPem, "no line -----BEGIN"),
    "reference instead of the bundle": Refused(
        lambda: b'{"secretId": "x"}', errors.KeyBundleNotPem, "no line -----BEGIN"
    ),
    "base64 without its marks": Refused(
        lambda: b"".join(line for line in shop().text.splitlines() if b"-" not in line),
        errors.KeyBundleNotPem,
        "no line -----BEGIN",
    ),
    "UTF-16, little end first": Refused(
        lambda: shop().text.decode().encode("utf-16"), errors.KeyBundleNotPem, "UTF-16 text; save it as UTF-8"
    ),
    "UTF-16, big end first": Refused(
        lambda: shop().text.decode().encode("utf-16-be"), errors.KeyBundleNotPem, "UTF-16 text; save it as UTF-8"
    ),
    "DER": Refused(lambda: shop().leaf.public_bytes(Encoding.DER), errors.KeyBundleNotPem, "openssl x509 -inform der"),
    "PKCS#12": Refused(pkcs12_file, errors.KeyBundleNotPem, "openssl pkcs12 -nodes"),
    "Java key store": Refused(lambda: b"\xfe\xed\xfe\xed\0\0\0\2", errors.KeyBundleNotPem, "key store"),
    "PKCS#7": Refused(
        lambda: pkcs7.serialize_certificates([shop().leaf, *shop().chain], Encoding.PEM) + shop().key_pem,
        errors.CertificateMissing,
        "no certificate",
    ),
    "cut off in the last block": Refused(lambda: shop().text[:-40], errors.KeyBundleNotPem, "has no end"),
    "cut off in the mark of an end": Refused(lambda: shop().text[:-3], errors.KeyBundleNotPem, "has no end"),
    "beginning cut off": Refused(lambda: shop().text[20:], errors.KeyBundleNotPem, "ends a block that does not begin"),
    "block without its end": Refused(
        lambda: shop().text.replace(b"-----END PRIVATE KEY-----\n", b""), errors.KeyBundleNotPem, "has no end"
    ),
    "block that ends as another": Refused(
        lambda: shop().text.replace(b"-----END PRIVATE KEY", b"-----END EC PRIVATE KEY"),
        errors.KeyBundleNotPem,
        "has no end",
    ),
    "no base64": Refused(
        lambda: with_leaf_body(lambda body: body[:30] + b"#" + body[31:]),
        errors.KeyBundleNotPem,
        "line 1 is not base64",
    ),
    "base64 with a character too few": Refused(
        lambda: with_leaf_body(lambda body: body[:30] + body[31:]), errors.KeyBundleNotPem, "line 1"
    ),
    "line ends written as backslash n": Refused(
        lambda: in_line_ends(b"\\n"), errors.KeyBundleNotPem, "line 1 is not base64"
    ),
    "no certificate in the block of one": Refused(
        lambda: with_leaf_body(lambda body: b"AAAA"), errors.KeyBundleNotPem, "certificate that begins in line 1 can't"
    ),
    "certificate with something after it": Refused(
        lambda: with_leaf_body(lambda body: body.rstrip(b"=\n") + b"AAAA"), errors.KeyBundleNotPem, "line 1"
    ),
    "certificate cut short": Refused(
        lambda: with_leaf_body(lambda body: body[: 4 * 65 - 1]), errors.KeyBundleNotPem, "can't be read"
    ),
    "no key in the block of one": Refused(
        lambda: shop_with(shop().chain_pem, key=block("PRIVATE KEY", b"AAAA")), errors.KeyBundleNotPem, "can't be read"
    ),
    "key in the format of OpenSSH": Refused(
        lambda: with_key_form(PrivateFormat.OpenSSH), errors.KeyBundleNotPem, "ssh-keygen -p -m PEM"
    ),
    "key encrypted as PKCS#8": Refused(
        lambda: with_key_form(PrivateFormat.PKCS8, b"passphrase"), errors.PrivateKeyEncrypted, "passphrase"
    ),
    "key encrypted as of old": Refused(
        lambda: with_key_form(PrivateFormat.TraditionalOpenSSL, b"passphrase"), errors.PrivateKeyEncrypted, "passphrase"
    ),
    "encrypted key that is labelled as a plain one": Refused(
        encrypted_but_labelled_plain, errors.PrivateKeyEncrypted, "passphrase"
    ),
    "key alone": Refused(lambda: shop().key_pem, errors.CertificateMissing, "no certificate"),
    "signing request instead of the certificate": Refused(
        lambda: signing_request() + shop().key_pem + shop().chain_pem,
        errors.CertificateMissing,
        "certificates of authorities alone",
    ),
    "certificate alone": Refused(
        lambda: shop().certificate_pem + shop().chain_pem, errors.PrivateKeyMissing, "CN=shop.example.com"
    ),
    "public key instead of the private one": Refused(
        lambda: shop_with(shop().chain_pem, key=public_key()), errors.PrivateKeyMissing, "no private key"
    ),
    "two keys": Refused(
        lambda: shop().text + key_pem(shared_key("RSA_2048")), errors.SeveralPrivateKeys, "2 private keys"
    ),
    "two leaves": Refused(
        lambda: shop().text + bundle("other.example.com").certificate_pem,
        errors.SeveralLeafCertificates,
        "CN=other.example.com",
    ),
    "two certificates for the same key": Refused(
        lambda: shop().text + shop().renewed().certificate_pem, errors.SeveralLeafCertificates, "2 certificates"
    ),
    "two bundles": Refused(
        lambda: shop().text + bundle("other.example.com").text, errors.SeveralPrivateKeys, "2 private keys"
    ),
    "key of another certificate": Refused(
        lambda: shop_with(shop().chain_pem, key=key_pem(new_key())),
        errors.PrivateKeyDoesNotMatch,
        "CN=shop.example.com",
    ),
    "key of another type": Refused(
        lambda: shop_with(shop().chain_pem, key=key_pem(shared_key("RSA_2048"))),
        errors.PrivateKeyDoesNotMatch,
        "CN=shop.example.com",
    ),
    "RSA of 1024 bits": Refused(lambda: with_key("RSA_1024"), errors.KeyNotSupported, "an RSA key of 1024 bits"),
    "RSA of 2304 bits": Refused(lambda: with_key("RSA_2304"), errors.KeyNotSupported, "an RSA key of 2304 bits"),
    "EC on P-384": Refused(lambda: with_key("EC_secp384r1"), errors.KeyNotSupported, "an EC key on secp384r1"),
    "EC on P-521": Refused(lambda: with_key("EC_secp521r1"), errors.KeyNotSupported, "an EC key on secp521r1"),
    "Ed25519": Refused(lambda: with_key("Ed25519"), errors.KeyNotSupported, "neither an RSA nor an EC key"),
    "DSA": Refused(lambda: with_key("DSA"), errors.KeyNotSupported, "neither an RSA nor an EC key"),
    "expired a second ago": Refused(lambda: leaf_that(ends=NOW - SECOND), errors.BundleExpired, "CN=shop.example.com"),
    "expired long ago": Refused(
        lambda: leaf_that(starts=NOW - 900 * DAY, ends=NOW - 500 * DAY), errors.BundleExpired, "expired on"
    ),
    "valid in a second": Refused(
        lambda: leaf_that(starts=NOW + SECOND),
        errors.BundleNotYetValid,
        f"not valid before {(NOW + SECOND).isoformat()}",
    ),
    "no name at all": Refused(
        lambda: nameless("Example Limited"), errors.NoSubjectAlternativeName, "CN=Example Limited"
    ),
    "IP address alone": Refused(
        lambda: nameless("192.0.2.1", addresses=("192.0.2.1",)), errors.NoSubjectAlternativeName, "CN=192.0.2.1"
    ),
    "name that no distribution can have alone": Refused(
        lambda: leaf_that("localhost"), errors.NoSubjectAlternativeName, "CN=localhost"
    ),
    "common name alone": Refused(
        lambda: nameless(NAME), errors.OnlyCommonName, "names shop.example.com as common name alone"
    ),
    "signed with SHA-1": Refused(lambda: weak("sha1"), errors.WeakSignature, "is signed with SHA1"),
    "signed with MD5": Refused(lambda: weak("md5"), errors.WeakSignature, "is signed with MD5"),
    "authority signed with SHA-1": Refused(weak_intermediate, errors.WeakSignature, "certificate 'CN=Lower Authority'"),
    "self-signed": Refused(self_signed, errors.ChainMissing, "is self-signed"),
    "self-signed, and an authority, as openssl req -x509 makes them": Refused(
        lambda: self_signed(ca=True), errors.ChainMissing, "is self-signed"
    ),
    "no chain": Refused(shop_with, errors.ChainMissing, "certificate that signed certificate 'CN=shop.example.com'"),
    "intermediate missing": Refused(
        lambda: shop_with(two_steps()[1].pem + public_root().pem, pem(two_steps()[0].issue(NAME, key=shop().key))),
        errors.ChainMissing,
        "issued by 'CN=Lower Authority'",
    ),
    "chain of another certificate": Refused(
        lambda: shop_with(two_steps()[0].pem + two_steps()[1].pem), errors.ChainMissing, "CN=shop.example.com"
    ),
    "authority above of the same name with another key": Refused(
        lambda: signed_by(two_steps()[0], root("Upper Authority")), errors.ChainDoesNotVerify, "has not signed"
    ),
    "cross-signed authorities out of order": Refused(
        lambda: cross_signed()[2].pem + signed_by(cross_signed()[0], cross_signed()[1]),
        errors.ChainOutOfOrder,
        "several ways up",
    ),
    "authority twice, by two roots": Refused(
        lambda: signed_by(
            two_steps()[0],
            root("Other Root").authority("Lower Authority", key=two_steps()[0].key),
            two_steps()[1],
        ),
        errors.ChainOutOfOrder,
        "several ways up",
    ),
    "authority of the same name with another key": Refused(namesake, errors.ChainDoesNotVerify, "has not signed"),
    "changed after it was signed": Refused(tampered, errors.ChainDoesNotVerify, "has not signed"),
    "authority that is none": Refused(
        lambda: authority_that(ca=False), errors.ChainDoesNotVerify, "not entitled to sign certificates"
    ),
    "authority without basic constraints": Refused(
        lambda: authority_that(ca=None), errors.ChainDoesNotVerify, "not entitled to sign certificates"
    ),
    "authority that may not sign by its key usage": Refused(
        lambda: authority_that(may_sign=False), errors.ChainDoesNotVerify, "not entitled to sign certificates"
    ),
    "path longer than allowed": Refused(
        lambda: below(public_root().authority("Upper Authority", path_length=0)),
        errors.ChainDoesNotVerify,
        "allows 0 authorities below itself",
    ),
    "authority that has expired": Refused(
        lambda: authority_that(ends=NOW - SECOND), errors.BundleExpired, "certificate 'CN=Lower Authority'"
    ),
    "authority that is not valid yet": Refused(
        lambda: authority_that(starts=NOW + SECOND), errors.BundleNotYetValid, "certificate 'CN=Lower Authority'"
    ),
}
