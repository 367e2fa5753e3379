"""Finishing a task: answered by its holder, or recorded from a signed paper."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from processes.actions.actor import Actor, Receipt
from processes.actions.asked_of_task import TASK, questions_of_completion
from processes.actions.authority import recorder_for
from processes.actions.finishing import Finishing
from processes.actions.proving import NO_PROOF, ProofGiven, try_code
from processes.actions.recording import (
    Recording,
)
from processes.actions.timers import caught_up, record_incident
from processes.errors import CaseIncident
from processes.store.asking import Asked
from processes.store.locks import lock_case_of
from processes.store.papers import PaperGiven
from processes.store.tables import Case, Task

if TYPE_CHECKING:
    from processes.office import Office


@dataclass(kw_only=True)
class _OfTask:
    """Finds and locks the case of a task, and knows then what will be asked of it."""

    office: Office
    task_id: str
    answers: Mapping[str, Any]
    actor: Actor
    now: datetime
    #: known once the case is locked
    case_id: str = ""
    element: str = ""
    region: str = ""

    def lock(self, session: Session) -> Case:
        case, self.element, self.region = lock_case_of(session, self.task_id)
        self.case_id = case.id
        return case

    def ahead(self, session: Session, case: Case) -> Iterator[Asked]:
        return questions_of_completion(
            session,
            self.office,
            case,
            self.task_id,
            self.answers,
            self.actor,
            element=self.element,
            region=self.region,
            now=self.now,
        )


def complete_task(
    office: Office,
    task_id: str,
    answers: Mapping[str, Any],
    *,
    actor: Actor,
    now: datetime,
    paper: PaperGiven | None = None,
    proof: ProofGiven = NO_PROOF,
    together_with: Callable[[Session, Case, Task, Receipt], None] | None = None,
) -> Receipt:
    """Finish a task with its answers and let the case go on.

    With `paper` it is recorded from a signed paper, by those whom `recorder_for` lets. What was due
    before `now` happens first: a timer that closes the task beats a late answer, which then can
    only be recorded from its paper. The same answers again give the same receipt. `proof` is what
    `proving` asks of an official; a wrong code is counted for good, but none beside bad answers.
    `together_with` acts in the same transaction, when the task is finished. Raises NotFound,
    NotAllowed, Gone (the link died), InvalidAnswers, AlreadyAnswered, TaskClosed, or CaseIncident
    when the diagram cannot go on; then the case is marked for the administrator and nothing else
    has changed.
    """
    of_task = _OfTask(office=office, task_id=task_id, answers=answers, actor=actor, now=now)
    if proof.code.strip() and paper is None:
        is_counted = try_code(office, task_id, proof.code, answers, actor=actor, now=now)
        proof = proof if is_counted else replace(proof, code="")
    try:
        with caught_up(office, of_task.lock, now, ahead=of_task.ahead) as (session, case):
            task = TASK.first(session, task=task_id)
            recording = None
            if paper is not None:
                region = recorder_for(session, case, task, actor)
                recording = Recording(paper=paper, region=region)
            finish = Finishing(session, office, case, actor, now, recording, proof)
            receipt = finish.do(task, answers)
            if together_with is not None:
                together_with(session, case, task, receipt)
            return receipt
    except CaseIncident as fault:
        record_incident(office, of_task.case_id, fault.say(), now)
        raise


def finish_task(
    session: Session,
    office: Office,
    case: Case,
    task: Task,
    answers: Mapping[str, Any],
    *,
    actor: Actor,
    now: datetime,
) -> Receipt:
    """Finish a task of a case that the caller has locked; raises as `complete_task`."""
    return Finishing(session, office, case, actor, now, None, NO_PROOF).do(task, answers)
