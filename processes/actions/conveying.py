"""Answers that a task or an end tells those who hear of it (property `sampaikan`).

Each region is told what it may read: its own answers, and those that were shared with it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from processes.engine.drafting import answer
from processes.engine.fields import Field
from processes.store import questions
from processes.store.tables import Case, Region, Task, TaskStatus
from processes.store.viewer import Viewer

if TYPE_CHECKING:
    from processes.office import Office


@dataclass(frozen=True, kw_only=True)
class Conveyed:
    """What is told of one finished task."""

    #: its name, with the region where that is not the reader's own
    source: str
    #: `question: answer`, in the owner's words
    lines: tuple[str, ...]

    def __str__(self) -> str:
        return "\n".join([self.source, *self.lines])


def conveyed_by(session: Session, office: Office, case: Case, task: Task) -> list[Conveyed]:
    """What a task tells its own house."""
    names = office.shape_of(session, case, task).conveys
    return conveyed(session, office, case, names, region=task.region_code) if names else []


def conveyed(
    session: Session,
    office: Office,
    case: Case,
    names: Sequence[tuple[str, str]],
    *,
    region: str,
) -> list[Conveyed]:
    """The newest answers to the named questions (element, question) as a region (code) may read
    them; of what is asked for each region only its own. Of several tasks that ask a region the same
    question only the newest is told."""
    shapes = office.procedure(session, case.version_id).shapes
    seen = questions.tasks_of_case(session, Viewer.of_region(region), case.id)
    answered = [t for t in seen if t.status is TaskStatus.DONE and t.answers is not None]
    told: list[Conveyed] = []
    known: set[tuple[str, str]] = set()
    for task in sorted(answered, key=lambda each: each.position, reverse=True):
        shape = shapes.get(task.element)
        lines = []
        for field in shape.form.fields if shape is not None else ():
            about = (task.region_code, field.id)
            if (task.element, field.id) in names and about not in known:
                known.add(about)
                lines.append(_line(session, field, task.answers or {}, region))
        if any(lines):
            found = tuple(line for line in lines if line)
            told.append(Conveyed(source=_source(session, task, region), lines=found))
    return told[::-1]


def _source(session: Session, task: Task, region: str) -> str:
    if task.region_code == region:
        return task.name
    return f"{task.name}, {session.get_one(Region, task.region_code).name}"


def _line(session: Session, field: Field, answers: Mapping[str, Any], region: str) -> str:
    value = answers.get(field.id)
    if field.untuk is not None:
        value = value.get(region) if isinstance(value, Mapping) else None
    if field.is_file:
        return ""

    def name(code: str) -> str:
        found = session.get(Region, code)
        return found.name if found is not None else code

    said = answer(field, value, name)
    words = said["="] if isinstance(said, dict) else said
    return f"{field.label}: {words}" if words else ""
