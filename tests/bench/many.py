"""A large installation, made in bulk: every table that grows with cases, in true proportions.

The rows are what the product itself would have written, but for the engine's states, which nobody
resumes: histories are chained, deadlines lie at 16:00 in the zone of the region that must act, and
the same extent always gives the same rows.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from processes.engine.shapes import TaskShape
from processes.office import Office
from processes.store import history, procedures
from processes.store.outbox import message_id_of
from processes.store.tables import (
    Base,
    Case,
    History,
    LedgerEntry,
    MessageStatus,
    Region,
    TaskStatus,
)

#: roles of a house, each held by somebody of his own
ROLES = (
    "bagian_kerja_sama", "sekretaris_tkksd", "ketua_tkksd", "kabag", "asisten", "sekda",
    "kepala_daerah", "sekretaris_dprd", "pelaksana",
)  # fmt: skip
#: every so many-th house has nobody, and a second official in the cooperation office
VACANT, DOUBLE = 10, 3
#: working hours after which a deadline of the procedure lies
END_OF_DAY = time(16)
#: rows that are sent at once
BATCH = 20_000

Rows = Iterator[tuple[str, dict[str, Any]]]


@dataclass(frozen=True, kw_only=True)
class Extent:
    """How much there is."""

    #: cases that still run, and those that ended
    running: int
    ended: int
    #: open tasks of all running cases
    open_tasks: int
    #: finished tasks of a running case, and of one that ended
    done_running: int = 3
    done_ended: int = 5
    #: entries of each history
    entries: int = 10


#: 100,000 open tasks and 1,000,000 entries
LARGE = Extent(running=40_000, ended=60_000, open_tasks=100_000)
#: enough to see that everything is filled
SMALL = Extent(running=40, ended=60, open_tasks=100)


def fill(office: Office, extent: Extent, now: datetime, *, seed: int = 6) -> None:
    """Fill an opened installation that has no officials and no cases yet."""
    with office.database.read() as session:
        maker = _Maker(session, office, extent, now, Random(seed))
    waiting: dict[str, list[dict[str, Any]]] = defaultdict(list)
    with office.database.connect_to_write() as connection:
        if office.database.is_postgres:
            # every row leans on one that was made before it: nothing has to look that up again
            connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        for table, row in maker.rows():
            waiting[table].append(row)
            if table == Case.__tablename__ and len(waiting[table]) >= BATCH // 10:
                _send_all(connection, waiting)
        _send_all(connection, waiting)
    gather_statistics(office)


def _send_all(connection: Connection, waiting: dict[str, list[dict[str, Any]]]) -> None:
    """Write what waits, in the order in which tables lean on each other."""
    for table in Base.metadata.sorted_tables:
        rows = waiting.pop(table.name, None)
        if not rows:
            continue
        if connection.dialect.name == "postgresql":
            copy(connection, table.name, rows)
        else:
            connection.execute(table.insert(), rows)


def copy(connection: Connection, table: str, rows: Sequence[dict[str, Any]]) -> None:
    """Write rows of one table at once."""
    columns = ", ".join(f'"{name}"' for name in rows[0])
    raw: Any = connection.connection.driver_connection
    with raw.cursor() as cursor, cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(
                [json.dumps(v) if isinstance(v, dict | list) else v for v in row.values()]
            )


def gather_statistics(office: Office) -> None:
    """What a database that was filled over years has long known about its rows."""
    if not office.database.is_postgres:
        with office.database.connect_to_write() as connection:
            connection.exec_driver_sql("ANALYZE")
        return
    engine = office.database.engine.execution_options(isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql("VACUUM ANALYZE")


@dataclass(frozen=True, kw_only=True)
class _House:
    """A region with whom it has."""

    code: str
    zone: ZoneInfo
    #: officials by role, empty without any
    officials: dict[str, list[str]] = field(default_factory=dict)


class _Maker:
    """Thinks up the rows, table by table, each after those that it leans on."""

    def __init__(
        self, session: Session, office: Office, extent: Extent, now: datetime, rng: Random
    ) -> None:
        self.extent, self.now, self.rng = extent, now, rng
        version = procedures.latest(session, "ksdd")
        assert version is not None
        self.version_id = version.id
        shapes = office.procedure(session, version.id).shapes.values()
        self.shapes = [each for each in shapes if each.stage is not None and each.role in ROLES]
        regions = session.scalars(select(Region).order_by(Region.code))
        self.houses = [_House(code=each.code, zone=ZoneInfo(each.zone)) for each in regions]
        #: four of ten cases begin in Jawa Barat
        self.often = [each for each in self.houses if each.code.startswith("32")]

    def rows(self) -> Rows:
        """Everything, in pairs of table and row."""
        yield from self._people()
        extent = self.extent
        for number in range(extent.running + extent.ended):
            is_running = number < extent.running
            left = extent.open_tasks * (number + 1) // max(extent.running, 1)
            opened = left - extent.open_tasks * number // max(extent.running, 1)
            yield from self._case(number, opened if is_running else 0)

    def _id(self) -> str:
        return f"{self.rng.getrandbits(128):032x}"

    def _people(self) -> Rows:
        for number, house in enumerate(self.houses):
            if number % VACANT == VACANT - 1:
                continue
            for role in ROLES:
                several = role == ROLES[0] and number % DOUBLE == 0
                for nth in range(2 if several else 1):
                    name = f"{role.replace('_', ' ').title()} {nth + 1} Contoh {house.code}"
                    yield from self._official(house, role, name)

    def _official(self, house: _House, role: str, name: str) -> Rows:
        person, official = self._id(), self._id()
        house.officials.setdefault(role, []).append(official)
        yield (
            "person",
            {
                "id": person,
                "name": name,
                "email": f"{role}.{house.code}@contoh.example",
            },
        )
        yield (
            "official",
            {
                "id": official,
                "region_code": house.code,
                "role": role,
                "person_id": person,
                "position": name.partition(" 1")[0],
                "status": "definitif",
                "in_office": True,
                "active": True,
            },
        )

    def _case(self, number: int, open_tasks: int) -> Rows:
        """A case with its parties, tasks and history; one without open tasks has ended."""
        rng = self.rng
        first = rng.choice(self.often if rng.random() < 0.4 else self.houses)
        others = rng.sample(self.houses, 1 + (number % 4 == 0))
        parties = [first, *(each for each in others if each is not first)]
        opened_at = self.now - timedelta(days=rng.randrange(30, 900), minutes=rng.randrange(1440))
        case_id = self._id()
        done = self.extent.done_running if open_tasks else self.extent.done_ended
        tasks = [
            row
            for position in range(1, done + open_tasks + 1)
            for row in self._task(case_id, parties, position, opened_at, position <= done)
        ]
        own = [row for table, row in tasks if table == "task"]
        chain = list(self._chain(case_id, opened_at, own))
        newest = own[-1]
        closed_at = None if open_tasks else newest["closed_at"]
        yield (
            "case_file",
            {
                "id": case_id,
                "number": f"KSDD/{opened_at.year}/{number + 1:06}",
                "title": f"Kerja sama contoh nomor {number + 1} di perbatasan {first.code}",
                "version_id": self.version_id,
                "region_code": first.code,
                "status": "running" if open_tasks else "completed",
                "end_reason": None if open_tasks else "selesai",
                "stage": newest["stage"],
                "stage_name": newest["stage_name"],
                "entry": "permohonan",
                "state": rng.randbytes(1024),
                "codec": 1,
                "revision": done + 1,
                "opened_at": opened_at,
                "closed_at": closed_at,
                "agreement_status": "belum" if open_tasks else "berakhir",
                "history_seq": len(chain),
                "history_head": chain[-1]["hash"],
                "failures": 0,
                "calendar_number": 0,
                "calendar_tries": 0,
            },
        )
        for position, house in enumerate(parties):
            yield (
                "party",
                {
                    "case_id": case_id,
                    "region_code": house.code,
                    "position": position,
                    "is_open": bool(open_tasks),
                },
            )
        yield from tasks
        for entry in chain:
            yield "history", entry

    def _task(
        self, case_id: str, parties: list[_House], position: int, opened: datetime, is_done: bool
    ) -> Rows:
        rng = self.rng
        shape = rng.choice(self.shapes)
        house = parties[0] if rng.random() < 0.6 else rng.choice(parties)
        assert shape.stage is not None
        opened_at = opened + timedelta(days=position)
        if not is_done:
            opened_at = self.now - timedelta(days=rng.randrange(1, 30), seconds=position)
        took = timedelta(days=rng.randrange(1, 20), minutes=rng.randrange(600))
        due_at, paused = self._due(house, opened_at, is_done)
        task_id = self._id()
        yield (
            "task",
            {
                "id": task_id,
                "case_id": case_id,
                "position": position,
                "element": shape.element,
                "name": shape.name,
                "stage": shape.stage.number,
                "stage_name": shape.stage.name,
                "role": shape.role,
                "region_code": house.code,
                "preparer_role": shape.preparer or None,
                "status": (TaskStatus.DONE if is_done else TaskStatus.OPEN).value,
                "opened_at": opened_at,
                "closed_at": min(opened_at + took, self.now) if is_done else None,
                "due_at": due_at,
                "due_is_provisional": False,
                "due_is_estimated": False,
                "paused_at": opened_at if paused else None,
                "paused_days": 5 if paused else None,
                "due_rule": "5 hari kerja",
                "reminder_rule": "",
                "escalation_rule": "",
                "basis": shape.basis,
                "assurance": shape.assurance,
                "answers": {"hasil": "lengkap"} if is_done else None,
                "done_by": "Contoh" if is_done else None,
                "has_holder": shape.role in house.officials,
            },
        )
        for nth, official in enumerate(house.officials.get(shape.role, ())):
            yield (
                "task_holder",
                {
                    "task_id": task_id,
                    "for_official_id": official,
                    "official_id": official,
                    "position": nth,
                    "by_name": False,
                    "is_open": not is_done,
                    "due_at": due_at,
                    "stands_in": False,
                },
            )
            if not is_done:
                yield from self._told(case_id, task_id, official, house, opened_at, due_at)
        if due_at is not None and not is_done:
            yield from self._clock(case_id, task_id, opened_at, due_at, shape)

    def _due(
        self, house: _House, opened_at: datetime, is_done: bool
    ) -> tuple[datetime | None, bool]:
        """When it is due, and whether its clock stands still: one in five is late, one in twenty
        is due today, one in twenty each stands still or has no deadline."""
        if is_done:
            return self._end(house, opened_at.date() + timedelta(days=7)), False
        chance, today = self.rng.random(), self.now.astimezone(house.zone).date()
        if chance < 0.05:
            return None, True
        if chance < 0.10:
            return None, False
        if chance < 0.30:
            return self._end(house, today - timedelta(days=self.rng.randrange(1, 40))), False
        if chance < 0.35:
            return self._end(house, today), False
        return self._end(house, today + timedelta(days=self.rng.randrange(1, 45))), False

    def _end(self, house: _House, day: date) -> datetime:
        return datetime.combine(day, END_OF_DAY, house.zone).astimezone(UTC)

    def _told(
        self,
        case_id: str,
        task_id: str,
        official: str,
        house: _House,
        opened_at: datetime,
        due_at: datetime | None,
    ) -> Rows:
        """The link and the letters of one holder, with their lines in the ledger."""
        link_id, is_late = self._id(), due_at is not None and due_at < self.now
        yield (
            "link",
            {
                "id": link_id,
                "token_sha256": f"{self.rng.getrandbits(256):064x}",
                "task_id": task_id,
                "official_id": official,
                "purpose": "jawab",
                "created_at": opened_at,
            },
        )
        for kind, at in (("tugas_baru", opened_at), ("pengingat", due_at)):
            if at is None or (kind == "pengingat" and not is_late):
                continue
            letter, key = self._id(), f"{kind}:{task_id}:{official}"
            yield (
                "message",
                {
                    "id": letter,
                    "key": key,
                    "case_id": case_id,
                    "task_id": task_id,
                    "official_id": official,
                    "link_id": link_id if kind == "tugas_baru" else None,
                    "kind": kind,
                    "channel": "email",
                    "address": f"kantor.{house.code}@contoh.example",
                    "values": {},
                    "status": MessageStatus.SENT.value,
                    "created_at": at,
                    "not_before": at,
                    "attempts": 1,
                    "sent_at": at + timedelta(seconds=5),
                    "message_id": message_id_of(key),
                    "collapsible": False,
                },
            )
            for line in (LedgerEntry.PREPARED, LedgerEntry.ACCEPTED):
                yield (
                    "message_event",
                    {
                        "id": self._id(),
                        "message_id": letter,
                        "kind": line.value,
                        "at": at + timedelta(seconds=5),
                        "channel": "email",
                        "by": "",
                        "note": "",
                    },
                )

    def _clock(
        self, case_id: str, task_id: str, opened_at: datetime, due_at: datetime, shape: TaskShape
    ) -> Rows:
        yield (
            "deadline",
            {
                "id": self._id(),
                "task_id": task_id,
                "rule": "5 hari kerja",
                "starts_on": opened_at.date(),
                "due_at": due_at,
                "provisional": False,
                "basis": shape.basis,
                "reason": "opened",
                "note": "",
                "set_by": "",
                "set_at": opened_at,
            },
        )
        is_late = due_at < self.now
        yield (
            "alarm",
            {
                "id": self._id(),
                "kind": "pengingat",
                "case_id": case_id,
                "task_id": task_id,
                "due_at": due_at,
                "label": "0",
                "set_at": opened_at,
                "fired_at": due_at if is_late else None,
                "attempts": 0,
            },
        )

    def _chain(
        self, case_id: str, opened_at: datetime, tasks: list[dict[str, Any]]
    ) -> Iterator[dict[str, Any]]:
        """The case's history: its opening, what its tasks tell, and letters that were sent."""
        told: list[tuple[datetime, str, dict[str, Any]]] = [(opened_at, "case.opened", {})]
        for task in tasks:
            about = {key: task[key] for key in ("element", "name", "stage", "role")}
            about |= {"task": task["id"], "region": task["region_code"]}
            told.append((task["opened_at"], "task.opened", about))
            if task["closed_at"]:
                told.append((task["closed_at"], "task.completed", about))
        spare = self.extent.entries - len(told)
        told += [(opened_at, "case.stage", {"before": 1, "after": 2})] * spare
        previous = ""
        for seq, (at, kind, details) in enumerate(sorted(told, key=_when)[: self.extent.entries]):
            entry = History(
                case_id=case_id,
                seq=seq + 1,
                at=at,
                kind=kind,
                actor={"kind": "official", "name": "Contoh"},
                details=details,
                previous=previous,
            )
            previous = history.hash_of(entry)
            yield {
                "case_id": case_id,
                "seq": seq + 1,
                "at": at,
                "kind": kind,
                "actor": entry.actor,
                "details": details,
                "previous": entry.previous,
                "hash": previous,
            }


def _when(told: tuple[datetime, str, dict[str, Any]]) -> datetime:
    return told[0]
