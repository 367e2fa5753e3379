"""Events on their way: claimed with a lease, sent outside any transaction, marked afterwards.

At least once, always with the same id. An endpoint that fails is left in peace for a while; when
something gets through to it, what had waited follows at once. After the last try, three days after
the first, a delivery is parked and shown to the administrators.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from processes.store.outbox import LEASE
from processes.store.tables import DeliveryStatus, Webhook, WebhookDelivery
from processes.store.tries import CLOCK_ERROR, PAUSES, TRIES, unless_ticked

#: how long an endpoint is left in peace after a failed try, and at most when it asks for longer
REST, LONGEST_REST = timedelta(seconds=30), timedelta(hours=24)


def claim(
    session: Session, now: datetime, limit: int, *, without: Collection[str] = ()
) -> list[WebhookDelivery]:
    """Take one due delivery of each of up to `limit` endpoints, but those of `without` (ids)."""
    furthest = now + CLOCK_ERROR
    due = (
        WebhookDelivery.status == DeliveryStatus.WAITING,
        or_(
            WebhookDelivery.not_before <= now,
            unless_ticked(now, WebhookDelivery.not_before > furthest + PAUSES[-1]),
        ),
        or_(
            WebhookDelivery.lease_until.is_(None),
            WebhookDelivery.lease_until <= now,
            unless_ticked(now, WebhookDelivery.lease_until > furthest + LEASE),
        ),
    )
    ready = (
        select(Webhook.id)
        .join(WebhookDelivery, WebhookDelivery.webhook_id == Webhook.id)
        .where(*due, Webhook.active, Webhook.removed_at.is_(None), Webhook.id.not_in(without))
        .where(
            or_(
                Webhook.rest_until.is_(None),
                Webhook.rest_until <= now,
                Webhook.rest_until > furthest + LONGEST_REST,
            )
        )
        .group_by(Webhook.id)
        .order_by(func.min(WebhookDelivery.not_before))
        .limit(limit)
    )
    taken = []
    for endpoint_id in session.scalars(ready).all():
        first = (
            select(WebhookDelivery)
            .where(*due, WebhookDelivery.webhook_id == endpoint_id)
            .order_by(WebhookDelivery.not_before, WebhookDelivery.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        for delivery in session.scalars(first):
            delivery.attempts += 1
            delivery.lease_until = now + LEASE
            taken.append(delivery)
    session.flush()
    return taken


def mark_sent(session: Session, delivery_id: str, *, answered: int, now: datetime) -> None:
    """Note that the other side took an event; what had failed before may follow at once."""
    delivery = session.get_one(WebhookDelivery, delivery_id)
    delivery.status, delivery.sent_at, delivery.lease_until = DeliveryStatus.SENT, now, None
    delivery.answer_status, delivery.last_error = answered, None
    session.flush()
    session.get_one(Webhook, delivery.webhook_id).rest_until = None
    session.execute(
        update(WebhookDelivery)
        .where(
            WebhookDelivery.webhook_id == delivery.webhook_id,
            WebhookDelivery.status == DeliveryStatus.WAITING,
            WebhookDelivery.not_before > now,
        )
        .values(not_before=now)
    )


def mark_failed(
    session: Session,
    delivery_id: str,
    *,
    why: str,
    answered: int | None,
    now: datetime,
    rest: timedelta = REST,
) -> None:
    """Note a failed try: the delivery waits for the next one, or is parked after the last."""
    delivery = session.get_one(WebhookDelivery, delivery_id)
    delivery.lease_until, delivery.last_error = None, why[:2000]
    delivery.answer_status = answered
    if delivery.status is not DeliveryStatus.WAITING:
        return
    if delivery.attempts >= TRIES:
        delivery.status = DeliveryStatus.PARKED
    else:
        delivery.not_before = now + PAUSES[max(delivery.attempts, 1) - 1]
    endpoint = session.get_one(Webhook, delivery.webhook_id)
    endpoint.rest_until = now + min(max(rest, REST), LONGEST_REST)
    session.flush()


def switch_off(session: Session, endpoint: Webhook, why: str) -> None:
    """Send nothing more there, as the other side wishes (410); what waited is parked."""
    endpoint.active, endpoint.off_reason = False, why[:2000]
    _settle(session, endpoint.id, DeliveryStatus.PARKED, why)


def drop_waiting(session: Session, endpoint_id: str) -> None:
    """Let go of what waits for an endpoint that is no more."""
    _settle(session, endpoint_id, DeliveryStatus.DROPPED, None)


def send_again(session: Session, delivery: WebhookDelivery, now: datetime) -> None:
    """Let a delivery try anew from the start, with its id."""
    delivery.status, delivery.attempts = DeliveryStatus.WAITING, 0
    delivery.not_before, delivery.lease_until = now, None
    session.flush()


def _settle(session: Session, endpoint_id: str, status: DeliveryStatus, why: str | None) -> None:
    waiting = update(WebhookDelivery).where(
        WebhookDelivery.webhook_id == endpoint_id,
        WebhookDelivery.status == DeliveryStatus.WAITING,
    )
    if status is DeliveryStatus.DROPPED:
        waiting = update(WebhookDelivery).where(
            WebhookDelivery.webhook_id == endpoint_id,
            WebhookDelivery.status.in_((DeliveryStatus.WAITING, DeliveryStatus.PARKED)),
        )
    values = {"status": status, "lease_until": None}
    session.execute(waiting.values(**values, **({"last_error": why[:2000]} if why else {})))
    session.flush()
