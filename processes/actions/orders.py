"""Who sets something right, why and on whose authority, and the transaction in which he does."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from processes.actions.actor import Actor
from processes.actions.finished import check_at_work
from processes.actions.running import resume
from processes.actions.timers import caught_up
from processes.actions.wording import readable
from processes.engine.run import Run
from processes.errors import NotAllowed, NotFound
from processes.store import repairs
from processes.store.repairs import Part
from processes.store.tables import Case, Task

if TYPE_CHECKING:
    from processes.office import Office


@dataclass(frozen=True, kw_only=True)
class Order:
    """Who repairs, why, and on whose authority."""

    actor: Actor
    #: never empty
    reason: str
    #: for example the number of a letter; may be empty
    authority: str = ""
    #: the part of a bulk repair that it carries out, which is done once for all with the act
    part: Part | None = None

    @property
    def note(self) -> str:
        """Reason and authority as the record keeps them."""
        return f"{self.reason} ({self.authority})" if self.authority else self.reason

    def check_reason(self) -> None:
        """Raise InvalidAnswers (`reason`) when nothing can be read there."""
        readable(self.reason, field="reason", missing="errors.reason_missing", lines=True)

    def take_part(self, session: Session, now: datetime) -> None:
        """Mark its part of a bulk repair as done; PartTaken when somebody else did it."""
        if self.part is not None:
            repairs.take(session, self.part, now)


@contextmanager
def opened_task(
    office: Office, task_id: str, order: Order, now: datetime
) -> Iterator[tuple[Session, Case, Task, Run]]:
    """One transaction on an open task of a running case that nothing due is ahead of."""
    order.check_reason()
    with office.database.read() as session:
        known = session.get(Task, task_id)
        if known is None:
            raise NotFound
        case_id = known.case_id
        if not order.actor.may_act_for(known.region_code):
            raise NotAllowed
    with caught_up(office, case_id, now) as (session, case):
        order.take_part(session, now)
        task = session.get_one(Task, task_id, populate_existing=True)
        check_at_work(case, task)
        yield session, case, task, resume(session, office, case, now)
