"""The one form of all configurations that mean the same, and the hash that is its name.

Two configurations mean the same when they differ in no more than

- the order of what is a set, or of what a key tells apart (`shape.LISTS`);
- a Quantity, which follows from Items, and Items that are absent or empty;
- members that CloudFront fills in where they are left out (`shape.FILLED_IN`);
- what the viewer certificate says twice: Certificate and CertificateSource are deprecated and repeat the choice.

Nothing else: null is not absent, and an empty text is not a missing one unless CloudFront makes it so. Numbers are compared by
value, as Python does, to which true is 1: no member of CloudFront's is the one here and the other there, and what is of a wrong
type is refused by `aws.config_model`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from cloudfront_extensions.versions.shape import CONFIG, UNKNOWN, Listed, ListKind, Shape, keys_of


def content_hash(config: Mapping[str, Any]) -> str:
    """64 hexadecimal digits, the same for all configurations that mean the same and for no others."""
    text = json.dumps(_by_value(canonical(config)), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def canonical(config: Mapping[str, Any]) -> dict[str, Any]:
    """A configuration in the form that all of its meaning share; CloudFront takes it as it takes its own answers."""
    form: dict[str, Any] = canonical_part(config, CONFIG)
    return form


def completed(structure: dict[str, Any], shape: Shape) -> dict[str, Any]:
    """A structure with the members that CloudFront fills in."""
    return structure if shape.filled_in.keys() <= structure.keys() else {**shape.filled_in, **structure}


def plain_certificate(chosen: Mapping[str, Any]) -> dict[str, Any]:
    """A ViewerCertificate with what CloudFront fills in, and without what only repeats its choice."""
    filled_in: dict[str, Any] = {"CloudFrontDefaultCertificate": False}
    if certificate := chosen.get("ACMCertificateArn"):
        repeated = {"Certificate": certificate, "CertificateSource": "acm"}
    elif certificate := chosen.get("IAMCertificateId"):
        repeated = {"Certificate": certificate, "CertificateSource": "iam"}
    elif "Certificate" in chosen:
        return dict(chosen)  # chosen by the deprecated members alone
    else:
        filled_in = {"CloudFrontDefaultCertificate": True, "SSLSupportMethod": "vip", "MinimumProtocolVersion": "TLSv1"}
        repeated = {"CertificateSource": "cloudfront"}
    plain = {**filled_in, **chosen}
    return {name: value for name, value in plain.items() if name not in repeated or value != repeated[name]}


def is_block(value: Any, listed: Listed | None) -> bool:
    """Whether a value is a `{Quantity, Items}` block whose Quantity follows from its Items."""
    return listed is not None and isinstance(value, dict) and isinstance(value.get("Items", []), list)


def canonical_part(value: Any, shape: Shape) -> Any:
    """The canonical form of what stands at a place of this shape."""
    if isinstance(value, list):
        return canonical_list(value, shape)
    if not isinstance(value, dict):
        return value
    if shape is CERTIFICATE:
        value = plain_certificate(value)
    members = completed(value, shape)
    form = {
        name: canonical_part(member, shape.members.get(name, UNKNOWN))
        for name, member in members.items()
        if name != "Items"
    }
    if is_block(value, shape.listed):
        items = canonical_list(value.get("Items", []), shape)
        form["Quantity"] = len(items)
        if items:
            form["Items"] = items
    elif "Items" in value:
        form["Items"] = canonical_part(value["Items"], UNKNOWN)
    return form


def canonical_list(items: list[Any], shape: Shape) -> list[Any]:
    """The elements of the list, or of the block, that stands at a place of this shape."""
    keys = keys_of(items, shape.listed)
    form = [canonical_part(item, shape.element or UNKNOWN) for item in items]
    if keys is None or (shape.listed and shape.listed.kind is ListKind.PRECEDENCE):
        return form
    return [element for _, element in sorted(zip(keys, form, strict=True), key=lambda pair: pair[0])]


def _by_value(form: Any) -> Any:
    """The form with one way to write what is equal: true is 1, and 1.0 is."""
    if isinstance(form, dict):
        return {name: _by_value(member) for name, member in form.items()}
    if isinstance(form, list):
        return [_by_value(element) for element in form]
    is_whole = isinstance(form, bool) or (isinstance(form, float) and form.is_integer())
    return int(form) if is_whole else form


CERTIFICATE = CONFIG.members["ViewerCertificate"]
