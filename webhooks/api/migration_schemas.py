"""Cases that get another version: components of the OpenAPI document."""

from __future__ import annotations

from processes.store.tables import ItemStatus
from webhooks.api.json_schema import (
    MAYBE_MOMENT,
    MAYBE_TEXT,
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
from webhooks.api.repair_schemas import ORDERED

MIGRATIONS: dict[str, Schema] = {
    "MigratedDate": whole(
        {
            "task_id": MAYBE_TEXT,
            "name": TEXT,
            "region": TEXT,
            "about": MAYBE_TEXT,
            "before": MAYBE_MOMENT,
            "after": MAYBE_MOMENT,
        }
    ),
    "ForeseenMigration": whole(
        {
            "case_id": TEXT,
            "case_number": TEXT,
            "version": NUMBER,
            "moves": YES_NO,
            "why": TEXT,
            "words_only": YES_NO,
            "deadlines": listed(ref("MigratedDate")),
            "closes": listed(TEXT),
            "opens": listed(TEXT),
            "reassigned": listed(TEXT),
        }
    ),
    "MigrationPage": page_of(ref("ForeseenMigration")),
    "MigrationJobs": whole({"jobs": listed(TEXT)}),
    "MigratedCase": whole(
        {
            "case_id": TEXT,
            "case_number": TEXT,
            "status": words(ItemStatus),
            "moved": YES_NO,
            "why": TEXT,
            "deadlines": listed(ref("MigratedDate")),
        }
    ),
    "Migration": whole(
        {
            **ORDERED,
            "items": listed(ref("MigratedCase")),
        }
    ),
}
