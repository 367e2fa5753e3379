"""Delivering events to the systems of the regions: claim, call, mark; as with letters, and apart.

A slow receiver keeps back no mail and no other receiver: each round takes one event for each, and
whoever failed is not asked again before the next sweep.
"""

from __future__ import annotations

import json
import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from processes.actions.webhooks import doors_of
from processes.office import Office
from processes.sentences import say
from processes.store import pauses, webhook_events, webhook_keys, webhook_outbox
from processes.store.tables import Webhook, WebhookDelivery
from worker.webhook_calls import Answer, call

log = logging.getLogger(__name__)

#: endpoints that are called at the same time
AT_ONCE = 8
GONE = 410
API = "/api/v1"


@dataclass(frozen=True, kw_only=True)
class Round:
    """What one round did."""

    tried: int
    sent: int
    #: endpoints (ids) that did not take what they were sent
    failed: frozenset[str]


def note_late(office: Office, now: datetime) -> None:
    """Write the events of tasks whose deadline passed, where any system wants them."""
    with office.database.read() as session:
        wanted = webhook_events.is_wanted(session, webhook_events.OVERDUE)
    if wanted:
        with office.database.write() as session:
            webhook_events.note_overdue(session, now)


def deliver_events(office: Office, now: datetime) -> int:
    """Deliver every event that is due at `now`; how many were taken."""
    sent, failed = 0, frozenset[str]()
    while (done := deliver_round(office, now, without=failed)).tried:
        sent, failed = sent + done.sent, failed | done.failed
    return sent


def deliver_round(office: Office, now: datetime, *, without: frozenset[str] = frozenset()) -> Round:
    """Deliver one due event to each of a few endpoints; none while the sending is paused."""
    with office.database.write() as session:
        if pauses.running(session) is not None:
            return Round(tried=0, sent=0, failed=frozenset())
        taken = webhook_outbox.claim(session, now, AT_ONCE, without=without)
        pairs = [(each, session.get_one(Webhook, each.webhook_id)) for each in taken]
    if not pairs:
        return Round(tried=0, sent=0, failed=frozenset())
    with ThreadPoolExecutor(AT_ONCE) as threads:
        answers = list(threads.map(lambda pair: _call(office, pair[0], pair[1], now), pairs))
    sent, failed = 0, set()
    for (delivery, endpoint), answer in zip(pairs, answers, strict=True):
        _mark(office, delivery, endpoint, answer, now)
        sent += answer.is_taken
        if not answer.is_taken:
            failed.add(endpoint.id)
    return Round(tried=len(pairs), sent=sent, failed=frozenset(failed))


def _ids(delivery: WebhookDelivery) -> dict[str, str | None]:
    """What a log tells of an event."""
    return {"delivery": delivery.id, "case": delivery.case_id, "task": delivery.task_id}


def body_of(office: Office, delivery: WebhookDelivery) -> bytes:
    """The body of an event; the same at every try."""
    base = office.settings.base_url + API
    links = {}
    if delivery.case_id:
        links["case"] = f"{base}/cases/{delivery.case_id}"
    if delivery.task_id:
        links["task"] = f"{base}/tasks/{delivery.task_id}"
    found: dict[str, Any] = {
        "type": delivery.kind,
        "timestamp": delivery.at.astimezone(UTC).isoformat(),
        "data": {**delivery.facts, "links": links},
    }
    return json.dumps(found, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def _call(office: Office, delivery: WebhookDelivery, endpoint: Webhook, now: datetime) -> Answer:
    body = body_of(office, delivery)
    keys = webhook_keys.keys_of(office.secret, endpoint, now)
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "ksdd-webhooks",
        **webhook_keys.headers_for(keys, delivery.id, body, now),
    }
    return call(endpoint.url or "", body, headers, doors_of(office))


def _mark(
    office: Office, delivery: WebhookDelivery, endpoint: Webhook, answer: Answer, now: datetime
) -> None:
    with office.database.write() as session:
        if answer.is_taken and answer.status is not None:
            webhook_outbox.mark_sent(session, delivery.id, answered=answer.status, now=now)
            return
        log.warning("event not sent yet: %s", answer.why, extra=_ids(delivery))
        webhook_outbox.mark_failed(
            session,
            delivery.id,
            why=answer.why,
            answered=answer.status,
            now=now,
            rest=answer.rest,
        )
        if answer.status == GONE:
            row = session.get_one(Webhook, endpoint.id)
            webhook_outbox.switch_off(session, row, say("webhooks.gone"))
