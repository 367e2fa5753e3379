"""What a change of officials would do, in words: a preview to look at before it is confirmed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from processes.errors import Conflict
from processes.store import substitutions
from processes.store.acting import Settled
from processes.store.handover import Moved
from processes.store.officials_import import ImportResult, RowDone
from processes.store.tables import Case, Official, PeopleAct, Person, Task


@dataclass(frozen=True, kw_only=True)
class MoveShown:
    """One open task that changes hands."""

    case_id: str
    case_number: str
    case_title: str
    task: str
    #: code of the region that it is about, where another one does it
    about: str | None
    #: names of those who lose it and of those who get it
    before: Sequence[str]
    after: Sequence[str]
    #: whether one of several has to be chosen first, so that nobody holds it until then
    asks: bool


@dataclass(frozen=True, kw_only=True)
class RowShown:
    """What one row does; number 0 for who leaves because the list does not name him."""

    number: int
    act: PeopleAct | None
    name: str
    position: str
    role: str
    region: str
    #: names of the fields that become others
    fields: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class Preview:
    """Everything that a change does."""

    rows: Sequence[RowShown] = ()
    moves: Sequence[MoveShown] = ()
    #: who would stand in for whom no more
    ended: Sequence[tuple[str, str]] = ()

    @property
    def digest(self) -> str:
        """The same for the same preview: with it a form proves which one was looked at."""
        told = [repr(self.rows), repr(self.moves), repr(self.ended)]
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:32]

    def count(self, act: PeopleAct | None) -> int:
        """How many rows do this."""
        return sum(row.act == act for row in self.rows)

    def check(self, expected: str) -> None:
        """Raise Conflict when another preview than this one was looked at."""
        if expected and expected != self.digest:
            raise Conflict("keeping.stale")


def preview_of_import(session: Session, result: ImportResult) -> Preview:
    """What an import does that was carried out in this transaction."""
    return Preview(
        rows=[_row(row) for row in result.rows],
        moves=moves_shown(session, result.moved),
        ended=ended_shown(session, result.settled),
    )


def _row(row: RowDone) -> RowShown:
    official = row.official
    return RowShown(
        number=row.number,
        act=row.act,
        name=row.name,
        position=official.position,
        role=official.role,
        region=official.region_code,
        fields=sorted(row.values),
    )


def moves_shown(session: Session, moved: Iterable[Moved]) -> list[MoveShown]:
    """The tasks that change hands, by case and name, each once."""
    together: dict[str, tuple[set[str], set[str], bool]] = {}
    for move in moved:
        left, joined, asks = together.setdefault(move.task_id, (set(), set(), False))
        together[move.task_id] = (left | {*move.left}, joined | {*move.joined}, asks or move.asks)
    names = _names(session, {i for left, joined, _ in together.values() for i in left | joined})
    rows: list[tuple[Task, Case]] = [
        (task, case)
        for task, case in session.execute(
            select(Task, Case).join(Case, Case.id == Task.case_id).where(Task.id.in_(together))
        )
    ]
    shown = []
    for task, case in rows:
        left, joined, asks = together[task.id]
        move_shown = MoveShown(
            case_id=case.id,
            case_number=case.number,
            case_title=case.title,
            task=task.name,
            about=task.about,
            before=sorted(names[i] for i in left - joined),
            after=sorted(names[i] for i in joined - left),
            asks=asks,
        )
        shown.append(move_shown)
    return sorted(shown, key=lambda each: (each.case_number, each.task))


def ended_shown(session: Session, settled: Settled) -> list[tuple[str, str]]:
    """Names of those who were away and of those who stood in for them."""
    found = substitutions.with_names(session, settled.ended)
    return [(away.name, acting.name) for _, away, acting in found]


def _names(session: Session, official_ids: Iterable[str]) -> dict[str, str]:
    rows: Any = session.execute(
        select(Official.id, Person.name)
        .join(Person, Person.id == Official.person_id)
        .where(Official.id.in_(set(official_ids)))
    )
    return dict(rows.all())
