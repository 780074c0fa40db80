"""Request one certificate from ACM, or find the one that this item already asked for."""

from __future__ import annotations

from typing import Any

from cloudfront_extensions.aws.certificate_issuance import CertificateIssuance
from cloudfront_extensions.aws.log import logger
from cloudfront_extensions.certificates.request import CertificateState, parse_request


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: Any) -> CertificateState:
    return CertificateIssuance().request(parse_request(event))
