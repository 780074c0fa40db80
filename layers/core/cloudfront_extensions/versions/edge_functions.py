"""Edge functions as configurations name them: the events at which they run, and their ARNs."""

from __future__ import annotations

import re
from enum import StrEnum


class EdgeEvent(StrEnum):
    VIEWER_REQUEST = "viewer-request"
    VIEWER_RESPONSE = "viewer-response"
    ORIGIN_REQUEST = "origin-request"
    ORIGIN_RESPONSE = "origin-response"


VIEWER_EVENTS = (EdgeEvent.VIEWER_REQUEST, EdgeEvent.VIEWER_RESPONSE)
"""The only ones for functions of CloudFront."""
WITH_A_BODY = (EdgeEvent.VIEWER_REQUEST, EdgeEvent.ORIGIN_REQUEST)
"""At which Lambda@Edge may see the body of a request."""

_NAME = "[A-Za-z0-9_-]{1,64}"
FUNCTION = re.compile(rf"arn:aws[a-z-]*:cloudfront::[0-9]{{12}}:function/{_NAME}")
LAMBDA_FUNCTION = re.compile(rf"arn:aws[a-z-]*:lambda:us-east-1:[0-9]{{12}}:function:{_NAME}")
LAMBDA_VERSION = re.compile(rf"{LAMBDA_FUNCTION.pattern}:[1-9][0-9]*")
"""CloudFront takes numbered versions, and in this Region alone (Developer Guide, "Restrictions on Lambda@Edge")."""


def is_lambda(arn: str) -> bool:
    return LAMBDA_FUNCTION.match(arn) is not None
