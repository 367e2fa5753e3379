"""Who stands in for whom: a component of the OpenAPI document."""

from __future__ import annotations

from webhooks.api.json_schema import DAY, MAYBE_DAY, MAYBE_TEXT, TEXT, Schema, whole

SUBSTITUTES: dict[str, Schema] = {
    "Substitution": whole(
        {
            "id": TEXT,
            "official": whole(
                {"id": TEXT, "name": TEXT, "position": TEXT, "role": TEXT, "region": TEXT}
            ),
            "substitute": whole({"id": MAYBE_TEXT, "name": TEXT}),
            "status": TEXT,
            "starts_on": DAY,
            "ends_on": MAYBE_DAY,
            "letter_number": TEXT,
            "reason": TEXT,
            "state": {"type": "string", "enum": ["planned", "running", "ended"]},
            "ended_by": TEXT,
            "end_reason": TEXT,
            "problem": MAYBE_TEXT,
        }
    ),
}
