"""Read a certificate's validation records from ACM and keep them on its item."""

from __future__ import annotations

from typing import Any

from cloudfront_extensions.aws.certificate_issuance import CertificateIssuance
from cloudfront_extensions.aws.log import logger
from cloudfront_extensions.certificates.request import CertificateState


@logger.inject_lambda_context
def handler(event: CertificateState, context: Any) -> CertificateState:
    return CertificateIssuance().read_records(event)
