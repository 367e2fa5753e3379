"""Repairs of many tasks, and records made by hand: components of the OpenAPI document."""

from __future__ import annotations

from processes.store.questions import RecordKind
from processes.store.tables import ItemStatus, RepairAct
from webhooks.api.json_schema import (
    DAY,
    MAYBE_MOMENT,
    MAYBE_TEXT,
    MOMENT,
    NUMBER,
    TEXT,
    Schema,
    listed,
    maybe,
    page_of,
    ref,
    whole,
    words,
)

#: what was ordered for many things at once, and how far it is
ORDERED: dict[str, Schema] = {
    "id": TEXT,
    "act": words(RepairAct),
    "reason": TEXT,
    "authority": TEXT,
    "by": TEXT,
    "asked_at": MOMENT,
    "finished_at": MAYBE_MOMENT,
    "total": NUMBER,
    "settled": NUMBER,
}

REPAIRS: dict[str, Schema] = {
    "Repair": whole(
        {
            **ORDERED,
            "items": listed(ref("RepairItem")),
        }
    ),
    "RepairItem": whole(
        {
            "task_id": TEXT,
            "case_id": TEXT,
            "status": words(ItemStatus),
            "why": TEXT,
            "done_at": MAYBE_MOMENT,
        }
    ),
    "Record": whole(
        {
            "kind": words(RecordKind),
            "what": TEXT,
            "at": MOMENT,
            "case_id": TEXT,
            "case_number": TEXT,
            "task_id": MAYBE_TEXT,
            "task_name": MAYBE_TEXT,
            "about": MAYBE_TEXT,
            "region": TEXT,
            "by": TEXT,
            "reason": TEXT,
            "paper": maybe(whole({"number": TEXT, "dated_on": DAY, "signatory": TEXT})),
        }
    ),
    "RecordPage": page_of(ref("Record")),
}
