"""Parameters that an extension must not be deployed with: at the edge they would be a hole, a 502, or no function at all."""

from __future__ import annotations

import pytest

from cloudfront_extensions.extensions.catalogue import parse_parameter
from cloudfront_extensions.extensions.parameters import complaints
from extensions.catalog.entries import parameter_document
from extensions.catalog.folders import ROOT, read_extension

REFUSED = {
    "cognito-jwt": [
        ("Issuer", "http://issuer.example.com"),
        ("JwksUrl", "file:///etc/passwd"),
        ("ClientIds", ""),
        ("ClientIds", "web,,app"),
        ("TokenUse", "refresh"),
    ],
    "oidc-login": [
        ("AuthorizationEndpoint", "https://login.example.com/authorize?tenant=1"),
        ("TokenEndpoint", "http://login.example.com/token"),
        ("Scope", "email profile"),
        ("SecretArn", "a-secret"),
        ("CallbackPath", "//other.example.net"),
        ("SignOutUrl", "javascript:alert(1)"),
        ("SessionMinutes", "0"),
    ],
    "cache-control": [
        ("Rules", "[]"),
        ("Rules", '[{"path": "/a"}]'),
        ("Rules", '[{"cacheControl": "no-store\\r\\nx-a: b"}]'),
        ("Rules", '[{"cacheControl": "no-store", "contentTypes": ["html"]}]'),
    ],
    "error-page": [
        ("Pages", '{"200": {"body": "a"}}'),
        ("Pages", '{"404": {"body": "a", "location": "/"}}'),
        ("Pages", '{"404": {"body": "a", "status": 204}}'),
        ("Pages", '{"404": {"location": "//other.example.net"}}'),
        ("Pages", '{"404": {"body": "%s"}}' % ("x" * 4096)),
    ],
    "follow-redirect": [
        ("AllowedHosts", ""),
        ("AllowedHosts", "169.254.169.254"),
        ("AllowedHosts", "*"),
        ("MaxBytes", "1000000"),
    ],
    "body-rewrite": [
        ("Replacements", '[{"text": "", "with": "a"}]'),
        ("Replacements", '[{"text": "a", "pattern": "a", "with": "b"}]'),
        ("ContentTypes", "html"),
        ("MaxBytes", "1000001"),
    ],
    "static-response": [
        ("Answers", '{"robots.txt": {"body": "a"}}'),
        ("Answers", '{"/robots.txt": {}}'),
        ("Answers", '{"/robots.txt": {"body": "a", "status": 204}}'),
    ],
    "response-headers": [
        ("Remove", "via"),
        ("Remove", "server,warning"),
        ("Copy", '{"x-a": "authorization"}'),
        ("Set", '{"set-cookie": "a=1"}'),
        ("Set", '{"x-amz-cf-id": "1"}'),
        ("Set", '{"X-Upper": "1"}'),
    ],
    "form-to-header": [
        ("Fields", "{}"),
        ("Fields", '{"a": "host"}'),
        ("Fields", '{"a": "x-real-ip"}'),
        ("Fields", '{"a": "x-edge-a"}'),
    ],
    "image-resize": [("DistributionArns", "*"), ("Memory", "128")],
}


@pytest.mark.parametrize(
    ("slug", "name", "value"),
    [(slug, name, value) for slug, values in REFUSED.items() for name, value in values],
    ids=lambda text: text[:40],
)
def test_a_parameter_that_would_do_harm_is_refused(slug: str, name: str, value: str) -> None:
    parameter = parse_parameter(parameter_document(read_extension(ROOT / slug), name))
    assert list(complaints(parameter, value, name))
