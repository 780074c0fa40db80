"""Put on record that a staged bundle is to be imported, and say how long to wait for its turn."""

from __future__ import annotations

from typing import Any

from cloudfront_extensions.aws.import_preparation import prepare_import
from cloudfront_extensions.aws.log import logger
from cloudfront_extensions.certificates.import_request import ImportState


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: Any) -> ImportState:
    return prepare_import(event)
