"""Everything the page of an open task shows beside its form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import url_for
from sqlalchemy.orm import Session

from processes.engine.forms import Form
from processes.store import questions
from processes.store.tables import Case, Official, Person, Region, Task
from webhooks import documents
from webhooks.case_facts import AnsweredTask, Contact, PartyRow, read_facts
from webhooks.current import office
from webhooks.deadlines import Due, due_of
from webhooks.documents import DocumentRow
from webhooks.stages import StageRow
from webhooks.task_links.earlier import earlier_values
from webhooks.task_links.entry import Entry


@dataclass(frozen=True, kw_only=True)
class TaskPage:
    """An open task as its holder sees it."""

    task: Task
    case: Case
    official: Official
    person: Person
    region: Region
    #: names of others who may finish it as well
    others: Sequence[str]
    #: the owner's own words about the task; may be empty
    explanation: str
    due: Due | None
    stages: Sequence[StageRow]
    parties: Sequence[PartyRow]
    contact: Contact | None
    documents: Sequence[DocumentRow]
    answered: Sequence[AnsweredTask]
    form: Form
    #: what stands in the form already, by input name
    earlier: Mapping[str, str]


def read_page(session: Session, entry: Entry, token: str, now: datetime) -> TaskPage:
    """The page of an open task, asked for its holder's region."""
    facts = read_facts(session, office(), entry.viewer, entry.case)
    shape = facts.procedure.shapes[entry.task.element]
    holders = questions.holders_of_tasks(session, [entry.task.id]).get(entry.task.id, ())
    return TaskPage(
        task=entry.task,
        case=entry.case,
        official=entry.official,
        person=entry.person,
        region=entry.region,
        others=[p.name for official, p in holders if official.id != entry.official.id],
        explanation=shape.documentation,
        due=due_of(entry.task, office().calendar, now),
        stages=facts.stages,
        parties=facts.parties,
        contact=facts.contact,
        documents=documents.rows(
            facts.documents,
            facts.tasks,
            procedure=facts.procedure,
            regions=facts.regions,
            href=lambda doc: url_for("task_links.document", token=token, document_id=doc),
        ),
        answered=facts.answered(),
        form=shape.form,
        earlier=earlier_values(shape.form, entry.task, facts.tasks),
    )
