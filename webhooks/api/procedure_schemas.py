"""Versions of procedures and what they changed, as JSON Schema."""

from __future__ import annotations

from processes.engine.comparing import Area, Sign
from webhooks.api.json_schema import (
    MAYBE_DAY,
    MOMENT,
    SHA256,
    TEXT,
    YES_NO,
    Schema,
    listed,
    page_of,
    ref,
    whole,
    words,
)

_VERSION: dict[str, Schema] = {
    "key": TEXT,
    "number": {"type": "integer", "minimum": 1},
    "name": TEXT,
    "note": TEXT,
    "basis": TEXT,
    "gate_basis": TEXT,
    "effective_on": MAYBE_DAY,
    "sha256": SHA256,
    "published_at": MOMENT,
    "published_by": TEXT,
    "asked_by": TEXT,
    "approved_by": TEXT,
}

PROCEDURES: dict[str, Schema] = {
    "Version": whole(_VERSION),
    "Published": whole({**_VERSION, "warnings": {"type": "array", "items": TEXT}}),
    "VersionPage": page_of(ref("Version")),
    "Changes": whole(
        {
            "compared_with": {"type": ["integer", "null"], "minimum": 1},
            "is_text_only": YES_NO,
            "items": listed(ref("Change")),
        }
    ),
    "Change": whole(
        {
            "area": words(Area),
            "stage": {"type": ["integer", "null"], "minimum": 0},
            "sign": words(Sign),
            "weight": {"type": "string", "enum": ["layout", "text", "rule"]},
            "element": TEXT,
            "sentence": TEXT,
            "lines": {"type": "array", "items": TEXT},
        }
    ),
}
