"""After the tokens moved: bring every row in line with where they stand, in one transaction."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from processes.actions import alarms
from processes.actions.act import Act
from processes.actions.actor import Actor
from processes.actions.extending import extend_parent
from processes.actions.falling import because_of
from processes.actions.inviting import questions_of_house
from processes.actions.news import News
from processes.actions.opening import KNOWN, Opened, note_overtaken, open_tasks
from processes.actions.returning import ASKED_BEFORE, Work, mark_returns
from processes.actions.task_entries import named
from processes.actions.traces import COMPLETED, Before, Fallout, keep_traces
from processes.engine.codec import CODEC
from processes.engine.run import Run
from processes.engine.shapes import OLD_ENTRY
from processes.engine.told import OpenTask
from processes.store import alarms as waiting
from processes.store import history, questions
from processes.store.agreements import ended_by_date
from processes.store.asking import Asked, Question, ask_ahead
from processes.store.tables import (
    AgreementStatus,
    Case,
    CaseStatus,
    Official,
    Task,
    TaskStatus,
)

if TYPE_CHECKING:
    from processes.office import Office


def keep_books(
    session: Session,
    office: Office,
    case: Case,
    run: Run,
    *,
    act: Act,
    actor: Actor,
    now: datetime,
    quiet: bool = False,
    were_open: Sequence[Task] | None = None,
) -> Opened:
    """Write down what an act did to a case; returns what it opened, `quiet` or not. `were_open` are
    the tasks that were open before it, where they were read then.

    1. The act itself goes into the history.
    2. Tasks the tokens left are closed; tasks they reached are opened, with deadline and links.
    3. Parties, category and agreement follow the data of the process.
    4. Stage, status and state are saved, and the next timer's moment.
    """
    before, person = Before.of(case), _person(session, actor)
    if were_open is not None:
        ask_ahead(session, _asked_later(session, case, run, were_open))
    asked = _asked_before(session, case, run, were_open or ())
    tell = _Teller(session=session, case=case, actor=actor, now=now)
    tell(act.kind, act.details)
    for decided in run.decisions:
        tell("decision.made", asdict(decided))
    missed = _note_missed(session, case, run, tell)
    there = OPEN.firsts(session, case=case.id) if were_open is None else [*were_open, *missed]
    closed = _close_left_tasks(there, run, tell, act)
    waiting.drop_of_closed(session, case.id, [task.id for task in run.open_tasks()], now)
    opened = open_tasks(session, office, case, run, acting=person, now=now, quiet=quiet)
    for task in opened.tasks:
        tell("task.opened", _about(task))
    mark_returns(session, case, run, opened.tasks, asked)
    left = _follow_parties(session, case, run, tell, now)
    _follow_agreement(session, office, case, run, tell)
    _follow_stage(case, run, tell)
    _follow_ending(session, office, case, run, tell)
    _follow_alarms(session, office, case, run, now)
    News(session, office, case, now).of_tasks(run, act, closed, opened.tasks, person)
    case.state, case.codec = run.save(), CODEC
    case.next_timer_at = run.next_timer if case.status is CaseStatus.RUNNING else None
    case.revision += 1
    case.failures = 0
    if act.kind == COMPLETED:
        fallout = Fallout(opened=opened.tasks, closed=closed, left=left)
        keep_traces(session, case, before, fallout, act.details, actor, person, now)
    return opened


def _person(session: Session, actor: Actor) -> str | None:
    """Id of the person who acts through a link; None for machines and the clock."""
    official = session.get(Official, actor.official_id) if actor.official_id else None
    return official.person_id if official else None


@dataclass(frozen=True, kw_only=True)
class _Teller:
    """Appends entries to the history of one case."""

    session: Session
    case: Case
    actor: Actor
    now: datetime

    def __call__(self, kind: str, details: Mapping[str, Any]) -> None:
        history.append(
            self.session,
            self.case,
            at=self.now,
            kind=kind,
            actor=self.actor.as_entry(),
            details=details,
        )


def _about(task: Task) -> dict[str, Any]:
    return {
        **named(task),
        "element": task.element,
        "role": task.role,
        "due_at": task.due_at.isoformat() if task.due_at else None,
    }


#: the open tasks of a `case`
OPEN = Question(
    lambda p: select(Task).where(Task.case_id == p.one("case"), Task.status == TaskStatus.OPEN)
)


def _asked_later(
    session: Session, case: Case, run: Run, were_open: Sequence[Task]
) -> Iterator[Asked]:
    """What will be asked about the tasks that the tokens reached."""
    yield KNOWN.about(tasks=[task.id for task in run.open_tasks()])
    fresh = _fresh(run, were_open)
    if fresh:
        yield ASKED_BEFORE.about(case=case.id, elements=_elements(fresh))
    yield from questions_of_house(session, case, fresh)


def _note_missed(session: Session, case: Case, run: Run, tell: _Teller) -> list[Task]:
    """The tasks that a timer closed in the very act that opened them."""
    missed = note_overtaken(session, case, run, tell.now) if run.overtaken else []
    for task in missed:
        tell("task.opened", _about(task))
    return missed


def _asked_before(session: Session, case: Case, run: Run, were_open: Sequence[Task]) -> set[Work]:
    """Which of what the tokens reached was asked before, perhaps; read before any of it is
    written."""
    fresh = _fresh(run, were_open)
    if not fresh:
        return set()
    return {
        tuple(row) for row in ASKED_BEFORE.rows(session, case=case.id, elements=_elements(fresh))
    }


def _fresh(run: Run, were_open: Sequence[Task]) -> list[OpenTask]:
    """What the tokens reached beside the tasks that were open before."""
    known = {task.id for task in were_open}
    return [task for task in run.open_tasks() if task.id not in known]


def _elements(tasks: Sequence[OpenTask]) -> tuple[str, ...]:
    return tuple(sorted({task.shape.element for task in tasks}))


def _close_left_tasks(there: Sequence[Task], run: Run, tell: _Teller, act: Act) -> list[Task]:
    """Close those of the tasks that the tokens left, and keep why; returns them. The others say
    whom they are about, also when they were opened before that was kept, or by a drawing with other
    loops."""
    still_open = {task.id: task.concerns for task in run.open_tasks()}
    for task in there:
        task.concerns = still_open.get(task.id, task.concerns)
    closed = [t for t in there if t.id not in still_open and t.status is TaskStatus.OPEN]
    because = because_of(tell.session, run.procedure, act) if closed else None
    for task in closed:
        task.status, task.closed_at = TaskStatus.CANCELLED, tell.now
        task.receipt = {"because": dict(because)} if because else None
        overtaken = run.overtaken.get(task.id)
        if overtaken is not None:
            task.receipt = {"overtaken": overtaken.name, "since": overtaken.due.isoformat()}
        tell("task.cancelled", {**_about(task), **(task.receipt or {})})
    return closed


def _follow_parties(
    session: Session, case: Case, run: Run, tell: _Teller, now: datetime
) -> list[str]:
    """A region that the process no longer counts among the `pihak` has left; returns the codes."""
    counted, left = run.facts.get("pihak"), list[str]()
    if counted is None:
        return left
    codes = {party["kode"] for party in counted}
    for party in questions.parties_of_case(session, case.id):
        if party.region_code not in codes and party.left_at is None:
            party.left_at = now
            tell("party.left", {"region": party.region_code})
            left.append(party.region_code)
    return left


def _follow_agreement(
    session: Session, office: Office, case: Case, run: Run, tell: _Teller
) -> None:
    """When this act put the agreement into force, its end is watched, an addendum extends the
    agreement before it, and the parties are told, unless it was in force long before."""
    if _comes_into_force(case, run, tell):
        words = run.procedure.defaults.get("pengingat_akhir", "")
        alarms.plan_agreement_end(session, office, case, words, tell.now)
        extend_parent(session, office, case, actor=tell.actor, now=tell.now)
        if case.entry != OLD_ENTRY:
            News(session, office, case, tell.now).of_the_agreement(run)


def _comes_into_force(case: Case, run: Run, tell: _Teller) -> bool:
    """Take over category and term of the agreement; True when this act put it into force."""
    category = run.facts.get("kategori")
    if category is not None and category != case.category:
        tell("case.category", {"before": case.category, "after": category})
        case.category = str(category)[:24]
    starts, ends = run.facts.get("berlaku_sejak"), run.facts.get("berlaku_sampai")
    if starts and case.agreement_status is AgreementStatus.BELUM:
        case.agreement_status = AgreementStatus.BERLAKU
        case.agreement_starts_on = date.fromisoformat(starts)
        case.agreement_ends_on = date.fromisoformat(ends) if ends else None
        tell("agreement.in_force", {"starts_on": starts, "ends_on": ends})
        return True
    return False


def _follow_stage(case: Case, run: Run, tell: _Teller) -> None:
    stage = run.stage or (run.passed if run.is_over else None)
    if stage is None or (stage.number == case.stage and stage.name == case.stage_name):
        return
    if case.stage_name:
        tell("case.stage", {"before": case.stage, "after": stage.number, "name": stage.name})
    case.stage, case.stage_name = stage.number, stage.name


def _follow_ending(session: Session, office: Office, case: Case, run: Run, tell: _Teller) -> None:
    if not run.is_over:
        return
    ended, now = run.ended, tell.now
    case.status = CaseStatus(ended.status) if ended else CaseStatus.COMPLETED
    case.end_reason = ended.reason if ended else "selesai"
    case.closed_at = now
    if case.agreement_status is AgreementStatus.BERLAKU:
        case.agreement_status = AgreementStatus.BERAKHIR
    tell("case.ended", {"status": case.status.value, "reason": case.end_reason})
    News(session, office, case, now).of_the_end(ended)


def _follow_alarms(session: Session, office: Office, case: Case, run: Run, now: datetime) -> None:
    """What was planned for the end of the agreement rings no more when the case ends early."""
    if run.is_over and not ended_by_date(case, office.calendar.today(now, case.region_code)):
        waiting.drop_of_agreement(session, case.id, now)
