"""Webhooks, their deliveries and the events themselves: components of the OpenAPI document."""

from __future__ import annotations

from processes.store.tables import CaseStatus, DeliveryStatus, TaskStatus, WebhookDirection
from processes.store.webhook_events import TEST, TYPES
from webhooks.api.json_schema import (
    MAYBE_DAY,
    MAYBE_MOMENT,
    MAYBE_TEXT,
    MOMENT,
    NUMBER,
    TEXT,
    YES_NO,
    Schema,
    listed,
    page_of,
    ref,
    whole,
    words,
)

_TYPE: Schema = {"type": "string", "enum": [*TYPES, TEST]}
_WEBHOOK: dict[str, Schema] = {
    "id": TEXT,
    "region": TEXT,
    "name": TEXT,
    "direction": words(WebhookDirection),
    "url": TEXT,
    "events": listed(_TYPE),
    "active": YES_NO,
    "off_reason": TEXT,
    "old_key_until": MAYBE_MOMENT,
    "created_at": MOMENT,
    "created_by": TEXT,
}
#: what the `data` of an event may say; a type says what fits it
_FACTS: dict[str, Schema] = {
    "case_id": TEXT,
    "case_number": TEXT,
    "case_status": words(CaseStatus),
    "end_reason": MAYBE_TEXT,
    "stage": NUMBER,
    "stage_before": NUMBER,
    "stage_name": TEXT,
    "task_id": TEXT,
    "element": TEXT,
    "task_name": TEXT,
    "task_status": words(TaskStatus),
    "region": TEXT,
    "about": MAYBE_TEXT,
    "role": TEXT,
    "opened_at": MOMENT,
    "due_at": MAYBE_MOMENT,
    "closed_at": MAYBE_MOMENT,
    "starts_on": MAYBE_DAY,
    "ends_on": MAYBE_DAY,
    "days_left": NUMBER,
}

WEBHOOKS: dict[str, Schema] = {
    "Webhook": whole(_WEBHOOK),
    "NewWebhook": whole({**_WEBHOOK, "secret": {"type": "string", "pattern": "^whsec_"}}),
    "Webhooks": whole({"items": listed(ref("Webhook"))}),
    "Delivery": whole(
        {
            "id": TEXT,
            "webhook_id": TEXT,
            "type": _TYPE,
            "case_id": MAYBE_TEXT,
            "task_id": MAYBE_TEXT,
            "status": words(DeliveryStatus),
            "happened_at": MOMENT,
            "next_try_at": MAYBE_MOMENT,
            "sent_at": MAYBE_MOMENT,
            "tries": NUMBER,
            "answer_status": {"type": ["integer", "null"]},
            "last_error": MAYBE_TEXT,
        }
    ),
    "DeliveryPage": page_of(ref("Delivery")),
    "Event": whole(
        {
            "type": _TYPE,
            "timestamp": MOMENT,
            "data": whole(
                {"links": whole({}, optional={"case": TEXT, "task": TEXT})}, optional=_FACTS
            ),
        }
    ),
}
