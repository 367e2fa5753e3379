"""What the other regions say of an act that somebody recorded from paper: right, or objected to.

An objection changes nothing by itself: it stands on record, and those who recorded are told.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from processes.actions.actor import Actor
from processes.actions.addressing import write_to
from processes.actions.authority import living_link
from processes.actions.finished import case_of
from processes.actions.inviting import send_all
from processes.actions.roles import SHEPHERD
from processes.actions.task_entries import tell_of_task
from processes.actions.wording import readable
from processes.errors import Conflict, NotAllowed, NotFound
from processes.store import papers, questions
from processes.store.locks import lock_case
from processes.store.tables import (
    Case,
    LinkPurpose,
    Paper,
    Task,
    Verdict,
)
from processes.store.viewer import Viewer

if TYPE_CHECKING:
    from processes.office import Office


def respond_to_paper(
    office: Office,
    task_id: str,
    *,
    region: str,
    verdict: Verdict,
    note: str,
    actor: Actor,
    now: datetime,
) -> None:
    """Say for a region (code) whether a task was rightly recorded from paper; the last word counts.

    Raises NotFound when the region cannot see the act, NotAllowed when it recorded it itself, and
    InvalidAnswers (`note`) when it objects without saying why.
    """
    if verdict is Verdict.OBJECTED:
        note = readable(note, field="note", missing="errors.objection_missing", lines=True)
    with office.database.write() as session:
        case = lock_case(session, case_of(office, task_id))
        task = session.get_one(Task, task_id)
        paper = papers.papers_of(session, [task_id]).get(task_id)
        if not actor.may_act_for(region) or not _sees(session, region, task_id):
            raise NotFound
        living_link(session, task, actor, LinkPurpose.RESPOND)
        if paper is None:
            raise Conflict("errors.not_recorded")
        if paper.recorded_for == region:
            raise NotAllowed("errors.own_record")
        papers.respond(session, paper, region, verdict=verdict, note=note, by=actor.name, now=now)
        _tell(session, office, case, task, paper, verdict, note, region, actor, now)


def ask_the_others(session: Session, office: Office, case: Case, task: Task, now: datetime) -> None:
    """Let the task's own region, and the pemrakarsa where it may see the act, look at what another
    house recorded."""
    for region in dict.fromkeys((task.region_code, case.region_code)):
        seen = region == task.region_code or task.shared_at is not None
        if region == task.recorded_for or not seen:
            continue
        people = questions.holders_of(session, region, SHEPHERD)
        send_all(session, office, task, people, now, kind="dicatat", purpose=LinkPurpose.RESPOND)


def _sees(session: Session, region: str, task_id: str) -> bool:
    found = questions.find_task(session, Viewer.of_region(region), task_id)
    return found is not None and found.answers is not None


def _tell(
    session: Session,
    office: Office,
    case: Case,
    task: Task,
    paper: Paper,
    verdict: Verdict,
    note: str,
    region: str,
    actor: Actor,
    now: datetime,
) -> None:
    """Write it down, and tell those who recorded when it is an objection."""
    kind = "paper.confirmed" if verdict is Verdict.CONFIRMED else "paper.objected"
    told = {"by_region": region, "reason": note}
    tell_of_task(session, case, task, kind, actor, now, told)
    if verdict is Verdict.CONFIRMED:
        return
    for official, person in questions.holders_of(session, paper.recorded_for, SHEPHERD):
        write_to(
            session,
            office,
            (official, person),
            now,
            key=f"paper:{task.id}:{region}:{official.id}:{now.isoformat()}",
            kind="keberatan",
            case_id=case.id,
            task_id=task.id,
            values={"catatan": note},
        )
