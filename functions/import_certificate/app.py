"""Import a staged certificate, key and chain into ACM, and destroy the staged copy."""

from __future__ import annotations

from typing import Any

from cloudfront_extensions.aws.certificate_imports import CertificateImports
from cloudfront_extensions.aws.log import logger
from cloudfront_extensions.certificates.import_request import ImportedCertificate, ImportState

imports = CertificateImports()


@logger.inject_lambda_context
def handler(event: ImportState, context: Any) -> ImportedCertificate:
    return imports.run(event)
