"""What is stored is executed: every attribute about time and every setting changes something.

Two tables name the test that shows it; an attribute or a setting without one fails here.
"""

from __future__ import annotations

import ast
import email
import socket
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from email import policy
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from lxml import etree
from sqlalchemy import func, select

from processes import actions
from processes.engine.checks.tasks import ON_TASK, READ
from processes.office import Office
from processes.settings import NAMES, Settings
from processes.store import outbox
from processes.store.tables import Alarm, AlarmKind, Official, Task
from tests.journeys.answers import Journey
from tests.journeys.conftest import settled_sqlite as settled_sqlite
from tests.journeys.conftest import sqlite_town as sqlite_town
from tests.journeys.conftest import town as town
from tests.journeys.test_reminders import live, told, working_days_after
from tests.journeys.town import Town
from tests.servers import free_port
from tests.worker.served import Served, wait_until
from worker.delivery import deliver_due

ROOT = Path(__file__).parent
SHIPPED = ROOT.parent / "processes" / "ksdd"
BOGOR, SUKABUMI = "32.01", "32.02"
WIB = ZoneInfo("Asia/Jakarta")
FIRST = "tahap1_permohonan"
#: the day a case of these tests begins, and the day its first task is due as shipped
BEGUN, DUE = date(2026, 7, 6), date(2026, 7, 13)
BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
CAMUNDA = "{http://camunda.org/schema/1.0/bpmn}"

HERE = "test_settings_have_effect.py"
#: attribute of a task or of the whole process -> the test that changes it
ATTRIBUTES = {
    "camunda:dueDate": f"{HERE}::test_another_deadline_is_due_on_another_day",
    "tenggat": f"{HERE}::test_the_process_has_a_deadline_for_tasks_without_their_own",
    "mulai_dari": f"{HERE}::test_a_deadline_counts_from_another_day",
    "pengingat": f"{HERE}::test_other_reminders_come_on_other_days",
    "eskalasi": f"{HERE}::test_another_escalation_tells_somebody_else",
    "eskalasi, alihkan": f"{HERE}::test_an_escalation_hands_the_task_over",
    "penyiap": f"{HERE}::test_a_preparer_is_asked_to_prepare",
    "dasar": f"{HERE}::test_another_basis_is_shown_beside_the_deadline",
    "pengingat_akhir": f"{HERE}::test_the_parties_hear_of_the_end_on_other_days",
}
#: attributes of tasks that have nothing to do with time
NOT_ABOUT_TIME = {
    "tahap", "daerah", "jaminan", "mengikat", "mengakhiri", "membagikan", "memeriksa",
    "pesan_menyusul", "rantai", "jalur", "membuka_lanjutan",
}  # fmt: skip
PARTS = "worker/test_parts.py::test_web_worker_and_beat_work_together_as_separate_processes"
SETTINGS = {
    "KSDD_ENV": "worker/test_delivery.py::test_in_production_messages_wait_for_a_mail_server",
    "KSDD_DATA": "worker/test_serve.py"
    "::test_term_stops_everything_and_the_next_start_keeps_the_data",
    "KSDD_HOST": f"{HERE}::test_the_pages_answer_on_the_address_that_is_set",
    "KSDD_PORT": "worker/test_serve.py::test_it_says_where_it_is_and_how_to_sign_in",
    "KSDD_BASE_URL": "worker/test_delivery.py"
    "::test_an_invitation_is_sent_once_and_its_link_opens_the_task",
    "KSDD_DATABASE_URL": PARTS,
    "KSDD_REDIS_URL": PARTS,
    "KSDD_MAIL_URL": PARTS,
    "KSDD_MAIL_FROM": f"{HERE}::test_letters_come_from_the_address_that_is_set",
    "KSDD_SAMPLE": f"{HERE}::test_sample_officials_come_only_when_they_are_wanted",
}


def test_every_attribute_about_time_has_a_test_that_changes_it() -> None:
    known = ON_TASK.union(*READ.values()) - {"status", "alasan"}
    assert known - NOT_ABOUT_TIME == set(ATTRIBUTES) - {"camunda:dueDate", "eskalasi, alihkan"}


def test_every_setting_has_a_test_that_changes_it() -> None:
    assert set(SETTINGS) == set(NAMES)


@pytest.mark.parametrize("where", sorted({*ATTRIBUTES.values(), *SETTINGS.values()}))
def test_the_named_test_exists(where: str) -> None:
    path, _, name = where.partition("::")
    tree = ast.parse((ROOT / path).read_text("utf-8"))
    assert name in {n.name for n in tree.body if isinstance(n, ast.FunctionDef)}


def publish(town: Town, element: str | None, **changes: str) -> None:
    """Publish the shipped folder with other attributes on one task, or on the whole process."""
    files = actions.procedures.read_folder(SHIPPED)
    root = etree.fromstring(files["ksdd.bpmn"])
    tag = "process" if element is None else "userTask"
    shape = next(s for s in root.iter(f"{BPMN}{tag}") if element in (None, s.get("id")))
    for name, value in changes.items():
        if name == "dueDate":
            shape.attrib.pop(f"{CAMUNDA}dueDate", None)
            shape.attrib.update({f"{CAMUNDA}dueDate": value} if value else {})
        else:
            _set_property(shape, name, value)
    files["ksdd.bpmn"] = etree.tostring(root)
    clock = actions.Actor.clock()
    actions.publish(town.office, files, note="Diubah", actor=clock, now=town.now)


def _set_property(shape: etree._Element, name: str, value: str) -> None:
    properties = shape.find(f"{BPMN}extensionElements/{CAMUNDA}properties")
    assert properties is not None
    for found in properties.findall(f"{CAMUNDA}property"):
        if found.get("name") == name:
            properties.remove(found)
    if value:
        etree.SubElement(properties, f"{CAMUNDA}property", name=name, value=value)


def first_task(town: Town) -> Task:
    with town.office.database.read() as session:
        return session.scalars(select(Task).where(Task.element == FIRST)).one()


def due_day(task: Task) -> date:
    assert task.due_at is not None
    return task.due_at.astimezone(WIB).date()


def ringing(town: Town, kind: AlarmKind) -> list[datetime]:
    with town.office.database.read() as session:
        found = select(Alarm.due_at).where(Alarm.kind == kind, Alarm.dropped_at.is_(None))
        return [at.astimezone(WIB) for at in session.scalars(found.order_by(Alarm.due_at))]


def test_as_shipped_the_first_task_is_due_after_five_working_days(town: Town) -> None:
    Journey(town, [BOGOR, SUKABUMI])
    assert due_day(first_task(town)) == DUE == working_days_after(BEGUN, 5)


def test_another_deadline_is_due_on_another_day(town: Town) -> None:
    publish(town, FIRST, dueDate="9 hari kerja")
    Journey(town, [BOGOR, SUKABUMI])
    assert due_day(first_task(town)) == working_days_after(BEGUN, 9)


def test_the_process_has_a_deadline_for_tasks_without_their_own(town: Town) -> None:
    publish(town, FIRST, dueDate="")
    Journey(town, [BOGOR, SUKABUMI])
    assert first_task(town).due_at is None
    publish(town, None, tenggat="7 hari kerja")
    Journey(town, [BOGOR, SUKABUMI])
    assert due_day(first_task_of_newest(town)) == DUE, "a deadline of its own wins"


def first_task_of_newest(town: Town) -> Task:
    with town.office.database.read() as session:
        newest = select(Task).where(Task.element == FIRST).order_by(Task.opened_at.desc())
        found = session.scalars(newest).all()
        return max(found, key=lambda task: (task.opened_at, task.due_at is not None))
