"""Certificates are issued, fail and time out without anybody asking: one thread looks at them many times a second."""

from __future__ import annotations

import logging
import threading
import time

from localaws.server.acm import certificates, events, outcomes
from localaws.server.acm.certificates import PENDING, Certificate
from localaws.server.acm.events import Event
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
        changing = [certificate for _, _, certificate in certificates.everywhere() if _can_change(certificate)]
        records = dns.everything() if changing else {}
        for certificate in changing:
            told += _advance(certificate, records, now)
    for event in told:
        events.send(event)


def _can_change(certificate: Certificate) -> bool:
    return certificate["Status"] == PENDING or outcomes.are_ordered()


def _advance(certificate: Certificate, records: dict[tuple[str, str], list[str]], now: float) -> list[Event]:
    event = outcomes.apply(certificate, now)
    if event or certificate["Status"] != PENDING:
        return [event] if event else []
    if now >= certificate["_records_shown_at"]:
        for option in certificate["DomainValidationOptions"]:
            if option["ValidationStatus"] == PENDING and _is_proved(option.get("ResourceRecord"), records):
                option["ValidationStatus"] = "SUCCESS"
    if all(option["ValidationStatus"] == "SUCCESS" for option in certificate["DomainValidationOptions"]):
        certificates.mark_issued(certificate, now)
        return [events.available(certificate, "ISSUANCE", now)]
    if now >= certificate["_times_out_at"]:
        outcomes.end(certificate, "VALIDATION_TIMED_OUT", None, now)
    return []


def _is_proved(record: dict[str, str] | None, records: dict[tuple[str, str], list[str]]) -> bool:
    """Whether the CNAME is published. Validation by e-mail and HTTP has no record, and nobody here who answers."""
    if record is None:
        return False
    published = records.get((dns.normalised(record["Name"]), record["Type"]), [])
    return dns.normalised(record["Value"]) in map(dns.normalised, published)


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
