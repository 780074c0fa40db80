"""What CloudFront answers for members that a configuration leaves out, as the examples of its API reference show it.

A caller who compares what it sent with what it reads back meets the same additions here as on AWS.
"""

from __future__ import annotations

import copy
from typing import Any

from localaws.server.cloudfront.configuration import Config, behaviors, items

NONE = {"Quantity": 0}
METHODS = ["HEAD", "GET"]
CONFIG: Config = {
    "Aliases": NONE,
    "DefaultRootObject": "",
    "OriginGroups": NONE,
    "CacheBehaviors": NONE,
    "CustomErrorResponses": NONE,
    "Logging": {"Enabled": False, "IncludeCookies": False, "Bucket": "", "Prefix": ""},
    "PriceClass": "PriceClass_All",
    "Restrictions": {"GeoRestriction": {"RestrictionType": "none", "Quantity": 0}},
    "WebACLId": "",
    "HttpVersion": "http2",
    "ContinuousDeploymentPolicyId": "",
    "Staging": False,
}
ORIGIN: dict[str, Any] = {
    "OriginPath": "",
    "CustomHeaders": NONE,
    "ConnectionAttempts": 3,
    "ConnectionTimeout": 10,
    "OriginShield": {"Enabled": False},
    "OriginAccessControlId": "",
}
CUSTOM_ORIGIN: dict[str, Any] = {"OriginReadTimeout": 30, "OriginKeepaliveTimeout": 5}
BEHAVIOR: dict[str, Any] = {
    "TrustedSigners": {"Enabled": False, "Quantity": 0},
    "TrustedKeyGroups": {"Enabled": False, "Quantity": 0},
    "AllowedMethods": {"Quantity": 2, "Items": METHODS},
    "SmoothStreaming": False,
    "Compress": False,
    "LambdaFunctionAssociations": NONE,
    "FunctionAssociations": NONE,
    "FieldLevelEncryptionId": "",
}
OWN_CERTIFICATE: dict[str, Any] = {
    "CloudFrontDefaultCertificate": True,
    "SSLSupportMethod": "vip",
    "MinimumProtocolVersion": "TLSv1",
    "CertificateSource": "cloudfront",
}


def completed(config: Config) -> Config:
    """The configuration as CloudFront stores and shows it; what was given is kept, but for lists without items."""
    complete: Config = _without_empty_lists(copy.deepcopy(CONFIG | config))
    complete["ViewerCertificate"] = _certificate(config.get("ViewerCertificate", {}))
    for origin in items(complete["Origins"]):
        _add(origin, ORIGIN)
        if "CustomOriginConfig" in origin:
            _add(origin["CustomOriginConfig"], CUSTOM_ORIGIN)
    for behavior in behaviors(complete):
        _add(behavior, BEHAVIOR)
        _add(behavior["AllowedMethods"], {"CachedMethods": {"Quantity": 2, "Items": METHODS}})
    return complete


def _certificate(given: dict[str, Any]) -> dict[str, Any]:
    """The deprecated pair Certificate and CertificateSource repeats the choice."""
    arn = given.get("ACMCertificateArn")
    if not arn:
        return dict(OWN_CERTIFICATE)
    chosen = {name: value for name, value in given.items() if name != "IAMCertificateId"}
    return chosen | {"CloudFrontDefaultCertificate": False, "Certificate": arn, "CertificateSource": "acm"}


def _without_empty_lists(value: Any) -> Any:
    """CloudFront answers `{"Quantity": 0}` to `{"Quantity": 0, "Items": []}`, as the example of its events shows it."""
    if isinstance(value, dict):
        return {name: _without_empty_lists(inner) for name, inner in value.items() if inner != []}
    return [_without_empty_lists(inner) for inner in value] if isinstance(value, list) else value


def _add(structure: dict[str, Any], defaults: dict[str, Any]) -> None:
    for name, value in defaults.items():
        structure.setdefault(name, copy.deepcopy(value))
