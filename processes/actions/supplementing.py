"""Answers that may follow when a task is finished already, such as the day a letter was received.

What is entered later is merged into the answers, the clocks that count from it are set anew, and
the history keeps what stood there before.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from processes.actions.act import Act
from processes.actions.actor import Actor
from processes.actions.authority import living_link, still_acts
from processes.actions.bookkeeping import keep_books
from processes.actions.finished import case_of
from processes.actions.inviting import recorders, send_all
from processes.actions.receipts import clocks_of, count_anew, starts
from processes.actions.roles import SHEPHERD
from processes.actions.running import guarded, resume
from processes.actions.task_entries import named
from processes.actions.timers import caught_up
from processes.actions.wording import readable
from processes.engine.fields import Field, FormContext
from processes.engine.forms import Form
from processes.engine.revising import revise
from processes.errors import Conflict, FieldError, Gone, InvalidAnswers, NotFound, TaskClosed
from processes.sentences.dates import listing
from processes.store import outbox, questions
from processes.store.tables import (
    Case,
    CaseStatus,
    LinkPurpose,
    Official,
    Task,
    TaskStatus,
)

if TYPE_CHECKING:
    from processes.engine.procedure import Procedure
    from processes.office import Office

#: when whoever may add an answer is written to: he can hardly know it at once
LATER = timedelta(days=1)
#: the letter that asks for it
KIND = "lengkapi"


@dataclass(frozen=True, kw_only=True)
class Supplement:
    """What a later entry changed."""

    #: the new answers to the fields that may follow, by field id
    answers: dict[str, Any]
    #: names of timers that were due by it and fired in the same moment
    fired: tuple[str, ...]


def supplement_task(
    office: Office,
    task_id: str,
    answers: Mapping[str, Any],
    *,
    actor: Actor,
    now: datetime,
    reason: str = "",
) -> Supplement:
    """Give answers that may follow (`menyusul`) to a finished task of a running case.

    What stood there may be corrected with a `reason`. For a region without officials the
    pemrakarsa's cooperation office gives them. Raises NotFound, Gone, TaskClosed, Conflict
    (a newer round of the same task), or InvalidAnswers.
    """
    with caught_up(office, case_of(office, task_id), now) as (session, case):
        task = session.get_one(Task, task_id, populate_existing=True)
        _authorise(session, case, task, actor)
        if task.status is not TaskStatus.DONE or case.status is not CaseStatus.RUNNING:
            raise TaskClosed
        if _has_newer(session, task):
            raise Conflict("errors.newer_round")
        form = office.shape_of(session, case, task).form
        context = office.form_context(session, task, now)
        before = dict(task.answers or {})
        changes = _checked(form, before, answers, context, reason)
        run = resume(session, office, case, now)
        counted = starts(run)
        clocks = clocks_of(session, office, case, run)
        guarded(lambda: revise(run, task.element, task.region_code, changes, clocks))
        task.answers = {**before, **changes}
        task.receipt = {**(task.receipt or {}), "answers": task.answers}
        if not form_for_later(form, task.answers, context).fields:
            outbox.drop_for_task(session, task.id, kind=KIND)
        moved = count_anew(session, office, run, counted, actor, now)
        details = {
            **named(task),
            "element": task.element,
            "before": {name: before.get(name) for name in changes},
            "after": changes,
            "reason": reason,
            "deadlines": moved,
        }
        act = Act(kind="task.supplemented", details=details)
        keep_books(session, office, case, run, act=act, actor=actor, now=now)
        return Supplement(answers=changes, fired=tuple(run.fired))


def form_for_later(form: Form, answers: Mapping[str, Any], context: FormContext) -> Form:
    """The questions whose answers may still follow: those left open, for one region at least."""
    waiting = tuple(field for field in form.fields if _is_open(field, answers, context))
    return Form(fields=waiting, language=form.language)


def in_words(form: Form, answers: Mapping[str, Any], context: FormContext) -> list[str]:
    """What may still follow, a line for each question: its label, and for which regions."""
    lines = []
    for field in form.fields:
        if not _is_open(field, answers, context):
            continue
        given, codes = answers.get(field.id) or {}, field.regions(context)
        missing = [context.region_name(code) for code in codes or () if given.get(code) is None]
        lines.append(f"{field.label}: {listing(missing)}" if missing else field.label)
    return lines


def sets_a_deadline(procedure: Procedure, task: Task, form: Form) -> bool:
    """Whether the clock of a task counts from one of these answers (`mulai_dari`)."""
    started = [shape.clock_start for shape in procedure.shapes.values() if shape.clock_start]
    return any(
        f"{task.element}.{field.id}" in start or start == field.id
        for field in form.fields
        for start in started
    )


def ask_for_later(
    session: Session,
    office: Office,
    case: Case,
    task: Task,
    form: Form,
    context: FormContext,
    now: datetime,
) -> None:
    """Give the holders of a finished task the link by which they add what is still open.

    Where nobody held it, whoever may record it from paper gets that.
    """
    if not form_for_later(form, task.answers or {}, context).fields:
        return
    holders = questions.holders_of_tasks(session, [task.id]).get(task.id, [])
    send_all(
        session,
        office,
        task,
        holders or recorders(session, case, task),
        now,
        kind=KIND,
        purpose=LinkPurpose.COMPLETE,
        not_before=now + LATER,
    )


def _is_open(field: Field, answers: Mapping[str, Any], context: FormContext) -> bool:
    if not field.menyusul:
        return False
    given, codes = answers.get(field.id), field.regions(context)
    if codes is None:
        return given is None
    return any((given or {}).get(code) is None for code in codes)


def _authorise(session: Session, case: Case, task: Task, actor: Actor) -> None:
    unmanned = not questions.has_officials(session, task.region_code)
    keeper = questions.keeper_of(session, case)
    if not actor.may_act_for(task.region_code) and not (unmanned and actor.may_act_for(keeper)):
        raise NotFound
    if actor.kind != "official":
        return
    living_link(session, task, actor, LinkPurpose.COMPLETE)
    official = session.get_one(Official, actor.official_id)
    asks = unmanned and official.region_code == keeper and official.role == SHEPHERD
    foreign = official.region_code != task.region_code and not asks
    if foreign or not still_acts(session, task, official):
        raise Gone


def _has_newer(session: Session, task: Task) -> bool:
    newer = select(Task.id).where(
        Task.case_id == task.case_id,
        Task.element == task.element,
        Task.region_code == task.region_code,
        Task.position > task.position,
    )
    return session.scalar(newer.limit(1)) is not None


def _checked(
    form: Form,
    before: Mapping[str, Any],
    given: Mapping[str, Any],
    context: FormContext,
    reason: str,
) -> dict[str, Any]:
    """The whole new answers to the fields that were given, in their stored form."""
    later = {field.id: field for field in form.fields if field.menyusul}
    errors = {
        name[:60]: FieldError("errors.not_later_answer", fields=", ".join(later) or "-")
        for name in given
        if name not in later
    }
    if errors:
        raise InvalidAnswers(errors)
    if not any(value not in (None, "", {}) for value in given.values()):
        raise InvalidAnswers({next(iter(later), "answers"): FieldError("errors.nothing_later")})
    references = {field.setelah for field in later.values()} | set(later)
    part = Form(
        fields=tuple(field for field in form.fields if field.id in references),
        language=form.language,
    )
    merged = {
        field.id: _merged(_of_parties(field, before.get(field.id), context), given.get(field.id))
        for field in part.fields
    }
    checked = part.check(merged, context=context)
    changes = {
        name: _merged(before.get(name), checked[name])
        for name in given
        if _merged(before.get(name), checked[name]) != before.get(name)
    }
    if any(_overwrites(before.get(name), value) for name, value in changes.items()):
        readable(reason, field="reason", missing="errors.correction_reason", lines=True)
    return changes


def _merged(before: Any, given: Any) -> Any:
    if isinstance(before, Mapping) and isinstance(given, Mapping):
        return {**before, **{code: value for code, value in given.items() if value is not None}}
    return before if given in (None, "") else given


def _of_parties(field: Field, before: Any, context: FormContext) -> Any:
    """Without the answers for regions that left meanwhile: nobody is asked for them any more."""
    wanted = field.regions(context)
    if wanted is None or not isinstance(before, Mapping):
        return before
    return {code: each for code, each in before.items() if code in wanted}


def _overwrites(before: Any, after: Any) -> bool:
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        return any(value is not None and after.get(code) != value for code, value in before.items())
    return before is not None and before != after
