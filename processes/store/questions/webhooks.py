"""Webhooks of the viewer's regions, and what became of the events that were sent there."""

from __future__ import annotations

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from processes.store.questions.pages import Page, rows_of_page
from processes.store.tables import DeliveryStatus, Webhook, WebhookDelivery
from processes.store.viewer import Viewer

#: most parked deliveries that are shown at once
MOST = 200


def webhooks_of(session: Session, viewer: Viewer) -> list[Webhook]:
    """The webhooks that the viewer answers for, by region and name."""
    query = _seen(viewer).order_by(Webhook.region_code, Webhook.name, Webhook.id)
    return list(session.scalars(query))


def find_webhook(session: Session, viewer: Viewer, webhook_id: str) -> Webhook | None:
    """One of them; None when there is none, or none for the viewer."""
    return session.scalar(_seen(viewer).where(Webhook.id == webhook_id))


def page_of_deliveries(session: Session, webhook_id: str, *, page: int) -> Page[WebhookDelivery]:
    """One page of the deliveries of an endpoint, the newest first."""
    query = (
        select(WebhookDelivery)
        .where(WebhookDelivery.webhook_id == webhook_id)
        .order_by(WebhookDelivery.created_at.desc(), WebhookDelivery.id)
    )
    rows, total = rows_of_page(session, query, page)
    return Page(items=[row for (row,) in rows], number=page, total=total)


def parked_deliveries(session: Session, viewer: Viewer) -> list[tuple[WebhookDelivery, Webhook]]:
    """The deliveries that wait for an administrator, the earliest first."""
    query = _parked(viewer).order_by(WebhookDelivery.created_at, WebhookDelivery.id)
    return [(delivery, row) for delivery, row in session.execute(query.limit(MOST))]


def count_of_parked_deliveries(viewer: Viewer) -> Select[int]:
    """A query: how many of them there are."""
    return _parked(viewer).with_only_columns(func.count())


def _parked(viewer: Viewer) -> Select[WebhookDelivery, Webhook]:
    query = (
        select(WebhookDelivery, Webhook)
        .join(Webhook, Webhook.id == WebhookDelivery.webhook_id)
        .where(WebhookDelivery.status == DeliveryStatus.PARKED, Webhook.removed_at.is_(None))
    )
    if viewer.regions is None:
        return query
    return query.where(Webhook.region_code.in_(viewer.regions))


def _seen(viewer: Viewer) -> Select[Webhook]:
    query = select(Webhook).where(Webhook.removed_at.is_(None))
    if viewer.regions is None:
        return query
    return query.where(Webhook.region_code.in_(viewer.regions))
