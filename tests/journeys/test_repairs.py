"""Clocks that are stopped, let go and moved, and tasks that change hands: always with a reason."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from processes.store.tables import AccountRole, Alarm, Deadline
from tests.journeys.answers import Journey
from tests.journeys.test_calendar_changes import token
from tests.journeys.test_reminders import live, told, working_days_after
from tests.journeys.town import Town

BOGOR, SUKABUMI = "32.01", "32.02"
WIB = ZoneInfo("Asia/Jakarta")
WHY = {"reason": "Sekda sedang cuti", "authority": "ND 12/2026"}


def open_task(journey: Journey, element: str, region: str = BOGOR) -> dict[str, Any]:
    found: dict[str, Any] = next(
        t
        for t in journey.case["tasks"]
        if (t["element"], t["region"], t["status"]) == (element, region, "open")
    )
    return found


def act(town: Town, task: dict[str, Any], name: str, **more: Any) -> Any:
    answer = town.call("POST", f"/tasks/{task['id']}/{name}", {**WHY, **more})
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return answer.get_json()


def due_day(task: dict[str, Any]) -> date:
    return datetime.fromisoformat(task["due_at"]).astimezone(WIB).date()


def test_a_paused_clock_keeps_its_remainder_and_rings_only_after_it_runs_on(both: Town) -> None:
    journey = Journey(both, [BOGOR, SUKABUMI])
    task = open_task(journey, "tahap1_permohonan")
    both.now = datetime(2026, 7, 8, 3, 0, tzinfo=UTC)
    paused = act(both, task, "pause")
    assert (paused["due_at"], paused["overdue"]) == (None, False)
    assert paused["paused_at"]
    live(both, date(2026, 8, 3))
    assert not told(both, "Pengingat")
    assert not told(both, "Mohon informasi")
    running = act(both, task, "resume")
    # due was 13 July, three working days after the pause began
    assert due_day(running) == working_days_after(date(2026, 8, 3), 3)
    live(both, date(2026, 8, 7))
    assert sum(told(both, "Pengingat").values()) >= 1


def test_a_paused_council_is_not_deemed_to_agree_until_its_days_have_really_passed(
    both: Town,
) -> None:
    journey = Journey(both, [BOGOR, SUKABUMI]).answer("tahap1_permohonan", membebani_daerah=True)
    journey.until("tahap4_keputusan_dprd")
    task = open_task(journey, "tahap4_keputusan_dprd")
    both.now = datetime(2026, 7, 20, 3, 0, tzinfo=UTC)
    act(both, task, "pause")
    both.at(datetime(2026, 12, 1, 3, 0, tzinfo=UTC))
    assert journey.elements == ["tahap4_keputusan_dprd"]
    running = act(both, task, "resume")
    last = working_days_after(date(2026, 7, 6), 45)
    left = sum(working_days_after(date(2026, 7, 20), n) <= last for n in range(1, 46))
    due = working_days_after(date(2026, 12, 1), left)
    assert due_day(running) == due
    both.at(datetime.combine(due, datetime.min.time(), WIB) + timedelta(hours=15))
    assert journey.elements == ["tahap4_keputusan_dprd"]
    both.at(datetime.combine(due, datetime.min.time(), WIB) + timedelta(hours=16, minutes=1))
    assert journey.elements == ["tahap5_paraf_kabag"] * 2


def test_an_extended_deadline_keeps_the_old_one_on_record_and_moves_the_alarms(both: Town) -> None:
    journey = Journey(both, [BOGOR, SUKABUMI])
    task = open_task(journey, "tahap1_permohonan")
    moved = act(both, task, "extend", working_days=10)
    assert due_day(moved) == working_days_after(due_day(task), 10)
    with both.office.database.read() as session:
        kept = session.query(Deadline).filter(Deadline.task_id == task["id"]).all()
        assert sorted(d.reason for d in kept) == ["extended", "opened"]
        assert (
            next(d.note for d in kept if d.reason == "extended") == "Sekda sedang cuti (ND 12/2026)"
        )
    live(both, date(2026, 7, 20))
    assert not told(both, "Pengingat"), "what rang at the old deadline rings no more"
    live(both, due_day(moved))
    assert {day for day, _ in told(both, "Pengingat")} == {
        working_days_after(due_day(moved), -2),
        due_day(moved),
    }


def test_an_extension_moves_the_timer_that_stands_at_the_deadline(both: Town) -> None:
    journey = Journey(both, [BOGOR, SUKABUMI]).answer("tahap1_permohonan", membebani_daerah=True)
    journey.until("tahap4_keputusan_dprd")
    task = open_task(journey, "tahap4_keputusan_dprd")
    until = working_days_after(due_day(task), 20)
    act(both, task, "extend", due_on=until.isoformat())
    both.at(datetime(2026, 9, 20, 3, 0, tzinfo=UTC))
    assert journey.elements == ["tahap4_keputusan_dprd"]
    both.at(datetime.combine(until, datetime.min.time(), WIB) + timedelta(hours=17))
    assert journey.elements == ["tahap5_paraf_kabag"] * 2


def test_a_reassigned_task_kills_the_old_link_at_once_and_mails_a_new_one(both: Town) -> None:
    journey = Journey(both, [BOGOR, SUKABUMI])
    task = open_task(journey, "tahap1_permohonan")
    old = both.link(journey.id, "tahap1_permohonan", BOGOR)
    [kabag] = both.call("GET", f"/officials?region={BOGOR}&role=kabag").get_json()["items"]
    moved = act(both, task, "reassign", official=kabag["id"])
    assert moved["holder"]["id"] == kabag["id"]
    assert both.client.get(f"/t/{old}").status_code == 410
    assert both.post_json(old, {}).status_code == 410
    journey.answer("tahap1_permohonan")
    history = both.call("GET", f"/cases/{journey.id}/history").get_json()["items"]
    [entry] = [e for e in history if e["kind"] == "task.reassigned"]
    assert entry["details"]["reason"] == "Sekda sedang cuti (ND 12/2026)"
    assert entry["details"]["before"] != entry["details"]["after"]


def test_an_administrator_reminds_at_once(both: Town) -> None:
    journey = Journey(both, [BOGOR, SUKABUMI])
    act(both, open_task(journey, "tahap1_permohonan"), "remind")
    both.read_mail()
    assert sum(told(both, "Pengingat").values()) == 1


@pytest.mark.parametrize(
    ("name", "body", "status"),
    [
        ("pause", {"reason": " "}, 422),
        ("pause", {}, 422),
        ("resume", WHY, 409),
        ("extend", {**WHY, "due_on": "2026-07-01"}, 422),
        ("extend", {**WHY, "due_on": "2026-02-30"}, 422),
        ("extend", {**WHY, "working_days": 0}, 422),
        ("extend", {**WHY, "working_days": 9999}, 422),
        ("reassign", WHY, 422),
        ("reassign", {**WHY, "official": "x"}, 422),
        ("remind", {**WHY, "lain": 1}, 422),
    ],
)
def test_a_repair_that_makes_no_sense_is_refused_and_changes_nothing(
    both: Town, name: str, body: dict[str, Any], status: int
) -> None:
    journey = Journey(both, [BOGOR, SUKABUMI])
    before = open_task(journey, "tahap1_permohonan")
    answer = both.call("POST", f"/tasks/{before['id']}/{name}", body)
    assert answer.status_code == status, answer.get_data(as_text=True)
    assert open_task(journey, "tahap1_permohonan") == before
    with both.office.database.read() as session:
        assert session.query(Alarm).filter(Alarm.dropped_at.is_not(None)).count() == 0


@pytest.mark.parametrize(
    ("until", "field", "words"),
    [
        (
            {"due_on": "2026-07-19"},
            "due_on",
            "2026-07-19 hari Minggu, bukan hari kerja di Kabupaten Bogor. "
            "Hari kerja berikutnya 2026-07-20",
        ),
        ({"due_on": "2026-08-01"}, "due_on", "2026-08-01 hari Sabtu"),
        (
            {"due_on": "2026-08-17"},
            "due_on",
            "2026-08-17 hari libur di Kabupaten Bogor: Hari Kemerdekaan Republik Indonesia. "
            "Hari kerja berikutnya 2026-08-18",
        ),
        ({"due_on": "9999-12-31"}, "due_on", "paling akhir 2100-12-31"),
        ({"due_on": "2026-07-20", "working_days": 3}, "due_on", "(due_on)"),
        ({"due_on": "2026-07-20", "working_days": 3}, "due_on", "(working_days)"),
        ({"working_days": 251}, "working_days", "1 sampai 250"),
    ],
)
def test_a_deadline_moves_to_a_working_day_within_reach_or_not_at_all(
    both: Town, until: dict[str, Any], field: str, words: str
) -> None:
    journey = Journey(both, [BOGOR, SUKABUMI])
    before = open_task(journey, "tahap1_permohonan")

    answer = both.call("POST", f"/tasks/{before['id']}/extend", {**WHY, **until})

    assert answer.status_code == 422, answer.get_data(as_text=True)
    assert list(answer.get_json()["errors"]) == [field]
    assert words in answer.get_json()["errors"][field]
    assert open_task(journey, "tahap1_permohonan") == before


def test_the_days_of_a_region_decide_whether_a_deadline_may_lie_on_them(both: Town) -> None:
    both.token = token(both, "pengelola", AccountRole.ADMIN)
    journey = Journey(both, [BOGOR, SUKABUMI])
    task = open_task(journey, "tahap1_permohonan")
    entered = {"region": BOGOR, "decree": "SK Bupati 7/2026"}
    feast = {"day": "2026-07-22", "kind": "libur_daerah", "name": "Hari Jadi Bogor"}
    work = {"day": "2026-07-25", "kind": "hari_kerja", "name": "Sabtu pengganti"}
    for day in (feast, work):
        assert both.call("POST", "/calendar/days", {**entered, **day}).status_code == 201

    refused = both.call("POST", f"/tasks/{task['id']}/extend", {**WHY, "due_on": "2026-07-22"})
    moved = act(both, task, "extend", due_on="2026-07-25")

    assert refused.status_code == 422
    assert "hari libur di Kabupaten Bogor: Hari Jadi Bogor." in refused.text
    assert due_day(moved) == date(2026, 7, 25)


def test_an_official_of_another_region_cannot_be_given_a_task(both: Town) -> None:
    journey = Journey(both, [BOGOR, SUKABUMI])
    task = open_task(journey, "tahap1_permohonan")
    [other] = both.call("GET", f"/officials?region={SUKABUMI}&role=kabag").get_json()["items"]
    body = {**WHY, "official": other["id"]}
    assert both.call("POST", f"/tasks/{task['id']}/reassign", body).status_code == 422
