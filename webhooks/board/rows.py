"""Cases and tasks as rows of the board's tables."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from processes.store import links, questions
from processes.store.regions import find_region
from processes.store.tables import Case, CaseStatus, Official, Person, Task
from webhooks.current import office
from webhooks.deadlines import Due, due_of
from webhooks.language import text

#: parties named in a row before the rest is only counted
NAMED_PARTIES = 3

TONES = {
    CaseStatus.RUNNING: "info",
    CaseStatus.COMPLETED: "good",
    CaseStatus.REJECTED: "soon",
    CaseStatus.STOPPED: "soon",
    CaseStatus.WITHDRAWN: "soon",
    CaseStatus.INCIDENT: "bad",
}


@dataclass(frozen=True, kw_only=True)
class TaskRow:
    """An open task."""

    id: str
    name: str
    #: code of the region that it is about, where another one does it
    about: str | None
    stage: int
    stage_name: str
    case_id: str
    case_number: str
    case_title: str
    region: str
    #: who holds it; empty when nobody does
    holder: str
    #: what is said instead of a holder: one is to be chosen, the role is vacant, or nobody there
    #: can be reached at all
    nobody: str
    due: Due | None
    #: whether its clock stands still
    paused: bool


@dataclass(frozen=True, kw_only=True)
class CaseRow:
    """A case."""

    id: str
    number: str
    title: str
    parties: str
    stage: int
    stage_name: str
    status: str
    #: colour of the status; the word says the same
    tone: str


def task_rows(session: Session, tasks: Sequence[Task], *, now: datetime) -> list[TaskRow]:
    """Open tasks with the names of those who hold them."""
    holders = questions.holders_of_tasks(session, [task.id for task in tasks])
    unmanned = questions.without_contact(session, {task.region_code for task in tasks})
    asked = links.waiting_for_choice(session, [task.id for task in tasks])
    cases = questions.cases_of_tasks(session, tasks)
    return [
        TaskRow(
            id=task.id,
            name=task.name,
            about=task.about,
            stage=task.stage,
            stage_name=task.stage_name,
            case_id=task.case_id,
            case_number=cases[task.case_id].number,
            case_title=cases[task.case_id].title,
            region=find_region(session, task.region_code).name,
            holder=holder_names(holders.get(task.id, ())),
            nobody=text(why_nobody(task, unmanned, asked)),
            due=due_of(task, office().calendar, now),
            paused=task.paused_at is not None,
        )
        for task in tasks
    ]


def why_nobody(task: Task, unmanned: Collection[str], asked: Collection[str]) -> str:
    """The sentence (area `web`) that stands for the holder of a task that nobody holds."""
    if task.id in asked:
        return "no_choice_yet"
    return "no_contact" if task.region_code in unmanned else "no_holder"


def case_rows(session: Session, cases: Sequence[Case]) -> list[CaseRow]:
    """Cases with their parties by name, pemrakarsa first."""
    parties = questions.party_codes(session, [case.id for case in cases])
    return [
        CaseRow(
            id=case.id,
            number=case.number,
            title=case.title,
            parties=_party_names([find_region(session, code).name for code in parties[case.id]]),
            stage=case.stage,
            stage_name=case.stage_name,
            status=case.status.value,
            tone=TONES[case.status],
        )
        for case in cases
    ]


def holder_names(holders: Sequence[tuple[Official, Person]]) -> str:
    """For example "Sari Contoh, Kepala Bagian Kerja Sama"."""
    return "; ".join(f"{person.name}, {official.position}" for official, person in holders)


def _party_names(names: Sequence[str]) -> str:
    shown = ", ".join(names[:NAMED_PARTIES])
    return shown if len(names) <= NAMED_PARTIES else f"{shown} +{len(names) - NAMED_PARTIES}"
