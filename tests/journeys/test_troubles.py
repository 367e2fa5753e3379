"""What the clock cannot do is shown, waits for an administrator, and goes on when he says so."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from processes.store import accounts
from processes.store.tables import AccountRole, Alarm, AlarmKind, Case
from tests.journeys.answers import Journey
from tests.journeys.test_reminders import told
from tests.journeys.town import Town
from worker.tick import tick

BOGOR, SUKABUMI, DEPOK = "32.01", "32.02", "32.76"
FIRST_REMINDER = datetime(2026, 7, 9, 1, 30, tzinfo=UTC)
WHY = {"reason": "Penyebabnya sudah diperbaiki"}


@pytest.fixture(autouse=True)
def _quietly() -> Iterator[None]:
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


def look(town: Town, times: int = 3) -> None:
    """Let the sweeps look several times, three minutes apart."""
    for _ in range(times):
        tick(town.office, town.now)
        town.now += timedelta(minutes=3)


def spoil_reminder(town: Town, journey: Journey) -> str:
    """Make the first reminder of a case one that nobody can ring."""
    with town.office.database.write() as session:
        query = session.query(Alarm).filter(Alarm.case_id == journey.id)
        alarm = query.order_by(Alarm.due_at).first()
        assert alarm is not None
        alarm.kind, alarm.role, alarm.verb = AlarmKind.ESCALATION, "sekda", "alihkan"
        alarm.task_id, alarm.label = None, "-2 hari kerja"
        return alarm.id


def mend_reminder(town: Town, journey: Journey, alarm_id: str) -> None:
    [task] = [t for t in journey.case["tasks"] if t["status"] == "open"]
    with town.office.database.write() as session:
        alarm = session.get_one(Alarm, alarm_id)
        alarm.kind, alarm.task_id, alarm.role, alarm.verb = (
            AlarmKind.REMINDER, task["id"], None, None,
        )  # fmt: skip


def spoil_state(town: Town, journey: Journey) -> bytes:
    with town.office.database.write() as session:
        case = session.get_one(Case, journey.id)
        before, case.state = case.state, b"rusak"
        case.next_timer_at = town.now
        return before


def holding(town: Town, region: str) -> dict[str, str]:
    """The header of a system that acts for one region."""
    with town.office.database.write() as session:
        token = accounts.create_token(
            session, name=region, role=AccountRole.SYSTEM, region_code=region, now=town.now
        )
    return {"Authorization": f"Bearer {token}"}


def shown_to(town: Town, held: dict[str, str]) -> list[str]:
    """Ids of the failed alarms that are shown."""
    found = town.client.get("/api/v1/troubles", headers=held).get_json()
    return [alarm["id"] for alarm in found["alarms"]]


def test_a_reminder_that_failed_three_times_is_shown_and_rings_once_it_is_mended(
    both: Town,
) -> None:
    journey = Journey(both, [BOGOR, SUKABUMI])
    alarm_id = spoil_reminder(both, journey)
    both.now = FIRST_REMINDER
    look(both, times=2)
    assert both.call("GET", "/troubles").get_json()["alarms"] == []
    look(both)
    [shown] = both.call("GET", "/troubles").get_json()["alarms"]
    assert (shown["id"], shown["case_id"], shown["kind"]) == (alarm_id, journey.id, "eskalasi")
    assert shown["error"]

    mend_reminder(both, journey, alarm_id)
    look(both)
    assert not told(both, "Pengingat")
    answer = both.call("POST", f"/alarms/{alarm_id}/retry", WHY)
    assert (answer.status_code, answer.get_json()["alarms"]) == (200, [])
    look(both)
    assert sum(told(both, "Pengingat").values()) == 1
    assert both.call("POST", f"/alarms/{alarm_id}/retry", WHY).status_code == 404
    entries = both.call("GET", f"/cases/{journey.id}/history").get_json()["items"]
    [retried] = [e for e in entries if e["kind"] == "alarm.retried"]
    assert retried["details"]["reason"] == WHY["reason"]


def test_a_failed_reminder_is_the_business_of_its_house_and_of_the_case_alone(both: Town) -> None:
    journey = Journey(both, [BOGOR, SUKABUMI, DEPOK]).until("tahap2_kesediaan")
    [task] = [t for t in journey.case["tasks"] if t["region"] == SUKABUMI]
    with both.office.database.write() as session:
        alarm = session.query(Alarm).filter(Alarm.task_id == task["id"]).first()
        assert alarm is not None
        alarm.attempts, alarm.last_error = 3, "rusak"
        alarm_id = alarm.id
    depok = holding(both, DEPOK)
    assert shown_to(both, holding(both, BOGOR)) == [alarm_id]
    assert shown_to(both, holding(both, SUKABUMI)) == [alarm_id]
    assert shown_to(both, depok) == []
    path = f"/api/v1/alarms/{alarm_id}/retry"
    assert both.client.post(path, json=WHY, headers=depok).status_code == 404


def test_a_state_that_cannot_be_read_is_said_and_its_case_can_still_be_looked_at(
    both: Town,
) -> None:
    journey = Journey(both, [BOGOR, SUKABUMI]).until("tahap1_telaah")
    [task] = [t for t in journey.case["tasks"] if t["status"] == "open"]
    with both.office.database.write() as session:
        session.get_one(Case, journey.id).state = b"rusak"
    answers = journey.plan["tahap1_telaah"]
    answer = both.call("POST", f"/tasks/{task['id']}/complete", {"answers": answers})
    assert answer.status_code == 500
    assert "tidak dapat dibaca" in answer.get_data(as_text=True)
    with both.office.database.write() as session:
        account = accounts.create_account(
            session, name="admin", role=AccountRole.ADMIN, now=both.now, region_code=None
        )
        token = accounts.make_sign_in_link(session, account.id, both.now)
    browser = both.app.test_client()
    assert browser.post(f"/masuk/{token}").status_code == 303
    shown = browser.get(f"/perkara/{journey.id}")
    assert shown.status_code == 200
    assert journey.case["number"] in shown.get_data(as_text=True)


def test_a_halted_case_urges_nobody_and_goes_on_when_it_is_tried_again(both: Town) -> None:
    journey = Journey(both, [BOGOR, SUKABUMI])
    state = spoil_state(both, journey)
    look(both)
    assert journey.stands()[0] == "incident"
    [shown] = both.call("GET", "/troubles").get_json()["cases"]
    assert (shown["id"], bool(shown["error"])) == (journey.id, True)

    both.now = FIRST_REMINDER
    look(both)
    assert not told(both, "Pengingat")
    assert both.call("GET", "/troubles").get_json()["alarms"] == []

    with both.office.database.write() as session:
        case = session.get_one(Case, journey.id)
        case.state, case.next_timer_at = state, None
    nothing_said = both.call("POST", f"/cases/{journey.id}/retry", {"reason": " "})
    assert nothing_said.status_code == 422
    assert both.call("POST", f"/cases/{journey.id}/retry", WHY).status_code == 200
    assert both.call("POST", f"/cases/{journey.id}/retry", WHY).status_code == 409
    look(both)
    assert sum(told(both, "Pengingat").values()) == 1
    journey.answer("tahap1_permohonan")
    assert "tahap1_telaah" in journey.elements


def test_what_is_still_broken_comes_back(both: Town) -> None:
    journey = Journey(both, [BOGOR, SUKABUMI])
    spoil_state(both, journey)
    look(both)
    assert both.call("POST", f"/cases/{journey.id}/retry", WHY).status_code == 200
    assert journey.stands()[0] == "running"
    look(both)
    assert journey.stands()[0] == "incident"
    entries = both.call("GET", f"/cases/{journey.id}/history").get_json()["items"]
    assert [e["kind"] for e in entries if "incident" in e["kind"] or "retried" in e["kind"]] == [
        "case.incident", "case.retried", "case.incident",
    ]  # fmt: skip
