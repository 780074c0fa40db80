"""What the workflow certificate_import is asked, checked field by field, and the state that its tasks hand on.

All of it is references: a bundle is read by the import task alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NotRequired, TypedDict

from cloudfront_extensions.certificates.arn import check_region, parse_certificate_arn
from cloudfront_extensions.certificates.key_bundle_reference import (
    OBJECT_PREFIX,
    KeyBundleJson,
    KeyBundleReference,
    ObjectReference,
    SecretReference,
    parse_key_bundle,
)
from cloudfront_extensions.errors import InvalidInput, KeyBundleNotStaged
from cloudfront_extensions.fields import described, host_name, identifier, refuse_unknown
from cloudfront_extensions.tags import parse_tags

_FIELDS = frozenset({"aliases", "certificateArn", "itemId", "jobId", "keyBundle", "tags"})


@dataclass(frozen=True, slots=True)
class ImportRequest:
    job_id: str
    item_id: str
    key_bundle: KeyBundleReference
    certificate_arn: str | None = None
    """The imported certificate whose content the bundle replaces; None: the bundle becomes a certificate of its own."""
    aliases: tuple[str, ...] = ()
    """Names that the certificate must cover, normalised; none: whatever names it has will do."""
    tags: dict[str, str] = field(default_factory=dict)
    """The user's own."""


@dataclass(frozen=True, slots=True)
class StagingPlaces:
    """Where this deployment stages bundles: the import task may read nowhere else."""

    secret_prefix: str
    bucket: str


class ImportWait(TypedDict):
    """Until its turn."""

    seconds: int


class ImportState(TypedDict):
    """What the import task is given."""

    jobId: str
    itemId: str
    keyBundle: KeyBundleJson
    certificateArn: NotRequired[str]
    aliases: list[str]
    tags: dict[str, str]
    wait: ImportWait


class ImportedCertificate(TypedDict):
    """What the workflow answers."""

    jobId: str
    itemId: str
    certificateArn: str
    names: list[str]
    status: str
    outcome: str
    """imported, reimported, or adopted: the very certificate was in ACM already."""


def parse_import(document: Mapping[str, Any]) -> ImportRequest:
    """The workflow's input. Raises InvalidInput, which names the field that is wrong."""
    refuse_unknown(document, _FIELDS)
    return ImportRequest(
        job_id=identifier(document, "jobId"),
        item_id=identifier(document, "itemId"),
        key_bundle=parse_key_bundle(document.get("keyBundle")),
        certificate_arn=_certificate_arn(document.get("certificateArn")),
        aliases=_aliases(document.get("aliases", [])),
        tags=parse_tags(document.get("tags")),
    )


def parse_state(state: ImportState) -> ImportRequest:
    return parse_import({name: value for name, value in state.items() if name != "wait"})


def state_of(request: ImportRequest, wait_seconds: int) -> ImportState:
    state = ImportState(
        jobId=request.job_id,
        itemId=request.item_id,
        keyBundle=request.key_bundle.as_json(),
        aliases=list(request.aliases),
        tags=request.tags,
        wait=ImportWait(seconds=wait_seconds),
    )
    return {**state, "certificateArn": request.certificate_arn} if request.certificate_arn else state


def check_place(reference: KeyBundleReference, places: StagingPlaces) -> None:
    """Raises KeyBundleNotStaged for a secret or object that is not where this deployment stages bundles; it is not quoted."""
    match reference:
        case SecretReference(secret_id):
            is_staged = secret_id.rpartition(":secret:")[2].startswith(places.secret_prefix)
        case ObjectReference(bucket, key):
            is_staged = bucket == places.bucket and key.startswith(OBJECT_PREFIX)
    if not is_staged:
        raise KeyBundleNotStaged(
            f"keyBundle: this deployment stages bundles in secrets under {places.secret_prefix} and in objects under "
            f"{OBJECT_PREFIX} of the bucket {places.bucket}, and this is another one"
        )


def _certificate_arn(value: object) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str):
        raise InvalidInput(f"certificateArn: {described(value)}; give the ARN of an imported certificate")
    arn = parse_certificate_arn(value)
    check_region(arn)
    return arn.text


def _aliases(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise InvalidInput(f"aliases: {described(value)}; give a list of host names")
    return tuple(dict.fromkeys(host_name(name, f"aliases[{index}]") for index, name in enumerate(value)))
