"""The list of tasks to set right: its filters, and what they leave."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from processes.store import questions
from processes.store.questions import TaskFilters
from processes.store.tables import Person, Region, Task
from processes.store.viewer import Viewer
from webhooks.board.register import code_of
from webhooks.current import office

#: tasks shown at once; all that match can be chosen together
SHOWN = 100


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """The filters as the address or the form gives them; empty ones do not narrow."""

    region: str = ""
    stage: str = ""
    role: str = ""
    holder: str = ""
    person: str = ""
    #: `terlambat`, `jeda` or empty
    state: str = ""

    @classmethod
    def of(cls, given: Mapping[str, str]) -> Wanted:
        """What was asked for, cut to what can be meant."""
        stage = given.get("stage", "")
        state = given.get("state", "")
        return cls(
            region=given.get("region", "").strip()[:100],
            stage=stage if stage.isdecimal() and len(stage) < 3 else "",
            role=given.get("role", "").strip()[:60],
            holder=given.get("holder", "").strip()[:100],
            person=given.get("person", "")[:32],
            state=state if state in ("terlambat", "jeda") else "",
        )

    def as_query(self) -> dict[str, str]:
        """The filters that narrow, for an address."""
        return {name: value for name, value in asdict(self).items() if value}

    def filters(self, session: Session, viewer: Viewer) -> TaskFilters:
        """The same as a question."""
        return self._filters(_code(session, viewer, self.region)[0])

    def _filters(self, code: str) -> TaskFilters:
        return TaskFilters(
            region=code or None,
            stage=int(self.stage) if self.stage else None,
            role=self.role or None,
            holder=self.holder or None,
            person_id=self.person or None,
            overdue=True if self.state == "terlambat" else None,
            paused=True if self.state == "jeda" else None,
        )


@dataclass(frozen=True, kw_only=True)
class RepairList:
    """The tasks that the filters leave."""

    tasks: Sequence[Task]
    total: int
    #: code of the one region they belong to; empty when there may be several
    region: str
    regions: Sequence[Region]
    problem: str
    #: who acts no more and still holds tasks, with how many
    gone: Sequence[tuple[Person, int]]
    #: the person whose tasks are shown
    person: str
    #: numbers of the stages that some procedure has
    stages: Sequence[int]


def read_list(session: Session, viewer: Viewer, wanted: Wanted, now: datetime) -> RepairList:
    """The open tasks of the viewer's own regions that the filters leave, the most urgent first."""
    code, problem = _code(session, viewer, wanted.region)
    tasks, total = questions.tasks_to_repair(
        session, viewer, wanted._filters(code), now, limit=SHOWN
    )
    shown = {task.region_code for task in tasks}
    known = questions.regions_by_code(session)
    own = [r for r in known.values() if viewer.regions is None or r.code in viewer.regions]
    person = questions.find_person(session, viewer, wanted.person) if wanted.person else None
    return RepairList(
        tasks=tasks,
        total=total,
        region=code or (next(iter(shown)) if len(shown) == 1 and total <= SHOWN else ""),
        regions=own,
        problem=problem,
        gone=questions.people_gone(session, viewer),
        person=person.name if person else "",
        stages=_stages(session),
    )


def _stages(session: Session) -> list[int]:
    """Every number that a stage has in the newest version of some procedure."""
    versions = questions.newest_procedures(session)
    procedures = [office().procedure(session, version.id) for version in versions]
    return sorted({stage.number for each in procedures for stage in each.stages})


def _code(session: Session, viewer: Viewer, typed: str) -> tuple[str, str]:
    known = questions.regions_by_code(session)
    if viewer.regions is not None:
        known = {code: region for code, region in known.items() if code in viewer.regions}
        if len(known) == 1:
            return next(iter(known)), ""
    return code_of(typed, known)
