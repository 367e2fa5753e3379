"""Deadlines and escalations that differ between a mandatory and a voluntary cooperation."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from processes import actions
from processes.store.tables import Alarm, AlarmKind, Task
from tests.journeys.answers import Journey
from tests.journeys.test_reminders import working_days_after
from tests.journeys.town import Town

BOGOR, SUKABUMI = "32.01", "32.02"
FOLDER = Path(__file__).parents[2] / "processes" / "ksdd"
RULE = (
    '"+1 hari kerja: sekda; +2 hari kerja: kabag" if kategori == "wajib" else'
    ' "+9 hari kerja: kabag"'
)


@pytest.mark.parametrize(("neighbours", "escalations"), [(True, 2), (False, 1)])
def test_an_owner_lets_them_differ_by_category(
    both: Town, neighbours: bool, escalations: int
) -> None:
    files = actions.procedures.read_folder(FOLDER)
    diagram = files["ksdd.bpmn"].decode()
    task = diagram.index('<bpmn:userTask id="tahap1_surat"')
    start = diagram.index('<camunda:property name="eskalasi" value="', task)
    end = diagram.index("/>", start)
    quoted = RULE.replace('"', "&quot;")
    changed = f'{diagram[:start]}<camunda:property name="eskalasi" value="{quoted}"{diagram[end:]}'
    files["ksdd.bpmn"] = changed.replace(
        'name="Mengirim surat permohonan" camunda:candidateGroups="bagian_kerja_sama"'
        ' camunda:dueDate="5 hari kerja"',
        'name="Mengirim surat permohonan" camunda:candidateGroups="bagian_kerja_sama"'
        ' camunda:dueDate="&quot;2 hari kerja&quot; if kategori == &quot;wajib&quot; else'
        ' &quot;7 hari kerja&quot;"',
    ).encode()
    clock = actions.Actor.clock()
    actions.publish(both.office, files, note="Menurut kategori", actor=clock, now=both.now)
    journey = Journey(both, [BOGOR, SUKABUMI])
    changes = {"berbatasan": neighbours, "eksternalitas": neighbours}
    journey.answer("tahap1_permohonan", **changes).until("tahap1_surat")
    assert journey.case["category"] == ("wajib" if neighbours else "sukarela")
    with both.office.database.read() as session:
        [row] = session.scalars(select(Task).where(Task.element == "tahap1_surat"))
        alarms = session.scalars(
            select(Alarm).where(Alarm.task_id == row.id, Alarm.kind == AlarmKind.ESCALATION)
        ).all()
        assert len(alarms) == escalations
        assert row.due_rule == ("2 hari kerja" if neighbours else "7 hari kerja")
        assert row.due_at is not None
        days = 2 if neighbours else 7
        assert row.due_at.date() == working_days_after(both.now.date(), days)
        assert "if" not in row.escalation_rule, "the words are kept as they were chosen"
