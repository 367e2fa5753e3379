"""Webhooks and deliveries as the machine API shows them: never a key."""

from __future__ import annotations

from typing import Any

from processes.store.tables import Webhook, WebhookDelivery
from webhooks.api import shapes


def webhook(row: Webhook, *, address: str) -> dict[str, Any]:
    """A webhook; `address` is where its own messages go, for one that tells us."""
    return {
        "id": row.id,
        "region": row.region_code,
        "name": row.name,
        "direction": row.direction.value,
        "url": row.url or address,
        "events": list(row.events),
        "active": row.active,
        "off_reason": row.off_reason,
        "old_key_until": shapes.iso(row.previous_until),
        "created_at": row.created_at.isoformat(),
        "created_by": row.created_by,
    }


def delivery(row: WebhookDelivery) -> dict[str, Any]:
    """An event on its way to one endpoint."""
    return {
        "id": row.id,
        "webhook_id": row.webhook_id,
        "type": row.kind,
        "case_id": row.case_id,
        "task_id": row.task_id,
        "status": row.status.value,
        "happened_at": row.at.isoformat(),
        "next_try_at": shapes.iso(row.not_before) if row.status == "waiting" else None,
        "sent_at": shapes.iso(row.sent_at),
        "tries": row.attempts,
        "answer_status": row.answer_status,
        "last_error": row.last_error,
    }
