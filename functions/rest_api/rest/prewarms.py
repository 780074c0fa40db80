"""/prewarms: URLs fetched through CloudFront's points of presence before viewers ask for them."""

from __future__ import annotations

from cloudfront_extensions.operations import prewarms
from rest.answers import Answer, document, hashed
from rest.callers import caller_of
from rest.parameters import IdempotencyKey, PrewarmId
from rest.requests import NewPrewarm
from rest.routing import new_router, route

router = new_router()


@route(router, "startPrewarm", 202)
def start_prewarm(body: NewPrewarm, idempotency_key: IdempotencyKey = None) -> Answer:
    """Fetch URLs through points of presence, where asked after an invalidation; one that failed goes on."""
    started = prewarms.start_prewarm(
        body.given(), idempotency_key=idempotency_key, caller=caller_of(router.current_event.raw_event)
    )
    return document(started, location=f"prewarms/{started['prewarmId']}")


@route(router, "getPrewarm")
def get_prewarm(prewarm_id: PrewarmId) -> Answer:
    """A pre-warming: how far it is, and links to its report once it has ended, which last some minutes."""
    found = prewarms.get_prewarm(prewarm_id)
    return document(found, tag=hashed({**found, "report": found["report"] is not None}))
