"""Open tasks follow the officials who come and go."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from processes.store import links, officials_import, questions
from processes.store.database import Database
from processes.store.officials_import import ImportResult
from processes.store.tables import Official, TaskHolder, TaskStatus
from tests.store.cast import BOGOR, SUKABUMI, a_case, a_task, an_answered_task

HEADING = "region,role,name,nip,position,status,email,phone\n"
SEKDA = (
    "32.01,sekda,Sari Contoh,199001012015012001,Sekretaris Daerah,definitif,sari@contoh.example,"
)


def bring(database: Database, now: datetime, *rows: str, replace: bool = False) -> ImportResult:
    with database.write() as session:
        return officials_import.import_officials(
            session, HEADING + "\n".join(rows), replace, now, secret=b"rahasia"
        )


def test_open_tasks_move_to_who_came_and_the_old_links_die(
    database: Database, now: datetime
) -> None:
    bring(database, now, SEKDA)
    with database.write() as session:
        case = a_case(session, now)
        waiting = a_task(session, case, BOGOR, now, role="sekda")
        done = an_answered_task(session, case, BOGOR, now, role="sekda")
        sari = session.scalars(select(Official)).one()
        for task in (waiting, done):
            session.add(TaskHolder(task_id=task.id, official_id=sari.id))
        _, token = links.create(session, b"s" * 32, waiting.id, sari.id, now)
    budi = "32.01,sekda,Budi Contoh,,Sekretaris Daerah,Plh,budi@contoh.example,"
    [moved] = bring(database, now, budi, replace=True).moved
    assert (moved.task_id, moved.left) == (waiting.id, (sari.id,))
    with database.read() as session:
        found = questions.holders_of_tasks(session, [waiting.id, done.id])
        link = links.find(session, token)
    assert [person.name for _, person in found[waiting.id]] == ["Budi Contoh"]
    assert [person.name for _, person in found[done.id]] == ["Sari Contoh"]
    assert link is not None
    assert link.link.revoked_at == now


def test_a_task_that_nobody_held_gets_its_first_holder(database: Database, now: datetime) -> None:
    with database.write() as session:
        task = a_task(session, a_case(session, now), BOGOR, now, role="sekda")
        other = a_task(session, a_case(session, now), SUKABUMI, now, role="sekda")
        a_task(
            session,
            a_case(session, now),
            BOGOR,
            now,
            role="sekda",
            status=TaskStatus.CANCELLED,
        )
    [moved] = bring(database, now, SEKDA).moved
    assert (moved.task_id, len(moved.joined)) == (task.id, 1)
    with database.read() as session:
        assert other.id not in questions.holders_of_tasks(session, [other.id])


def test_a_task_handed_to_somebody_else_stays_with_her(database: Database, now: datetime) -> None:
    bring(database, now, SEKDA, "32.01,asisten,Budi Contoh,,Asisten,,budi@contoh.example,")
    with database.write() as session:
        task = a_task(session, a_case(session, now), BOGOR, now, role="sekda")
        query = select(Official).where(Official.role == "asisten")
        session.add(TaskHolder(task_id=task.id, official_id=session.scalars(query).one().id))
    assert bring(database, now, SEKDA).moved == ()
