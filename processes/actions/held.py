"""Acts of a holder on his own open task, each in one transaction that nothing due is ahead of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from processes.actions.actor import Actor
from processes.actions.authority import holder_for
from processes.actions.finished import case_of, check_at_work
from processes.actions.roles import COUNCIL
from processes.actions.task_entries import tell_of_task
from processes.actions.timers import caught_up
from processes.errors import Conflict, FieldError, InvalidAnswers
from processes.store.questions.people import Holder
from processes.store.tables import Case, Official, Person, Task

if TYPE_CHECKING:
    from processes.office import Office


@dataclass(frozen=True, kw_only=True)
class Held:
    """An open task of a locked, running case, with the one who holds it."""

    session: Session
    case: Case
    task: Task
    #: in whose name it is done
    official: Official
    actor: Actor
    now: datetime

    @property
    def name(self) -> str:
        """Who acts, as it is printed; a machine with the holder it acts for."""
        if self.actor.kind == "official":
            return f"{self.actor.name}, {self.official.position}"[:300]
        person = self.session.get_one(Person, self.official.person_id)
        return f"{self.actor.name} untuk {person.name}, {self.official.position}"[:300]

    def tell(self, kind: str, details: Mapping[str, Any]) -> None:
        """Put what is done into the history of the case."""
        more = {"by": self.name, **details}
        tell_of_task(self.session, self.case, self.task, kind, self.actor, self.now, more)


@contextmanager
def held_task(office: Office, task_id: str, *, actor: Actor, now: datetime) -> Iterator[Held]:
    """The task, when the actor holds it or acts for who does.

    Raises NotFound, Gone, TaskClosed, or Conflict when nobody holds it or the case does not run.
    """
    with caught_up(office, case_of(office, task_id), now) as (session, case):
        task = session.get_one(Task, task_id, populate_existing=True)
        official = holder_for(session, task, actor)
        check_at_work(case, task)
        if official is None:
            raise Conflict("acts.not_holder")
        yield Held(session=session, case=case, task=task, official=official, actor=actor, now=now)


def candidates(session: Session, task: Task) -> Sequence[Holder]:
    """Who of the task's house may be given it, by name; a council's task stays with its council."""
    rows = session.execute(
        select(Official, Person)
        .join(Person, Person.id == Official.person_id)
        .where(Official.region_code == task.region_code, Official.active)
        .order_by(Person.name, Official.id)
    )
    of_council = task.role == COUNCIL
    return [(o, person) for o, person in rows if (o.role == COUNCIL) is of_council]


def candidate(session: Session, task: Task, official_id: str) -> Holder:
    """The one who is chosen; raises InvalidAnswers (`official`) when he cannot have the task."""
    if not official_id:
        raise InvalidAnswers({"official": FieldError("acts.official_missing")})
    for official, person in candidates(session, task):
        if official.id == official_id:
            return official, person
    raise InvalidAnswers({"official": FieldError("acts.official_wrong")})
