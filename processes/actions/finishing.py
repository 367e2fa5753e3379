"""Finishing a task of a locked case: what is checked, what is kept, and what opens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from processes.actions.act import Act
from processes.actions.actor import Actor, Receipt
from processes.actions.authority import holder_for
from processes.actions.bookkeeping import OPEN, keep_books
from processes.actions.cases import binds
from processes.actions.continuing import continue_by_answers
from processes.actions.documents import bind_documents
from processes.actions.finished import (
    answered_already,
    closed,
    digest_of,
    receipt_for,
    repeated,
    sent_by,
    sent_digest,
)
from processes.actions.proving import ProofGiven, Proving
from processes.actions.recording import (
    CHAIN,
    PREFIX,
    Recording,
    about,
    keep_paper,
    same_paper,
    signature,
    with_paper,
)
from processes.actions.responding import ask_the_others
from processes.actions.retitling import retitle
from processes.actions.running import fired_at_once, guarded, resume
from processes.actions.signers import warn_of_signers
from processes.actions.supplementing import ask_for_later
from processes.actions.task_entries import named
from processes.actions.whereabouts import note_from_answers
from processes.actions.who import (
    next_task_of,
    of_same_person,
    open_tasks_beside,
    same_person_said,
    signed_by,
)
from processes.engine.forms import Form, FormContext
from processes.engine.shapes import TaskShape
from processes.errors import Conflict, FieldError, InvalidAnswers
from processes.store.tables import Case, CaseStatus, Official, Task, TaskStatus

if TYPE_CHECKING:
    from processes.office import Office


@dataclass(frozen=True, kw_only=True)
class _Before:
    """What was so before a task was finished."""

    #: open tasks of the case, and those of who acts
    were_open: Sequence[Task]
    his_own: Sequence[Task]
    #: what he did himself and now checks
    same: Sequence[Task]
    #: what the other parties get to see
    sent: Sequence[Task]


class Finishing:
    """Finishing tasks of one locked case inside one transaction."""

    def __init__(
        self,
        session: Session,
        office: Office,
        case: Case,
        actor: Actor,
        now: datetime,
        recording: Recording | None,
        given: ProofGiven,
    ) -> None:
        self.session = session
        self.office = office
        self.case = case
        self.actor = actor
        self.now = now
        self.recording = recording
        self.proving = Proving(
            session=session, office=office, case=case, actor=actor, given=given, now=now
        )
        self.proof: dict[str, Any] | None = None
        self.in_name_of: dict[str, Any] = {}
        self.procedure = office.procedure(session, case.version_id)

    def do(self, task: Task, answers: Mapping[str, Any]) -> Receipt:
        """Finish the task, and with a paper that covers its whole chain those that follow in it."""
        official = self._acting(task)
        shape = self.office.shape_of(self.session, self.case, task)
        context = self.office.form_context(self.session, task, self.now)
        if task.status is TaskStatus.CANCELLED:
            return self._late(task, shape, answers, context)
        if task.status is TaskStatus.DONE:
            return self._repeated(task, shape.form, answers, context)
        self._refuse_wrong_chain(shape)
        checked = self._checked(shape.form, answers, context)
        if self.case.status is CaseStatus.INCIDENT:
            raise Conflict("errors.already_incident")
        if self.recording is None:
            self.proof = self.proving.prove(task, official, checked)
        run = resume(self.session, self.office, self.case, self.now)
        guarded(lambda: run.complete(task.id, checked))
        before = self._before(task, shape, official)
        task.status, task.closed_at = TaskStatus.DONE, self.now
        self._keep(task, shape.form, checked, official)
        for each in before.sent:
            each.shared_at = self.now
        if self.recording is not None:
            ask_the_others(self.session, self.office, self.case, task, self.now)
        opened = keep_books(
            self.session,
            self.office,
            self.case,
            run,
            act=Act(kind="task.completed", details=self._about(task, before.same)),
            actor=self.actor,
            now=self.now,
            were_open=before.were_open,
        )
        # what stood before it is kept for taking the answer back by then
        retitle(self.session, self.case, shape.form, checked, self.actor, self.now)
        continued = continue_by_answers(
            self.session, self.office, self.case, shape, checked, actor=self.actor, now=self.now
        )
        warnings = [
            *(w.tell() for w in shape.form.warnings(checked, context=context).values()),
            *fired_at_once(run),
            *same_person_said(before.same),
            *warn_of_signers(self.session, self.procedure, checked, opened.tasks),
        ]
        ask_for_later(self.session, self.office, self.case, task, shape.form, context, self.now)
        chained = self._go_on(task, shape, opened.tasks, answers)
        his_own = self._his_own(task, official) if chained else before.his_own
        receipt = replace(
            self._receipt(task, warnings, chained=chained),
            next_task_id=next_task_of(official, his_own, opened),
            continued_by=continued.number if continued else None,
        )
        task.receipt = {**receipt.as_dict(), "sent": sent_digest(answers)}
        return receipt

    def _before(self, task: Task, shape: TaskShape, official: Official | None) -> _Before:
        """What has to be read before anything of the case is changed."""
        return _Before(
            were_open=OPEN.firsts(self.session, case=self.case.id),
            his_own=self._his_own(task, official),
            same=self._checked_by_himself(task, shape, official),
            sent=sent_by(self.session, task, shape),
        )

    def _his_own(self, task: Task, official: Official | None) -> list[Task]:
        return open_tasks_beside(self.session, task, self.actor, official)

    def _acting(self, task: Task) -> Official | None:
        if self.recording is None:
            return holder_for(self.session, task, self.actor)
        own = self.actor.official_id
        return self.session.get(Official, own) if own else None

    def _repeated(
        self, task: Task, form: Form, answers: Mapping[str, Any], context: FormContext
    ) -> Receipt:
        given, sent = self._given(form, answers), sent_digest(answers)
        receipt = repeated(self.session, self.office, task, form, given, context, sent=sent)
        if self.recording and not same_paper(self.session, task, self.recording.paper):
            raise answered_already(self.session, self.office, task)
        return receipt

    def _given(self, form: Form, answers: Mapping[str, Any]) -> Mapping[str, Any]:
        return with_paper(form, answers, self.recording.paper) if self.recording else answers

    def _checked(
        self, form: Form, answers: Mapping[str, Any], context: FormContext
    ) -> dict[str, Any]:
        return form.check(self._given(form, answers), context=context)

    def _keep(
        self, task: Task, form: Form, checked: Mapping[str, Any], official: Official | None
    ) -> None:
        """Write the answers into the task's row, with who gave them and their documents."""
        task.answers, task.answers_sha256 = dict(checked), digest_of(checked)
        if self.actor.kind == "official" and official is not None:
            task.done_by_person_id = official.person_id
        if self.recording is None:
            title = self.procedure.titles.get(task.role or "", "")
            signed = signed_by(self.session, task, self.actor, official, title)
            task.done_by, self.in_name_of = signed
        else:
            task.done_by = signature(self.recording, self.actor)
            keep_paper(self.session, task, self.recording, self.actor, self.now)
        bind_documents(self.session, form, task, checked, self.actor, self.now)
        note_from_answers(
            self.session, self.office, self.case, task, form, checked, self.actor, self.now
        )

    def _about(self, task: Task, same: Sequence[Task] = ()) -> dict[str, Any]:
        told: dict[str, Any] = {
            **named(task),
            "element": task.element,
            "done_by": task.done_by,
            "answers": task.answers,
            **self.in_name_of,
        }
        if self.proof is not None:
            told["proof"] = self.proof
        if same:
            told["same_person"] = [earlier.element for earlier in same]
        return told if self.recording is None else {**told, "dicatat_dari": about(self.recording)}

    def _checked_by_himself(
        self, task: Task, shape: TaskShape, official: Official | None
    ) -> list[Task]:
        if self.actor.kind != "official" or official is None:
            return []
        return of_same_person(self.session, task, shape.checks, official)

    def _refuse_wrong_chain(self, shape: TaskShape) -> None:
        if self.recording and self.recording.paper.whole_chain and not shape.chain:
            raise InvalidAnswers({PREFIX + CHAIN: FieldError("recording.no_chain")})

    def _go_on(
        self, task: Task, shape: TaskShape, opened: Sequence[Task], answers: Mapping[str, Any]
    ) -> list[str]:
        """Finish what follows in the same chain of the same region; the names of all of that."""
        if self.recording is None or not self.recording.paper.whole_chain:
            return []
        for following in opened:
            other = self.procedure.shapes[following.element]
            if other.chain == shape.chain and following.region_code == task.region_code:
                receipt = self.do(following, answers)
                return [following.name, *receipt.chained]
        return []

    def _late(
        self, task: Task, shape: TaskShape, answers: Mapping[str, Any], context: FormContext
    ) -> Receipt:
        """Record from its paper an answer that came after silence had decided."""
        overtaken = task.receipt or {}
        if self.recording is None or not task.was_overtaken or not shape.late_message:
            raise closed(self.session, self.office, task)
        if task.answers is not None:
            return self._repeated(task, shape.form, answers, context)
        self._refuse_wrong_chain(shape)
        checked = self._checked(shape.form, answers, context)
        if self.case.status is not CaseStatus.RUNNING:
            raise Conflict("errors.case_ended")
        if binds(self.session, self.office, self.case):
            raise Conflict("errors.late_after_signing")
        run = resume(self.session, self.office, self.case, self.now)
        message = self.procedure.language.evaluate(shape.late_message, checked)
        if message:
            if not run.expects(str(message)):
                raise Conflict("errors.late_not_yet")
            guarded(lambda: run.send(str(message)))
        self._keep(task, shape.form, checked, None)
        if task.element in shape.shares:
            task.shared_at = self.now
        ask_the_others(self.session, self.office, self.case, task, self.now)
        act = Act(kind="task.answered_late", details=self._about(task))
        keep_books(
            self.session, self.office, self.case, run, act=act, actor=self.actor, now=self.now
        )
        retitle(self.session, self.case, shape.form, checked, self.actor, self.now)
        receipt = self._receipt(task, [])
        task.receipt = {**overtaken, **receipt.as_dict(), "sent": sent_digest(answers)}
        return receipt

    def _receipt(self, task: Task, warnings: list[str], *, chained: Sequence[str] = ()) -> Receipt:
        told = about(self.recording) if self.recording else None
        found = receipt_for(self.case, task, warnings, self.now)
        return replace(found, recorded=told, chained=list(chained), proof=self.proof)
