"""AWS Certificate Manager: certificates wait for their DNS records, imports are read, events are sent.

Replaces MiniStack's ACM, which issues at once, and its CloudFormation type; the table of certificates stays.
"""

from __future__ import annotations

from localaws.server.acm import counts, events, issuance, operations, outcomes, renewals, requests, resource_type
from localaws.server.seams import on_reset, provide_type, wrap
from localaws.server.settings import Settings


def install(settings: Settings) -> None:
    from ministack.services import acm, tagging

    service = operations.service(settings)
    wrap(acm, "handle_request", lambda _: service.handle_request)
    for forget in (counts.forget, outcomes.forget, requests.forget_tokens):
        on_reset(acm, forget)
    provide_type(resource_type.NAME, resource_type.handlers(settings))
    tagging._COLLECTORS["acm"] = operations.tagged_certificates
    events.install()
    outcomes.install()
    renewals.install()
    issuance.start()
