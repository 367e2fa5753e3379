"""Cases, officials and clocks driven at random, beside a small model that knows what must ring.

The model (`clock_model.py`) never asks the product when anything is due; it is told only which
tasks are open and what was done to them. After every step the rows are compared with it.
"""

from __future__ import annotations

import email
import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from email import policy
from io import BytesIO
from pathlib import Path
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import and_, event, func, select

from processes import actions
from processes.actions import Actor, DayWish, Order, StandIn
from processes.office import Office
from processes.store import history
from processes.store.tables import (
    Alarm,
    AlarmKind,
    Case,
    DayKind,
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
from tests.faults.clock_model import RECEIVED, SILENCE, Clock, Extension, Model, Ring
from tests.journeys.answers import smooth
from tests.journeys.test_a_whole_year import BOGOR, BULELENG, OFF, ROLES, ZONES, address
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
#: tasks at which a run may begin: nothing done yet, a silent partner, the silent councils
STARTS = ("tahap1_permohonan", "tahap2_kesediaan", "tahap4_keputusan_dprd")
#: what the record calls an escalation
TOLD_ABOUT = ("task.escalated", "task.warned")


class Crash(BaseException):
    """The process is gone, in the middle of what it did."""


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
        #: whether the step at hand closes tasks by itself
        self.answers_itself = False
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
        columns = (Task.id, Task.case_id, Task.element, Task.region_code, Task.opened_at)
        rows = self.ask(select(*columns).where(Task.status == TaskStatus.OPEN))
        open_now = {row.id for row in rows}
        for clock in self.model.clocks.values():
            clock.fall_silent(self.now)
        for gone in set(self.model.clocks) - open_now:
            clock = self.model.clocks.pop(gone)
            assert self.answers_itself or clock.is_over(self.now), clock
            for (kind, _), count in clock.rung.items():
                self.model.rung[kind] += count
            self.model.opened.update((clock.case, element) for element in clock.opened)
        for row in rows:
            if row.id not in self.model.clocks:
                self.model.clocks[row.id] = self._clock(row)
        self.answers_itself = False

    def _clock(self, row: Any) -> Clock:
        """A clock that starts."""
        opened = row.opened_at.astimezone(ZONES[row.region_code]).date()
        letter = RECEIVED.get(row.element, "")
        received = self.model.received.get((row.case_id, letter, row.region_code))
        clock = Clock(
            element=row.element,
            region=row.region_code,
            case=row.case_id,
            off=self.model.off.setdefault(row.region_code, set()),
            starts_on=received or opened,
            is_known=received is not None,
            since=row.opened_at,
        )
        clock.changed(row.opened_at, anew=True)
        return clock

    def some_task(self, data: st.DataObject, *, paused: bool | None = None) -> str | None:
        """An open task, if there is one like that."""
        found = sorted(
            (clock.element, clock.region, task)
            for task, clock in self.model.clocks.items()
            if paused is None or (clock.paused_on is not None) is paused
        )
        return data.draw(st.sampled_from(found))[2] if found else None

    # --- what people do --------------------------------------------------------------------------
    @initialize(start=st.sampled_from(STARTS), received=st.booleans())
    def staffed(self, start: str, received: bool) -> None:
        """Officials in office, and a case that has come as far as the task `start`."""
        self.town.now = datetime(2027, 1, 4, 2, 0, tzinfo=UTC)
        rows = "".join(
            f"{region},{role},Pejabat {role} {region},,Jabatan {role},definitif,"
            f"{address(role, region)},\n"
            for region in PARTIES
            for role in ROLES
        )
        text = f"region,role,name,nip,position,status,email,phone\n{rows}"
        actions.import_officials(self.office, text, replace=True, actor=WHO, now=self.now)
        self.open_a_case(burden=True)
        while waiting := [t for t, c in self.model.clocks.items() if c.element != start]:
            clocks = self.model.clocks
            first = min(waiting, key=lambda t: (clocks[t].element, clocks[t].region))
            self.finish(first, received=received)

    @rule()
    @precondition(lambda self: len(self.model.clocks) < 6)
    def open_a_case(self, *, burden: bool = False) -> None:
        case_id = actions.open_case(
            self.office, procedure="ksdd", region=BOGOR, parties=[BULELENG],
            title="Pelayanan Publik", actor=WHO, now=self.now,
        )  # fmt: skip
        if burden:
            self.model.heavy.add(case_id)
        self.look()

    def finish(self, task_id: str, *, received: bool = True, **changes: Any) -> None:
        clock, today = self.model.clocks[task_id], self.now.date()
        heavy = clock.case in self.model.heavy
        plan = smooth(today.isoformat(), parties=PARTIES, burden=heavy)[clock.element]
        if clock.element in RECEIVED.values():
            changes["tanggal_terima"] = plan["tanggal_terima"] if received else None
            partner = BULELENG if clock.element == "tahap1_surat" else clock.region
            key = clock.case, clock.element, partner
            self.model.received[key] = today if received else None
        self.answers_itself = True
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
            self.finish(task, received=data.draw(st.booleans()))

    @rule(data=st.data(), days=st.integers(0, 40))
    def receive(self, data: st.DataObject, days: int) -> None:
        """The day on which a letter was received is entered, or corrected."""
        found = sorted(
            (c.element, c.region, t) for t, c in self.model.clocks.items() if c.element in RECEIVED
        )
        if not found:
            return
        task = data.draw(st.sampled_from(found))[2]
        clock = self.model.clocks[task]
        element = RECEIVED[clock.element]
        sender = BOGOR if element == "tahap1_surat" else clock.region
        letter = self.ask(
            select(Task.id, Task.answers)
            .where(Task.case_id == clock.case, Task.element == element)
            .where(Task.region_code == sender)
            .order_by(Task.position.desc())
        )[0]
        sent = date.fromisoformat(letter.answers["tanggal_surat"])
        day = max(sent, self.now.date() - timedelta(days=days))
        given = {clock.region: day.isoformat()} if sender != clock.region else day.isoformat()
        actions.supplement_task(
            self.office, letter.id, {"tanggal_terima": given}, actor=WHO, now=self.now,
            reason="Tanda terima ditemukan",
        )  # fmt: skip
        if not clock.is_known or clock.starts_on != day:
            clock.starts_on, clock.is_known = day, True
            clock.changed(self.now, anew=True)
        self.look()

    @rule(region=st.sampled_from(PARTIES), days=st.integers(1, 60))
    def declare_a_day_off(self, region: str, days: int) -> None:
        off = self.model.off.setdefault(region, set())
        day = self.now.astimezone(ZONES[region]).date() + timedelta(days=days)
        if day.weekday() > 4 or day in OFF or day in off:
            return
        wish = DayWish(
            day=day, kind=DayKind.REGIONAL, name="Hari Jadi", decree="SK 1/2027", region=region
        )
        actions.add_day(self.office, wish, actor=WHO, now=self.now)
        off.add(day)
        self.sweep()

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
        ours = Official.region_code == region
        if self.model.clocks[task].element == "tahap4_keputusan_dprd":
            ours = and_(ours, Official.role == "sekretaris_dprd")
        present = self.ask(
            select(Official.id).where(ours, Official.active).order_by(Official.role, Official.id)
        )
        to = data.draw(st.sampled_from([row.id for row in present]))
        actions.reassign_task(self.office, task, [to], order=ORDER, now=self.now)

    @rule(data=st.data())
    def pause(self, data: st.DataObject) -> None:
        if task := self.some_task(data, paused=False):
            actions.pause_task(self.office, task, order=ORDER, now=self.now)
            clock = self.model.clocks[task]
            clock.paused_on = clock.today(self.now)

    @rule(data=st.data())
    def resume(self, data: st.DataObject) -> None:
        if task := self.some_task(data, paused=True):
            actions.resume_task(self.office, task, order=ORDER, now=self.now)
            clock = self.model.clocks[task]
            assert clock.paused_on is not None
            clock.acts.append((clock.paused_on, clock.today(self.now)))
            clock.paused_on = None
            clock.changed(self.now, anew=False)

    @rule(data=st.data(), days=st.integers(1, 12), to_a_day=st.booleans())
    def extend(self, data: st.DataObject, days: int, to_a_day: bool) -> None:
        if task := self.some_task(data, paused=False):
            clock = self.model.clocks[task]
            today = clock.today(self.now)
            # a day on which nobody works is refused: the next one on which somebody does
            until = clock.walk(max(today, clock.due_on) + timedelta(days=days - 1), 1)
            wish: dict[str, Any] = {"due_on": until} if to_a_day else {"working_days": days}
            actions.extend_task(self.office, task, order=ORDER, now=self.now, **wish)
            clock.acts.append(Extension(on=today, by=until if to_a_day else days))
            clock.changed(self.now, anew=True)

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
            self.answers_itself = True
            self.look()

    # --- time, and what befalls machines ---------------------------------------------------------
    @rule(hours=st.sampled_from([1, 5, 24, 24, 72, 240, 1100]))
    def pass_time(self, hours: int) -> None:
        self.town.now += timedelta(hours=hours)
        self.sweep()

    def sweep(self) -> None:
        tick(self.office, self.now)
        self.look()
        for clock in self.model.clocks.values():
            clock.ring(self.now)

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
            assert not clock.is_over(self.now)
            due_at = clock.at(clock.due_on, 16) if clock.paused_on is None else None
            assert (row.due_at, row.paused_days) == (due_at, clock.left), clock

    @invariant()
    def silence_opens_what_it_must(self) -> None:
        expected = Counter(self.model.opened)
        for clock in self.model.clocks.values():
            expected.update((clock.case, element) for element in clock.opened)
        found = self.ask(select(Task.case_id, Task.element).where(Task.element.in_(SILENCE)))
        assert Counter((row.case_id, row.element) for row in found) == expected

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
            expected = Counter((key[0], at) for key, at in clock.waiting().items())
            assert waiting.pop(task, Counter()) == expected, clock
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
                .where(History.kind.in_(("task.reminded", *TOLD_ABOUT)))
                .group_by(History.kind)
            )
        )
        assert entries.get("task.reminded", 0) == counted[AlarmKind.REMINDER]
        told = sum(entries.get(kind, 0) for kind in TOLD_ABOUT)
        assert told == counted[AlarmKind.ESCALATION]

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
