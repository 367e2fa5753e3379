"""A region's own system completes its tasks by signed messages (Standard Webhooks).

The same message again, by its id, gets the answer it got, and happens once. Messages that were
refused changed nothing and may be sent again.
"""

from __future__ import annotations

from typing import Any

from flask import Response
from sqlalchemy.orm import Session

from processes.actions import Receipt
from processes.errors import Conflict, FieldError
from processes.store import repeats, webhook_keys
from webhooks.api.answers import answer
from webhooks.api.calls import Ask, Call, shape
from webhooks.api.fields import Choice, Fields, Text
from webhooks.api.tasks import ANSWERING, asked_for, finish

#: the one type of message that is taken
COMPLETE = "task.complete"


class _Data(Fields):
    """An object inside the body."""

    def take(self, given: Any) -> dict[str, Any]:
        """The clean values by name."""
        if not isinstance(given, dict):
            raise FieldError("api.field_object")
        return super().take(given)


_DATA = _Data(
    kinds={"task_id": Text(maximum=64, pattern=r"^[0-9A-Za-z_-]+$"), **ANSWERING.kinds},
    required=("task_id", *ANSWERING.required),
)


def take_message(ask: Ask, webhook_id: str) -> Response:
    """Complete the task that a signed message names; its receipt."""
    key, sha256 = ask.message
    given = ask.body["data"]
    with ask.office.database.read() as session:
        earlier = repeats.find_repeat(session, asker=webhook_id, key=key)
    if earlier is not None:
        if earlier.request_sha256 != sha256:
            raise Conflict("webhooks.id_used")
        return answer(earlier.body)
    paper = asked_for(ask, given["task_id"], given)

    def remember(session: Session, receipt: Receipt) -> None:
        repeats.keep_repeat(
            session,
            asker=webhook_id,
            key=key,
            request_sha256=sha256,
            status=200,
            body=receipt.as_dict(),
            at=ask.now,
        )

    return answer(finish(ask, given["task_id"], given, paper, remember))


CALLS = (
    Call(
        name="take_webhook_message",
        method="POST",
        path="/webhooks/{webhook_id}",
        view=take_message,
        signed=True,
        json=Fields(
            kinds={
                "type": Choice(words=(COMPLETE,)),
                "timestamp": Text(maximum=40, example="2026-07-06T09:00:00+07:00"),
                "data": _DATA,
            },
            required=("type", "data"),
        ),
        headers={
            webhook_keys.ID: Text(maximum=150, pattern=r"^[!-~]+$"),
            webhook_keys.TIMESTAMP: Text(maximum=12, pattern=r"^[0-9]+$"),
            webhook_keys.SIGNATURE: Text(maximum=2000, pattern=r"^v1,"),
        },
        answers={200: shape("Receipt")},
        conflicts=True,
    ),
)
