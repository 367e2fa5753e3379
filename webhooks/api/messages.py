"""Messages: what waits, what became of each, and what a person did about it."""

from __future__ import annotations

from typing import Any

from flask import Response

from processes import actions
from processes.errors import NotFound
from processes.store import ledger, questions
from processes.store.questions import Addressed
from processes.store.tables import MessageEvent, MessageStatus
from webhooks.api.answers import answer, page
from webhooks.api.calls import ACTING, Ask, Call, shape
from webhooks.api.fields import REGION, Choice, Fields, Text, Whole
from webhooks.messages import for_the_telephone, ledger_of


def list_messages(ask: Ask) -> Response:
    """One page of the messages to officials of the token's regions, the newest first."""
    status = ask.query.get("status")
    with ask.office.database.read() as session:
        found = questions.page_of_messages(
            session,
            ask.caller.viewer,
            statuses=() if status is None else (MessageStatus(status),),
            region=ask.query.get("region"),
            case_id=ask.query.get("case"),
            page=ask.query.get("page", 1),
        )
        lines = ledger.lines_of(session, [each.message.id for each in found.items])
    shown = [_shape(each, lines.get(each.message.id, [])) for each in found.items]
    return answer(page(found, shown))


def take_by_hand(ask: Ask, message_id: str) -> Response:
    """The words for one's own telephone, with a fresh link."""
    _check(ask, message_id)
    actions.take_by_hand(ask.office, message_id, actor=ask.caller.actor, now=ask.now)
    with ask.office.database.read() as session:
        found = _find(ask, message_id)
        made = for_the_telephone(ask.office, session, found, ask.now)
    return answer({"url": made.url, "text": made.text, "message": _one(ask, message_id)})


def send_again(ask: Ask, message_id: str) -> Response:
    """Let a message try anew."""
    _check(ask, message_id)
    actions.send_again(ask.office, message_id, actor=ask.caller.actor, now=ask.now)
    return answer(_one(ask, message_id))


def state_delivered(ask: Ask, message_id: str) -> Response:
    """Note that somebody states that it arrived."""
    _check(ask, message_id)
    actions.state_delivered(
        ask.office,
        message_id,
        by=ask.body["by"],
        note=ask.body.get("note", ""),
        actor=ask.caller.actor,
        now=ask.now,
    )
    return answer(_one(ask, message_id))


def _check(ask: Ask, message_id: str) -> None:
    _find(ask, message_id)


def _find(ask: Ask, message_id: str) -> Addressed:
    with ask.office.database.read() as session:
        found = questions.find_message(session, ask.caller.viewer, message_id)
    if found is None:
        raise NotFound
    return found


def _one(ask: Ask, message_id: str) -> dict[str, Any]:
    with ask.office.database.read() as session:
        lines = ledger.lines_of(session, [message_id]).get(message_id, [])
    return _shape(_find(ask, message_id), lines)


def _shape(found: Addressed, lines: list[MessageEvent]) -> dict[str, Any]:
    """A message without its words, its address and its link."""
    message, official, person = found.message, found.official, found.person
    whose = None
    if official is not None and person is not None:
        whose = {
            "id": official.id,
            "name": person.name,
            "position": official.position,
            "role": official.role,
            "region": official.region_code,
        }
    return {
        "id": message.id,
        "kind": message.kind,
        "status": message.status.value,
        "channel": message.channel,
        "official": whose,
        "case_id": message.case_id,
        "task_id": message.task_id,
        "created_at": message.created_at.isoformat(),
        "sent_at": message.sent_at.isoformat() if message.sent_at else None,
        "tries": message.attempts,
        "last_error": message.last_error,
        "ledger": [
            {
                "event": line.event,
                "at": line.at.isoformat(),
                "by": line.by,
                "note": line.note,
                "by_hand": line.by_hand,
            }
            for line in ledger_of(message, lines)
        ],
    }


_PATH = "/messages/{message_id}"

CALLS = (
    Call(
        name="list_messages",
        method="GET",
        path="/messages",
        view=list_messages,
        query=Fields(
            kinds={
                "status": Choice(words=tuple(status.value for status in MessageStatus)),
                "region": REGION,
                "case": Text(maximum=64, pattern=r"^[0-9A-Za-z_-]+$"),
                "page": Whole(),
            }
        ),
        answers={200: shape("MessagePage")},
    ),
    Call(
        name="take_message_by_hand",
        method="POST",
        path=f"{_PATH}/by-hand",
        view=take_by_hand,
        roles=ACTING,
        answers={200: shape("HandMessage")},
        conflicts=True,
    ),
    Call(
        name="send_message_again",
        method="POST",
        path=f"{_PATH}/again",
        view=send_again,
        roles=ACTING,
        answers={200: shape("Message")},
        conflicts=True,
    ),
    Call(
        name="state_message_delivered",
        method="POST",
        path=f"{_PATH}/delivered",
        view=state_delivered,
        roles=ACTING,
        json=Fields(
            kinds={"by": Text(maximum=200, example="Sari Contoh"), "note": Text(maximum=1000)},
            required=("by",),
        ),
        answers={200: shape("Message")},
        conflicts=True,
    ),
)
