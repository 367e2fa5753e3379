"""What happened to a case and what was written to people about it, as one line of time."""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, literal, null, select, union_all
from sqlalchemy.orm import Session

from processes.store.questions.cases import visible_cases
from processes.store.questions.messages import Addressed, messages_of_case
from processes.store.questions.pages import Page, rows_of_page
from processes.store.questions.sight import seen_entry
from processes.store.tables import Case, History, Message, Task
from processes.store.viewer import Viewer


class Topic(enum.StrEnum):
    """What entries are about."""

    TASKS = "tugas"
    DEADLINES = "tenggat"
    PEOPLE = "pemegang"
    LETTERS = "pesan"
    DOCUMENTS = "dokumen"
    CASE = "perkara"


#: kinds of entries by topic; every other kind is about the case
KINDS: Mapping[Topic, tuple[str, ...]] = {
    Topic.TASKS: (
        "task.opened",
        "task.completed",
        "task.cancelled",
        "task.prepared",
        "task.returned",
        "task.answered_late",
        "task.supplemented",
        "task.sent_back",
        "task.recalled",
        "task.asked",
        "task.replied",
        "decision.made",
        "paper.confirmed",
        "paper.objected",
    ),
    Topic.DEADLINES: (
        "task.extended",
        "task.paused",
        "task.resumed",
        "task.recounted",
        "task.migrated",
        "timer.migrated",
        "timer.fired",
        "timer.recounted",
        "case.not_recounted",
    ),
    Topic.PEOPLE: (
        "task.reassigned",
        "task.forwarded",
        "task.holders",
        "task.declined",
        "case.official",
        "link.made",
        "link.renewed",
        "link.replaced",
        "contact.named",
        "contact.revoked",
        "party.left",
    ),
    Topic.LETTERS: (
        "task.reminded",
        "task.escalated",
        "task.warned",
        "message.by_hand",
        "message.again",
        "message.delivered",
        "agreement.ends_soon",
        "alarm.retried",
    ),
    Topic.DOCUMENTS: (
        "document.signatures",
        "document.infected",
        "letter.printed",
        "reply.handed_in",
        "reply.taken",
        "reply.refused",
        "case.whereabouts",
        "case.exported",
    ),
}
_ELSEWHERE = tuple(kind for kinds in KINDS.values() for kind in kinds)


@dataclass(frozen=True, kw_only=True)
class Event:
    """One thing on the line: an entry of the history, or a letter with its proof."""

    at: datetime
    entry: History | None = None
    letter: Addressed | None = None


def page_of_timeline(
    session: Session, viewer: Viewer, case_id: str, topic: Topic | None, *, page: int
) -> Page[Event]:
    """One page of what happened, the newest first, as the viewer may see it; empty when the case is
    not his."""
    visible, _ = visible_cases(viewer)
    row = session.execute(visible.where(Case.id == case_id)).one_or_none()
    if row is None:
        return Page(items=[], number=page, total=0)
    until: datetime | None = row[1]
    parts = [_entries(case_id, topic, until)]
    if topic in (None, Topic.LETTERS):
        parts.append(_letters(viewer, case_id, until))
    every = union_all(*parts).subquery("event")
    newest = select(every).order_by(every.c.at.desc(), every.c.seq.desc(), every.c.letter)
    rows, total = rows_of_page(session, newest, page)
    return Page(items=_read(session, viewer, case_id, rows, until), number=page, total=total)


def _entries(case_id: str, topic: Topic | None, until: datetime | None) -> Select[*tuple[Any, ...]]:
    query: Select[*tuple[Any, ...]] = select(
        History.at.label("at"), History.seq.label("seq"), null().label("letter")
    ).where(History.case_id == case_id)
    if until is not None:
        query = query.where(History.at <= until)
    if topic is Topic.CASE:
        return query.where(History.kind.not_in(_ELSEWHERE))
    return query if topic is None else query.where(History.kind.in_(KINDS[topic]))


def _letters(viewer: Viewer, case_id: str, until: datetime | None) -> Select[*tuple[Any, ...]]:
    # written in the act that the entry before tells of, so it stands above that
    query = messages_of_case(viewer, case_id).with_only_columns(
        Message.created_at, literal(1_000_000_000), Message.id
    )
    return query if until is None else query.where(Message.created_at <= until)


def _read(
    session: Session, viewer: Viewer, case_id: str, rows: Sequence[Any], until: datetime | None
) -> list[Event]:
    seqs = [row.seq for row in rows if row.letter is None]
    found = select(History).where(History.case_id == case_id, History.seq.in_(seqs))
    entries = {entry.seq: entry for entry in session.scalars(found)} if seqs else {}
    named = {_task_of(entry) for entry in entries.values()} - {""}
    tasks = {t.id: t for t in session.scalars(select(Task).where(Task.id.in_(named)))}
    ids = [row.letter for row in rows if row.letter is not None]
    letters = {}
    if ids:
        query = messages_of_case(viewer, case_id).where(Message.id.in_(ids))
        for message, official, person, task, case in session.execute(query):
            letters[message.id] = Addressed(
                message=message, official=official, person=person, task=task, case=case
            )
    return [
        Event(at=row.at, letter=letters[row.letter])
        if row.letter is not None
        else Event(
            at=row.at,
            entry=seen_entry(
                viewer, entries[row.seq], tasks.get(_task_of(entries[row.seq])), until
            ),
        )
        for row in rows
    ]


def _task_of(entry: History) -> str:
    return str(entry.details.get("task") or "")
