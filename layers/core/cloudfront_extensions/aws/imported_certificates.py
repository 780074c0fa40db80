"""Imported certificates in ACM: import one, look at one, find the one that has a certain content."""

from __future__ import annotations

import binascii
import ssl
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from cloudfront_extensions.aws.account_facts import certificate_summaries
from cloudfront_extensions.aws.clients import client
from cloudfront_extensions.aws.clock import epoch_seconds
from cloudfront_extensions.aws.deployment_tag import with_deployment
from cloudfront_extensions.aws.failures import aws_call
from cloudfront_extensions.errors import CertificateNotFound

if TYPE_CHECKING:
    from cloudfront_extensions.certificates.key_bundle import KeyBundle

IMPORTED = "IMPORTED"
LISTING_LIFETIME = 300
"""Seconds that a list of the account's certificates serves a warm function: 1,000 imports must not list 1,000 times.

What this library imports meanwhile is in its own journal; only what somebody else does is seen so late.
"""

Likeness = tuple[str, int, str]
"""First name, end of validity in epoch seconds, and key algorithm: what ListCertificates tells of a content."""


@dataclass(frozen=True, slots=True)
class Replaceable:
    """What has to be known of a certificate before its content is replaced."""

    arn: str
    type: str
    key_algorithm: str
    names: tuple[str, ...]
    used_by: tuple[str, ...]
    """ARNs of the resources that use it."""


class ImportedCertificates:
    """`find` remembers the account's certificates for LISTING_LIFETIME: one object serves a function as long as it is warm."""

    def __init__(self) -> None:
        self._listing: Mapping[Likeness, Sequence[str]] = {}
        self._listed_at = 0

    def import_new(self, bundle: KeyBundle, tags: Mapping[str, str]) -> str:
        """Import a bundle; its ARN. Every call makes another certificate."""
        tag_list = [{"Key": key, "Value": value} for key, value in with_deployment(tags).items()]
        return self._import(bundle, bundle.names[0], Tags=tag_list)

    def replace(self, arn: str, bundle: KeyBundle) -> None:
        """Replace the content of an imported certificate, which keeps its ARN and its tags."""
        self._import(bundle, arn, CertificateArn=arn)

    def describe(self, arn: str) -> Replaceable:
        """Raises CertificateNotFound."""
        with aws_call("DescribeCertificate", arn):
            answer = client("acm").describe_certificate(CertificateArn=arn)["Certificate"]
        return Replaceable(
            arn=arn,
            type=answer["Type"],
            key_algorithm=answer["KeyAlgorithm"].replace("-", "_"),
            names=tuple(answer.get("SubjectAlternativeNames") or (answer["DomainName"],)),
            used_by=tuple(answer.get("InUseBy", ())),
        )

    def find(self, bundle: KeyBundle, *, afresh: bool) -> str | None:
        """The imported certificate that has the bundle's content already; `afresh`: whatever was remembered before."""
        if afresh or epoch_seconds() - self._listed_at > LISTING_LIFETIME:
            self._listed_at, self._listing = epoch_seconds(), _listing()
        likeness = (bundle.names[0], int(bundle.not_after.timestamp()), bundle.key_algorithm)
        return next((arn for arn in self._listing.get(likeness, ()) if self.holds(arn, bundle.fingerprint)), None)

    def holds(self, arn: str, fingerprint: str) -> bool:
        """Whether a certificate has this content; False too where there is no such certificate."""
        try:
            return fingerprint_of(arn) == fingerprint
        except CertificateNotFound:
            return False

    def _import(self, bundle: KeyBundle, target: str, **more: Any) -> str:
        chain = {"CertificateChain": bundle.chain_pem} if bundle.chain_pem else {}
        with aws_call("ImportCertificate", target, secret=True):
            answer = client("acm").import_certificate(
                Certificate=bundle.certificate_pem, PrivateKey=bundle.private_key_pem, **chain, **more
            )
        return str(answer["CertificateArn"])


def fingerprint_of(arn: str) -> str | None:
    """SHA-256 of a certificate, hexadecimal; None where it can't be read. Raises CertificateNotFound."""
    with aws_call("GetCertificate", arn):
        pem = client("acm").get_certificate(CertificateArn=arn)["Certificate"]
    try:
        return sha256(ssl.PEM_cert_to_DER_cert(pem.strip())).hexdigest()
    except (ValueError, binascii.Error):
        return None


def _listing() -> Mapping[Likeness, Sequence[str]]:
    arns: dict[Likeness, list[str]] = defaultdict(list)
    for likeness, arn in _imported():
        arns[likeness].append(arn)
    return arns


def _imported() -> Iterator[tuple[Likeness, str]]:
    for summary in certificate_summaries():
        if summary.get("Type") == IMPORTED and "NotAfter" in summary:
            # DescribeCertificate and ListCertificates spell RSA-2048 in two ways.
            key_algorithm = summary["KeyAlgorithm"].replace("-", "_")
            yield (
                (summary.get("DomainName", ""), int(summary["NotAfter"].timestamp()), key_algorithm),
                summary["CertificateArn"],
            )
