"""/certificates: what the last inventory saw."""

from __future__ import annotations

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Query

from cloudfront_extensions.operations import certificates
from rest.answers import Answer, document
from rest.parameters import CertificateId, Cursor, Limit
from rest.routing import new_router, route

router = new_router()


@route(router, "listCertificates")
def list_certificates(
    domain: Annotated[str | None, Query(max_length=1012, description="Only certificates for this name.")] = None,
    status: Annotated[certificates.AcmStatus | None, Query(description="Only certificates of this status.")] = None,
    expires_after: Annotated[
        str | None, Query(alias="expiresAfter", description="Only certificates that end after this time (RFC 3339).")
    ] = None,
    expires_before: Annotated[
        str | None, Query(alias="expiresBefore", description="Only certificates that end before this time (RFC 3339).")
    ] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Answer:
    """All certificates of the account, as the last inventory saw them."""
    return document(
        certificates.list_certificates(
            domain=domain,
            status=status,
            expires_after=expires_after,
            expires_before=expires_before,
            limit=limit,
            cursor=cursor,
        )
    )


@route(router, "getCertificate")
def get_certificate(certificate_id: CertificateId) -> Answer:
    """One certificate."""
    return document(certificates.get_certificate(certificate_id))
