"""A session writes all it has in one go: the same rows as one by one, or nothing at all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest
from sqlalchemy import Connection, delete, event, select
from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from processes.store.accounts import create_account
from processes.store.database import Database
from processes.store.people import make_official
from processes.store.repeats import keep_repeat
from processes.store.rows import read_rows, tables_of
from processes.store.tables import (
    Account,
    AccountRole,
    Alarm,
    AlarmKind,
    Base,
    Case,
    CaseMigration,
    Counter,
    Deadline,
    Draft,
    Link,
    LinkPurpose,
    Official,
    Person,
    Repeat,
    Task,
    TaskHolder,
    TaskStatus,
)
from tests.store.cast import BOGOR, a_case, a_task

AT_RANDOM = 12
WRITTEN = ("case_file", "task", "task_holder", "alarm", "deadline", "link", "draft")


@contextmanager
def counted(database: Database) -> Iterator[list[str]]:
    """What the database is asked meanwhile."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, sql: str, *_rest: Any) -> None:
        if not sql.startswith(("BEGIN", "PRAGMA")):
            sent.append(sql)

    event.listen(database.engine, "before_cursor_execute", note)
    yield sent
    event.remove(database.engine, "before_cursor_execute", note)


@pytest.fixture
def case_id(database: Database, now: datetime) -> str:
    """A case of Bogor, which has three officials."""
    with database.write() as session:
        for role in ("asisten", "sekda", "bagian_hukum"):
            person = Person(id=role.rjust(32, "0"), name=f"Nyi {role}")
            session.add(person)
            make_official(session, BOGOR, role, person, "Pejabat")
        return a_case(session, now).id


def _alarm(task: Task, now: datetime, number: int) -> Alarm:
    return Alarm(
        id=f"{number:032}",
        kind=AlarmKind.REMINDER,
        case_id=task.case_id,
        task_id=task.id,
        due_at=now + timedelta(days=number),
        label=f"{number}",
        set_at=now,
    )


def _open(session: Session, case_id: str, official: str, now: datetime, number: int) -> None:
    """Add a task with all that belongs to it, what refers to it first."""
    name = f"{number:032}"
    task = Task(
        id=name,
        case_id=case_id,
        region_code=BOGOR,
        opened_at=now,
        position=number,
        element="tahap1_telaah",
        name="Telaah; 'petik' %s %(x)s %",
        stage=1,
        stage_name="Permohonan",
        role="sekda",
        answers={"teks": "naïf \u2028 \\ %(x)s", "angka": 1.5, "kosong": None, "daftar": []},
    )
    link = Link(id=name, token_sha256=name, task_id=name, official_id=official, created_at=now)
    deadline = Deadline(
        id=name,
        task_id=name,
        rule="5 hari",
        starts_on=now.date(),
        due_at=now,
        set_at=now,
        reason="opened",
    )
    alarms = [_alarm(task, now, number * 10 + each) for each in range(3)]
    session.add_all([*alarms, link, TaskHolder(task_id=name, official_id=official), deadline, task])


def _act(session: Session, case_id: str, now: datetime, seed: int) -> None:
    """Open, change and drop things at random."""
    fate = Random(seed)
    case = session.get_one(Case, case_id)
    tasks = list(session.scalars(select(Task).order_by(Task.id)))
    alarms = list(session.scalars(select(Alarm).order_by(Alarm.id)))
    drafts = list(session.scalars(select(Draft).order_by(Draft.task_id, Draft.purpose)))
    officials = list(session.scalars(select(Official.id).order_by(Official.role)))
    for number in range(fate.randint(1, 3)):
        _open(session, case_id, fate.choice(officials), now, seed * 10 + number)
    for task in fate.sample(tasks, min(2, len(tasks))):
        task.status, task.closed_at = TaskStatus.DONE, now
        task.answers = None if fate.random() < 0.5 else {"hasil": seed}
    for alarm in fate.sample(alarms, min(4, len(alarms))):
        alarm.dropped_at = now
    for draft in drafts[:1]:
        session.delete(draft)
    if tasks:
        key = {"task_id": tasks[-1].id, "person_id": "sekda".rjust(32, "0")}
        purpose = fate.choice(
            [each for each in LinkPurpose if each not in {draft.purpose for draft in drafts}]
        )
        session.add(Draft(**key, purpose=purpose, values={}, saved_at=now))
    case.state, case.revision, case.category = case.state + b"\x00\xff", case.revision + 1, "wajib"


def _rows(connection: Connection) -> dict[str, list[Any]]:
    return {
        table.name: list(read_rows(connection, table))
        for table in tables_of(connection)
        if table.name in WRITTEN
    }


def _flush_plainly(session: Session) -> None:
    """SQLAlchemy's own flush, each table after those it refers to."""
    new = list(session.new)
    for each in new:
        session.expunge(each)
    for table in Base.metadata.sorted_tables:
        session.add_all(each for each in new if each.__table__ is table)
        session.flush()


def test_the_rows_are_those_of_a_plain_flush(
    database: Database, case_id: str, now: datetime
) -> None:
    with database.connect_to_write() as connection:
        for seed in range(1, AT_RANDOM):
            point = connection.begin_nested()
            plain = Session(connection, join_transaction_mode="create_savepoint")
            with plain, plain.no_autoflush:
                _act(plain, case_id, now, seed)
                _flush_plainly(plain)
                plain.commit()
            expected = _rows(connection)
            point.rollback()
            together = type(_writing(database))(connection)
            with together, together.no_autoflush:
                _act(together, case_id, now, seed)
                together.flush()
                assert [*together.dirty, *together.new, *together.deleted] == []
                together.commit()
            assert _rows(connection) == expected


def _writing(database: Database) -> Session:
    with database.write() as session:
        return session


def test_a_case_goes_on_in_one_statement_on_postgresql(
    postgres_database: Database, now: datetime
) -> None:
    with postgres_database.write() as session:
        person = Person(id="p" * 32, name="Sari Contoh")
        session.add(person)
        official = make_official(session, BOGOR, "sekda", person, "Sekda")
        case = a_case(session, now)
        task = a_task(session, case, BOGOR, now)
    with counted(postgres_database) as sent, postgres_database.write() as session:
        known, done = session.get_one(Case, case.id), session.get_one(Task, task.id)
        with session.no_autoflush:
            known.revision += 1
            done.status, done.answers = TaskStatus.DONE, {"hasil": "lengkap"}
            _open(session, case.id, official.id, now, 7)
    assert len([sql for sql in sent if not sql.startswith("SELECT")]) == 1
    with postgres_database.read() as session:
        assert session.get_one(Case, case.id).revision == known.revision == 2
        assert session.get_one(Task, task.id).answers == {"hasil": "lengkap"}


def test_who_holds_a_task_that_opens_with_it_is_told_of_its_deadline(
    database: Database, case_id: str, now: datetime
) -> None:
    with database.write() as session:
        official = session.scalars(select(Official.id)).first()
        assert official is not None
        with session.no_autoflush:
            session.add(TaskHolder(task_id="a" * 32, official_id=official))
            task = Task(id="a" * 32, case_id=case_id, region_code=BOGOR, opened_at=now, position=1)
            task.element = task.name = task.role = task.stage_name = "x"
            task.stage, task.due_at, task.status = 1, now, TaskStatus.DONE
            session.add(task)
    with database.read() as session:
        [row] = session.scalars(select(TaskHolder).where(TaskHolder.task_id == "a" * 32))
        assert (row.is_open, row.due_at, row.stands_in) == (False, now, False)
        assert row.for_official_id == official
        assert session.get_one(Task, "a" * 32).has_holder


def test_one_row_that_is_there_already_lets_nothing_be_written(
    database: Database, case_id: str, now: datetime
) -> None:
    link = Link(task_id="tidak ada", official_id="x", token_sha256="x", created_at=now)

    def add(*rows: Base) -> None:
        with database.write() as session:
            session.get_one(Case, case_id).revision = 7
            session.add_all(rows)

    add(Counter(name="perkara", value=1))
    _change(database, case_id)
    with pytest.raises(IntegrityError):
        add(Counter(name="perkara", value=2))
    with pytest.raises(IntegrityError):
        add(Counter(name="lain", value=2), link)
    with database.read() as session:
        assert session.get_one(Case, case_id).revision == 1
        assert session.get_one(Counter, "perkara").value == 1
        assert session.get(Counter, "lain") is None


def _change(database: Database, case_id: str, **values: Any) -> None:
    with database.write() as session:
        case = session.get_one(Case, case_id)
        for name, value in {"revision": 1, **values}.items():
            setattr(case, name, value)


@pytest.mark.parametrize("goes", [False, True])
def test_a_row_that_is_gone_lets_nothing_be_written(
    database: Database, case_id: str, goes: bool
) -> None:
    def take_away() -> None:
        with database.write() as session:
            found = session.get_one(Counter, "perkara")
            session.get_one(Case, case_id).revision = 7
            session.connection().execute(delete(Counter).where(Counter.name == "perkara"))
            if goes:
                session.delete(found)
            else:
                found.value = 2

    with database.write() as session:
        session.add(Counter(name="perkara", value=1))
    with pytest.raises(StaleDataError):
        take_away()
    with database.read() as session:
        assert session.get_one(Case, case_id).revision == 1
        assert session.get_one(Counter, "perkara").value == 1


def test_a_text_that_is_too_long_is_refused_and_not_cut(
    postgres_database: Database, now: datetime
) -> None:
    with postgres_database.write() as session:
        session.add(Counter(name="perkara", value=1))
        case_id = a_case(session, now).id

    def write_too_much() -> None:
        with postgres_database.write() as session:
            session.get_one(Counter, "perkara").value = 2
            session.get_one(Case, case_id).category = "x" * 100

    with pytest.raises(DataError):
        write_too_much()


def test_what_goes_and_comes_again_is_there(database: Database, case_id: str) -> None:
    with database.write() as session:
        session.add(Counter(name="perkara", value=1))
    with database.write() as session:
        session.get_one(Case, case_id).revision = 7
        session.delete(session.get_one(Counter, "perkara"))
        session.add(Counter(name="perkara", value=5))
    with database.read() as session:
        assert session.get_one(Counter, "perkara").value == 5
        assert session.get_one(Case, case_id).revision == 7


def test_a_kept_answer_that_is_there_already_stays_and_hinders_nobody(
    database: Database, case_id: str, now: datetime
) -> None:
    for number in (1, 2):
        with database.write() as session:
            session.get_one(Case, case_id).revision = number + 7
            keep_repeat(
                session,
                asker="a",
                key="k",
                request_sha256="0" * 64,
                status=200,
                body={"n": number},
                at=now,
            )
    with database.read() as session:
        assert session.get_one(Repeat, ("a", "k")).body == {"n": 1}
        assert session.get_one(Case, case_id).revision == 9


def test_what_the_database_reckons_is_reckoned(database: Database, case_id: str) -> None:
    with database.write() as session:
        session.add(Counter(name="perkara", value=1))
    with database.write() as session:
        session.get_one(Case, case_id).revision = 7
        session.get_one(Counter, "perkara").value = Counter.value + 41
    with database.read() as session:
        assert session.get_one(Counter, "perkara").value == 42
        assert session.get_one(Case, case_id).revision == 7


def test_columns_may_be_called_as_they_are(database: Database, case_id: str, now: datetime) -> None:
    with database.write() as session:
        version = session.get_one(Case, case_id).version_id
        session.add(
            CaseMigration(
                id="m" * 32,
                case_id=case_id,
                from_id=version,
                to_id=version,
                at=now,
                by="Sari",
                reason="x",
                revision=1,
            )
        )
    with database.write() as session:
        session.get_one(CaseMigration, "m" * 32).undone_by = "Asep"
    with database.read() as session:
        assert session.get_one(CaseMigration, "m" * 32).undone_by == "Asep"
    for table in Base.metadata.sorted_tables:
        assert not [column for column in table.columns if column.name.startswith("__")]


def test_an_account_takes_its_further_regions_along(
    database: Database, case_id: str, now: datetime
) -> None:
    with database.write() as session:
        session.get_one(Case, case_id).revision = 7
        role = AccountRole.CLERK
        made = create_account(
            session, name="Sari", role=role, now=now, region_code=BOGOR, further=["32.02"]
        )
    with database.read() as session:
        assert session.get_one(Account, made.id).regions == {BOGOR, "32.02"}
        assert session.get_one(Case, case_id).revision == 7


def test_an_object_can_be_read_and_changed_again_after_it_was_written(
    database: Database, case_id: str
) -> None:
    with database.write() as session:
        case, counter = session.get_one(Case, case_id), Counter(name="perkara")
        session.add(counter)
        case.revision = 1
        session.flush()
        assert counter.value == 0
        case.revision, counter.value = 2, 3
        session.flush()
        assert session.get_one(Case, case_id) is case
        session.refresh(case)
        assert (case.revision, session.get_one(Counter, "perkara").value) == (2, 3)


def test_an_object_that_waits_to_be_read_again_may_be_changed_and_written(
    database: Database, case_id: str
) -> None:
    with database.write() as session:
        case = session.get_one(Case, case_id)
        before = case.number
        session.expire_all()
        case.title = "Lain"
        session.flush()
        assert (case.title, case.number) == ("Lain", before)
        case.failures = 3
    with database.read() as session:
        case = session.get_one(Case, case_id)
        assert (case.title, case.failures) == ("Lain", 3)


def test_more_than_one_statement_may_carry_is_written_all_the_same(database: Database) -> None:
    with database.write() as session:
        session.add(Person(name="Sari Contoh"))
        session.add_all(Counter(name=f"{number}", value=number) for number in range(6000))
    with database.read() as session:
        assert session.get_one(Counter, "5999").value == 5999
