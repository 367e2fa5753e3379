"""What the link page and the case page both tell of a case, as far as one viewer may know it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from processes.actions.roles import SHEPHERD
from processes.engine.procedure import Procedure
from processes.engine.shapes import TaskShape
from processes.office import Office
from processes.store import papers, questions
from processes.store.asking import Asked, ask_ahead
from processes.store.questions import documents as of_documents
from processes.store.questions import tasks as of_tasks
from processes.store.questions.cases import PARTIES
from processes.store.questions.partners import STAFFED_PARTIES
from processes.store.questions.people import questions_of_contact
from processes.store.regions import OF_PARTIES
from processes.store.tables import Case, Document, Party, Region, Task, TaskStatus
from processes.store.viewer import Viewer
from webhooks import in_words
from webhooks.in_words import Line, Names
from webhooks.language import text
from webhooks.stages import StageRow, stage_rows


@dataclass(frozen=True, kw_only=True)
class PartyRow:
    """A region taking part."""

    name: str
    #: whether it refused or left
    left: bool
    #: whether it has an active official, so that its tasks can be sent to somebody
    has_contact: bool


@dataclass(frozen=True, kw_only=True)
class Contact:
    """Whom to call about a case."""

    name: str
    position: str
    phone: str | None


@dataclass(frozen=True, kw_only=True)
class ResponseRow:
    """What a region says of an act that another one recorded from paper."""

    region: str
    verdict: str
    note: str
    by: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class PaperRow:
    """The signed paper an act was recorded from: its own date and the moment of the entry."""

    number: str
    dated_on: date
    signatory: str
    recorded_by: str
    recorded_at: datetime
    responses: tuple[ResponseRow, ...]


@dataclass(frozen=True, kw_only=True)
class AnsweredTask:
    """A finished task with the answers this viewer may read."""

    id: str
    name: str
    #: code of the region that it is about, where another one does it
    about: str | None
    region: str
    #: the choice that steered the case, in the owner's words; may be empty
    decision: str
    lines: tuple[Line, ...]
    done_by: str
    at: datetime
    zone: ZoneInfo
    #: whether the other parties may read it too
    is_shared: bool
    paper: PaperRow | None = None


@dataclass(frozen=True, kw_only=True)
class CaseFacts:
    """One case as one viewer may see it."""

    case: Case
    procedure: Procedure
    #: the versions that the case had before, by id, as far as tasks were finished by them
    drawn: Mapping[str, Procedure]
    stages: Sequence[StageRow]
    parties: Sequence[PartyRow]
    contact: Contact | None
    regions: Mapping[str, Region]
    tasks: Sequence[Task]
    documents: Sequence[Document]
    #: by document id, how many files its house handed in for the same question until then
    numbers: Mapping[str, int]
    #: by task id, as far as the viewer may read the task
    papers: Mapping[str, PaperRow]

    def names(self) -> Names:
        """What codes and ids in this case's answers stand for."""
        return Names(regions=self.regions, documents={d.id: d for d in self.documents})

    def shape_of(self, task: Task) -> TaskShape:
        """A task as its owner drew it when it was finished; an open one as it is drawn now."""
        return self.drawn.get(task.version_id or "", self.procedure).shapes[task.element]

    def _decision(self, task: Task) -> str:
        drawn = self.drawn.get(task.version_id or "", self.procedure)
        return self.shape_of(task).form.decision(task.answers or {}, drawn.steering)

    def answered(self) -> list[AnsweredTask]:
        """Finished tasks whose answers the viewer may read, the newest first."""
        done = [t for t in self.tasks if t.status is TaskStatus.DONE and t.answers is not None]
        silent = [t for t in self.tasks if t.was_overtaken]
        return [
            self._answered(task) if task in done else self._overtaken(task)
            for task in sorted([*done, *silent], key=_closed_at, reverse=True)
        ]

    def _overtaken(self, task: Task) -> AnsweredTask:
        """A task that nobody answered in time: what then holds, and since when."""
        receipt, region = task.receipt or {}, self.regions[task.region_code]
        zone = ZoneInfo(region.zone)
        form = self.shape_of(task).form
        paper = self.papers.get(task.id)
        late = self._decision(task) if paper else ""
        silence = str(receipt["overtaken"])
        return AnsweredTask(
            id=task.id,
            name=task.name,
            about=task.about,
            region=region.name,
            decision=text("decided_later", silence=silence, later=late) if late else silence,
            lines=tuple(in_words.lines(form, task.answers or {}, self.names())) if paper else (),
            paper=paper,
            done_by=(task.done_by or "") if paper else text("nobody_answered"),
            at=datetime.fromisoformat(receipt["since"]),
            zone=zone,
            is_shared=task.shared_at is not None,
        )

    def _answered(self, task: Task) -> AnsweredTask:
        form, answers = self.shape_of(task).form, task.answers or {}
        region = self.regions[task.region_code]
        return AnsweredTask(
            id=task.id,
            paper=self.papers.get(task.id),
            name=task.name,
            about=task.about,
            region=region.name,
            decision=self._decision(task),
            lines=tuple(in_words.lines(form, answers, self.names())),
            done_by=task.done_by or "",
            at=_closed_at(task),
            zone=ZoneInfo(region.zone),
            is_shared=task.shared_at is not None,
        )


def _closed_at(task: Task) -> datetime:
    return task.closed_at or task.opened_at


def read_facts(session: Session, office: Office, viewer: Viewer, case: Case) -> CaseFacts:
    """Everything a page tells of `case`, asked for `viewer`."""
    ask_ahead(session, questions_of_facts(viewer, case))
    procedure = office.procedure(session, case.version_id)
    parties = questions.parties_of_case(session, case.id)
    tasks = questions.tasks_of_case(session, viewer, case.id)
    staffed = set(STAFFED_PARTIES.firsts(session, case=case.id))
    named = {region.code: region for region in OF_PARTIES.firsts(session, case=case.id)}
    regions = {p.region_code: named[p.region_code] for p in parties}
    return CaseFacts(
        case=case,
        procedure=procedure,
        drawn=office.drawn_before(session, case),
        stages=stage_rows(procedure.stages, case, tasks),
        parties=[
            PartyRow(
                name=regions[p.region_code].name,
                left=has_left(p, case),
                has_contact=p.region_code in staffed,
            )
            for p in parties
        ],
        contact=find_contact(session, case),
        regions=regions,
        tasks=tasks,
        documents=questions.documents_of_case(session, viewer, case.id),
        numbers=questions.document_numbers(session, case.id),
        papers=_papers(session, case, tasks, regions),
    )


def questions_of_facts(viewer: Viewer, case: Case) -> list[Asked]:
    """What `read_facts` will ask of a case, as the viewer sees it."""
    return [
        PARTIES.about(case=case.id),
        of_tasks.OF_CASE.about(viewer, case=case.id),
        STAFFED_PARTIES.about(case=case.id),
        OF_PARTIES.about(case=case.id),
        of_tasks.DRAWN_BEFORE.about(case=case.id),
        *questions_of_contact(case),
        of_documents.OF_CASE.about(viewer, case=case.id),
        of_documents.FOR_QUESTIONS.about(case=case.id),
        papers.OF_CASE.about(case=case.id),
    ]


def has_left(party: Party, case: Case) -> bool:
    """Whether a party left, as far as whoever sees the case like this may know: for a region that
    left the case is closed since, and what came after is not told."""
    return party.left_at is not None and (case.closed_at is None or party.left_at <= case.closed_at)


def _papers(
    session: Session, case: Case, tasks: Sequence[Task], regions: Mapping[str, Region]
) -> dict[str, PaperRow]:
    read = {task.id for task in tasks if task.answers is not None}
    kept = papers.OF_CASE.firsts(session, case=case.id)
    found = {paper.task_id: paper for paper in kept if paper.task_id in read}
    responses = papers.responses_of(session, list(found.values()))
    return {
        task_id: PaperRow(
            number=paper.number,
            dated_on=paper.dated_on,
            signatory=paper.signatory,
            recorded_by=paper.recorded_by,
            recorded_at=paper.recorded_at,
            responses=tuple(
                ResponseRow(
                    region=regions[each.region_code].name,
                    verdict=text(f"verdict_{each.verdict.value}"),
                    note=each.note,
                    by=each.by,
                    at=each.at,
                )
                for each in responses.get(task_id, ())
            ),
        )
        for task_id, paper in found.items()
    }


def find_contact(session: Session, case: Case) -> Contact | None:
    """Who answers for a case; None when the pemrakarsa has no officials."""
    return _contact(questions.contact_of(session, case))


def find_shepherd(session: Session, region: str) -> Contact | None:
    """Who speaks for a region's cooperation office; None when it has nobody there."""
    return _contact(next(iter(questions.holders_of(session, region, SHEPHERD)), None))


def _contact(found: questions.Holder | None) -> Contact | None:
    if found is None:
        return None
    official, person = found
    return Contact(name=person.name, position=official.position, phone=person.phone)
