"""Write a certificate's validation records to Route 53, as far as the zones are ours and the request wants it."""

from __future__ import annotations

from typing import Any

from cloudfront_extensions.aws.certificate_issuance import CertificateIssuance
from cloudfront_extensions.aws.log import logger
from cloudfront_extensions.certificates.request import CertificateState


@logger.inject_lambda_context
def handler(event: CertificateState, context: Any) -> CertificateState:
    return CertificateIssuance().publish_records(event)
