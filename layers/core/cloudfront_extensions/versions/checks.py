"""What must hold between the members of a configuration, whoever wrote it.

Members that are missing, or of another type, are a matter of CloudFront's model (`aws.config_model`); a member newer than that
model is no fault here. What a configuration names outside itself (policies, functions, certificates) is not looked up.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from cloudfront_extensions.distributions.config import MAXIMUM_COMMENT_CHARACTERS
from cloudfront_extensions.errors import InvalidDistributionConfig
from cloudfront_extensions.versions.behavior_checks import behavior_complaints
from cloudfront_extensions.versions.blocks import structure, structures_in, values_in
from cloudfront_extensions.versions.origin_checks import group_complaints, origin_complaints
from cloudfront_extensions.versions.shape import CONFIG, UNKNOWN, Listed, ListKind, Shape

SHOWN_COMPLAINTS = 10
REQUIRED = ("CallerReference", "Origins", "DefaultCacheBehavior", "Comment", "Enabled")
HTTP_3 = ("http3", "http2and3")


def check_config(config: Mapping[str, Any], where: str, model: Mapping[str, Any] | None = None) -> None:
    """Judge a configuration from `where`, a name for messages. Faults that its model has too are no news.

    Raises:
        InvalidDistributionConfig: saying of each fault where it is and what it is, without values that may be secrets.
    """
    known = frozenset(_complaints(model) if model else ())
    if complaints := [complaint for complaint in _complaints(config) if complaint not in known]:
        more = f"; and {len(complaints) - SHOWN_COMPLAINTS} more" if len(complaints) > SHOWN_COMPLAINTS else ""
        raise InvalidDistributionConfig(f"{where}: {'; '.join(complaints[:SHOWN_COMPLAINTS])}{more}")


def _complaints(config: Mapping[str, Any]) -> Iterator[str]:
    yield from (f"{name} is missing" for name in REQUIRED if name not in config)
    yield from _lists_below(dict(config), CONFIG, "")
    yield from origin_complaints(config)
    yield from group_complaints(config)
    yield from behavior_complaints(config)
    yield from _certificate(config)
    yield from _staging(config)
    yield from _error_responses(config)
    yield from _texts(config)


def _lists_below(value: Any, shape: Shape, path: str) -> Iterator[str]:
    """Every list that the table of shapes knows: its Quantity, and that its elements can be told apart."""
    if isinstance(value, dict) and shape.listed is not None:
        items = value.get("Items", [])
        if not isinstance(items, list):
            yield f"{path}.Items is no list"
            return
        if value.get("Quantity", len(items)) != len(items):
            yield f"{path}.Quantity is not the number of Items, which is {len(items)}"
        yield from _elements(items, shape, shape.listed, path)
    elif isinstance(value, list) and shape.listed is not None:
        yield from _elements(value, shape, shape.listed, path)
    elif shape.listed is not None:
        yield f"{path} is no block of Quantity and Items"
    if isinstance(value, dict):
        for name, member in shape.members.items():
            if name in value:
                yield from _lists_below(value[name], member, f"{path}.{name}" if path else name)


def _elements(items: list[Any], shape: Shape, listed: Listed, path: str) -> Iterator[str]:
    if listed.kind is ListKind.SEQUENCE:
        return
    keys: list[Any] = items if listed.key is None else [structure(item).get(listed.key) for item in items]
    for index, (item, key) in enumerate(zip(items, keys, strict=True)):
        if isinstance(key, str | int) and key != "":
            yield from _lists_below(item, shape.element or UNKNOWN, f"{path}[{key}]")
        else:
            yield f"{path}.Items[{index}] has no {listed.key or 'value'}"
    if listed.key == "HeaderName":
        keys = [key.lower() if isinstance(key, str) else key for key in keys]
    times = Counter(key for key in keys if isinstance(key, str | int))
    yield from (f"{path}[{key}] stands there twice" for key, number in times.items() if number > 1)


def _certificate(config: Mapping[str, Any]) -> Iterator[str]:
    chosen = structure(config.get("ViewerCertificate"))
    given = [name for name in ("ACMCertificateArn", "IAMCertificateId") if chosen.get(name)]
    if chosen.get("CloudFrontDefaultCertificate"):
        given.append("CloudFrontDefaultCertificate")
    if len(given) > 1:
        yield f"ViewerCertificate: {' and '.join(given)} exclude each other"
    has_own = any(name != "CloudFrontDefaultCertificate" for name in given) or "Certificate" in chosen
    if has_own and not (chosen.get("SSLSupportMethod") and chosen.get("MinimumProtocolVersion")):
        yield "ViewerCertificate: with a certificate, SSLSupportMethod and MinimumProtocolVersion are required"
    arn = chosen.get("ACMCertificateArn")
    if arn and ":us-east-1:" not in str(arn):
        yield "ViewerCertificate.ACMCertificateArn must be a certificate in us-east-1"
    if values_in(config.get("Aliases")) and not has_own:
        yield "Aliases need a certificate that covers them"


def _staging(config: Mapping[str, Any]) -> Iterator[str]:
    policy = config.get("ContinuousDeploymentPolicyId")
    if config.get("Staging") and values_in(config.get("Aliases")):
        yield "Aliases: a staging distribution has none"
    if config.get("Staging") and policy:
        yield "ContinuousDeploymentPolicyId: the primary distribution has it, not the staging one"
    if (config.get("Staging") or policy) and config.get("HttpVersion") in HTTP_3:
        yield "HttpVersion: continuous deployment does not go with HTTP/3"


def _error_responses(config: Mapping[str, Any]) -> Iterator[str]:
    for response in structures_in(config.get("CustomErrorResponses")):
        page, path = response.get("ResponsePagePath"), f"CustomErrorResponses[{response.get('ErrorCode')}]"
        if bool(page) != bool(response.get("ResponseCode")):
            yield f"{path}: ResponsePagePath and ResponseCode go together"
        if page and not str(page).startswith("/"):
            yield f"{path}.ResponsePagePath must begin with a slash"


def _texts(config: Mapping[str, Any]) -> Iterator[str]:
    if str(config.get("DefaultRootObject", "")).startswith("/"):
        yield "DefaultRootObject must not begin with a slash"
    if len(str(config.get("Comment", ""))) > MAXIMUM_COMMENT_CHARACTERS:
        yield f"Comment has more than {MAXIMUM_COMMENT_CHARACTERS} characters"
    restriction = structure(structure(config.get("Restrictions")).get("GeoRestriction"))
    if restriction and (restriction.get("RestrictionType") == "none") == bool(values_in(restriction)):
        yield "Restrictions.GeoRestriction must have Items, unless RestrictionType is none"
