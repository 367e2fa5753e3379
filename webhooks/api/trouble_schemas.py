"""What stands still until an administrator helps: components of the OpenAPI document."""

from __future__ import annotations

from processes.store.tables import AlarmKind
from webhooks.api.json_schema import MAYBE_TEXT, MOMENT, TEXT, Schema, listed, ref, whole, words

TROUBLES: dict[str, Schema] = {
    "HaltedCase": whole({"id": TEXT, "number": TEXT, "title": TEXT, "error": TEXT}),
    "FailedAlarm": whole(
        {
            "id": TEXT,
            "kind": words(AlarmKind),
            "case_id": TEXT,
            "case_number": TEXT,
            "task_id": MAYBE_TEXT,
            "task_name": MAYBE_TEXT,
            "about": MAYBE_TEXT,
            "due_at": MOMENT,
            "when": TEXT,
            "error": TEXT,
        }
    ),
    "Troubles": whole(
        {
            "cases": listed(ref("HaltedCase")),
            "outdated": listed(ref("HaltedCase")),
            "alarms": listed(ref("FailedAlarm")),
            "deliveries": listed(ref("Delivery")),
        }
    ),
}
