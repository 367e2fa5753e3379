"""What a hundred rounds of monitoring do to a case: what its state weighs, what an answer costs.

Rounds come every month of an agreement of ten years. They are lived through in memory, with few
parties and with many, and on PostgreSQL, where history, tasks and letters of all rounds stay.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from sqlalchemy import select

from processes import actions
from processes.office import Office
from processes.store.tables import Case, CaseStatus, Task, TaskStatus
from tests.bench.cases import ACTOR, PARTIES, open_case, opened
from tests.bench.engine import Walk, timed
from tests.bench.places import Place
from tests.bench.rows import Row
from tests.bench.turns import TINY, USUAL, Size
from tests.journeys.answers import Plan, smooth
from tests.journeys.town import PDF

#: the round with which a late one is compared
EARLY = 2
#: how often the same answer is given to the same state in memory
AGAIN = 30
WHAT = {
    "state_round": "state in stage 7, after round {}",
    "engine_round": "restore, run and save an answer of round {}",
}
COMPLETION = "one completion of round {}, in process"
#: which round is compared with which
BESIDE_EARLY = {
    f"{name}_{size.late}": f"{name}_{EARLY}"
    for size in (USUAL, TINY)
    for name in (*WHAT, "completion_round")
}


def in_memory(office: Office, size: Size) -> list[Row]:
    """Weight and cost in an early and in a late round, of a small and of a large case."""
    return [row for parties in size.parties for row in _lived(office, parties, size.late)]


def _lived(office: Office, parties: int, late: int) -> list[Row]:
    walk = Walk(office, parties)
    walk.plan = monthly(walk.now, walk.parties)
    walk.to_rest()
    rows = []
    for number in range(1, late + 1):
        _begin_round(walk)
        costs = _costs(walk) if number in (EARLY, late) else None
        weight = walk.to_rest()
        if costs is not None:
            values = {"state_round": [float(weight)], "engine_round": costs}
            rows += [_row(name, number, f"{parties} parties", values[name]) for name in WHAT]
    return rows


def _row(name: str, number: int, where: str, values: list[float]) -> Row:
    unit = "bytes" if name == "state_round" else "ms"
    what = (WHAT.get(name) or COMPLETION).format(number)
    return Row(key=f"{name}_{number}", what=what, where=where, unit=unit, values=values)


def _begin_round(walk: Walk) -> None:
    """Let the time come at which the next round begins."""
    run = walk.resume()
    assert run.next_timer is not None
    walk.now = max(walk.now, run.next_timer)
    run = walk.resume()
    run.fire_timers()
    walk.state = run.save()


def _costs(walk: Walk) -> list[float]:
    """Milliseconds of the round's first answer, given again and again."""
    before = walk.state
    for _ in range(AGAIN):
        walk.state = before
        assert walk.step(), "nobody was asked in this round"
    walk.state = before
    return walk.times["engine"][-AGAIN:]


def monthly(now: datetime, parties: tuple[str, ...]) -> Plan:
    """The answers of a smooth case with a round every month, for ten years."""
    plan = smooth(now.date().isoformat(), parties=parties)
    signed = dict(plan["tahap6_registrasi"])
    signed["evaluasi_bulan"] = 1
    signed["tanggal_berakhir"] = date(now.year + 10, now.month, 1).isoformat()
    return {**plan, "tahap6_registrasi": signed}


def on_database(place: Place, folder: Path, size: Size) -> list[Row]:
    """What an answer costs in an early and in a late round, of cases of two parties."""
    data = folder / "growth"
    data.mkdir()
    with place.fresh() as url:
        office = opened(url, data)
        try:
            costs = {EARLY: list[float](), size.late: list[float]()}
            for _ in range(size.grown):
                # each begins today when the one before has lived its years: timers of both fire
                case = _Case(office)
                for number in range(1, size.late + 1):
                    took = case.live_a_round()
                    if number in costs:
                        costs[number] += took
        finally:
            office.close()
    return [
        _row("completion_round", number, place.name, values) for number, values in costs.items()
    ]


def missing(why: str, size: Size) -> list[Row]:
    """The rows of a database that is not there."""
    return [
        Row(
            key=f"completion_round_{number}",
            what=COMPLETION.format(number),
            where="PostgreSQL",
            unit="ms",
            missing=why,
        )
        for number in (EARLY, size.late)
    ]


class _Case:
    """A case of two parties in a database, which is answered as soon as it asks."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.now = datetime.now(UTC)
        self.id = open_case(office, self.now)
        self.plan = monthly(self.now, PARTIES)
        self._answer_all()

    def live_a_round(self) -> list[float]:
        """Wait for the next round and answer all that it asks; milliseconds of each answer."""
        with self.office.database.read() as session:
            case = session.get_one(Case, self.id)
            assert case.status is CaseStatus.RUNNING
            assert case.next_timer_at is not None
            self.now = max(self.now, case.next_timer_at)
        actions.fire_timers(self.office, now=self.now)
        costs = self._answer_all()
        assert costs, "nobody was asked in this round"
        return costs

    def _answer_all(self) -> list[float]:
        costs = []
        while (task := self._open_task()) is not None:
            answers = self._answers(task)
            _, took = timed(lambda of=task, said=answers: self._complete(of, said))  # type: ignore[misc]
            costs.append(took)
        return costs

    def _complete(self, task: Task, answers: Mapping[str, Any]) -> None:
        actions.complete_task(self.office, task.id, answers, actor=ACTOR, now=self.now)

    def _open_task(self) -> Task | None:
        waiting = select(Task).where(Task.case_id == self.id, Task.status == TaskStatus.OPEN)
        with self.office.database.read() as session:
            return session.scalars(waiting.order_by(Task.position).limit(1)).first()

    def _answers(self, task: Task) -> dict[str, Any]:
        """What the plan says, each file handed in."""
        planned = self.plan[task.element]
        return {
            name: {"document": self._file(task.region_code)} if isinstance(value, bytes) else value
            for name, value in planned.items()
        }

    def _file(self, region: str) -> str:
        made = actions.add_document(
            self.office, BytesIO(PDF), "berkas.pdf", actor=ACTOR, region=region, now=self.now
        )
        return made.id
