"""What an answer leaves beside its record: how the case stood before, so that it can be taken back,
and no draft of it any more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from processes.actions.actor import Actor
from processes.store import typed
from processes.store.asking import Question
from processes.store.tables import AgreementStatus, Case, CaseStatus, Recallable, Task

#: kind of the act that answers a task
COMPLETED = "task.completed"
#: what is kept of a `case`
KEPT = Question(lambda p: select(Recallable).where(Recallable.case_id == p.one("case")))


@dataclass(frozen=True, kw_only=True)
class Before:
    """A case as it stood before an act."""

    state: bytes
    #: what follows from the state, by column, fit for JSON
    columns: Mapping[str, Any]

    @classmethod
    def of(cls, case: Case) -> Before:
        """The case as it stands now."""
        starts, ends = case.agreement_starts_on, case.agreement_ends_on
        return cls(
            state=case.state,
            columns={
                "title": case.title,
                "stage": case.stage,
                "stage_name": case.stage_name,
                "category": case.category,
                "agreement_status": case.agreement_status.value,
                "agreement_starts_on": starts.isoformat() if starts else None,
                "agreement_ends_on": ends.isoformat() if ends else None,
                "calendar_number": case.calendar_number,
            },
        )


@dataclass(frozen=True, kw_only=True)
class Fallout:
    """What followed from an act."""

    opened: Sequence[Task]
    #: tasks that were closed without an answer
    closed: Sequence[Task]
    #: codes of the regions that left the case
    left: Sequence[str]


def keep_traces(
    session: Session,
    case: Case,
    before: Before,
    fallout: Fallout,
    about: Mapping[str, Any],
    actor: Actor,
    person: str | None,
    now: datetime,
) -> None:
    """After an answer: its draft goes, and what came before it is kept until the next act.

    Nothing is kept of an answer that nobody takes back: one recorded from paper, or one that ended
    the case.
    """
    if person is not None:
        typed.drop(session, about["task"], person)
    if case.status is not CaseStatus.RUNNING or "dicatat_dari" in about:
        return
    kept = KEPT.first(session, case=case.id)
    if kept is None:
        kept = Recallable(case_id=case.id)
        session.add(kept)
    kept.task_id, kept.at, kept.giver = about["task"], now, giver_of(actor, person)
    kept.revision, kept.state = case.revision, before.state
    kept.facts = {
        "case": dict(before.columns),
        "opened": [task.id for task in fallout.opened],
        "closed": [task.id for task in fallout.closed],
        "left": list(fallout.left),
    }


def giver_of(actor: Actor, person: str | None) -> str:
    """Who gives an answer, to be told again later: the person (id), or a machine by its name."""
    return person or f"{actor.kind}: {actor.name}"[:300]


def put_back(case: Case, columns: Mapping[str, Any]) -> None:
    """Set what follows from the state as it was before."""
    for name, value in columns.items():
        if name == "agreement_status":
            case.agreement_status = AgreementStatus(value)
        elif name.startswith("agreement_"):
            setattr(case, name, date.fromisoformat(value) if value else None)
        else:
            setattr(case, name, value)
