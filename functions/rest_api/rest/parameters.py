"""What paths, queries and headers may hold: strict patterns, so that whatever else a path is made to say leads nowhere."""

from __future__ import annotations

import re
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Header, Path, Query
from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from cloudfront_extensions.operations.cursors import LONGEST
from cloudfront_extensions.operations.versions import HIGHEST


def _digits(text: object) -> object:
    """Python reads 1_0 and 1.0 as numbers too; one number has one address."""
    if isinstance(text, str) and not re.fullmatch("[0-9]+", text):
        raise PydanticCustomError("digits", "give a whole number in digits")
    return text


_Digits = BeforeValidator(_digits)

IDENTIFIER = r"^[A-Za-z0-9][A-Za-z0-9_-]{0,47}$"
"""A request token, which is the id of the job or rollback."""

ONE_ETAG = r'^(\*|"[!#-)+-~]*")$'
"""A strong one, in which no asterisk stands: of several, or of a weak one, nobody could say what was read."""

JobId = Annotated[str, Path(alias="jobId", pattern=IDENTIFIER, description="The request token of the job.")]
RequestToken = Annotated[str, Path(alias="requestToken", pattern=IDENTIFIER, description="That of the rollback.")]
ExportId = Annotated[str, Path(alias="exportId", pattern=IDENTIFIER, description="The request token of the export.")]
PrewarmId = Annotated[str, Path(alias="prewarmId", pattern=IDENTIFIER, description="That of the pre-warming.")]
CertificateId = Annotated[
    str, Path(alias="certificateId", pattern=r"^[A-Za-z0-9-]{1,64}$", description="The end of the certificate's ARN.")
]
DistributionId = Annotated[
    str, Path(alias="distributionId", pattern=r"^[A-Z0-9]{1,32}$", description="CloudFront's id of the distribution.")
]
VersionNumber = Annotated[int, Field(ge=1, le=HIGHEST), _Digits]
Number = Annotated[VersionNumber, Path(alias="number", description="The number of a version, from 1 up.")]
SnapshotName = Annotated[
    str, Path(alias="name", pattern=r"^[A-Za-z0-9._-]{1,64}$", description="The snapshot; latest is the live version.")
]
Limit = Annotated[int, Field(ge=1, le=100), _Digits, Query(description="How many there are on a page at most.")]
Cursor = Annotated[
    str | None, Query(max_length=LONGEST, description="nextCursor of the page before; the next page follows.")
]
IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        pattern=IDENTIFIER,
        description="The request token, where the body names none. The same request with the same key starts nothing twice.",
    ),
]
IfMatch = Annotated[
    str | None,
    Header(
        alias="If-Match",
        max_length=256,
        pattern=ONE_ETAG,
        description="The ETag of what the client has seen, in its quotation marks, or *; 412 if it has changed.",
    ),
]
