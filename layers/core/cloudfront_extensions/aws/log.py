"""The logger of all functions: JSON lines with the request id, never with an event."""

from __future__ import annotations

from aws_lambda_powertools import Logger

logger = Logger(service="cloudfront-extensions")
