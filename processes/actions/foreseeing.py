"""What a repair would do to each task, before anybody orders it: dates, links, and who is told.

Nothing is written. What looks impossible now is said with the sentence that the act would refuse
with; a task that moves on before the order is judged anew when its turn comes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from processes.actions.actor import Actor
from processes.actions.deadlines import clock_of, in_order
from processes.actions.finished import check_at_work
from processes.actions.granting import Until, longer
from processes.actions.handing_over import names_of
from processes.actions.mending import Wish
from processes.actions.repair import colleagues
from processes.actions.running import resume
from processes.actions.unheld import held_by_nobody
from processes.engine.granted import Clock, Pause
from processes.engine.recounting import due_as_of
from processes.errors import Conflict, InvalidAnswers, KsddError, NotAllowed
from processes.store import links, questions
from processes.store.questions.people import Holder
from processes.store.tables import Case, Deadline, RepairAct, Task

if TYPE_CHECKING:
    from processes.office import Office


@dataclass(frozen=True, kw_only=True)
class Foreseen:
    """What becomes of one task."""

    task: Task
    case: Case
    due_before: datetime | None
    due_after: datetime | None
    #: those who hold it, before and after, as they are printed
    before: Sequence[str]
    after: Sequence[str]
    #: how many living links die
    dying: int = 0
    #: who gets a letter
    told: Sequence[str] = ()
    #: working days that a clock keeps while it stands; None unless it is stopped
    kept_days: int | None = None
    #: why it cannot be done; None when it can
    refusal: KsddError | None = None


def foresee(
    session: Session,
    office: Office,
    tasks: Sequence[Task],
    wish: Wish,
    *,
    actor: Actor,
    now: datetime,
) -> list[Foreseen]:
    """What the wish would do to each of the tasks, in their order."""
    ids = [task.id for task in tasks]
    clocks = ids if wish.act in (RepairAct.PAUSE, RepairAct.RESUME) else []
    foresight = _Foresight(
        session=session,
        office=office,
        wish=wish,
        actor=actor,
        now=now,
        holders=questions.holders_of_tasks(session, ids),
        living=links.count_living(session, ids),
        cases=questions.cases_of_tasks(session, tasks),
        deadlines=questions.deadlines_of_tasks(session, clocks),
    )
    return [foresight.of(task) for task in tasks]


@dataclass(frozen=True, kw_only=True)
class _Foresight:
    """One look ahead, with what is read of all tasks at once."""

    session: Session
    office: Office
    wish: Wish
    actor: Actor
    now: datetime
    holders: Mapping[str, Sequence[Holder]]
    living: Mapping[str, int]
    cases: Mapping[str, Case]
    deadlines: Mapping[str, Sequence[Deadline]]

    def of(self, task: Task) -> Foreseen:
        """What becomes of one task."""
        before = names_of(self.holders.get(task.id, ()))
        found = Foreseen(
            task=task,
            case=self.cases[task.case_id],
            due_before=task.due_at,
            due_after=task.due_at,
            before=before,
            after=before,
        )
        try:
            return self._changed(found)
        except InvalidAnswers as error:
            return replace(found, refusal=next(iter(error.fields.values())))
        except KsddError as error:
            return replace(found, refusal=error)

    def _changed(self, found: Foreseen) -> Foreseen:
        task = found.task
        if not self.actor.may_act_for(task.region_code):
            raise NotAllowed
        check_at_work(found.case, task)
        changes: Mapping[RepairAct, Callable[[Foreseen], Foreseen]] = {
            RepairAct.REMIND: self._reminded,
            RepairAct.RELINK: self._relinked,
            RepairAct.REASSIGN: self._reassigned,
            RepairAct.EXTEND: self._extended,
            RepairAct.PAUSE: self._paused,
            RepairAct.RESUME: self._resumed,
        }
        return changes[self.wish.act](found)

    def _reminded(self, found: Foreseen) -> Foreseen:
        if not found.before:
            raise self._unheld(found)
        return replace(found, told=found.before)

    def _unheld(self, found: Foreseen) -> Conflict:
        return held_by_nobody(self.session, self.office, found.case, found.task)

    def _relinked(self, found: Foreseen) -> Foreseen:
        if not found.before:
            raise self._unheld(found)
        return replace(found, told=found.before, dying=self.living.get(found.task.id, 0))

    def _reassigned(self, found: Foreseen) -> Foreseen:
        given = names_of(colleagues(self.session, found.task, self.wish.officials))
        dying = self.living.get(found.task.id, 0)
        return replace(found, after=given, told=given, dying=dying)

    def _extended(self, found: Foreseen) -> Foreseen:
        until = Until(due_on=self.wish.due_on, working_days=self.wish.working_days)
        grant = longer(self.session, self.office, found.task, until, self.now)
        return replace(found, due_after=grant.until)

    def _paused(self, found: Foreseen) -> Foreseen:
        task = found.task
        if task.paused_at is not None:
            raise Conflict("errors.is_paused")
        kept = None
        if task.due_at is not None:
            today = self.office.calendar.today(self.now, task.region_code)
            kept = self._clock(task).left(today, task.due_at)
        return replace(found, due_after=None, kept_days=kept)

    def _resumed(self, found: Foreseen) -> Foreseen:
        task, calendar = found.task, self.office.calendar
        if task.paused_at is None:
            raise Conflict("errors.not_paused")
        rows = in_order(self.deadlines.get(task.id, ()))
        if not rows:
            return found
        pause = Pause(
            stopped=calendar.today(task.paused_at, task.region_code),
            started=calendar.today(self.now, task.region_code),
        )
        after = self._clock(task).deadline_after(pause, rows[-1].due_at)
        return replace(found, due_after=after)

    def _clock(self, task: Task) -> Clock:
        """The clock of a task; its case is woken only where the owner's words need it."""

        def by_words(words: str, moment: datetime) -> datetime | None:
            run = resume(self.session, self.office, self.cases[task.case_id], self.now)
            return due_as_of(run, task.id, words, moment)

        rows = self.deadlines.get(task.id, ())
        return clock_of(rows, task.region_code, self.office.calendar, by_words)
