"""Handing out a fresh link to an open task: to its holder, or to whoever records it from paper."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from processes.actions.actor import Actor
from processes.actions.authority import recorder_for
from processes.actions.finished import case_of
from processes.actions.inviting import recorders
from processes.actions.late_answers import takes_late_answer
from processes.actions.unheld import held_by_nobody, recorded_by_nobody
from processes.errors import NotAllowed, NotFound, TaskClosed
from processes.store import history, links, questions
from processes.store.locks import lock_case
from processes.store.questions.people import Holder
from processes.store.tables import Case, LinkPurpose, Task, TaskStatus

if TYPE_CHECKING:
    from processes.office import Office


def make_link(
    office: Office,
    task_id: str,
    *,
    actor: Actor,
    now: datetime,
    purpose: LinkPurpose = LinkPurpose.ANSWER,
    person_id: str | None = None,
) -> str:
    """A fresh link, as a URL; recorded, older ones stay.

    It is for the first holder of an open task; with purpose RECORD for the official who may record
    it from a signed paper, also when silence has closed it and its real answer may still follow.
    With `person_id` it is for this person among them. Raises NotFound, TaskClosed, Conflict when
    there is no such official, or NotAllowed when this person is none of them.
    """
    case_id = case_of(office, task_id)
    with office.database.write() as session:
        case, task = lock_case(session, case_id), session.get_one(Task, task_id)
        found = _receivers(session, office, case, task, actor, purpose)
        if not found:
            records = purpose is LinkPurpose.RECORD
            nobody = recorded_by_nobody if records else held_by_nobody
            raise nobody(session, office, case, task)
        own = [each for each in found if person_id is None or each[1].id == person_id]
        if not own:
            raise NotAllowed
        official, _person = own[0]
        link, token = links.create(
            session, office.secret, task_id, official.id, now, purpose=purpose
        )
        details = {"task": task_id, "official": official.id, "link": link.id, "purpose": purpose}
        history.append(
            session, case, at=now, kind="link.made", actor=actor.as_entry(), details=details
        )
        return f"{office.settings.base_url}/t/{token}"


def _receivers(
    session: Session,
    office: Office,
    case: Case,
    task: Task,
    actor: Actor,
    purpose: LinkPurpose,
) -> list[Holder]:
    if purpose is LinkPurpose.RECORD:
        recorder_for(session, case, task, actor)
        late = takes_late_answer(session, office, case, task)
        found = recorders(session, case, task)
    else:
        if not actor.may_act_for(task.region_code):
            raise NotFound
        late, found = False, questions.holders_of_tasks(session, [task.id]).get(task.id, [])
    if task.status is not TaskStatus.OPEN and not late:
        raise TaskClosed("errors.task_not_open")
    return found
