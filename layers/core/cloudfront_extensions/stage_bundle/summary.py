"""What the command says of a bundle and of what to do with its reference; all of it is public."""

from __future__ import annotations

import json
import shlex
from datetime import datetime
from typing import TypedDict

from cloudfront_extensions.certificates.key_bundle import KeyBundle
from cloudfront_extensions.certificates.key_bundle_reference import SecretReference

_CERTIFICATE = b"-----BEGIN CERTIFICATE-----"


class BundleDocument(TypedDict):
    names: list[str]
    keyAlgorithm: str
    notAfter: str
    intermediateCertificates: int
    fingerprint: str


def as_document(bundle: KeyBundle) -> BundleDocument:
    return {
        "names": list(bundle.names),
        "keyAlgorithm": bundle.key_algorithm,
        "notAfter": bundle.not_after.isoformat(),
        "intermediateCertificates": bundle.chain_pem.count(_CERTIFICATE),
        "fingerprint": bundle.fingerprint,
    }


def in_words(bundle: KeyBundle, now: datetime) -> str:
    document = as_document(bundle)
    return (
        f"Names:       {', '.join(bundle.names)}\n"
        f"Key:         {bundle.key_algorithm}\n"
        f"Valid until: {bundle.not_after:%Y-%m-%d %H:%M} UTC, {(bundle.not_after - now).days} days from now\n"
        f"Chain:       {document['intermediateCertificates']} intermediate certificates, without the root"
    )


def next_steps(reference: SecretReference, state_machine: str, region: str, now: datetime) -> str:
    """An item's id is made of the secret's name, which nobody else has."""
    item_id = reference.secret_id.rpartition("/")[2].rpartition("-")[0]
    start = {"jobId": f"imports-{now:%Y-%m-%d}", "itemId": item_id, "keyBundle": reference.as_json()}
    return (
        "Staged. The secret is destroyed when it is imported.\n"
        f"Import it:   aws stepfunctions start-execution --region {region} --state-machine-arn {state_machine} "
        f"--input {shlex.quote(json.dumps(start))}\n"
        f"Or onboard:  write this into the column keyBundle of a batch: {reference}"
    )
