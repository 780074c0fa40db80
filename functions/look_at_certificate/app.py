"""Look at a certificate whose event did not come: issued, failed, or how long to wait next."""

from __future__ import annotations

from typing import Any

from cloudfront_extensions.aws.certificate_issuance import CertificateIssuance
from cloudfront_extensions.aws.log import logger
from cloudfront_extensions.certificates.request import CertificateState


@logger.inject_lambda_context
def handler(event: CertificateState, context: Any) -> CertificateState:
    return CertificateIssuance().look(event)
