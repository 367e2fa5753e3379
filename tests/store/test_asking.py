"""Questions asked ahead are answered as the database would answer them, at any moment."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from processes.store.asking import Asked, Question, ask_ahead
from processes.store.database import Database
from processes.store.locks import lock_case
from processes.store.people import make_official
from processes.store.tables import (
    AgreementStatus,
    Case,
    CaseStatus,
    Document,
    Official,
    Party,
    Person,
    Region,
    Task,
    TaskHolder,
    TaskStatus,
)
from tests.store.cast import BADUNG, BOGOR, CIANJUR, SUKABUMI, a_case, a_document, a_task
from tests.store.test_writing import counted

CASE = Question(lambda p: select(Case).where(Case.id == p.one("case")))
ANEW = Question(lambda p: select(Case).where(Case.id == p.one("case")), anew=True)
PARTIES = Question(
    lambda p: select(Party).where(Party.case_id == p.one("case")), order=(Party.position.desc(),)
)
OPEN = Question(
    lambda p: select(Task).where(Task.case_id == p.one("case"), Task.status == TaskStatus.OPEN),
    order=(Task.position,),
)
LAST = Question(lambda p: select(func.max(Task.position)).where(Task.case_id == p.one("case")))
NAMES = Question(
    lambda p: select(Region.code, Region.name).where(p.among(Region.code, "codes")),
    order=(Region.name,),
)
HOLDERS = Question(
    lambda p: (
        select(TaskHolder.task_id, Official, Person)
        .join(Official, Official.id == TaskHolder.official_id)
        .join(Person, Person.id == Official.person_id)
        .where(TaskHolder.task_id == p.one("task"))
    ),
    order=(TaskHolder.position,),
)
WORDS = Question(
    lambda p: select(Task.status, Task.answers, Task.opened_at, Task.due_is_provisional).where(
        Task.case_id == p.one("case")
    ),
    order=(Task.position,),
)
SIZES = Question(
    lambda p: select(func.coalesce(func.sum(Document.size), 0)).where(
        Document.case_id == p.one("case")
    )
)
DOCUMENTS = Question(lambda p: select(Document).where(Document.case_id == p.one("case")))


@pytest.fixture
def case_id(database: Database, now: datetime) -> str:
    """A case with three parties, three tasks, and two holders of the first."""
    with database.write() as session:
        case = a_case(
            session,
            now,
            proposed={"tugas": {"teks": "naïf \u2028 'petik'", "angka": 1.5, "kosong": None}},
            agreement_status=AgreementStatus.BERLAKU,
            agreement_starts_on=date(2026, 3, 1),
            next_timer_at=now + timedelta(microseconds=1),
        )
        case.state = b"\x00\xff'"
        tasks = [
            a_task(session, case, BOGOR, now, position=n, answers=[{}, None][n % 2])
            for n in (3, 1, 2)
        ]
        for place, name in enumerate(("Sari", "Asep")):
            person = Person(name=name)
            session.add(person)
            session.flush()
            official = make_official(session, BOGOR, "sekda", person, "Sekda")
            task_id, position = tasks[0].id, 1 - place
            session.add(TaskHolder(task_id=task_id, official_id=official.id, position=position))
        a_document(session, now, BOGOR, tasks[1])
        return case.id


def _everything(session: Session, case_id: str) -> list[Asked]:
    first = session.scalars(select(TaskHolder.task_id)).first()
    return [
        CASE.about(case=case_id),
        PARTIES.about(case=case_id),
        OPEN.about(case=case_id),
        LAST.about(case=case_id),
        NAMES.about(codes=[SUKABUMI, BADUNG, CIANJUR]),
        NAMES.about(codes=[]),
        HOLDERS.about(task=first),
        WORDS.about(case=case_id),
        DOCUMENTS.about(case=case_id),
        PARTIES.about(case="tidak ada"),
        LAST.about(case="tidak ada"),
    ]


def _told(rows: list[Any]) -> list[list[Any]]:
    """Rows with each object as its columns' values."""
    return [
        [
            {column.key: getattr(value, column.key) for column in value.__mapper__.column_attrs}
            if hasattr(value, "__mapper__")
            else value
            for value in row
        ]
        for row in rows
    ]


@pytest.mark.parametrize("writes", [False, True])
def test_the_answers_are_the_same_as_one_by_one_in_one_statement(
    database: Database, case_id: str, writes: bool
) -> None:
    with database.read() as session:
        everything = _everything(session, case_id)
    with database.read() as session:
        alone = [_told(asked.rows(session)) for asked in everything]
    assert [len(rows) for rows in alone] == [1, 3, 3, 1, 3, 0, 2, 3, 1, 0, 1]
    with database.write() if writes else database.read() as session:
        with counted(database) as sent:
            ask_ahead(session, everything)
            together = [_told(asked.rows(session)) for asked in everything]
            ask_ahead(session, everything)
        assert len(sent) == 1
    assert together == alone


def test_a_sum_makes_no_decimals_of_whole_numbers_beside_it(
    database: Database, case_id: str
) -> None:
    with database.read() as session:
        asked = [LAST.about(case=case_id), SIZES.about(case=case_id), CASE.about(case=case_id)]
        ask_ahead(session, asked)
        [[last], [size], [case]] = [each.rows(session) for each in asked]
    assert {type(last[0]), type(size[0]), type(case[0].revision)} == {int}


def test_what_it_finds_is_the_sessions_own(database: Database, case_id: str) -> None:
    with database.write() as session:
        ask_ahead(session, [CASE.about(case=case_id), PARTIES.about(case=case_id)])
        found = CASE.first(session, case=case_id)
        assert session.get_one(Case, case_id) is found
        found.revision = 7
        PARTIES.firsts(session, case=case_id)[0].own_number = "119/1"
    with database.read() as session:
        assert session.get_one(Case, case_id).revision == 7
        assert PARTIES.firsts(session, case=case_id)[0].own_number == "119/1"


@pytest.fixture
def asked(database: Database, case_id: str) -> Iterator[Session]:
    """A session that writes and has asked for open tasks and the last place."""
    with database.write() as session:
        ask_ahead(session, [OPEN.about(case=case_id), LAST.about(case=case_id)])
        yield session


def test_a_row_that_is_not_written_yet_is_found(
    asked: Session, case_id: str, now: datetime
) -> None:
    case = asked.get_one(Case, case_id)
    with asked.no_autoflush:
        fresh = Task(id="f" * 32, case_id=case.id, region_code=BOGOR, opened_at=now, position=9)
        fresh.element = fresh.name = fresh.role = fresh.stage_name = "x"
        fresh.stage = 1
        asked.add(fresh)
    assert LAST.first(asked, case=case_id) == 9
    assert OPEN.firsts(asked, case=case_id)[-1] is fresh
    asked.flush()
    assert LAST.first(asked, case=case_id) == 9


def test_a_value_that_the_words_compare_counts_as_it_is_now(asked: Session, case_id: str) -> None:
    first = OPEN.firsts(asked, case=case_id)[0]
    first.status = TaskStatus.DONE
    assert first not in OPEN.firsts(asked, case=case_id)
    last = OPEN.firsts(asked, case=case_id)[-1]
    last.position = 40
    asked.flush()
    assert LAST.first(asked, case=case_id) == 40


def test_other_values_need_not_be_written_first(
    database: Database, asked: Session, case_id: str
) -> None:
    with counted(database) as sent:
        for task in OPEN.firsts(asked, case=case_id):
            task.receipt = {"done_by": "Sari"}
        assert len(OPEN.firsts(asked, case=case_id)) == 3
        assert LAST.first(asked, case=case_id) == 3
        assert sent == []
        assert len(PARTIES.firsts(asked, case=case_id)) == 3
        assert len(sent) == 1


def test_rows_that_go_are_not_found(asked: Session, case_id: str, now: datetime) -> None:
    case = asked.get_one(Case, case_id)
    loose = a_task(asked, case, BOGOR, now, position=50)
    ask_ahead(asked, [OPEN.about(case=case_id), LAST.about(case=case_id)])
    asked.delete(loose)
    assert LAST.first(asked, case=case_id) == 3
    other = a_task(asked, case, BOGOR, now, position=60)
    ask_ahead(asked, [LAST.about(case=case_id)])
    assert LAST.first(asked, case=case_id) == 60
    asked.execute(delete(Task).where(Task.id == other.id))
    assert LAST.first(asked, case=case_id) == 3


def test_asking_ahead_writes_what_it_asks_about(
    asked: Session, case_id: str, now: datetime
) -> None:
    OPEN.firsts(asked, case=case_id)[0].status = TaskStatus.CANCELLED
    asked.flush()
    OPEN.firsts(asked, case=case_id)[0].status = TaskStatus.DONE
    ask_ahead(asked, [OPEN.about(case=case_id)])
    assert len(OPEN.firsts(asked, case=case_id)) == 1


def test_after_a_lock_everything_is_asked_anew(postgres_database: Database, now: datetime) -> None:
    with postgres_database.write() as session:
        case_id = a_case(session, now).id
    with postgres_database.write() as session:
        ask_ahead(session, [ANEW.about(case=case_id), PARTIES.about(case=case_id)])
        assert ANEW.first(session, case=case_id).status is CaseStatus.RUNNING
        with postgres_database.write() as other:
            other.get_one(Case, case_id).status = CaseStatus.STOPPED
            other.add(Party(case_id=case_id, region_code=BADUNG, position=3))
        assert len(PARTIES.rows(session, case=case_id)) == 3
        lock_case(session, case_id)
        assert len(PARTIES.rows(session, case=case_id)) == 4
        assert ANEW.first(session, case=case_id).status is CaseStatus.STOPPED


@pytest.mark.parametrize("question", [CASE, ANEW])
def test_only_what_is_asked_anew_takes_over_what_others_wrote(
    postgres_database: Database, now: datetime, question: Question
) -> None:
    with postgres_database.write() as session:
        case_id = a_case(session, now).id
    with postgres_database.write() as session:
        known = session.get_one(Case, case_id)
        with postgres_database.write() as other:
            other.get_one(Case, case_id).closed_at = datetime(2026, 7, 1, tzinfo=UTC)
        ask_ahead(session, [question.about(case=case_id), PARTIES.about(case=case_id)])
        assert question.first(session, case=case_id) is known
        assert (known.closed_at is not None) == question.anew
        assert not session.dirty


def test_a_session_that_does_not_tell_what_it_writes_keeps_no_answer(
    database: Database, case_id: str
) -> None:
    with database.connect_to_write() as connection, Session(connection) as session:
        ask_ahead(session, [LAST.about(case=case_id)])
        task = OPEN.firsts(session, case=case_id)[-1]
        task.position = 70
        session.flush()
        assert LAST.first(session, case=case_id) == 70


def test_a_reading_session_is_told_once_what_it_asks_twice(
    database: Database, now: datetime
) -> None:
    with database.write() as session:
        case_id = a_case(session, now).id
    with database.read() as session:
        first = PARTIES.firsts(session, case=case_id)
        with counted(database) as statements:
            assert PARTIES.firsts(session, case=case_id) == first
        assert not statements
    with database.write() as session:
        assert PARTIES.firsts(session, case=case_id)
        with counted(database) as statements:
            PARTIES.firsts(session, case=case_id)
        assert statements, "others may write meanwhile"
