"""The receipt: what was done, by whom, when, and what comes next for the same person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import url_for
from sqlalchemy.orm import Session

from processes.actions import Receipt, may_recall, supplementing
from processes.actions.paper_proofs import receipt_proof
from processes.actions.recalling import questions_of_recall
from processes.actions.recording import form_with_paper
from processes.actions.supplementing import form_for_later, sets_a_deadline
from processes.engine.proofs import Proof
from processes.store import links, questions, typed
from processes.store.asking import Asked, ask_ahead
from processes.store.questions.cases import FOUND
from processes.store.regions import PATTERNS
from processes.store.tables import Case, LinkPurpose, Task, TaskStatus
from webhooks import in_words
from webhooks.case_facts import CaseFacts, Contact, questions_of_facts, read_facts
from webhooks.current import office
from webhooks.in_words import Line
from webhooks.proofs import proof_in_words
from webhooks.stages import StageRow
from webhooks.task_links.entry import Entry
from webhooks.task_links.posted import documents_in
from webhooks.task_links.recordable import Recordable, asked_of, recordable


@dataclass(frozen=True, kw_only=True)
class NextTask:
    """An open task of the same person in the same case."""

    name: str
    #: code of the region that it is about, where another one does it
    about: str | None
    #: the way into it; None when no link was made for it
    href: str | None


@dataclass(frozen=True, kw_only=True)
class Later:
    """Answers that may still follow."""

    #: what they are, and for which regions
    lines: Sequence[str]
    #: whether the next deadline counts from them
    sets_a_deadline: bool
    href: str


@dataclass(frozen=True, kw_only=True)
class ReceiptPage:
    """A receipt as it is shown and printed."""

    task: Task
    case: Case
    stages: Sequence[StageRow]
    lines: Sequence[Line]
    done_by: str
    #: whether the reader did it himself
    is_own: bool
    #: what the reader had typed and not sent before another one finished the task
    drafted: Sequence[Line]
    #: with which proof of person it was done, in words; may be empty
    proof: str
    done_at: datetime
    zone: ZoneInfo
    digest: str
    warnings: Sequence[str]
    next_task: NextTask | None
    #: the signed paper it was recorded from: nomor, penanda_tangan and its date `on`
    recorded: Mapping[str, Any] | None
    #: names of the tasks that the same paper finished too
    chained: Sequence[str]
    #: number of the linked case that the answers opened
    continued_by: str | None
    #: what may still follow; None when nothing is open
    later: Later | None
    #: where the receipt is checked, and the square that leads there; None for a kept old one
    square: Proof | None
    #: what else waits in his house in this case and may be recorded from paper
    recordable: Sequence[Recordable]
    #: whether he may still take his answer back
    may_recall: bool
    contact: Contact | None


def receipt_of(entry: Entry) -> Receipt:
    """The receipt of the finished task as it was kept."""
    return Receipt.read(entry.task.receipt or {})


def read_receipt(session: Session, entry: Entry, receipt: Receipt) -> ReceiptPage:
    """The page of a receipt, with the case as it stands now."""
    ask_ahead(session, _questions(entry))
    case = questions.find_case(session, entry.viewer, entry.case.id) or entry.case
    facts = read_facts(session, office(), entry.viewer, case)
    form = facts.shape_of(entry.task).form
    done = session.get_one(Task, entry.task.id)
    is_own = done.done_by_person_id == entry.person.id
    return ReceiptPage(
        task=entry.task,
        case=case,
        stages=facts.stages,
        lines=in_words.lines(form, receipt.answers, facts.names()),
        done_by=receipt.done_by,
        is_own=is_own,
        drafted=() if is_own else _drafted(session, entry, facts),
        proof=proof_in_words(receipt.proof),
        done_at=datetime.fromisoformat(receipt.done_at),
        zone=ZoneInfo(entry.region.zone),
        digest=receipt.digest,
        warnings=receipt.warnings,
        next_task=_next_task(session, entry, receipt.next_task_id, is_own=is_own),
        recorded=_recorded(receipt),
        chained=receipt.chained,
        continued_by=receipt.continued_by,
        later=_later(session, entry, facts, receipt),
        square=receipt_proof(office(), entry.task),
        recordable=recordable(session, entry),
        may_recall=entry.purpose is LinkPurpose.ANSWER and _may_recall(session, entry),
        contact=facts.contact,
    )


def _drafted(session: Session, entry: Entry, facts: CaseFacts) -> Sequence[Line]:
    draft = typed.find(session, entry.task.id, entry.person.id, entry.purpose)
    if draft is None:
        return ()
    shape = facts.shape_of(entry.task)
    form = form_with_paper(shape) if entry.purpose is LinkPurpose.RECORD else shape.form
    names = facts.names().with_documents(documents_in(session, draft.values))
    return in_words.lines(form, form.from_pairs(draft.values), names)


def _questions(entry: Entry) -> list[Asked]:
    """What the page will ask."""
    return [
        FOUND.about(entry.viewer, case=entry.case.id),
        *questions_of_facts(entry.viewer, entry.case),
        PATTERNS.about(case=entry.case.id, region=entry.task.region_code),
        asked_of(entry),
        *questions_of_recall(entry.case),
    ]


def _may_recall(session: Session, entry: Entry) -> bool:
    case, task = session.get_one(Case, entry.case.id), session.get_one(Task, entry.task.id)
    return may_recall(session, office(), case, task, entry.person.id)


def _later(session: Session, entry: Entry, facts: CaseFacts, receipt: Receipt) -> Later | None:
    context = office().form_context(session, entry.task, datetime.fromisoformat(receipt.done_at))
    form = form_for_later(facts.shape_of(entry.task).form, receipt.answers, context)
    if not form.fields:
        return None
    link = links.living(
        session, entry.task.id, person_id=entry.person.id, purpose=LinkPurpose.COMPLETE
    )
    token = links.token_for(office().secret, link.id) if link else None
    if token is None:
        return None
    return Later(
        lines=supplementing.in_words(form, receipt.answers, context),
        sets_a_deadline=sets_a_deadline(facts.procedure, entry.task, form),
        href=url_for("task_links.show", token=token),
    )


def _recorded(receipt: Receipt) -> Mapping[str, Any] | None:
    paper = receipt.recorded
    return {**paper, "on": date.fromisoformat(paper["tanggal"])} if paper else None


def _next_task(
    session: Session, entry: Entry, task_id: str | None, *, is_own: bool
) -> NextTask | None:
    """What waits next for whoever finished the task; for another reader only if it is his too."""
    task = session.get(Task, task_id) if task_id else None
    if task is None or task.status is not TaskStatus.OPEN:
        return None
    link = links.living(session, task.id, person_id=entry.person.id)
    token = links.token_for(office().secret, link.id) if link else None
    href = url_for("task_links.show", token=token) if token else None
    if href is None and not is_own:
        return None
    return NextTask(name=task.name, about=task.about, href=href)
