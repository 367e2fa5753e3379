"""Preparing answers for a holder who only confirms them, and giving them back to who prepared them.

Nothing moves in the case: what is prepared lies with the task until its holder finishes it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from processes.actions.actor import Actor
from processes.actions.authority import holder_for, preparer_for
from processes.actions.documents import bind_documents
from processes.actions.finished import case_of, closed
from processes.actions.inviting import send_all
from processes.actions.task_entries import tell_of_task
from processes.actions.timers import caught_up
from processes.actions.wording import readable
from processes.errors import Conflict
from processes.store import case_officials, questions
from processes.store.tables import Case, LinkPurpose, Task, TaskStatus

if TYPE_CHECKING:
    from processes.office import Office


def prepare_task(
    office: Office, task_id: str, answers: Mapping[str, Any], *, actor: Actor, now: datetime
) -> None:
    """Put answers before the holders of a task, who are told; newer ones replace older ones.

    Raises NotFound, Gone, TaskClosed, InvalidAnswers as for finishing it, or Conflict when the
    diagram names nobody who prepares this task.
    """
    with _opened(office, task_id, now) as (session, case, task):
        official = preparer_for(session, task, actor)
        if task.preparer_role is None:
            raise Conflict("errors.nobody_prepares")
        if task.status is not TaskStatus.OPEN:
            raise closed(session, office, task)
        form = office.shape_of(session, case, task).form
        checked = form.check(answers, context=office.form_context(session, task, now))
        bind_documents(session, form, task, checked, actor, now)
        by = f"{actor.name}, {official.position}" if official else actor.name
        task.prepared, task.prepared_by, task.prepared_at = checked, by[:300], now
        task.returned_note = None
        holders = questions.holders_of_tasks(session, [task.id]).get(task.id, [])
        send_all(
            session,
            office,
            task,
            holders,
            now,
            kind="konfirmasi",
            purpose=LinkPurpose.ANSWER,
        )
        tell_of_task(
            session, case, task, "task.prepared", actor, now, {"answers": checked, "by": by}
        )


def return_task(office: Office, task_id: str, *, note: str, actor: Actor, now: datetime) -> None:
    """Give prepared answers back to who prepared them, with a note; they stay to be amended.

    Raises NotFound, Gone, TaskClosed, InvalidAnswers (`note`), or Conflict when nothing is
    prepared.
    """
    note = readable(note, field="note", missing="errors.return_note_missing", lines=True)
    with _opened(office, task_id, now) as (session, case, task):
        holder_for(session, task, actor)
        if task.status is not TaskStatus.OPEN:
            raise closed(session, office, task)
        if task.prepared is None or task.returned_note is not None:
            raise Conflict("errors.nothing_prepared")
        task.returned_note = note
        preparers = case_officials.acting_in(
            session, case.id, task.region_code, task.preparer_role or ""
        )
        send_all(
            session,
            office,
            task,
            preparers,
            now,
            kind="dikembalikan",
            purpose=LinkPurpose.PREPARE,
            note=note,
        )
        tell_of_task(session, case, task, "task.returned", actor, now, {"reason": note})


@contextmanager
def _opened(office: Office, task_id: str, now: datetime) -> Iterator[tuple[Session, Case, Task]]:
    with caught_up(office, case_of(office, task_id), now) as (session, case):
        yield session, case, session.get_one(Task, task_id, populate_existing=True)
