"""Messages and their ledger: components of the OpenAPI document."""

from __future__ import annotations

from processes.store.tables import MessageStatus
from webhooks.api.json_schema import (
    MAYBE_MOMENT,
    MAYBE_TEXT,
    MOMENT,
    NUMBER,
    TEXT,
    YES_NO,
    Schema,
    listed,
    maybe,
    page_of,
    ref,
    whole,
    words,
)
from webhooks.messages import EVENTS

MESSAGES: dict[str, Schema] = {
    "Message": whole(
        {
            "id": TEXT,
            "kind": TEXT,
            "status": words(MessageStatus),
            "channel": {"type": "string", "enum": ["email", "apprise", "hand"]},
            "official": maybe(
                whole({"id": TEXT, "name": TEXT, "position": TEXT, "role": TEXT, "region": TEXT})
            ),
            "case_id": MAYBE_TEXT,
            "task_id": MAYBE_TEXT,
            "created_at": MOMENT,
            "sent_at": MAYBE_MOMENT,
            "tries": NUMBER,
            "last_error": MAYBE_TEXT,
            "ledger": listed(ref("LedgerLine")),
        }
    ),
    "LedgerLine": whole(
        {
            "event": {"type": "string", "enum": list(EVENTS)},
            "at": MOMENT,
            "by": TEXT,
            "note": TEXT,
            "by_hand": YES_NO,
        }
    ),
    "HandMessage": whole({"url": TEXT, "text": TEXT, "message": ref("Message")}),
    "MessagePage": page_of(ref("Message")),
}
