"""The documents of a case as the message with a code names them: what counts now, by version."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from processes.actions.recording import PAPER
from processes.actions.shown import Shown, short
from processes.sentences import say
from processes.store import questions
from processes.store.tables import Document, Task

if TYPE_CHECKING:
    from processes.office import Office

#: documents that a message names one by one; the fingerprint covers all
NAMED = 8


def documents_in_words(session: Session, office: Office, shown: Shown) -> str:
    """A line for each document that nothing newer has replaced, with what it is, its version and
    the first characters of its hash: what had versions first, then the newest."""
    numbers = questions.document_numbers(session, shown.case.id)
    current: dict[tuple[str, ...], tuple[int, Document, Task | None]] = {}
    in_turn = sorted(shown.documents, key=lambda d: (d.uploaded_at, numbers.get(d.id, 1)))
    for document in in_turn:
        task = session.get(Task, document.task_id) if document.task_id else None
        question: tuple[str, ...] = (document.id,)
        if task is not None and document.field:
            question = (task.element, document.field, document.region_code or "")
        current.pop(question, None)
        current[question] = (numbers.get(document.id, 1), document, task)
    newest = list(current.values())[::-1]
    newest.sort(key=lambda each: each[0] == 1)
    lines = [_line(session, office, shown, *each) for each in newest[:NAMED]]
    more = len(newest) - len(lines)
    return "\n".join([*lines, *([say("confirming.more_documents", count=more)] if more else [])])


def _line(
    session: Session,
    office: Office,
    shown: Shown,
    number: int,
    document: Document,
    task: Task | None,
) -> str:
    told = f"{document.filename} (SHA-256 {short(document.sha256)})"
    label = _label(session, office, shown, document, task)
    if label and number > 1:
        return say("confirming.document_version", label=label, number=number, file=told)
    return f"{label}: {told}" if label else told


def _label(
    session: Session, office: Office, shown: Shown, document: Document, task: Task | None
) -> str:
    """The question that a document answers, in the owner's words; empty for any other."""
    if task is None:
        return ""
    asked = (*office.shape_of(session, shown.case, task).form.fields, *PAPER.fields)
    return {field.id: field.label for field in asked}.get(document.field or "", "")
