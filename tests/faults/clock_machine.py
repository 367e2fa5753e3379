"""Cases, officials and clocks driven at random, beside a small model that knows what must ring.

The model counts working days by walking and never asks the product when anything is due; it is told
only which tasks are open. After every step the rows are compared with it.
"""

from __future__ import annotations

import email
import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from email import policy
from io import BytesIO
from pathlib import Path
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import event, func, select

from processes import actions
from processes.actions import Actor, Order, StandIn
from processes.office import Office
from processes.store import history
from processes.store.tables import (
    Alarm,
    AlarmKind,
    Case,
    Deadline,
    History,
    Link,
    Message,
    Official,
    OfficialStatus,
    Substitution,
    Task,
    TaskHolder,
    TaskStatus,
)
from tests.journeys.answers import smooth
from tests.journeys.test_a_whole_year import (
    BOGOR,
    BULELENG,
    OTHERWISE,
    REMINDED,
    ROLES,
    TASKS,
    TOLD,
    ZONES,
    address,
    working_day,
)
from tests.journeys.town import PDF, File, Town
from worker.tick import tick

WHO = Actor(kind="token", name="uji ketahanan")
ORDER = Order(actor=WHO, reason="Diuji")
PARTIES = [BOGOR, BULELENG]
#: answers that send a case back instead of on
BACK = {
    "tahap1_telaah": {"hasil": "perbaikan"},
    "tahap2_kesediaan": {"tanggapan": "minta_perbaikan"},
    "tahap3_pembahasan": {"hasil": "revisi"},
    "tahap5_paraf_kabag": {"paraf": "kembalikan"},
}
#: tasks opened by somebody's silence or by a withdrawal, beside those of a smooth case
MORE = {
    "tahap2_laporan_gwpp": ("Laporan ke Gubernur (GWPP) atau Menteri", "bagian_kerja_sama", 5),
    "penarikan_berita_acara": ("Berita acara penarikan", "bagian_kerja_sama", 5),
}
DAYS = {element: days for element, (_, _, days) in {**TASKS, **MORE}.items()}
Ring = tuple[AlarmKind, datetime]


class Crash(BaseException):
    """The process is gone, in the middle of what it did."""


@dataclass
class Clock:
    """What the model knows of one open task."""

    element: str
    region: str
    due_on: date | None
    #: working days that were left when it was paused; None while it runs
    left: int | None = None
    waiting: Counter[Ring] = field(default_factory=Counter)
    rung: Counter[Ring] = field(default_factory=Counter)
    #: what rang since its deadline was last set, and so not again after a pause: kind and offset
    heard: set[tuple[AlarmKind, int]] = field(default_factory=set)
    #: the offset of everything that waits
    offsets: dict[Ring, int] = field(default_factory=dict)
    #: the official it was given to by hand, if it was
    given_to: str | None = None

    def plan(self, now: datetime) -> None:
        """Set what rings by the deadline of now: no reminder of the past, one late escalation."""
        self.waiting, self.offsets = Counter(), {}
        if self.due_on is None:
            return
        to_come = [(AlarmKind.REMINDER, n) for n in REMINDED if self._morning(n) > now]
        told = list(OTHERWISE.get(self.element, TOLD))
        missed = [n for n in told if self._morning(n) <= now]
        to_come += [(AlarmKind.ESCALATION, n) for n in told if n in missed[-1:] or n not in missed]
        for kind, offset in to_come:
            if (kind, offset) not in self.heard:
                self.waiting[kind, self._morning(offset)] += 1
                self.offsets[kind, self._morning(offset)] = offset

    def ring(self, now: datetime) -> None:
        """Everything that is due has rung."""
        for what in [what for what in self.waiting if what[1] <= now]:
            self.rung[what] += self.waiting.pop(what)
            self.heard.add((what[0], self.offsets.pop(what)))

    def today(self, now: datetime) -> date:
        return now.astimezone(ZONES[self.region]).date()

    def _morning(self, offset: int) -> datetime:
        assert self.due_on is not None
        day = working_day(self.due_on, offset)
        return datetime.combine(day, time(8), ZONES[self.region]).astimezone(UTC)


def days_between(first: date, last: date) -> int:
    """Working days after `first` up to and with `last`, counted by walking."""
    step = 1 if last > first else -1
    start, end = min(first, last), max(first, last)
    count = 0
    while start < end:
        start = working_day(start, 1)
        count += start <= end
    return step * count


@dataclass
class Model:
    """All tasks that are open, and who is away."""

    clocks: dict[str, Clock] = field(default_factory=dict)
    #: what rang for tasks that are closed by now
    rung: Counter[AlarmKind] = field(default_factory=Counter)
    #: official that is away -> the substitution
    away: dict[str, str] = field(default_factory=dict)


class ClockMachine(RuleBasedStateMachine):
    """Officials and administrators at random on one installation; `town` is set by the test."""

    #: makes a fresh town with its own database; its path when that is a file that can be copied
    fresh: ClassVar[Any]

    def __init__(self) -> None:
        super().__init__()
        self.town: Town = next(self.towns())
        self.model = Model()
        self.saved: Model | None = None
        self.backup = Path()
        self.crashes = self.restores = 0
        #: Message-ID of every mail, by its file
        self.sent: dict[str, str] = {}

    def towns(self) -> Iterator[Town]:
        self._making = type(self).fresh()
        yield self._making.__enter__()

    def teardown(self) -> None:
        self._making.__exit__(None, None, None)

    # --- the installation ------------------------------------------------------------------------
    @property
    def now(self) -> datetime:
        return self.town.now

    @property
    def office(self) -> Office:
        return self.town.office

    def ask(self, query: Any) -> list[Any]:
        with self.office.database.read() as session:
            return list(session.execute(query).all())

    def look(self) -> None:
        """Learn which tasks were opened and closed by the last step."""
        columns = (Task.id, Task.element, Task.region_code, Task.opened_at)
        rows = self.ask(select(*columns).where(Task.status == TaskStatus.OPEN))
        open_now = {row.id for row in rows}
        for gone in set(self.model.clocks) - open_now:
            clock = self.model.clocks.pop(gone)
            for (kind, _), count in clock.rung.items():
                self.model.rung[kind] += count
        for row in rows:
            if row.id not in self.model.clocks:
                opened = row.opened_at.astimezone(ZONES[row.region_code]).date()
                due_on = working_day(opened, DAYS[row.element])
                clock = Clock(element=row.element, region=row.region_code, due_on=due_on)
                clock.plan(row.opened_at)
                self.model.clocks[row.id] = clock

    def some_task(self, data: st.DataObject, *, paused: bool | None = None) -> str | None:
        """An open task, if there is one like that."""
        found = sorted(
            (clock.element, clock.region, task)
            for task, clock in self.model.clocks.items()
            if paused is None or (clock.left is not None) is paused
        )
        return data.draw(st.sampled_from(found))[2] if found else None

    # --- what people do --------------------------------------------------------------------------
    @initialize()
    def staffed(self) -> None:
        self.town.now = datetime(2027, 1, 4, 2, 0, tzinfo=UTC)
        rows = "".join(
            f"{region},{role},Pejabat {role} {region},,Jabatan {role},definitif,"
            f"{address(role, region)},\n"
            for region in PARTIES
            for role in ROLES
        )
        text = f"region,role,name,nip,position,status,email,phone\n{rows}"
        actions.import_officials(self.office, text, replace=True, actor=WHO, now=self.now)
        self.open_a_case()

    @rule()
    @precondition(lambda self: len(self.model.clocks) < 6)
    def open_a_case(self) -> None:
        actions.open_case(
            self.office, procedure="ksdd", region=BOGOR, parties=[BULELENG],
            title="Pelayanan Publik", actor=WHO, now=self.now,
        )  # fmt: skip
        self.look()

    def finish(self, task_id: str, **changes: Any) -> None:
        clock = self.model.clocks[task_id]
        plan = smooth(self.now.date().isoformat(), parties=PARTIES)[clock.element]
        answers = {name: self._file(value) for name, value in {**plan, **changes}.items()}
        answers |= {"tahun_anggaran": 2027} if "tahun_anggaran" in answers else {}
        actions.complete_task(self.office, task_id, answers, actor=WHO, now=self.now)
        self.look()

    def _file(self, value: Any) -> Any:
        if not isinstance(value, File):
            return value
        scan = actions.add_document(
            self.office, BytesIO(PDF), "surat.pdf", actor=WHO, region=None, now=self.now
        )
        return {"document": scan.id}

    @rule(data=st.data())
    def complete(self, data: st.DataObject) -> None:
        if task := self.some_task(data):
            self.finish(task)

    @rule(data=st.data())
    def send_back(self, data: st.DataObject) -> None:
        found = sorted(t for t, c in self.model.clocks.items() if c.element in BACK)
        if found:
            task = data.draw(st.sampled_from(found))
            self.finish(task, catatan="Perbaiki pasal 3", **BACK[self.model.clocks[task].element])

    @rule(data=st.data())
    def reassign(self, data: st.DataObject) -> None:
        task = self.some_task(data)
        if task is None:
            return
        region = self.model.clocks[task].region
        present = self.ask(
            select(Official.id)
            .where(Official.region_code == region, Official.active)
            .order_by(Official.role, Official.id)
        )
        to = data.draw(st.sampled_from([row.id for row in present]))
        actions.reassign_task(self.office, task, [to], order=ORDER, now=self.now)
        self.model.clocks[task].given_to = to

    @rule(data=st.data())
    def pause(self, data: st.DataObject) -> None:
        if task := self.some_task(data, paused=False):
            actions.pause_task(self.office, task, order=ORDER, now=self.now)
            clock = self.model.clocks[task]
            assert clock.due_on is not None
            clock.left = days_between(clock.today(self.now), clock.due_on)
            clock.due_on = None
            clock.plan(self.now)

    @rule(data=st.data())
    def resume(self, data: st.DataObject) -> None:
        if task := self.some_task(data, paused=True):
            actions.resume_task(self.office, task, order=ORDER, now=self.now)
            clock = self.model.clocks[task]
            assert clock.left is not None
            clock.due_on = working_day(clock.today(self.now), clock.left)
            clock.left = None
            clock.plan(self.now)

    @rule(data=st.data(), days=st.integers(1, 12))
    def extend(self, data: st.DataObject, days: int) -> None:
        if task := self.some_task(data, paused=False):
            clock = self.model.clocks[task]
            assert clock.due_on is not None
            actions.extend_task(self.office, task, order=ORDER, now=self.now, working_days=days)
            clock.due_on = working_day(max(clock.today(self.now), clock.due_on), days)
            clock.heard.clear()
            clock.plan(self.now)

    @rule(data=st.data())
    def substitute(self, data: st.DataObject) -> None:
        """Somebody of a house goes away; the head of its cooperation office stands in."""
        region = data.draw(st.sampled_from(PARTIES))
        role = data.draw(st.sampled_from(["sekda", "kabag", "ketua_tkksd", "sekretaris_tkksd"]))
        [(absent, _), (deputy, _)] = [
            self.ask(
                select(Official.id, Official.role).where(
                    Official.region_code == region, Official.role == wanted,
                    Official.position == f"Jabatan {wanted}",
                )
            )[0]
            for wanted in (role, "asisten")
        ]  # fmt: skip
        if absent in self.model.away:
            return
        wish = StandIn(
            status=OfficialStatus.PLH,
            starts_on=self.now.astimezone(ZONES[region]).date(),
            ends_on=None,
            letter_number="800/1",
            official_id=deputy,
        )
        self.model.away[absent] = actions.substitute_official(
            self.office, absent, wish, actor=WHO, now=self.now
        )

    @rule(data=st.data())
    def come_back(self, data: st.DataObject) -> None:
        if self.model.away:
            absent = data.draw(st.sampled_from(sorted(self.model.away)))
            actions.end_substitution(
                self.office, self.model.away.pop(absent), actor=WHO, now=self.now
            )

    @rule(data=st.data())
    def withdraw(self, data: st.DataObject) -> None:
        if task := self.some_task(data):
            with self.office.database.read() as session:
                case_id = session.get_one(Task, task).case_id
            elements = {
                row.element
                for row in self.ask(select(Task.element).where(
                    Task.case_id == case_id, Task.status == TaskStatus.OPEN))
            }  # fmt: skip
            if "penarikan_berita_acara" in elements:
                return
            actions.withdraw_case(self.office, case_id, reason="Batal", actor=WHO, now=self.now)
            self.look()

    # --- time, and what befalls machines ---------------------------------------------------------
    @rule(hours=st.sampled_from([1, 5, 24, 24, 24, 72, 240]))
    def pass_time(self, hours: int) -> None:
        self.town.now += timedelta(hours=hours)
        self.sweep()

    def sweep(self) -> None:
        tick(self.office, self.now)
        for clock in self.model.clocks.values():
            clock.ring(self.now)
        self.look()

    @rule(hours=st.sampled_from([24, 72, 240]), commits=st.integers(0, 12))
    def pass_time_and_crash(self, hours: int, commits: int) -> None:
        """The sweeps are killed at a commit, whichever it is; others do the rest."""
        self.town.now += timedelta(hours=hours)
        try:
            with crashing(self.office, commits):
                tick(self.office, self.now)
        except Crash:
            self.crashes += 1
            self._reopen()
        self.sweep()

    @rule()
    def restart(self) -> None:
        self._reopen()

    def _reopen(self) -> None:
        self.office.close()
        self.town.office = Office.open(self.town.settings)

    @rule()
    def back_up(self) -> None:
        if path := self._file_of_database():
            self.backup = path.with_name("simpanan.sqlite3")
            self.office.close()
            shutil.copy(path, self.backup)
            self._reopen()
            self.saved = deepcopy(self.model)

    @rule()
    @precondition(lambda self: self.saved is not None)
    def restore(self) -> None:
        """The installation as it was backed up; what was mailed since may be mailed again."""
        path = self._file_of_database()
        assert path is not None
        self.restores += 1
        restored = path.with_name(f"pulih{self.restores}.sqlite3")
        shutil.copy(self.backup, restored)
        shutil.rmtree(self.town.folder / "mail", ignore_errors=True)
        self.sent.clear()
        url = f"sqlite+pysqlite:///{restored}"
        self.town.settings = replace(self.town.settings, database_url=url)
        self._reopen()
        assert self.saved is not None
        self.model = deepcopy(self.saved)
        self.sweep()

    def _file_of_database(self) -> Path | None:
        url = self.office.database.engine.url
        return Path(url.database or "") if url.get_backend_name() == "sqlite" else None

    # --- what always holds -----------------------------------------------------------------------
    @invariant()
    def deadlines_are_the_models(self) -> None:
        rows = self.ask(select(Task.id, Task.due_at, Task.paused_days, Task.status))
        for row in rows:
            clock = self.model.clocks.get(row.id)
            assert (clock is not None) is (row.status is TaskStatus.OPEN)
            if clock is None:
                continue
            zone = ZONES[clock.region]
            due_on = row.due_at.astimezone(zone).date() if row.due_at else None
            assert (due_on, row.paused_days) == (clock.due_on, clock.left), clock

    @invariant()
    def what_waits_and_what_rang_is_the_models(self) -> None:
        rows = self.ask(
            select(Alarm.task_id, Alarm.kind, Alarm.due_at, Alarm.fired_at).where(
                Alarm.dropped_at.is_(None), Alarm.task_id.is_not(None)
            )
        )
        waiting: dict[str, Counter[Ring]] = {}
        rung: dict[str, Counter[Ring]] = {}
        for row in rows:
            kept = waiting if row.fired_at is None else rung
            kept.setdefault(row.task_id, Counter())[row.kind, row.due_at.astimezone(UTC)] += 1
        for task, clock in self.model.clocks.items():
            assert waiting.pop(task, Counter()) == clock.waiting, clock
            assert rung.get(task, Counter()) == clock.rung, clock
        assert not waiting

    @invariant()
    def everything_that_rang_is_in_the_record_once(self) -> None:
        counted = Counter(self.model.rung)
        for clock in self.model.clocks.values():
            for (kind, _), count in clock.rung.items():
                counted[kind] += count
        entries = dict(
            self.ask(
                select(History.kind, func.count())
                .where(History.kind.in_(("task.reminded", "task.escalated")))
                .group_by(History.kind)
            )
        )
        assert entries.get("task.reminded", 0) == counted[AlarmKind.REMINDER]
        assert entries.get("task.escalated", 0) == counted[AlarmKind.ESCALATION]

    @invariant()
    def nobody_away_holds_anything_and_only_holders_have_links(self) -> None:
        holders = {
            (row.task_id, row.official_id)
            for row in self.ask(select(TaskHolder.task_id, TaskHolder.official_id))
        }
        for task in self.model.clocks:
            held_by = {official for held, official in holders if held == task}
            assert held_by
            assert not held_by & set(self.model.away)
        living = self.ask(
            select(Link.task_id, Link.official_id)
            .join(Task, Task.id == Link.task_id)
            .where(Link.revoked_at.is_(None), Task.status == TaskStatus.OPEN,
                   Link.purpose == "jawab")
        )  # fmt: skip
        assert {(row.task_id, row.official_id) for row in living} <= holders

    @invariant()
    def no_letter_is_written_twice(self) -> None:
        keys = self.ask(select(Message.key, func.count()).group_by(Message.key))
        assert all(count == 1 for _, count in keys)
        for path in (self.town.folder / "mail").glob("*.eml"):
            if path.name not in self.sent:
                mail = email.message_from_bytes(path.read_bytes(), policy=policy.default)
                self.sent[path.name] = str(mail["Message-ID"])
        assert len(self.sent) - len(set(self.sent.values())) <= self.crashes

    @invariant()
    def the_record_is_whole_and_every_deadline_is_explained(self) -> None:
        with self.office.database.read() as session:
            assert history.verify(session) is None
            for case in session.scalars(select(Case)):
                assert case.incident is None
            unexplained = (
                select(func.count())
                .select_from(Task)
                .where(Task.due_at.is_not(None))
                .where(Task.id.not_in(select(Deadline.task_id)))
            )
            assert session.scalar(unexplained) == 0
            open_rows = session.scalar(select(func.count()).where(Substitution.ended_at.is_(None)))
            assert open_rows == len(self.model.away)


@contextmanager
def crashing(office: Office, commits: int) -> Iterator[None]:
    """Let so many commits through and die at the next one, before it is done."""
    left = [commits]

    def commit(_connection: Any) -> None:
        if left[0] == 0:
            left[0] = -1
            raise Crash
        left[0] -= 1

    event.listen(office.database.engine, "commit", commit)
    try:
        yield
    finally:
        event.remove(office.database.engine, "commit", commit)
