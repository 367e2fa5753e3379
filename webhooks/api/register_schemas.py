"""Linked cases and the register of agreements: components of the OpenAPI document."""

from __future__ import annotations

from processes.store.tables import AgreementStatus, CaseStatus, Relation
from webhooks.api.json_schema import (
    MAYBE_DAY,
    MAYBE_TEXT,
    TEXT,
    Schema,
    listed,
    maybe,
    ref,
    whole,
    words,
)

REGISTER: dict[str, Schema] = {
    "LinkedCase": whole(
        {
            "id": TEXT,
            "number": TEXT,
            "title": TEXT,
            "relation": maybe(words(Relation)),
            "status": words(CaseStatus),
        }
    ),
    "RegisterLine": whole(
        {
            "case_id": TEXT,
            "case_number": TEXT,
            "title": TEXT,
            "kind": MAYBE_TEXT,
            "category": MAYBE_TEXT,
            "parties": listed(TEXT),
            "numbers": {"type": "object", "additionalProperties": TEXT},
            "signed_on": MAYBE_DAY,
            "starts_on": MAYBE_DAY,
            "ends_on": MAYBE_DAY,
            "status": words(AgreementStatus),
            "days_left": {"type": ["integer", "null"], "minimum": 0},
            "relation": maybe(words(Relation)),
            "parent": maybe(ref("LinkedCase")),
            "parent_document": MAYBE_TEXT,
            "signatories": {"type": "object", "additionalProperties": ref("Signatory")},
        }
    ),
    "Signatory": whole(
        {"name": TEXT, "position": TEXT, "status": TEXT, "appointment": TEXT, "power": TEXT}
    ),
}
