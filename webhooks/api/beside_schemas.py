"""What people say beside the tasks of a case: components of the OpenAPI document."""

from __future__ import annotations

from webhooks.api.json_schema import MAYBE_MOMENT, MAYBE_TEXT, MOMENT, TEXT, Schema, page_of, ref

#: who may read a comment
HOUSE, PARTIES = AUDIENCES = ("house", "parties")

BESIDE: dict[str, Schema] = {
    "Enquiry": {
        "type": "object",
        "properties": {
            "id": TEXT,
            "task_id": TEXT,
            "question": TEXT,
            "asked_by": TEXT,
            "asked_of": TEXT,
            "asked_at": MOMENT,
            "answer": MAYBE_TEXT,
            "answered_by": MAYBE_TEXT,
            "answered_at": MAYBE_MOMENT,
        },
        "required": ["id", "task_id", "question", "asked_by", "asked_of", "asked_at", "answer"],
        "additionalProperties": False,
    },
    "Comment": {
        "type": "object",
        "properties": {
            "id": TEXT,
            "region": TEXT,
            "audience": {"type": "string", "enum": list(AUDIENCES)},
            "text": TEXT,
            "by": TEXT,
            "at": MOMENT,
        },
        "required": ["id", "region", "audience", "text", "by", "at"],
        "additionalProperties": False,
    },
    "EnquiryPage": page_of(ref("Enquiry")),
    "CommentPage": page_of(ref("Comment")),
}
