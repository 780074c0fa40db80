"""What the workflow certificate_creation is asked, checked field by field, and the state that its tasks hand on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256
from typing import Any, TypedDict

from cloudfront_extensions.certificates.names import MAXIMUM_FIRST_NAME_BYTES, shown
from cloudfront_extensions.certificates.validation import Validation, ValidationJson, parse_validation
from cloudfront_extensions.certificates.waiting import WaitJson
from cloudfront_extensions.errors import InvalidInput
from cloudfront_extensions.fields import described, flag, host_name, identifier, refuse_unknown
from cloudfront_extensions.tags import parse_tags, with_own_tags

MAXIMUM_NAMES = 100
"""Names of one certificate at most (RequestCertificate); an account's quota is 10 until it is raised."""

_FIELDS = frozenset(
    {
        "domainName",
        "itemId",
        "jobId",
        "keyAlgorithm",
        "subjectAlternativeNames",
        "tags",
        "validation",
        "waitForIssuance",
    }
)


class KeyAlgorithm(StrEnum):
    """The key algorithms that ACM issues public certificates for and CloudFront takes.

    ACM also issues for EC_secp384r1, but CloudFront's requirements for certificates name prime256v1 as the one curve;
    RSA keys of more than 2,048 bits are for imported certificates alone.
    """

    RSA_2048 = "RSA_2048"
    EC_PRIME256V1 = "EC_prime256v1"


@dataclass(frozen=True, slots=True)
class CertificateRequest:
    job_id: str
    item_id: str
    names: tuple[str, ...]
    """All names of the certificate, normalised, none twice; ACM's DomainName first."""
    validation: Validation
    key_algorithm: KeyAlgorithm = KeyAlgorithm.RSA_2048
    tags: dict[str, str] = field(default_factory=dict)
    """The user's own."""
    wait_for_issuance: bool = True

    @property
    def all_tags(self) -> dict[str, str]:
        """The tags of the certificate: those by which the library finds it again, and the user's."""
        return with_own_tags(self.tags, self.job_id, self.item_id)


class CertificateState(TypedDict):
    """What every task of the workflow after the first gets and returns."""

    jobId: str
    itemId: str
    certificateArn: str
    status: str
    """REQUESTED, PENDING_VALIDATION or ISSUED."""
    validation: ValidationJson
    waitForIssuance: bool
    wait: WaitJson


def parse_request(document: Mapping[str, Any]) -> CertificateRequest:
    """The workflow's input. Raises InvalidInput, which names the field that is wrong."""
    refuse_unknown(document, _FIELDS)
    return CertificateRequest(
        job_id=identifier(document, "jobId"),
        item_id=identifier(document, "itemId"),
        names=_names(document),
        validation=parse_validation(document.get("validation", {"mode": "auto"})),
        key_algorithm=_key_algorithm(document.get("keyAlgorithm")),
        tags=parse_tags(document.get("tags")),
        wait_for_issuance=flag(document, "waitForIssuance", default=True),
    )


def idempotency_token(request: CertificateRequest, attempt: int, deployment: str) -> str:
    """The same for the same names of an item's attempt, so that ACM answers a repeated call with the same certificate.

    Not so for another deployment of this library in the account, which may have an item of that name too.

    ACM keeps a token for one hour (RequestCertificate) and takes up to 32 word characters.
    """
    parts = (deployment, request.job_id, request.item_id, str(attempt), *sorted(request.names))
    return sha256("\n".join(parts).encode()).hexdigest()[:32]


def first_state(request: CertificateRequest, arn: str, status: str, wait: WaitJson) -> CertificateState:
    return CertificateState(
        jobId=request.job_id,
        itemId=request.item_id,
        certificateArn=arn,
        status=status,
        validation=request.validation.as_json(),
        waitForIssuance=request.wait_for_issuance,
        wait=wait,
    )


def _names(document: Mapping[str, Any]) -> tuple[str, ...]:
    others = document.get("subjectAlternativeNames", [])
    if not isinstance(others, list):
        raise InvalidInput("subjectAlternativeNames: give a list of host names")
    first = host_name(document.get("domainName"), "domainName")
    if len(first) > MAXIMUM_FIRST_NAME_BYTES:
        raise InvalidInput(
            f"domainName: {shown(first)} has {len(first)} characters; ACM takes at most {MAXIMUM_FIRST_NAME_BYTES} in "
            "a certificate's first name. Put a shorter name first and this one among subjectAlternativeNames"
        )
    rest = (host_name(other, f"subjectAlternativeNames[{index}]") for index, other in enumerate(others))
    names = tuple(dict.fromkeys((first, *rest)))
    if len(names) > MAXIMUM_NAMES:
        raise InvalidInput(f"subjectAlternativeNames: {len(names)} names; one certificate has at most {MAXIMUM_NAMES}")
    return names


def _key_algorithm(value: Any) -> KeyAlgorithm:
    if value is None:
        return KeyAlgorithm.RSA_2048
    if value not in tuple(KeyAlgorithm):
        raise InvalidInput(
            f"keyAlgorithm: {described(value)}; choose {' or '.join(KeyAlgorithm)}, which ACM issues and CloudFront takes"
        )
    return KeyAlgorithm(value)
