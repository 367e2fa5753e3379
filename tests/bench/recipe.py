"""The recipe everyone writes first: the whole workflow as SpiffWorkflow's JSON in one row.

Rows for tasks and history stand beside it. It has no links, holders, deadlines, messages, forms or
chained history; what a completion of ours costs more, it costs for those.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import text
from sqlalchemy.orm import Session

from processes.store.database import Database
from tests.bench.cases import ELEMENT
from tests.bench.stock import Stock, awaited

TABLES = (
    "CREATE TABLE instance (id VARCHAR(36) PRIMARY KEY, body TEXT NOT NULL)",
    "CREATE TABLE task (id VARCHAR(36) PRIMARY KEY, instance_id VARCHAR(36) NOT NULL REFERENCES"
    " instance, name VARCHAR(80) NOT NULL, status VARCHAR(12) NOT NULL, opened_at VARCHAR(40)"
    " NOT NULL, closed_at VARCHAR(40))",
    "CREATE INDEX task_instance ON task (instance_id)",
    "CREATE TABLE history (id VARCHAR(36) PRIMARY KEY, instance_id VARCHAR(36) NOT NULL REFERENCES"
    " instance, at VARCHAR(40) NOT NULL, what VARCHAR(200) NOT NULL)",
)
FIND = (
    "SELECT instance.id, instance.body FROM instance JOIN task ON task.instance_id = instance.id"
    " WHERE task.id = :id AND task.status = 'open'"
)


class Recipe:
    """Cases kept by the recipe in a database of their own."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.stock = Stock()
        self._find = text(FIND + (" FOR UPDATE OF instance" if database.is_postgres else ""))

    def make_tables(self) -> None:
        """Make its three tables in an empty database."""
        with self.database.connect_to_write() as connection:
            for statement in TABLES:
                connection.execute(text(statement))

    def case_at_task(self, now: datetime) -> str:
        """Begin a case and bring it to the measured task; the task's id."""
        workflow = self.stock.at_task()
        [task] = awaited(workflow)
        instance_id, body = str(uuid4()), self.stock.save(workflow)
        insert = text("INSERT INTO instance (id, body) VALUES (:id, :body)")
        with self.database.write() as session:
            session.execute(insert, {"id": instance_id, "body": body})
            _open(session, instance_id, (str(task.id), task.task_spec.bpmn_id), now)
        return str(task.id)

    def complete(self, task_id: str, answers: Mapping[str, Any], now: datetime) -> None:
        """Finish a task: read the whole, run it, write the whole and what changed beside it."""
        with self.database.write() as session:
            instance_id, body = session.execute(self._find, {"id": task_id}).one()
            body, opened = self.moved(body, task_id, answers)
            session.execute(
                text("UPDATE instance SET body = :body WHERE id = :id"),
                {"id": instance_id, "body": body},
            )
            session.execute(
                text("UPDATE task SET status = 'done', closed_at = :at WHERE id = :id"),
                {"id": task_id, "at": now.isoformat()},
            )
            _tell(session, instance_id, f"completed {task_id}", now)
            for each in opened:
                _open(session, instance_id, each, now)

    def moved(
        self, body: str, task_id: str, answers: Mapping[str, Any]
    ) -> tuple[str, list[tuple[str, str]]]:
        """The whole after an answer, and the tasks that it opened: id and name."""
        workflow = self.stock.restore(body)
        before = {task.id for task in awaited(workflow)}
        self.stock.answer(workflow, task_id, {ELEMENT: dict(answers)})
        opened = [task for task in awaited(workflow) if task.id not in before]
        return self.stock.save(workflow), [(str(t.id), t.task_spec.bpmn_id) for t in opened]


class BareRecipe(Recipe):
    """The recipe's statements without any engine: nothing moves, one task opens."""

    def moved(
        self, body: str, task_id: str, answers: Mapping[str, Any]
    ) -> tuple[str, list[tuple[str, str]]]:
        """The whole as it was, and a task."""
        return body, [(str(uuid4()), ELEMENT)]


def _open(session: Session, instance_id: str, task: tuple[str, str], now: datetime) -> None:
    task_id, name = task
    session.execute(
        text(
            "INSERT INTO task (id, instance_id, name, status, opened_at)"
            " VALUES (:id, :instance, :name, 'open', :at)"
        ),
        {
            "id": task_id,
            "instance": instance_id,
            "name": name,
            "at": now.isoformat(),
        },
    )
    _tell(session, instance_id, f"opened {task_id}", now)


def _tell(session: Session, instance_id: str, what: str, now: datetime) -> None:
    session.execute(
        text("INSERT INTO history (id, instance_id, at, what) VALUES (:id, :instance, :at, :what)"),
        {"id": str(uuid4()), "instance": instance_id, "at": now.isoformat(), "what": what},
    )
