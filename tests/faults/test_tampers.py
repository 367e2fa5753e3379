"""Whatever somebody who owns the database does to the history that was sealed is found.

Each tampering is done in a transaction, looked at, and rolled back. `KSDD_TEST_TAMPERS` says how
many are tried, `KSDD_TEST_SEED` repeats a run.
"""

from __future__ import annotations

import json
import os
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

from processes.store import history, seals
from processes.store.database import Database
from processes.store.tables import Case, History, Seal
from tests.store.cast import a_case

HOW_MANY = int(os.environ.get("KSDD_TEST_TAMPERS", "150"))
SEED = int(os.environ.get("KSDD_TEST_SEED", "0")) or random.randrange(1, 1_000_000)
CASES, ENTRIES, SEALS = 5, 4, 3
DAY = timedelta(days=1)


@pytest.fixture
def sealed(database: Database, now: datetime) -> Database:
    """Cases whose entries were sealed on several days, and one entry each that was not yet."""
    with database.write() as session:
        cases = [a_case(session, now).id for _ in range(CASES)]
    for day in range(SEALS + 1):
        with database.write() as session:
            for case_id in cases:
                case = session.get_one(Case, case_id)
                for step in range(ENTRIES if day < SEALS else 1):
                    history.append(
                        session,
                        case,
                        at=now + day * DAY + timedelta(seconds=step),
                        kind=f"langkah {day}.{step}",
                        actor={"kind": "official", "name": f"Sari {case_id[:4]}"},
                        details={"hari": day, "langkah": step},
                    )
        if day < SEALS:
            seal(database, now + day * DAY)
    return database


def seal(database: Database, now: datetime) -> None:
    with database.write() as session:
        assert seals.add(session, seals.unsealed(session), after=seals.newest(session), now=now)


@contextmanager
def trial(database: Database) -> Iterator[Session]:
    """A session of somebody whom no trigger stops, and whose work is undone in the end."""
    with database.engine.connect() as connection:
        if not database.is_postgres:
            connection.exec_driver_sql("PRAGMA query_only = 0")
            connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
        let_loose(connection)
        with Session(connection, autoflush=False) as session:
            yield session
            session.rollback()
        connection.rollback()


def let_loose(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        return
    names = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    for name in connection.scalars(text(names)).all():
        connection.execute(text(f"DROP TRIGGER {name}"))


class Tamperer:
    """Somebody who does one random thing to the record."""

    def __init__(self, session: Session, chance: random.Random) -> None:
        self.session = session
        self.chance = chance
        self.case_id = chance.choice(sorted(self.column("SELECT id FROM case_file")))
        self.last = SEALS * ENTRIES + 1
        #: one of the entries that were sealed
        self.seq = chance.randint(1, SEALS * ENTRIES)

    def column(self, query: str, **values: Any) -> list[Any]:
        return list(self.session.scalars(text(query), values))

    def run(self, statement: str, **values: Any) -> None:
        self.session.execute(text(statement), {"c": self.case_id, **values})

    # --- entries ---------------------------------------------------------------------------------
    def edit(self) -> None:
        column, value = self.chance.choice(
            [
                ("at", "2020-01-01 00:00:00"),
                ("kind", "lain"),
                ("actor", json.dumps({"kind": "official", "name": "Palsu"})),
                ("details", json.dumps({"hari": 0, "langkah": 99})),
                ("previous", "0" * 64),
                ("hash", "f" * 64),
                ("seq", 999),
            ]
        )
        self.run(f"UPDATE history SET {column} = :v WHERE case_id = :c AND seq = :s",
                 v=value, s=self.chance.randint(1, self.last))  # fmt: skip

    def move_to_another_case(self) -> None:
        other = next(i for i in self.column("SELECT id FROM case_file") if i != self.case_id)
        self.run("UPDATE history SET case_id = :o, seq = 500 WHERE case_id = :c AND seq = :s",
                 o=other, s=self.seq)  # fmt: skip

    def delete(self) -> None:
        self.run("DELETE FROM history WHERE case_id = :c AND seq = :s",
                 s=self.chance.randint(1, self.last))  # fmt: skip

    def swap(self) -> None:
        one, two = self.chance.sample(range(1, self.last + 1), 2)
        for old, new in ((one, 700), (two, one), (700, two)):
            self.run("UPDATE history SET seq = :n WHERE case_id = :c AND seq = :o", o=old, n=new)

    def insert(self) -> None:
        at = self.chance.randint(1, self.last + 1)
        for seq in range(self.last, at - 1, -1):
            self.run(
                "UPDATE history SET seq = :n WHERE case_id = :c AND seq = :s", s=seq, n=seq + 1
            )
        before = self.column("SELECT hash FROM history WHERE case_id = :c AND seq = :s",
                             c=self.case_id, s=at - 1)  # fmt: skip
        self._write(at, before[0] if before else "")

    def _write(self, seq: int, previous: str) -> str:
        """An entry that never happened, with a right hash."""
        now = datetime.fromisoformat("2026-03-02T03:00:00+00:00")
        entry = History(case_id=self.case_id, seq=seq, at=now, kind="palsu",
                        actor={"kind": "clock"}, details={}, previous=previous)  # fmt: skip
        entry.hash = history.hash_of(entry)
        self.session.add(entry)
        self.session.flush()
        return entry.hash

    def forge(self) -> None:
        """An entry is changed and everything after it gets right hashes, up to the case's head."""
        self._forge(self.seq)

    def _forge(self, start: int) -> None:
        previous = ""
        query = "SELECT seq FROM history WHERE case_id = :c ORDER BY seq"
        for seq in self.column(query, c=self.case_id):
            entry = self.session.get_one(History, (self.case_id, seq))
            if seq >= start:
                entry.details = {**entry.details, **({"palsu": True} if seq == start else {})}
                entry.previous = previous
                entry.hash = history.hash_of(entry)
            previous = entry.hash
        self.session.get_one(Case, self.case_id).history_head = previous
        self.session.flush()

    # --- whole chains ----------------------------------------------------------------------------
    def cut_the_tail(self) -> None:
        self.run("DELETE FROM history WHERE case_id = :c AND seq > :s", s=self.seq - 1)

    def cut_the_tail_and_hide_it(self) -> None:
        keep = self.seq - 1
        heads = self.column("SELECT hash FROM history WHERE case_id = :c AND seq = :s",
                            c=self.case_id, s=keep)  # fmt: skip
        self.cut_the_tail()
        self.run("UPDATE case_file SET history_seq = :s, history_head = :h WHERE id = :c",
                 s=keep, h=heads[0] if heads else "")  # fmt: skip

    def delete_a_case(self) -> None:
        for statement in (
            "DELETE FROM history WHERE case_id = :c",
            "DELETE FROM party WHERE case_id = :c",
            "DELETE FROM case_file WHERE id = :c",
        ):
            self.run(statement)

    def delete_only_the_case(self) -> None:
        self.run("DELETE FROM party WHERE case_id = :c")
        self.run("DELETE FROM case_file WHERE id = :c")

    def change_the_head(self) -> None:
        column, value = self.chance.choice([("history_seq", 7), ("history_head", "e" * 64)])
        self.run(f"UPDATE case_file SET {column} = :v WHERE id = :c", v=value)

    # --- seals -----------------------------------------------------------------------------------
    def edit_a_seal(self) -> None:
        column, value = self.chance.choice(
            [("at", "2020-01-01 00:00:00"), ("previous", "1" * 64), ("root", "2" * 64),
             ("hash", "3" * 64)]
        )  # fmt: skip
        number = self.chance.randint(1, SEALS)
        self.run(f"UPDATE seal SET {column} = :v WHERE number = :n", v=value, n=number)

    def edit_a_sealed_head(self) -> None:
        column, value = self.chance.choice([("seq", 2), ("head", "4" * 64), ("case_number", "x")])
        self.run(f"UPDATE sealed_head SET {column} = :v WHERE case_id = :c AND seal_number = :n",
                 v=value, n=self.chance.randint(1, SEALS))  # fmt: skip

    def delete_a_seal(self) -> None:
        number = self.chance.randint(1, SEALS)
        self.run("DELETE FROM sealed_head WHERE seal_number = :n", n=number)
        self.run("DELETE FROM seal WHERE number = :n", n=number)

    def forge_everything(self) -> None:
        """All hashes are made right again, those of the seals too."""
        self._forge(self.seq)
        self.run("DELETE FROM sealed_head")
        self.run("DELETE FROM seal")
        self.session.expire_all()
        heads = seals.unsealed(self.session)
        seals.add(self.session, heads, after=None, now=datetime.fromisoformat("2026-03-05T00:00Z"))


WAYS: tuple[Callable[[Tamperer], None], ...] = (
    Tamperer.edit,
    Tamperer.move_to_another_case,
    Tamperer.delete,
    Tamperer.swap,
    Tamperer.insert,
    Tamperer.forge,
    Tamperer.cut_the_tail,
    Tamperer.cut_the_tail_and_hide_it,
    Tamperer.delete_a_case,
    Tamperer.delete_only_the_case,
    Tamperer.change_the_head,
    Tamperer.edit_a_seal,
    Tamperer.edit_a_sealed_head,
    Tamperer.delete_a_seal,
    Tamperer.forge_everything,
)


def finding(session: Session, anchor: str) -> str | None:
    """What `ksdd history verify --anchor` would say."""
    broken = history.verify(session) or seals.verify(session)
    if broken is not None:
        return broken.say()
    return None if seals.with_hash(session, anchor) is not None else "anchor"


def test_every_random_tampering_with_what_was_sealed_is_found(sealed: Database) -> None:
    chance = random.Random(SEED)
    with sealed.read() as session:
        kept = seals.newest(session)
        assert isinstance(kept, Seal)
        assert finding(session, kept.hash) is None
    missed = []
    for number in range(HOW_MANY):
        way = WAYS[number % len(WAYS)]
        with trial(sealed) as session:
            way(Tamperer(session, chance))
            session.expire_all()
            if finding(session, kept.hash) is None:
                missed.append((number, way.__name__))
    assert missed == [], f"KSDD_TEST_SEED={SEED}"
    with sealed.read() as session:
        assert finding(session, kept.hash) is None
