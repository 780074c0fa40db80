"""Certificates are issued, fail, time out and expire without anybody asking: one thread looks many times a second."""

from __future__ import annotations

import logging
import threading
import time

from localaws.server.acm import certificates, events, outcomes
from localaws.server.acm.certificates import ISSUED, PENDING, Certificate
from localaws.server.acm.events import Event
from localaws.server.acm.validation import is_proved
from localaws.server.route53 import dns

INTERVAL = 0.05
"""Seconds of this machine between two looks; a look that takes long is followed by a longer pause."""
PAUSE_PER_WORK = 4

logger = logging.getLogger(__name__)


def start() -> None:
    threading.Thread(target=_run_forever, name="acm-issuance", daemon=True).start()


def look() -> None:
    """Move every certificate on that is ready, then tell EventBridge."""
    now = time.time()
    told: list[Event] = []
    with certificates.lock:
        changing = [certificate for _, _, certificate in certificates.everywhere() if _can_change(certificate, now)]
        records = dns.everything() if changing else {}
        for certificate in changing:
            told += _advance(certificate, records, now)
    for event in told:
        events.send(event)


def _can_change(certificate: Certificate, now: float) -> bool:
    return certificate["Status"] == PENDING or _has_ended(certificate, now) or outcomes.are_ordered()


def _has_ended(certificate: Certificate, now: float) -> bool:
    return bool(certificate["Status"] == ISSUED and certificate["NotAfter"] <= now)


def _advance(certificate: Certificate, records: dict[tuple[str, str], list[str]], now: float) -> list[Event]:
    event = outcomes.apply(certificate, now)
    if event is None and _has_ended(certificate, now):
        event = outcomes.end(certificate, "EXPIRED", None, now)
    if event or certificate["Status"] != PENDING:
        return [event] if event else []
    if now >= certificate["_records_shown_at"]:
        for option in certificate["DomainValidationOptions"]:
            if option["ValidationStatus"] == PENDING and is_proved(option.get("ResourceRecord"), records):
                option["ValidationStatus"] = "SUCCESS"
    if all(option["ValidationStatus"] == "SUCCESS" for option in certificate["DomainValidationOptions"]):
        certificates.mark_issued(certificate, now)
        return [events.available(certificate, "ISSUANCE", now)]
    if now >= certificate["_times_out_at"]:
        outcomes.end(certificate, "VALIDATION_TIMED_OUT", None, now)
    return []


def _run_forever() -> None:
    pause = INTERVAL
    while True:
        time.sleep(pause)
        started = time.monotonic()
        try:
            look()
        except Exception:
            logger.exception("a look at the pending certificates failed; the next one comes")
        pause = max(INTERVAL, PAUSE_PER_WORK * (time.monotonic() - started))
