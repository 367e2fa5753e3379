"""Open tasks and links follow the officials: those who come and go, and who acts for whom.

Whoever gets a task gets a link of his own in the transaction in which those of the other die, and
the history of the case names both.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from processes.actions.actor import Actor
from processes.actions.inviting import recorders, send_all, send_link
from processes.actions.task_entries import tell_of_task
from processes.store import links
from processes.store.acting import Change
from processes.store.handover import Moved
from processes.store.locks import lock_case
from processes.store.shared_letters import let_share_at_once
from processes.store.tables import (
    CaseOfficial,
    LinkPurpose,
    Official,
    Person,
    Substitution,
    Task,
    TaskHolder,
)

if TYPE_CHECKING:
    from processes.office import Office

#: the letters that carry a link for something else than an answer; others go without one
KINDS = {
    LinkPurpose.PREPARE: "siapkan",
    LinkPurpose.CHOOSE: "pilih_pejabat",
    LinkPurpose.COMPLETE: "lengkapi",
    LinkPurpose.RESPOND: "dicatat",
    LinkPurpose.REASSIGN: "dialihkan",
    LinkPurpose.REPLY: "pertanyaan",
}


def invite(
    session: Session,
    office: Office,
    move: Moved,
    actor: Actor,
    now: datetime,
    *,
    why: Mapping[str, Any] | None = None,
) -> None:
    """Send whoever joined a task his link, ask for a choice where one is needed, and note the
    change in the history of its case, with what else is known of it (`why`)."""
    task = session.get_one(Task, move.task_id)
    case = lock_case(session, move.case_id)
    for official_id in move.joined:
        if links.is_living(session, task.id, official_id, LinkPurpose.ANSWER):
            continue  # he held it in another name already
        official = session.get_one(Official, official_id)
        person = session.get_one(Person, official.person_id)
        send_link(session, office, task, official, person, now)
    if move.asks:
        send_all(
            session,
            office,
            task,
            recorders(session, case, task),
            now,
            kind="pilih_pejabat",
            purpose=LinkPurpose.CHOOSE,
        )
    told = {
        "left": list(move.left),
        "joined": list(move.joined),
        "before": _names(session, move.left),
        "after": _names(session, move.joined),
        **(why or {}),
    }
    tell_of_task(session, case, task, "task.holders", actor, now, told)


def follow(
    session: Session,
    office: Office,
    changes: Sequence[Change],
    moved: Sequence[Moved],
    *,
    actor: Actor,
    now: datetime,
    reason: str = "",
) -> None:
    """After others act for some officials than before: links for the tasks that moved, and those
    for everything else by the same changes. Who gets several is written one letter. The caller has
    locked the cases."""
    for move in moved:
        why = _why(session, move.whose, reason) if move.whose else None
        invite(session, office, move, actor, now, why=why)
    for change in changes:
        if change.before != change.after:
            _carry_links(session, office, change, now)
    joined = {official_id for move in moved for official_id in move.joined}
    joined |= {change.after for change in changes if change.after is not None}
    let_share_at_once(session, joined, now)


def _carry_links(session: Session, office: Office, change: Change, now: datetime) -> None:
    """Whatever else one could do with a task by link, the next one may; the first no more, unless
    he holds the role himself or for somebody else."""
    carried = links.beside_answering(session, change.before)
    stays = session.get_one(Official, change.before).active
    if not stays:
        links.revoke_beside_answering(session, change.before, now)
    if change.after is None:
        return
    official = session.get_one(Official, change.after)
    person = session.get_one(Person, official.person_id)
    for task, purpose in carried:
        if links.is_living(session, task.id, official.id, purpose):
            continue
        if stays and not _concerns(session, task, purpose, change):
            continue
        if purpose in KINDS:
            send_link(
                session, office, task, official, person, now, kind=KINDS[purpose], purpose=purpose
            )
        else:
            links.create(session, office.secret, task.id, official.id, now, purpose=purpose)


def _concerns(session: Session, task: Task, purpose: LinkPurpose, change: Change) -> bool:
    """Whether what a colleague of the same role may do with a task is the official's matter too:
    not where another one was chosen for the case, or finished it."""
    whose = select(TaskHolder.for_official_id).where(TaskHolder.task_id == task.id)
    if purpose is LinkPurpose.COMPLETE:
        holders = session.scalars(whose).all()
        return not holders or change.official_id in holders
    official = session.get_one(Official, change.official_id)
    chosen = session.get(CaseOfficial, (task.case_id, official.region_code, official.role))
    return chosen is None or chosen.official_id == official.id


def _why(session: Session, official_id: str, reason: str) -> dict[str, Any]:
    """For whom a task is held, and by which letter, as the history tells it."""
    newest = select(Substitution).where(
        Substitution.official_id == official_id, Substitution.began_at.is_not(None)
    )
    row = session.scalars(newest.order_by(Substitution.began_at.desc())).first()
    told = {"for": _names(session, [official_id])[0]}
    if row is not None:
        told |= {"status": row.status.value, "letter": row.letter_number}
    return told | ({"reason": reason} if reason else {})


def _names(session: Session, officials: Sequence[str]) -> list[str]:
    """Officials (ids) as the history names them."""
    found = [session.get_one(Official, official_id) for official_id in officials]
    return [f"{session.get_one(Person, o.person_id).name}, {o.position}" for o in found]
