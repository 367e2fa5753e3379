"""Rows by the dozen and changes of all that meets a condition go out with a session's objects."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from processes.store.asking import Question, ask_ahead
from processes.store.bulk import SearchedUpdate, add_rows
from processes.store.database import Database
from processes.store.tables import Alarm, AlarmKind, Case, Counter, Task
from tests.store.cast import BOGOR, a_case, a_task
from tests.store.test_writing import counted

OF_TASK = SearchedUpdate(
    Alarm,
    where=lambda p: (Alarm.task_id == p.one("task")) & Alarm.dropped_at.is_(None),
    sets={"dropped_at": "now"},
)
DROPPED = Question(
    lambda p: select(Alarm.label).where(
        Alarm.task_id == p.one("task"), Alarm.dropped_at.is_not(None)
    ),
    order=(Alarm.label,),
)
ALARMS = Question(lambda p: select(Alarm).where(Alarm.task_id == p.one("task")))
ALL = Question(
    lambda p: select(Alarm.label).where(Alarm.task_id == p.one("task")), order=(Alarm.label,)
)


@pytest.fixture
def task(database: Database, now: datetime) -> Task:
    """An open task with two alarms."""
    with database.write() as session:
        made = a_task(session, a_case(session, now), BOGOR, now)
        session.flush()
        add_rows(session, Alarm, [_row(made, now, label) for label in "ab"])
    return made


def _row(task: Task, now: datetime, label: str, **more: Any) -> dict[str, Any]:
    return {
        "kind": AlarmKind.REMINDER,
        "case_id": task.case_id,
        "task_id": task.id,
        "due_at": now + timedelta(days=1),
        "label": label,
        "set_at": now,
        **more,
    }


def _found_unwritten(session: Session) -> Alarm:
    """The first alarm, read without having anything written."""
    with session.no_autoflush:
        return session.scalars(select(Alarm).where(Alarm.label == "a")).one()


def _dropped(database: Database, task: Task) -> dict[str, bool]:
    with database.read() as session:
        alarms = session.scalars(select(Alarm).where(Alarm.task_id == task.id))
        return {each.label: each.dropped_at is not None for each in alarms}


def test_rows_get_what_is_left_out_as_objects_do(
    database: Database, task: Task, now: datetime
) -> None:
    with database.read() as session:
        found = session.scalars(select(Alarm).order_by(Alarm.label)).all()
        assert [(each.label, each.attempts, each.role) for each in found] == [
            ("a", 0, None),
            ("b", 0, None),
        ]
        assert {each.due_at for each in found} == {now + timedelta(days=1)}
        assert len({each.id for each in found}) == 2


def test_a_searched_update_meets_what_was_there_and_not_what_comes_after_it(
    database: Database, task: Task, now: datetime
) -> None:
    with counted(database) as sent, database.write() as session:
        OF_TASK.later(session, task=task.id, now=now)
        add_rows(session, Alarm, [_row(task, now, "c")])
        session.add(Counter(name="perkara"))
    if database.is_postgres:
        assert len(sent) == 1
    assert _dropped(database, task) == {"a": True, "b": True, "c": False}


def test_a_searched_update_meets_what_waits_to_be_written_before_it(
    database: Database, task: Task, now: datetime
) -> None:
    with database.write() as session:
        add_rows(session, Alarm, [_row(task, now, "c")])
        OF_TASK.later(session, task=task.id, now=now)
        add_rows(session, Alarm, [_row(task, now, "d")])
        OF_TASK.later(session, task=task.id, now=now)
    assert _dropped(database, task) == dict.fromkeys("abcd", True)


def test_whoever_asks_meanwhile_is_told_of_both(
    database: Database, task: Task, now: datetime
) -> None:
    with database.write() as session:
        ask_ahead(session, [DROPPED.about(task=task.id), ALL.about(task=task.id)])
        assert ALL.firsts(session, task=task.id) == ["a", "b"]
        OF_TASK.later(session, task=task.id, now=now)
        assert DROPPED.firsts(session, task=task.id) == ["a", "b"]
        add_rows(session, Alarm, [_row(task, now, "c")])
        assert ALL.firsts(session, task=task.id) == ["a", "b", "c"]
        OF_TASK.later(session, task=task.id, now=now)
        assert len(session.scalars(select(Alarm).where(Alarm.dropped_at == now)).all()) == 3


def test_who_holds_an_object_of_a_row_that_changes_so_sees_it_change(
    database: Database, task: Task, now: datetime
) -> None:
    with database.write() as session:
        known = session.scalars(select(Alarm).where(Alarm.label == "a")).one()
        OF_TASK.later(session, task=task.id, now=now)
        assert known.dropped_at == now
        known.attempts = 2
    with database.read() as session:
        assert session.scalars(select(Alarm.attempts).order_by(Alarm.label)).all() == [2, 0]
    assert _dropped(database, task) == {"a": True, "b": True}


@pytest.mark.parametrize("changed", [False, True])
def test_so_does_who_had_just_made_one(
    database: Database, task: Task, now: datetime, changed: bool
) -> None:
    with database.write() as session:
        made = Alarm(**_row(task, now, "c"))
        session.add(made)
        OF_TASK.later(session, task=task.id, now=now)
        if changed:
            made.attempts = 2
            session.flush()
        assert (made.dropped_at, made.attempts) == (now, 2 if changed else 0)
    assert _dropped(database, task) == dict.fromkeys("abc", True)


def test_so_does_who_asks_for_one_before_it_is_written(
    database: Database, task: Task, now: datetime
) -> None:
    with database.write() as session:
        OF_TASK.later(session, task=task.id, now=now)
        assert [each.dropped_at for each in ALARMS.firsts(session, task=task.id)] == [now, now]


def test_so_does_who_read_one_without_having_anything_written(
    database: Database, task: Task, now: datetime
) -> None:
    with database.write() as session:
        OF_TASK.later(session, task=task.id, now=now)
        known = _found_unwritten(session)
        session.flush()
        assert known.dropped_at == now


def test_an_object_read_and_changed_after_a_searched_update_keeps_both_changes(
    database: Database, task: Task, now: datetime
) -> None:
    with database.write() as session:
        OF_TASK.later(session, task=task.id, now=now)
        known = _found_unwritten(session)
        known.attempts = 2
        session.add(Counter(name="perkara"))
    with database.read() as session:
        assert session.scalars(select(Alarm.attempts).order_by(Alarm.label)).all() == [2, 0]
    assert _dropped(database, task) == {"a": True, "b": True}


def test_what_waits_in_a_savepoint_goes_with_it(
    database: Database, task: Task, now: datetime
) -> None:
    with database.write() as session:
        add_rows(session, Alarm, [_row(task, now, "c")])
        point = session.begin_nested()
        add_rows(session, Alarm, [_row(task, now, "d")])
        OF_TASK.later(session, task=task.id, now=now)
        point.rollback()
    assert _dropped(database, task) == dict.fromkeys("abc", False)


def test_it_goes_out_with_what_is_left_to_sqlalchemy(
    database: Database, task: Task, now: datetime
) -> None:
    def act(session: Session) -> None:
        OF_TASK.later(session, task=task.id, now=now)
        add_rows(session, Alarm, [_row(task, now, "c")])
        session.get_one(Case, task.case_id).revision = Case.revision + 41

    with database.write() as session:
        before = session.get_one(Case, task.case_id).revision
        act(session)
    with database.read() as session:
        assert session.get_one(Case, task.case_id).revision == before + 41
    assert _dropped(database, task) == {"a": True, "b": True, "c": False}


def test_a_row_that_is_refused_lets_nothing_be_written(
    database: Database, task: Task, now: datetime
) -> None:
    def act() -> None:
        with database.write() as session:
            OF_TASK.later(session, task=task.id, now=now)
            add_rows(session, Alarm, [_row(task, now, "c"), _row(task, now, "d", task_id="x")])

    with pytest.raises(IntegrityError):
        act()
    assert _dropped(database, task) == {"a": False, "b": False}


def test_a_row_with_a_value_that_its_class_does_not_know_is_refused(
    database: Database, task: Task, now: datetime
) -> None:
    with pytest.raises(TypeError, match="Alarm has no lable"), database.write() as session:
        add_rows(session, Alarm, [_row(task, now, "c", lable="d")])
