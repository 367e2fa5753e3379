"""Officials go, come back, are replaced and handed tasks in any order: every task stays somebody's.

A failure names the seed and the step, so that the same weeks can be lived again.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from processes import actions
from processes.actions import Order, StandIn
from processes.errors import Conflict, InvalidAnswers
from processes.store import history, links
from processes.store.acting import standing_in
from processes.store.substitutions import still_open
from processes.store.tables import (
    History,
    Link,
    LinkPurpose,
    Official,
    OfficialStatus,
    Task,
    TaskHolder,
    TaskStatus,
)
from tests.journeys.answers import smooth
from tests.journeys.town import Town

BOGOR, SUKABUMI = "32.01", "32.02"
HEADING = "region,role,name,nip,position,status,email,phone\n"
CLOCK = actions.Actor(kind="account", name="administrator")
#: who may be on the list of Bogor's officials: role and name; some have several offices
CAST = (
    ("bagian_kerja_sama", "Anna Contoh"),
    ("bagian_kerja_sama", "Boni Contoh"),
    ("bagian_kerja_sama", "Cici Contoh"),
    ("sekretaris_tkksd", "Dodi Contoh"),
    ("sekretaris_tkksd", "Anna Contoh"),
    ("kabag", "Dodi Contoh"),
    ("kabag", "Emi Contoh"),
    ("asisten", "Fajar Contoh"),
)
STRANGERS = ("Gita Contoh", "Hadi Contoh")


class Weeks:
    """Some weeks in Bogor, lived by chance."""

    def __init__(self, town: Town, seed: int) -> None:
        self.town, self.dice = town, Random(seed)
        #: to whom a task was given by hand (ids), as long as he is in office
        self.given: dict[str, str] = {}
        #: tasks (ids) that were ever given by hand
        self.touched: set[str] = set()
        self.bring(list(CAST), replace=True)
        self.open()

    def step(self) -> str:
        acts: list[Callable[[], None]] = [self.open, self.complete, self.list_anew, self.next_day]
        acts += [self.away] * 4 + [self.back] * 2 + [self.reassign] * 2 + [self.next_day]
        act = self.dice.choice(acts)
        act()
        return act.__name__

    # --- what may happen ---------------------------------------------------------------------
    def open(self) -> None:
        self.town.open_case(BOGOR, [SUKABUMI])

    def complete(self) -> None:
        """Whoever holds a task finishes it through his newest link."""
        with self.town.office.database.read() as session:
            rows = session.execute(
                select(Task, Link, Official)
                .join(Link, Link.task_id == Task.id)
                .join(Official, Official.id == Link.official_id)
                .where(Task.status == TaskStatus.OPEN, Link.revoked_at.is_(None))
                .where(Link.purpose == LinkPurpose.ANSWER, Task.region_code == BOGOR)
                .where(Task.element.in_(("tahap1_permohonan", "tahap1_telaah")))
                .order_by(Link.created_at, Link.id)
            ).all()
        if not rows:
            return
        task, link, _official = self.dice.choice(rows)
        day = self.town.now.date().isoformat()
        answers = dict(smooth(day, parties=(BOGOR, SUKABUMI))[task.element])
        if "kak" in answers:
            answers["kak"] = {"document": self.town.scan()}
        token = links.token_for(self.town.office.secret, link.id)
        done = self.town.client.post(f"/t/{token}", json={"answers": answers})
        assert done.status_code == 200, done.get_data(as_text=True)

    def away(self) -> None:
        with self.town.office.database.read() as session:
            people = session.scalars(
                select(Official)
                .where(Official.region_code == BOGOR)
                .where(Official.in_office | Official.active)
                .order_by(Official.role, Official.id)
            ).all()
            absent, other = self.dice.choice(people), self.dice.choice(people)
        stranger = self.dice.choice(STRANGERS) if self.dice.random() < 0.3 else ""
        first = self.today + timedelta(days=self.dice.choice((-2, 0, 0, 0, 1, 2)))
        last = first + timedelta(days=self.dice.randrange(5)) if self.dice.random() < 0.6 else None
        wish = StandIn(
            status=self.dice.choice((OfficialStatus.PLH, OfficialStatus.PLT)),
            starts_on=first,
            ends_on=last,
            letter_number="800/1",
            official_id=None if stranger else other.id,
            name=stranger,
            email=f"{stranger.split()[0].lower()}@luar.example" if stranger else None,
        )
        try:
            actions.substitute_official(
                self.town.office, absent.id, wish, actor=CLOCK, now=self.town.now
            )
        except (InvalidAnswers, Conflict):
            return  # himself, twice, in a circle, too far, or over: refused, and nothing changed

    def back(self) -> None:
        with self.town.office.database.read() as session:
            rows = [row.id for row, _ in still_open(session)]
        if rows:
            actions.end_substitution(
                self.town.office,
                self.dice.choice(rows),
                actor=CLOCK,
                now=self.town.now,
                reason="Sudah kembali",
            )

    def reassign(self) -> None:
        with self.town.office.database.read() as session:
            tasks = self._open_tasks(session)
            people = session.scalars(
                select(Official)
                .where(Official.region_code == BOGOR, Official.active)
                .order_by(Official.role, Official.id)
            ).all()
        if not tasks or not people:
            return
        task, to = self.dice.choice(tasks), self.dice.choice(people)
        order = Order(actor=CLOCK, reason="Beban kerja")
        actions.reassign_task(self.town.office, task.id, [to.id], order=order, now=self.town.now)
        self.touched.add(task.id)
        self.given.pop(task.id, None)
        if to.in_office:
            self.given[task.id] = to.id

    def list_anew(self) -> None:
        """A new list of officials leaves some out."""
        kept = [each for each in CAST if self.dice.random() < 0.8] or [CAST[0]]
        self.bring(kept, replace=self.dice.random() < 0.7)

    def bring(self, cast: list[tuple[str, str]], *, replace: bool) -> None:
        lines = [
            f"{BOGOR},{role},{name},,{role.title()},definitif,{name.split()[0].lower()}@b.example,"
            for role, name in cast
        ]
        actions.import_officials(
            self.town.office,
            HEADING + "\n".join(lines),
            replace=replace,
            actor=CLOCK,
            now=self.town.now,
        )

    def next_day(self) -> None:
        """Shortly after midnight in Jakarta; the sweep runs."""
        day = self.today + timedelta(days=1)
        self.town.now = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=6.9)
        actions.change_substitutes(self.town.office, now=self.town.now)

    @property
    def today(self) -> date:
        return (self.town.now + timedelta(hours=7)).date()

    # --- what always holds -------------------------------------------------------------------
    def look(self) -> None:
        with self.town.office.database.read() as session:
            officials = {
                each.id: each
                for each in session.scalars(select(Official).where(Official.region_code == BOGOR))
            }
            acting = dict(standing_in(session, region=BOGOR))
            for official in officials.values():
                stands_in = official.id in {
                    who for absent, who in acting.items() if officials[absent].in_office
                }
                present = official.in_office and official.id not in acting
                assert official.active == (present or stands_in)
            for task in self._open_tasks(session):
                self._look_at(session, task, officials, acting)
            self._look_at_links(session, officials)

    def _look_at(
        self,
        session: Session,
        task: Task,
        officials: dict[str, Official],
        acting: dict[str, str],
    ) -> None:
        rows = session.scalars(select(TaskHolder).where(TaskHolder.task_id == task.id)).all()
        in_role = {o.id for o in officials.values() if o.in_office and o.role == task.role}
        assert rows or not in_role, "somebody could hold it and nobody does"
        for row in rows:
            assert officials[row.for_official_id].in_office, "whose it was has left"
            assert row.official_id == acting.get(row.for_official_id, row.for_official_id)
            assert officials[row.official_id].active
            assert links.is_living(session, task.id, row.official_id, LinkPurpose.ANSWER)
        whose = {row.for_official_id for row in rows}
        given = self.given.get(task.id)
        if given is not None and officials[given].in_office:
            assert whose == {given}, "it was given to him by hand"
        else:
            self.given.pop(task.id, None)
        if task.id not in self.touched:
            assert whose == in_role

    def _look_at_links(self, session: Session, officials: dict[str, Official]) -> None:
        held = {
            (task_id, official_id)
            for task_id, official_id in session.execute(
                select(TaskHolder.task_id, TaskHolder.official_id)
            )
        }
        living = session.execute(
            select(Link, Task)
            .join(Task, Task.id == Link.task_id)
            .where(Link.revoked_at.is_(None), Link.official_id.in_(officials))
            .where(Task.status == TaskStatus.OPEN)
        )
        for link, task in living:
            if link.purpose is LinkPurpose.ANSWER:
                assert (task.id, link.official_id) in held
            else:
                assert officials[link.official_id].active

    def _open_tasks(self, session: Session) -> list[Task]:
        query = select(Task).where(Task.status == TaskStatus.OPEN, Task.region_code == BOGOR)
        return list(session.scalars(query.order_by(Task.opened_at, Task.case_id, Task.position)))


@pytest.mark.parametrize("seed", range(8))
def test_whoever_goes_and_comes_every_task_stays_somebodys(both: Town, seed: int) -> None:
    weeks = Weeks(both, seed)
    lived = []
    for step in range(60):
        lived.append(weeks.step())
        try:
            weeks.look()
        except AssertionError as error:
            raise AssertionError(f"seed {seed}, step {step} after {lived[-6:]}: {error}") from error
    with both.office.database.read() as session:
        assert history.verify(session) is None
        names = {name for _, name in CAST} | set(STRANGERS)
        moved = session.scalars(select(History).where(History.kind == "task.holders")).all()
        told = [entry.details for entry in moved if "for" in entry.details]
        for details in told:
            assert details["before"]
            assert details["after"]
            assert any(details["for"].startswith(name) for name in names)
            assert details["letter"] == "800/1"
