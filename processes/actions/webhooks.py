"""Webhooks of the regions: registering, renewing keys, switching off. Keys are shown once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from processes.actions.actor import Actor
from processes.actions.wording import readable
from processes.errors import Conflict, FieldError, InvalidAnswers, NotAllowed, NotFound
from processes.store import webhook_events, webhook_keys, webhook_outbox
from processes.store.tables import (
    DeliveryStatus,
    Region,
    Webhook,
    WebhookDelivery,
    WebhookDirection,
    new_id,
)
from processes.store.webhook_urls import Doors, UrlRefused, check_url

if TYPE_CHECKING:
    from processes.office import Office

#: networks of this very machine, which a trial may send events to
LOOPBACK = ("127.0.0.0/8", "::1/128")
#: how long an old key still counts beside the new one, and at most
OVERLAP, LONGEST_OVERLAP = timedelta(hours=24), timedelta(days=7)
MOST_HOURS = LONGEST_OVERLAP // timedelta(hours=1)


@dataclass(frozen=True, kw_only=True)
class WebhookWish:
    """What somebody wants registered."""

    region: str
    name: str
    direction: WebhookDirection = WebhookDirection.OUT
    #: where events go, and which; of one that tells us neither
    url: str = ""
    events: Sequence[str] = ()


def doors_of(office: Office) -> Doors:
    """Which addresses events of this installation may be sent to."""
    settings = office.settings
    trial = settings.is_development
    return Doors(networks=settings.webhook_networks + (LOOPBACK if trial else ()), plain=trial)


def register_webhook(
    office: Office, wish: WebhookWish, *, actor: Actor, now: datetime
) -> tuple[Webhook, str]:
    """A new webhook with its key (`whsec_…`), which is shown now and never again.

    Raises InvalidAnswers, or NotAllowed for another region than the actor's.
    """
    name = readable(wish.name, field="name", missing="errors.name_missing", limit=120)
    is_out = wish.direction is WebhookDirection.OUT
    if not is_out and (wish.url or wish.events):
        raise InvalidAnswers({"url": FieldError("webhooks.incoming_plain")})
    with office.database.write() as session:
        if session.get(Region, wish.region) is None:
            raise InvalidAnswers({"region": FieldError("webhooks.region_unknown")})
        _check_region(actor, wish.region)
        row = Webhook(
            region_code=wish.region,
            name=name,
            direction=wish.direction,
            url=_url(office, wish.url) if is_out else None,
            events=_events(wish.events) if is_out else [],
            salt=webhook_keys.make_salt(),
            active=True,
            active_since=now,
            created_by=actor.name[:300],
            created_at=now,
        )
        session.add(row)
        session.flush()
    return row, _shown(office, row)


def rotate_webhook(
    office: Office, webhook_id: str, *, actor: Actor, now: datetime, hours: int | None = None
) -> tuple[Webhook, str]:
    """A fresh key, shown once; the old one counts beside it for `hours` (24; 0 ends it at once)."""
    overlap = OVERLAP if hours is None else timedelta(hours=hours)
    if not timedelta(0) <= overlap <= LONGEST_OVERLAP:
        raise InvalidAnswers({"hours": FieldError("webhooks.hours", most=MOST_HOURS)})
    with office.database.write() as session:
        row = find(session, webhook_id, actor)
        row.previous_salt, row.previous_until = row.salt, now + overlap
        row.salt = webhook_keys.make_salt()
    return row, _shown(office, row)


def change_webhook(
    office: Office,
    webhook_id: str,
    *,
    actor: Actor,
    now: datetime,
    url: str | None = None,
    events: Sequence[str] | None = None,
    active: bool | None = None,
) -> Webhook:
    """Send elsewhere, or other events, or switch on and off; what is None stays.

    Switched on again it is told what happens from then on, and what was parked can be sent again.
    """
    with office.database.write() as session:
        row = find(session, webhook_id, actor)
        if row.direction is WebhookDirection.IN and (url is not None or events is not None):
            raise InvalidAnswers({"url": FieldError("webhooks.incoming_plain")})
        if url is not None:
            row.url, row.rest_until = _url(office, url), None
        if events is not None:
            row.events = _events(events)
        if active is True and not row.active:
            row.active_since, row.off_reason, row.rest_until = now, "", None
        if active is not None:
            row.active = active
    return row


def remove_webhook(office: Office, webhook_id: str, *, actor: Actor, now: datetime) -> Webhook:
    """End a webhook for ever; what waited for it is dropped, its key opens nothing any more."""
    with office.database.write() as session:
        row = find(session, webhook_id, actor)
        row.active, row.removed_at, row.removed_by = False, now, actor.name[:300]
        webhook_outbox.drop_waiting(session, row.id)
    return row


def send_test(office: Office, webhook_id: str, *, actor: Actor, now: datetime) -> WebhookDelivery:
    """Let an event of the type `webhook.test` wait for an endpoint."""
    with office.database.write() as session:
        row = find(session, webhook_id, actor)
        _check_sends(row)
        row.rest_until = None
        key = f"test:{new_id()}"
        facts = {"region": row.region_code}
        return webhook_events.put(session, row, key, webhook_events.TEST, facts, at=now, now=now)


def deliver_again(
    office: Office, delivery_id: str, *, actor: Actor, now: datetime
) -> WebhookDelivery:
    """Let an event that was parked try anew, with its id."""
    with office.database.write() as session:
        delivery = session.get(WebhookDelivery, delivery_id)
        if delivery is None:
            raise NotFound
        _check_sends(find(session, delivery.webhook_id, actor))
        if delivery.status is not DeliveryStatus.PARKED:
            raise Conflict("webhooks.not_parked")
        webhook_outbox.send_again(session, delivery, now)
    return delivery


def find(session: Session, webhook_id: str, actor: Actor) -> Webhook:
    """A webhook of a region the actor answers for; NotFound for any other."""
    row = session.get(Webhook, webhook_id)
    if row is None or row.removed_at is not None or not actor.may_act_for(row.region_code):
        raise NotFound
    return row


def _check_region(actor: Actor, region: str) -> None:
    if not actor.may_act_for(region):
        raise NotAllowed("api.region_needed", regions=", ".join(sorted(actor.regions or ())))


def _check_sends(row: Webhook) -> None:
    if row.direction is not WebhookDirection.OUT:
        raise Conflict("webhooks.incoming_plain")
    if not row.active:
        raise Conflict("webhooks.is_off")


def _url(office: Office, url: str) -> str:
    try:
        check_url(url, doors_of(office))
    except UrlRefused as refused:
        raise InvalidAnswers({"url": FieldError(refused.key, **refused.values)}) from None
    return url


def _events(events: Sequence[str]) -> list[str]:
    unknown = sorted(set(events) - set(webhook_events.TYPES))
    if unknown or not events:
        known = ", ".join(webhook_events.TYPES)
        raise InvalidAnswers({"events": FieldError("webhooks.events", known=known)})
    return [each for each in webhook_events.TYPES if each in events]


def _shown(office: Office, row: Webhook) -> str:
    return webhook_keys.shown(webhook_keys.key_of(office.secret, row.salt))
