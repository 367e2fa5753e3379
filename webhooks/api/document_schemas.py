"""The shape of documents in the machine API, as JSON Schema."""

from __future__ import annotations

from typing import Any

from processes.store.tables import Scan
from webhooks.api.json_schema import MAYBE_TEXT, MOMENT, SHA256, TEXT, listed, whole

DOCUMENTS: dict[str, Any] = {
    "Document": whole(
        {
            "id": TEXT,
            "sha256": SHA256,
            "size": {"type": "integer", "minimum": 0},
            "media_type": TEXT,
            "filename": TEXT,
            "case_id": MAYBE_TEXT,
            "task_id": MAYBE_TEXT,
            "field": MAYBE_TEXT,
            "region": MAYBE_TEXT,
            "uploaded_at": MOMENT,
            "uploaded_by": TEXT,
            "scan": {"enum": [scan.value for scan in Scan]},
            "signatures": {"anyOf": [listed({"type": "object"}), {"type": "null"}]},
        }
    ),
}
