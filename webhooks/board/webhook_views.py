"""The page of webhooks, for administrators: which systems are connected, what was sent there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from flask import Response, make_response, redirect, render_template, request, url_for

from processes import actions
from processes.actions import WebhookWish
from processes.errors import InvalidAnswers, KsddError, NotAllowed, NotFound
from processes.store import questions
from processes.store.tables import Webhook, WebhookDirection
from processes.store.webhook_events import TYPES
from webhooks.board.register import code_of
from webhooks.board.views import page_number, pages
from webhooks.clock import now
from webhooks.current import office
from webhooks.language import language, text
from webhooks.rights import Right
from webhooks.sessions import account, actor, check_act, check_right, viewer


@dataclass(frozen=True, kw_only=True)
class TriedWish:
    """A form that was sent and could not be taken, as it was typed."""

    typed: Mapping[str, str] = field(default_factory=dict)
    events: frozenset[str] = frozenset(TYPES)
    errors: Mapping[str, str] = field(default_factory=dict)


@pages.get("/webhook")
def webhooks() -> str:
    """The webhooks of the viewer's regions, and a form for a new one."""
    check_right(Right.KEEP)
    return _list(TriedWish())


@pages.post("/webhook")
def add_webhook() -> Response:
    """Register one; its page shows the key, this once."""
    check_act(Right.KEEP)
    typed = {name: request.form.get(name, "").strip() for name in ("region", "name", "url")}
    direction = request.form.get("direction", "")
    is_in = direction == WebhookDirection.IN
    events = frozenset(request.form.getlist("events")) & frozenset(TYPES)
    with office().database.read() as session:
        code, _ = code_of(typed["region"], questions.regions_by_code(session))
    wish = WebhookWish(
        region=code,
        name=typed["name"],
        direction=WebhookDirection.IN if is_in else WebhookDirection.OUT,
        url="" if is_in else typed["url"],
        events=() if is_in else sorted(events),
    )
    try:
        row, secret = actions.register_webhook(office(), wish, actor=actor(), now=now())
    except (InvalidAnswers, NotAllowed) as error:
        found = error.sentences(language()) if isinstance(error, InvalidAnswers) else {}
        errors = found or {"region": error.say(language())}
        typed["direction"] = direction
        tried = TriedWish(typed=typed, events=events, errors=errors)
        return make_response(_list(tried), error.status)
    return make_response(_one(row.id, secret=secret), 201)


@pages.get("/webhook/<webhook_id>")
def webhook(webhook_id: str) -> str:
    """One webhook with what was sent there."""
    check_right(Right.KEEP)
    return _one(webhook_id)


@pages.post("/webhook/<webhook_id>/<act>")
def act_on_webhook(webhook_id: str, act: str) -> Response:
    """Renew its key (shown in the answer), switch it, try it, or end it."""
    check_act(Right.KEEP)
    moment = now()
    try:
        if act == "kunci":
            _, secret = actions.rotate_webhook(office(), webhook_id, actor=actor(), now=moment)
            return make_response(_one(webhook_id, secret=secret))
        _do(webhook_id, act)
    except NotFound:
        raise
    except KsddError as error:
        return make_response(_one(webhook_id, refused=error.say(language())), error.status)
    if act == "hapus":
        return make_response(redirect(url_for("board.webhooks"), 303))
    return make_response(redirect(url_for("board.webhook", webhook_id=webhook_id), 303))


@pages.post("/webhook/kiriman/<delivery_id>")
def deliver_again(delivery_id: str) -> Response:
    """Let an event that was parked try anew."""
    check_act(Right.KEEP)
    row = actions.deliver_again(office(), delivery_id, actor=actor(), now=now())
    return make_response(redirect(url_for("board.webhook", webhook_id=row.webhook_id), 303))


def _do(webhook_id: str, act: str) -> None:
    moment = now()
    if act in ("nyala", "mati"):
        actions.change_webhook(
            office(), webhook_id, actor=actor(), now=moment, active=act == "nyala"
        )
    elif act == "coba":
        actions.send_test(office(), webhook_id, actor=actor(), now=moment)
    elif act == "hapus":
        actions.remove_webhook(office(), webhook_id, actor=actor(), now=moment)
    else:
        raise NotFound


def _list(tried: TriedWish) -> str:
    with office().database.read() as session:
        rows = questions.webhooks_of(session, viewer())
        regions = questions.regions_by_code(session)
    return render_template(
        "webhooks.html",
        rows=rows,
        regions=regions,
        tried=tried,
        types=[(kind, _event(kind)) for kind in TYPES],
        own=account().region_code or "",
    )


def _one(webhook_id: str, *, secret: str = "", refused: str = "") -> str:
    number = page_number()
    with office().database.read() as session:
        row: Webhook | None = questions.find_webhook(session, viewer(), webhook_id)
        if row is None:
            raise NotFound
        found = questions.page_of_deliveries(session, webhook_id, page=number)
        region = questions.regions_by_code(session)[row.region_code]
    address = f"{office().settings.base_url}/api/v1/webhooks/{row.id}"
    return render_template(
        "webhook.html",
        row=row,
        region=region,
        address=row.url or address,
        events=[_event(kind) for kind in row.events],
        secret=secret,
        refused=refused,
        deliveries=[(each, _event(each.kind)) for each in found.items],
        page=number,
        has_more=found.total > number * questions.PAGE_SIZE,
    )


def _event(kind: str) -> str:
    return text(f"event_{kind.replace('.', '_')}")
