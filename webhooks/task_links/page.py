"""Everything the page of an open task shows beside its form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import url_for
from sqlalchemy.orm import Session

from processes import actions
from processes.actions.conveying import Conveyed, conveyed_by
from processes.actions.drafts import Draft
from processes.actions.finished import digest_of
from processes.actions.returning import CameBack, came_back
from processes.actions.second_channel import SIGNED_IN, WITH_CODE
from processes.engine.forms import Form
from processes.store import questions, typed
from processes.store.asking import Asked, ask_ahead
from processes.store.questions.cases import FOUND
from processes.store.questions.people import HOLDING, Holder
from processes.store.questions.remarks import COMMENTS, ENQUIRIES
from processes.store.regions import PATTERNS
from processes.store.tables import (
    Case,
    Comment,
    Enquiry,
    LinkPurpose,
    Official,
    Person,
    Region,
    Task,
)
from webhooks import documents, drafts, lost
from webhooks.case_facts import AnsweredTask, Contact, PartyRow, questions_of_facts, read_facts
from webhooks.current import office
from webhooks.deadlines import Due, due_of
from webhooks.documents import DocumentRow
from webhooks.drafts import DraftRow
from webhooks.in_words import Line, Names, lines
from webhooks.stages import StageRow
from webhooks.task_links.earlier import (
    earlier_values,
    has_decision,
    prepared_values,
    proposed_values,
)
from webhooks.task_links.entry import Entry
from webhooks.task_links.partner_papers import (
    WaitingReply,
    asked_of_replies,
    package_url,
    waiting_reply,
)
from webhooks.task_links.receivers import Receiver, receivers
from webhooks.task_links.recordable import Recordable, asked_of, recordable, silence_of

#: purposes of a link under which letters are written
WRITING = (LinkPurpose.ANSWER, LinkPurpose.PREPARE, LinkPurpose.RECORD)
#: what the holder says of prepared answers, his note, and which answers he was shown
VERDICT, NOTE, SHOWN = "_keputusan", lost.NOTE, "_disiapkan"


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """Answers that somebody prepared for the holder."""

    lines: Sequence[Line]
    by: str
    at: datetime
    zone: ZoneInfo
    #: SHA-256 over them, so that only what was shown is confirmed
    digest: str


@dataclass(frozen=True, kw_only=True)
class TaskPage:
    """An open task as an official sees it."""

    task: Task
    case: Case
    official: Official
    person: Person
    #: the official's own region
    house: Region
    #: the region whose task it is
    region: Region
    #: names of others who may finish it as well
    others: Sequence[str]
    #: the owner's own words about the task; may be empty
    explanation: str
    due: Due | None
    #: what silence has decided about it and since when, while its real answer may still follow
    silence: str
    #: a partner's signed reply that waits to be checked and concerns the task
    reply: WaitingReply | None
    #: where the letters for a partner without officials are printed; empty where nobody needs them
    package_url: str
    stages: Sequence[StageRow]
    parties: Sequence[PartyRow]
    contact: Contact | None
    documents: Sequence[DocumentRow]
    answered: Sequence[AnsweredTask]
    form: Form
    #: what stands in the form already, by input name
    earlier: Mapping[str, str]
    #: whether that was taken over from a case before
    proposed: bool
    #: what the link is for: `jawab`, `siapkan` or `catat`
    mode: str
    #: names of those who may finish it
    holders: str
    #: answers that wait for the holder's word; None when nobody prepared any
    prepared: Prepared | None
    #: answers of other tasks that belong to this one
    conveyed: Sequence[Conveyed]
    #: why the task is open again; empty for a fresh one
    came_back: Sequence[CameBack]
    #: why the holder gave prepared answers back; for whoever prepares them
    returned_note: str
    #: letters that the task asks for, filled in as far as they can be
    drafts: Sequence[DraftRow]
    #: whether a code, or a session of his own account, is asked beside the answers
    asks_code: bool
    asks_sign_in: bool
    #: holders to whom the cooperation office may hand a code in person
    handed_to: Sequence[Receiver]
    #: other tasks of his house in this case that he may record from paper
    recordable: Sequence[Recordable]
    #: what was asked about the task, and what was said on the case, as far as he may read it
    enquiries: Sequence[Enquiry]
    comments: Sequence[Comment]
    zone: ZoneInfo


def read_page(
    session: Session, entry: Entry, token: str, now: datetime, form: Form | None = None
) -> TaskPage:
    """The page of a task, asked for the region of the official whose link it is.

    `form` is asked instead of the task's own.
    """
    ask_ahead(session, _questions(entry))
    facts = read_facts(session, office(), entry.viewer, entry.case)
    shape = facts.shape_of(entry.task)
    holders = questions.holders_of_tasks(session, [entry.task.id]).get(entry.task.id, ())
    proposed = proposed_values(shape.form, (entry.case.proposed or {}).get(entry.task.element, {}))
    # the holder's own form must not be ready to send: a robot could send it
    may_be_whole = _prepares(entry) or has_decision(shape.form)
    earlier = (
        (prepared_values(shape.form, entry.task) if may_be_whole else {})
        or earlier_values(shape.form, entry.task, facts.tasks)
        or proposed
    )
    return TaskPage(
        task=entry.task,
        case=entry.case,
        official=entry.official,
        person=entry.person,
        house=session.get_one(Region, entry.official.region_code),
        region=entry.region,
        others=_others(entry, holders),
        explanation=shape.documentation,
        due=due_of(entry.task, office().calendar, now),
        silence=silence_of(entry.task, entry.region),
        reply=waiting_reply(session, entry),
        package_url=package_url(entry),
        stages=facts.stages,
        parties=facts.parties,
        contact=facts.contact,
        documents=documents.rows(
            facts,
            entry.viewer,
            lambda doc: url_for("task_links.document", token=token, document_id=doc),
        ),
        answered=facts.answered(),
        form=form or shape.form,
        earlier=earlier,
        proposed=bool(proposed) and earlier == proposed,
        mode=entry.purpose.value,
        holders=", ".join(person.name for _, person in holders),
        prepared=_prepared(entry, shape.form, facts.names()),
        conveyed=conveyed_by(session, office(), entry.case, entry.task),
        came_back=came_back(entry.task),
        returned_note=entry.task.returned_note or "" if _prepares(entry) else "",
        drafts=_drafts(session, entry, token, now),
        asks_code=_answers(entry) and entry.task.assurance == WITH_CODE,
        asks_sign_in=_answers(entry) and entry.task.assurance == SIGNED_IN,
        handed_to=receivers(session, entry),
        recordable=recordable(session, entry),
        enquiries=questions.enquiries_of_task(session, entry.viewer, entry.task.id),
        comments=questions.comments_of_case(session, entry.viewer, entry.case.id),
        zone=ZoneInfo(entry.region.zone),
    )


def _others(entry: Entry, holders: Sequence[Holder]) -> list[str]:
    """Who may finish the task as well; nobody when silence has closed it, and of who only prepares
    the answers none is told as `also`."""
    if not entry.is_open or _prepares(entry):
        return []
    return [p.name for official, p in holders if official.id != entry.official.id]


def _questions(entry: Entry) -> list[Asked]:
    """What the page will ask, and what its form and what was typed into it will."""
    task, person, case = entry.task, entry.person, entry.case
    return [
        FOUND.about(entry.viewer, case=case.id),
        *questions_of_facts(entry.viewer, case),
        HOLDING.about(tasks=[task.id]),
        asked_of(entry),
        asked_of_replies(entry),
        COMMENTS.about(entry.viewer, case=case.id),
        ENQUIRIES.about(entry.viewer, task=task.id),
        PATTERNS.about(case=case.id, region=task.region_code),
        typed.FOUND.about(task=task.id, person=person.id, purpose=entry.purpose),
    ]


def _drafts(session: Session, entry: Entry, token: str, now: datetime) -> list[DraftRow]:
    found = drafts_for(session, entry, now)
    return drafts.rows(found, lambda f: url_for("task_links.draft", token=token, file=f))


def drafts_for(session: Session, entry: Entry, now: datetime) -> Sequence[Draft]:
    """The drafts that the link offers."""
    return actions.drafts_of(session, office(), entry.task, now) if has_drafts(entry) else ()


def has_drafts(entry: Entry) -> bool:
    """Whether whoever holds the link writes the letters of the task: somebody of its own house."""
    return entry.purpose in WRITING and entry.official.region_code == entry.task.region_code


def _answers(entry: Entry) -> bool:
    return entry.purpose is LinkPurpose.ANSWER


def _prepares(entry: Entry) -> bool:
    return entry.purpose is LinkPurpose.PREPARE


def _prepared(entry: Entry, form: Form, names: Names) -> Prepared | None:
    task = entry.task
    if entry.purpose is not LinkPurpose.ANSWER or task.prepared is None:
        return None
    if task.returned_note is not None or task.prepared_at is None:
        return None
    return Prepared(
        lines=lines(form, task.prepared, names),
        by=task.prepared_by or "",
        at=task.prepared_at,
        zone=ZoneInfo(entry.region.zone),
        digest=digest_of(task.prepared),
    )
