"""Webhooks of the regions' own systems: register, list, renew the key, switch off, look and try."""

from __future__ import annotations

from typing import Any

from flask import Response

from processes import actions
from processes.actions import WebhookWish
from processes.errors import NotFound
from processes.store import questions
from processes.store.tables import AccountRole, Webhook, WebhookDirection
from processes.store.webhook_events import TYPES
from processes.store.webhook_urls import LONGEST
from webhooks.api import webhook_shapes
from webhooks.api.answers import answer, page
from webhooks.api.calls import Ask, Call, shape
from webhooks.api.fields import REGION, Choice, Fields, Flag, Text, Texts, Whole

ADMINISTERING = frozenset({AccountRole.ADMIN})


def list_webhooks(ask: Ask) -> Response:
    """The webhooks of the token's regions."""
    with ask.office.database.read() as session:
        found = questions.webhooks_of(session, ask.caller.viewer)
    return answer({"items": [_shown(ask, row) for row in found]})


def add_webhook(ask: Ask) -> Response:
    """Register one; the answer holds its key, this once."""
    wish = WebhookWish(
        region=ask.body["region"],
        name=ask.body["name"],
        direction=WebhookDirection(ask.body.get("direction", WebhookDirection.OUT)),
        url=ask.body.get("url", ""),
        events=ask.body.get("events", ()),
    )
    row, secret = actions.register_webhook(ask.office, wish, actor=ask.caller.actor, now=ask.now)
    location = ask.url(f"/webhooks/{row.id}")
    return answer({**_shown(ask, row), "secret": secret}, 201, location=location)


def show_webhook(ask: Ask, webhook_id: str) -> Response:
    """One of them."""
    return answer(_shown(ask, _find(ask, webhook_id)))


def change_webhook(ask: Ask, webhook_id: str) -> Response:
    """Another address, other events, on or off."""
    row = actions.change_webhook(
        ask.office,
        webhook_id,
        actor=ask.caller.actor,
        now=ask.now,
        url=ask.body.get("url"),
        events=ask.body.get("events"),
        active=ask.body.get("active"),
    )
    return answer(_shown(ask, row))


def rotate_webhook(ask: Ask, webhook_id: str) -> Response:
    """A fresh key; the old one counts beside it for a while."""
    row, secret = actions.rotate_webhook(
        ask.office,
        webhook_id,
        actor=ask.caller.actor,
        now=ask.now,
        hours=ask.body.get("hours"),
    )
    return answer({**_shown(ask, row), "secret": secret})


def remove_webhook(ask: Ask, webhook_id: str) -> Response:
    """End it for ever."""
    row = actions.remove_webhook(ask.office, webhook_id, actor=ask.caller.actor, now=ask.now)
    return answer(_shown(ask, row))


def try_webhook(ask: Ask, webhook_id: str) -> Response:
    """Send a test event; how it went is among the deliveries a moment later."""
    row = actions.send_test(ask.office, webhook_id, actor=ask.caller.actor, now=ask.now)
    return answer(webhook_shapes.delivery(row), 202)


def list_deliveries(ask: Ask, webhook_id: str) -> Response:
    """What was sent there, the newest first."""
    _find(ask, webhook_id)
    with ask.office.database.read() as session:
        found = questions.page_of_deliveries(session, webhook_id, page=ask.query.get("page", 1))
    return answer(page(found, [webhook_shapes.delivery(row) for row in found.items]))


def deliver_again(ask: Ask, delivery_id: str) -> Response:
    """Let an event that was parked try anew."""
    row = actions.deliver_again(ask.office, delivery_id, actor=ask.caller.actor, now=ask.now)
    return answer(webhook_shapes.delivery(row))


def _find(ask: Ask, webhook_id: str) -> Webhook:
    with ask.office.database.read() as session:
        found = questions.find_webhook(session, ask.caller.viewer, webhook_id)
    if found is None:
        raise NotFound
    return found


def _shown(ask: Ask, row: Webhook) -> dict[str, Any]:
    return webhook_shapes.webhook(row, address=ask.url(f"/webhooks/{row.id}"))


_URL = Text(maximum=LONGEST, example="https://sistem.daerah.go.id/ksdd")
_EVENTS = Texts(of=Text(maximum=60, example=TYPES[0]), minimum=1, maximum=len(TYPES))
_WISH = Fields(
    kinds={
        "region": REGION,
        "name": Text(maximum=120, example="Sistem persuratan"),
        "direction": Choice(words=tuple(each.value for each in WebhookDirection)),
        "url": _URL,
        "events": _EVENTS,
    },
    required=("region", "name"),
)
_PATH = "/webhooks/{webhook_id}"


def _call(name: str, path: str, view: Any, schema: str, **more: Any) -> Call:
    status = more.pop("status", 200)
    method = more.pop("method", "POST")
    return Call(
        name=name,
        method=method,
        path=path,
        view=view,
        roles=ADMINISTERING,
        answers={status: shape(schema)},
        **more,
    )


CALLS = (
    _call("list_webhooks", "/webhooks", list_webhooks, "Webhooks", method="GET"),
    _call("add_webhook", "/webhooks", add_webhook, "NewWebhook", json=_WISH, status=201),
    _call("show_webhook", _PATH, show_webhook, "Webhook", method="GET"),
    _call(
        "change_webhook",
        f"{_PATH}/change",
        change_webhook,
        "Webhook",
        json=Fields(kinds={"url": _URL, "events": _EVENTS, "active": Flag()}),
    ),
    _call(
        "rotate_webhook",
        f"{_PATH}/rotate",
        rotate_webhook,
        "NewWebhook",
        json=Fields(kinds={"hours": Whole(minimum=0)}),
        json_optional=True,
    ),
    _call("remove_webhook", f"{_PATH}/remove", remove_webhook, "Webhook"),
    _call("try_webhook", f"{_PATH}/test", try_webhook, "Delivery", status=202, conflicts=True),
    _call(
        "list_webhook_deliveries",
        f"{_PATH}/deliveries",
        list_deliveries,
        "DeliveryPage",
        method="GET",
        query=Fields(kinds={"page": Whole()}),
    ),
    _call(
        "deliver_event_again",
        "/deliveries/{delivery_id}/again",
        deliver_again,
        "Delivery",
        conflicts=True,
    ),
)
