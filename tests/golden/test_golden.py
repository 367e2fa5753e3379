"""What earlier programs left is read by this one, and every case goes on where it stood."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from processes.engine.codec import CODEC, COUNTED, dump, unpack
from processes.engine.workflow import OPEN
from processes.store import history
from processes.store.tables import Case, CaseStatus, ProcedureVersion, Task, TaskStatus
from tests.golden.files import GOLDEN, LEFT, PARTIES, REMEDY, restored, rows_of
from tests.journeys.answers import Journey
from tests.journeys.ten_stages import KEY, SIGNED_IN, ten
from tests.journeys.town import Town

STAGES = set(range(1, 8))


@pytest.mark.slow
@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_every_case_that_an_earlier_program_left_is_read_and_goes_on(
    path: Path, empty_database_url: str, tmp_path: Path
) -> None:
    with restored(path, empty_database_url, tmp_path / "data") as town:
        read_alike(town)
        with town.office.database.read() as session:
            going = (
                select(Case.id, Case.title, Case.stage, ProcedureVersion.key)
                .join(ProcedureVersion, ProcedureVersion.id == Case.version_id)
                .where(Case.status == CaseStatus.RUNNING)
            )
            cases = session.execute(going).all()
        for case_id, title, stage, key in cases:
            journey = Walk(town, case_id, key, burden=stage in (4, 5))
            assert title in journey.elements or stage >= 7
            assert journey.to_rest().case["agreement"]["status"] == "berlaku"
        with town.office.database.read() as session:
            assert history.verify(session) is None


def read_alike(town: Town) -> None:
    """Every state is read, knows the tasks and timers that the rows know, and is written alike."""
    office = town.office
    with office.database.read() as session:
        cases = session.scalars(select(Case)).all()
        assert len(cases) >= 13
        for case in cases:
            run = office.procedure_of(session, case).resume(
                case.state, region=case.region_code, now=LEFT, calendar=office.calendar
            )
            mine = select(Task.id).where(Task.case_id == case.id, Task.status == TaskStatus.OPEN)
            assert {each.id for each in run.open_tasks()} == set(session.scalars(mine))
            assert run.next_timer == case.next_timer_at
            assert rows_in(dump(run.workflow)) == rows_in(case.state)


def rows_in(state: bytes) -> list[Any]:
    """What the rows of every level of a state tell, whichever codec wrote it.

    Only what is open has to keep its id and the count of its instances.
    """
    found = unpack(state)
    levels = [found["top"], *(level for _, _, level in found["inner"])]
    return [[[_told(row) for row in level["rows"]], _last(level)] for level in levels]


def _told(row: list[Any]) -> list[Any]:
    task_id, *others, internal, changed, gone = row
    is_open = bool(row[3] & OPEN)
    notes = {k: v for k, v in (internal or {}).items() if is_open or k != COUNTED}
    return [task_id if is_open else 0, *others, notes, changed, sorted(gone or [])]


def _last(level: dict[str, Any]) -> int | None:
    """The row of the task that came last."""
    last = level["last"]
    return [row[0] for row in level["rows"]].index(last) if isinstance(last, str) else last


class Walk(Journey):
    """A case that is there already, walked by the plan of its procedure."""

    def __init__(self, town: Town, case_id: str, key: str, *, burden: bool) -> None:
        super().__init__(town, PARTIES, case_id=case_id, burden=burden)
        self._is_second = key == KEY
        if self._is_second:
            self.plan = ten(LEFT.date().isoformat(), parties=PARTIES, burden=burden)

    def pass_with(self, element: str, region: str, **changes: Any) -> Journey:
        if self._is_second and element == "naskah_registrasi":
            changes["jenis_naskah"] = SIGNED_IN[self.case["stage"]]
        return super().pass_with(element, region, **changes)


def test_every_way_of_writing_a_state_is_kept_at_every_stage() -> None:
    found: dict[int, set[int]] = defaultdict(set)
    for path in GOLDEN:
        for case in rows_of(path, "case_file"):
            found[case["codec"]].add(case["stage"])
    missing = {
        codec: sorted(STAGES - found[codec])
        for codec in range(1, CODEC + 1)
        if STAGES - found[codec]
    }
    assert not missing, f"no golden state of codec: stages {missing}; write them with `{REMEDY}`"
