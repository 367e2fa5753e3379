"""The answers of the machine API as JSON Schema 2020-12: the `components` of the OpenAPI document.

`tests/webhooks/test_api_openapi.py` holds every answer of every call against them.
"""

from __future__ import annotations

from processes.engine.shapes import ENTRIES
from processes.store.tables import (
    AgreementStatus,
    CaseStatus,
    Relation,
    ReplyStatus,
    TaskStatus,
    Verdict,
)
from webhooks.api.calendar_shapes import CALENDAR
from webhooks.api.document_schemas import DOCUMENTS
from webhooks.api.json_schema import (
    DAY,
    MAYBE_DAY,
    MAYBE_MOMENT,
    MAYBE_TEXT,
    MOMENT,
    NUMBER,
    SHA256,
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
from webhooks.api.message_schemas import MESSAGES
from webhooks.api.migration_schemas import MIGRATIONS
from webhooks.api.procedure_schemas import PROCEDURES
from webhooks.api.register_schemas import REGISTER
from webhooks.api.repair_schemas import REPAIRS
from webhooks.api.substitute_schemas import SUBSTITUTES
from webhooks.api.trouble_schemas import TROUBLES
from webhooks.api.webhook_schemas import WEBHOOKS

_CASE: dict[str, Schema] = {
    "id": TEXT,
    "number": TEXT,
    "procedure": TEXT,
    "version": {"type": "integer", "minimum": 1},
    "status": words(CaseStatus),
    "end_reason": MAYBE_TEXT,
    "stage": {"type": "integer", "minimum": 1},
    "stage_name": TEXT,
    "title": TEXT,
    "category": MAYBE_TEXT,
    "parties": {
        "type": "array",
        "items": TEXT,
        "minItems": 1,
        "description": "codes of all parties, pemrakarsa first, also of those that left",
    },
    "left": {
        "type": "array",
        "items": TEXT,
        "description": "codes of those of `parties`, in their order, that refused or left while "
        "the others went on",
    },
    "agreement": ref("Agreement"),
    "entry": {"type": "string", "enum": list(ENTRIES)},
    "relation": maybe(words(Relation)),
    "opened_at": MOMENT,
    "closed_at": MAYBE_MOMENT,
}

_TASK: dict[str, Schema] = {
    "id": TEXT,
    "case_id": TEXT,
    "element": TEXT,
    "name": TEXT,
    "stage": NUMBER,
    "role": TEXT,
    "region": TEXT,
    "about": MAYBE_TEXT,
    "holder": {"anyOf": [ref("Holder"), {"type": "null"}]},
    "holders": listed(ref("Holder")),
    "preparer": MAYBE_TEXT,
    "status": words(TaskStatus),
    "opened_at": MOMENT,
    "closed_at": MAYBE_MOMENT,
    "due_at": MAYBE_MOMENT,
    "due_is_provisional": YES_NO,
    "due_warning": MAYBE_TEXT,
    "paused_at": MAYBE_MOMENT,
    "overdue": YES_NO,
    "done_by": MAYBE_TEXT,
    "prepared": {"anyOf": [ref("Prepared"), {"type": "null"}]},
    "proposed": {"type": ["object", "null"]},
    "recorded": {"anyOf": [ref("Recorded"), {"type": "null"}]},
}

COMPONENTS: dict[str, Schema] = {
    "Agreement": whole(
        {"status": words(AgreementStatus), "starts_on": MAYBE_DAY, "ends_on": MAYBE_DAY}
    ),
    "Holder": whole(
        {
            "id": TEXT,
            "name": TEXT,
            "position": TEXT,
            "status": TEXT,
            "for": maybe(ref("Represented")),
        }
    ),
    "Represented": whole({"id": TEXT, "name": TEXT, "position": TEXT, "status": TEXT}),
    "Official": whole(
        {
            "id": TEXT,
            "name": TEXT,
            "position": TEXT,
            "status": TEXT,
            "role": TEXT,
            "region": TEXT,
            "channel": MAYBE_TEXT,
        }
    ),
    "Prepared": whole(
        {"answers": {"type": "object"}, "by": TEXT, "at": MOMENT, "returned_note": MAYBE_TEXT}
    ),
    "Recorded": whole(
        {
            "nomor": TEXT,
            "tanggal": DAY,
            "penanda_tangan": TEXT,
            "dokumen": TEXT,
            "by": TEXT,
            "region": TEXT,
            "at": MOMENT,
            "responses": listed(ref("PaperResponse")),
        }
    ),
    "PaperResponse": whole(
        {
            "region": TEXT,
            "verdict": words(Verdict),
            "note": TEXT,
            "by": TEXT,
            "at": MOMENT,
        }
    ),
    "Place": whole(
        {
            "place": TEXT,
            "since": DAY,
            "tracking_number": TEXT,
            "note": TEXT,
            "recorded_by": TEXT,
            "recorded_at": MOMENT,
        }
    ),
    **SUBSTITUTES,
    **DOCUMENTS,
    "CaseLine": whole(_CASE),
    "Case": whole(
        {
            **_CASE,
            "parent": maybe(ref("LinkedCase")),
            "follow_ups": listed(ref("LinkedCase")),
            "without_contact": listed(TEXT),
            "tasks": listed(ref("TaskLine")),
            "documents": listed(ref("Document")),
        }
    ),
    **PROCEDURES,
    **REGISTER,
    **TROUBLES,
    **REPAIRS,
    **MIGRATIONS,
    **WEBHOOKS,
    **CALENDAR,
    **MESSAGES,
    "TaskLine": whole(_TASK),
    "Task": whole({**_TASK, "schema": {"type": "object"}}),
    "Receipt": whole(
        {
            "case_id": TEXT,
            "case_number": TEXT,
            "case_title": TEXT,
            "task_id": TEXT,
            "task_name": TEXT,
            "about": MAYBE_TEXT,
            "done_by": TEXT,
            "done_at": MOMENT,
            "answers": {"type": "object"},
            "next_task_id": MAYBE_TEXT,
            "digest": SHA256,
            "warnings": {"type": "array", "items": TEXT},
            "recorded": {"anyOf": [ref("Paper"), {"type": "null"}]},
            "chained": {"type": "array", "items": TEXT},
            "continued_by": MAYBE_TEXT,
            "proof": {"type": ["object", "null"]},
        }
    ),
    "Paper": whole({"nomor": TEXT, "tanggal": DAY, "penanda_tangan": TEXT, "dokumen": TEXT}),
    "HistoryEntry": whole(
        {
            "seq": {"type": "integer", "minimum": 1},
            "at": MOMENT,
            "kind": TEXT,
            "actor": {"type": "object"},
            "details": {"type": "object"},
            "previous": TEXT,
            "hash": TEXT,
        }
    ),
    "Drafts": whole(
        {
            "items": {
                "type": "array",
                "items": whole(
                    {
                        "name": TEXT,
                        "title": TEXT,
                        "formats": {
                            "type": "array",
                            "items": {"type": "string", "enum": ["docx", "pdf"]},
                        },
                    }
                ),
            }
        }
    ),
    "Link": whole({"url": {"type": "string", "format": "uri"}}),
    "LetterPackage": whole(
        {
            "code": {"type": "string", "pattern": "^[0-9A-Z]{5}-[0-9A-Z]{5}$"},
            "url": {"type": "string", "format": "uri"},
            "filename": TEXT,
            "media_type": TEXT,
            "size": {"type": "integer", "minimum": 1},
            "sha256": SHA256,
            "content": {"type": "string", "contentEncoding": "base64"},
        }
    ),
    "Revoked": whole({"revoked": {"type": "integer", "minimum": 0}}),
    "Reply": whole(
        {
            "id": TEXT,
            "case_id": TEXT,
            "region": TEXT,
            "status": words(ReplyStatus),
            "number": TEXT,
            "dated_on": {"type": "string", "format": "date"},
            "signatory": TEXT,
            "document": TEXT,
            "handed_in_by": TEXT,
            "handed_in_at": MOMENT,
            "checked_by": MAYBE_TEXT,
            "checked_at": MAYBE_MOMENT,
            "note": TEXT,
        }
    ),
    "Finding": whole(
        {
            "severity": {"type": "string", "enum": ["error", "warning"]},
            "code": TEXT,
            "file": TEXT,
            "line": {"type": "integer", "minimum": 0},
            "element": TEXT,
            "message": TEXT,
        }
    ),
    "Findings": whole({"findings": listed(ref("Finding"))}),
    "Problem": whole(
        {
            "type": {"type": "string", "format": "uri"},
            "title": TEXT,
            "status": {"type": "integer", "minimum": 400, "maximum": 599},
            "detail": TEXT,
            "instance": TEXT,
        },
        optional={
            "errors": {"type": "object", "additionalProperties": TEXT},
            "findings": listed(ref("Finding")),
        },
    ),
    "CasePage": page_of(ref("CaseLine")),
    "RegisterPage": page_of(ref("RegisterLine")),
    "TaskPage": page_of(ref("TaskLine")),
    "HistoryPage": page_of(ref("HistoryEntry")),
    "PlacePage": page_of(ref("Place")),
    "SubstitutionPage": page_of(ref("Substitution")),
    "OfficialPage": page_of(ref("Official")),
    "ReplyPage": page_of(ref("Reply")),
}
