"""Installations full of cases that all wait for the same task."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from sqlalchemy import select

from processes import actions
from processes.office import Office
from processes.settings import Settings
from processes.store.links import token_for
from processes.store.tables import Link, LinkPurpose, Task, TaskStatus
from tests.journeys.answers import smooth
from tests.journeys.town import PDF

PARTIES = ("32.01", "32.02")
ACTOR = actions.Actor(kind="token", name="pengukuran")
#: the measured task: one answer, one decision table, one next task
ELEMENT = "tahap1_telaah"
ANSWERS = {"hasil": "lengkap"}


def opened(url: str, folder: Path) -> Office:
    """The installation in a database, with sample officials."""
    return Office.open(Settings(env="development", data=folder, database_url=url, sample=True))


def open_case(office: Office, now: datetime) -> str:
    """Begin a case of two parties; its id."""
    return actions.open_case(
        office,
        procedure="ksdd",
        region=PARTIES[0],
        parties=PARTIES[1:],
        title="Pelayanan publik di wilayah perbatasan",
        actor=ACTOR,
        now=now,
    )


def case_at_task(office: Office, now: datetime) -> str:
    """Begin a case and bring it to the measured task; the task's id."""
    case_id = open_case(office, now)
    _complete(office, _open_task(office, case_id), first_answers(office, now), now)
    task = _open_task(office, case_id)
    assert task.element == ELEMENT, task.element
    return task.id


def first_answers(office: Office, now: datetime) -> dict[str, Any]:
    """What the first task of a smooth case is answered, with its file handed in."""
    file = BytesIO(PDF)
    region = PARTIES[0]
    kak = actions.add_document(office, file, "kak.pdf", actor=ACTOR, region=region, now=now)
    plan = smooth(now.date().isoformat(), parties=PARTIES)
    return {**plan["tahap1_permohonan"], "kak": {"document": kak.id}}


def complete(office: Office, task_id: str, now: datetime) -> None:
    """The measured act."""
    actions.complete_task(office, task_id, ANSWERS, actor=ACTOR, now=now)


def link_into(office: Office, task_id: str) -> str:
    """The path of the link by which the holder of a task answers it."""
    wanted = select(Link.id).where(Link.task_id == task_id, Link.purpose == LinkPurpose.ANSWER)
    with office.database.read() as session:
        return f"/t/{token_for(office.secret, session.scalars(wanted).one())}"


def _complete(office: Office, task: Task, answers: dict[str, Any], now: datetime) -> None:
    actions.complete_task(office, task.id, answers, actor=ACTOR, now=now)


def _open_task(office: Office, case_id: str) -> Task:
    wanted = select(Task).where(Task.case_id == case_id, Task.status == TaskStatus.OPEN)
    with office.database.read() as session:
        return session.scalars(wanted).one()
