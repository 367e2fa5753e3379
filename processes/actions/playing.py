"""Playing an owner's folder: one case in an office of its own, step by step, as a person decides.

The real actions run over a real database that lies in a folder of its own and is thrown away;
nothing of it stands in the installation, and nobody sends its letters.
"""

from __future__ import annotations

import weakref
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from sqlalchemy import select

from processes.actions.trial_case import TrialCase
from processes.actions.trial_office import open_trial
from processes.engine.scenario import Place, Scenario, Step
from processes.store.tables import Case, Message, Official, Person, Task

if TYPE_CHECKING:
    from processes.office import Office


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """A task that is open after a step."""

    place: Place
    name: str
    #: the day on which it is due where it is done; None when it has no deadline
    due: date | None


@dataclass(frozen=True, kw_only=True)
class Posted:
    """A message that would have left during a step."""

    #: id in the office of the play
    id: str
    kind: str
    #: whom it is for: empty without an official
    role: str
    region: str
    name: str
    position: str
    #: the day on which it would leave
    on: date


@dataclass(frozen=True, kw_only=True)
class Happened:
    """What there was after a step; before the first one, after the case was opened."""

    #: None for the opening
    step: Step | None
    #: what the clock showed after it
    at: datetime
    stage: int
    status: str
    reason: str
    open: tuple[Waiting, ...]
    letters: tuple[Posted, ...]


class Play:
    """A case that is played; close it, or forget it and it is closed."""

    def __init__(self, files: Mapping[str, bytes], begun: Scenario) -> None:
        """Open the case of a scenario whose steps are not taken yet.

        Raises InvalidAnswers when it cannot be opened like this.
        """
        self.begun = replace(begun, steps=())
        folder = TemporaryDirectory(prefix="ksdd-coba-")
        try:
            self.office: Office = open_trial(Path(folder.name), files, begun.parties, begun.starts)
        except BaseException:
            folder.cleanup()
            raise
        self.close = weakref.finalize(self, _end, self.office, folder)
        try:
            self.case = TrialCase(self.office, self.begun)
            self.names = self._names()
        except BaseException:
            self.close()
            raise
        self._known: set[str] = set()
        self.happened: list[Happened] = [self._look(None)]

    @property
    def steps(self) -> list[Step]:
        """The steps that were taken."""
        return [each.step for each in self.happened if each.step is not None]

    def take(self, step: Step) -> None:
        """Take one step; after an exception the play must not go on."""
        self.case.take(step)
        self.happened.append(self._look(step))

    def _names(self) -> Mapping[str, str]:
        """What the tasks of the diagram are called, by element."""
        with self.office.database.read() as session:
            shapes = self.office.procedure_of(session, session.get_one(Case, self.case.id)).shapes
        return {element: shape.name for element, shape in shapes.items()}

    def _look(self, step: Step | None) -> Happened:
        case = self.case.case
        letters = self._new_letters()
        self._known |= {each.id for each in letters}
        return Happened(
            step=step,
            at=self.case.now,
            stage=case.stage,
            status=case.status.value,
            reason=case.end_reason or "",
            open=tuple(self._waiting(task) for task in self.case.open_tasks()),
            letters=letters,
        )

    def _waiting(self, task: Task) -> Waiting:
        zone = self.office.calendar.zone(task.region_code)
        return Waiting(
            place=Place(element=task.element, region=task.region_code),
            name=self.office.titled(task),
            due=task.due_at.astimezone(zone).date() if task.due_at else None,
        )

    def _new_letters(self) -> tuple[Posted, ...]:
        query = (
            select(Message, Official, Person, Task.position)
            .outerjoin(Official, Official.id == Message.official_id)
            .outerjoin(Person, Person.id == Official.person_id)
            .outerjoin(Task, Task.id == Message.task_id)
        )
        with self.office.database.read() as session:
            rows = session.execute(query).all()
        found = [
            (message.created_at, position or 0, self._posted(message, official, person))
            for message, official, person, position in rows
            if message.id not in self._known
        ]
        # ids differ whenever a play is played again; their order must not depend on them
        found.sort(key=lambda row: (row[0], row[1], row[2].kind, row[2].region, row[2].role))
        return tuple(posted for _, _, posted in found)

    def _posted(self, message: Message, official: Official | None, person: Person | None) -> Posted:
        return Posted(
            id=message.id,
            kind=message.kind,
            role=official.role if official else "",
            region=official.region_code if official else "",
            name=person.name if person else message.address,
            position=official.position if official else "",
            on=message.not_before.astimezone(self.case.zone).date(),
        )


def _end(office: Office, folder: TemporaryDirectory[str]) -> None:
    office.close()
    folder.cleanup()
