"""Who may act on a task: its holder, who prepares it, who records it from a signed paper."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from processes.actions.actor import Actor
from processes.actions.roles import SHEPHERD
from processes.errors import Gone, NotAllowed, NotFound
from processes.store import questions
from processes.store.asking import Question
from processes.store.regions import find_region
from processes.store.tables import Case, Link, LinkPurpose, Official, Task, TaskHolder
from processes.store.ways import is_written_to

#: who holds a `task`
HOLDERS = Question(
    lambda p: (
        select(Official)
        .join(TaskHolder, TaskHolder.official_id == Official.id)
        .where(TaskHolder.task_id == p.one("task"))
    ),
    order=(TaskHolder.position,),
)
#: the `link` of an id as it stands now
LINK = Question(lambda p: select(Link).where(Link.id == p.one("link")), anew=True)


def holder_for(session: Session, task: Task, actor: Actor) -> Official | None:
    """The official in whose name the actor answers; None when a machine acts and nobody holds it.

    Raises NotFound outside the actor's regions, and Gone when his link died or the task is no
    longer his.
    """
    if not actor.may_act_for(task.region_code):
        raise NotFound
    holders: list[Official] = HOLDERS.firsts(session, task=task.id)
    if actor.kind != "official":
        return holders[0] if holders else None
    living_link(session, task, actor, LinkPurpose.ANSWER)
    mine = [official for official in holders if official.id == actor.official_id]
    if not mine:
        raise Gone
    return mine[0]


def recorder_for(session: Session, case: Case, task: Task, actor: Actor) -> str:
    """Code of the region for which the actor records the task from a signed paper.

    That is the task's own region: its cooperation office, or whoever prepares the task when its
    holders cannot be written to. For a region without officials it is the cooperation office of the
    region that keeps the case. For everybody else it raises Gone, NotAllowed that says whose it is,
    or NotFound where the actor has no part in the case.
    """
    has_officials = questions.has_officials(session, task.region_code)
    if actor.kind == "official":
        return _recording_official(session, case, task, actor, has_officials=has_officials)
    if actor.may_act_for(task.region_code) and (actor.regions is not None or has_officials):
        return task.region_code
    keeper = questions.keeper_of(session, case)
    if not has_officials and actor.may_act_for(keeper):
        return keeper
    parties = questions.parties_of_case(session, case.id)
    if not any(actor.may_act_for(party.region_code) for party in parties):
        raise NotFound
    if actor.may_act_for(keeper):
        raise _refused(session, task.region_code, "errors.has_officials")
    raise _refused(session, task.region_code if has_officials else keeper)


def preparer_for(session: Session, task: Task, actor: Actor) -> Official | None:
    """The official who prepares the answers; None when a machine does. Raises NotFound or Gone."""
    if not actor.may_act_for(task.region_code):
        raise NotFound
    if actor.kind != "official":
        return None
    living_link(session, task, actor, LinkPurpose.PREPARE)
    official = session.get_one(Official, actor.official_id)
    if not official.active or official.role != task.preparer_role:
        raise Gone
    return official


def still_acts(session: Session, task: Task, official: Official) -> bool:
    """Whether an official may do with a task what his link allows beside answering: he is in
    office or acts for somebody, or the task was given to him by name, as when it was forwarded."""
    if official.active:
        return True
    held = session.get(TaskHolder, (task.id, official.id))
    return held is not None and held.by_name


def living_link(session: Session, task: Task, actor: Actor, *purposes: LinkPurpose) -> None:
    """Raises Gone unless the link the actor came by still leads to this task for such a purpose."""
    if actor.link_id is None:
        return
    link = LINK.first(session, link=actor.link_id)
    if (
        link is None
        or link.revoked_at is not None
        or link.task_id != task.id
        or link.purpose not in purposes
    ):
        raise Gone


def cannot_be_written_to(session: Session, task: Task) -> bool:
    """Whether nobody who may answer the task has an e-mail address or a channel."""
    holders = questions.holders_of_tasks(session, [task.id]).get(task.id, [])
    return not any(is_written_to(person) for _, person in holders)


def _recording_official(
    session: Session, case: Case, task: Task, actor: Actor, *, has_officials: bool
) -> str:
    living_link(session, task, actor, LinkPurpose.RECORD, LinkPurpose.ANSWER)
    official = session.get_one(Official, actor.official_id)
    if not official.active:
        raise Gone
    own = official.region_code == task.region_code
    prepares = official.role == task.preparer_role and cannot_be_written_to(session, task)
    if own and (official.role == SHEPHERD or prepares):
        return task.region_code
    keeper = questions.keeper_of(session, case)
    keeps = official.region_code == keeper and official.role == SHEPHERD
    if not keeps or own:
        raise _refused(session, task.region_code if own or has_officials else keeper)
    if has_officials:
        raise _refused(session, task.region_code, "errors.has_officials")
    return keeper


def _refused(session: Session, region: str, key: str = "errors.not_the_recorder") -> NotAllowed:
    """That only the cooperation office of a region (code) may record the task."""
    return NotAllowed(key, region=find_region(session, region).name)
