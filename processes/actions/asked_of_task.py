"""What finishing a task asks of its case, known before it is asked: one statement for all of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from processes.actions.actor import Actor
from processes.actions.authority import HOLDERS, LINK
from processes.actions.bookkeeping import OPEN
from processes.actions.documents import NAMED, documents_named
from processes.actions.finished import UNSHARED
from processes.actions.opening import LAST
from processes.actions.traces import KEPT
from processes.actions.who import FINISHED, OF_ITS_HOLDERS
from processes.store import calendar_days, typed, webhook_events
from processes.store.allowance import files_of
from processes.store.asking import Asked, Question
from processes.store.questions.cases import PARTIES
from processes.store.questions.people import HIMSELF, HOLDING, REPRESENTED
from processes.store.regions import PATTERNS
from processes.store.tables import Case, Task

if TYPE_CHECKING:
    from processes.office import Office

#: a `task` as it stands now
TASK = Question(lambda p: select(Task).where(Task.id == p.one("task")), anew=True)


def questions_of_completion(
    session: Session,
    office: Office,
    case: Case,
    task_id: str,
    answers: Mapping[str, Any],
    actor: Actor,
    *,
    element: str,
    region: str,
    now: datetime,
) -> Iterator[Asked]:
    """What finishing a task of a locked case will ask, its element and region being known; a
    question that is missing here, or that the act turns out not to ask, does no harm."""
    yield calendar_days.NUMBER.about()
    yield TASK.about(task=task_id)
    yield HOLDERS.about(task=task_id)
    yield PARTIES.about(case=case.id)
    yield PATTERNS.about(case=case.id, region=region)
    yield REPRESENTED.about(tasks=[task_id])
    yield HIMSELF.about(tasks=[task_id])
    yield OPEN.about(case=case.id)
    yield LAST.about(case=case.id)
    yield OF_ITS_HOLDERS.about(case=case.id, task=task_id, official=actor.official_id)
    yield webhook_events.LISTENING.about(case=case.id)
    yield KEPT.about(case=case.id)
    if actor.link_id is not None:
        yield LINK.about(link=actor.link_id)
        yield typed.OF_TASK.about(task=task_id)
    if actor.kind != "official":
        yield HOLDING.about(tasks=[task_id])
    documents = documents_named(answers)
    if documents:
        yield NAMED.about(documents=documents)
        yield files_of(case.id, region, now)
    shape = office.procedure(session, case.version_id).shapes.get(element)
    if shape is not None and shape.shares:
        yield UNSHARED.about(case=case.id, elements=shape.shares)
    if shape is not None and shape.checks and actor.official_id is not None:
        yield FINISHED.about(
            case=case.id, region=region, elements=shape.checks, official=actor.official_id
        )
