"""A decree moves a holiday: every open deadline follows, seen before and on record after."""

from __future__ import annotations

import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from processes import actions
from processes.actions import Actor, calendar_edition, recounting
from processes.actions.calendar_wishes import DayWish
from processes.engine import calendar as engine_calendar
from processes.engine.calendar import WorkingCalendar
from processes.engine.national_days import NationalYear
from processes.errors import InvalidAnswers
from processes.office import Office
from processes.store import accounts, calendar_days, history, questions
from processes.store.tables import (
    AccountRole,
    Alarm,
    CalendarDay,
    Case,
    DayKind,
    Deadline,
    Message,
    Task,
)
from processes.store.viewer import Viewer
from tests.journeys.answers import Journey
from tests.journeys.test_reminders import live, told, working_days_after
from tests.journeys.town import Town
from worker.tick import tick

BOGOR, SUKABUMI, SAMARINDA, JAYAPURA = "32.01", "32.02", "64.72", "91.71"
WIB = ZoneInfo("Asia/Jakarta")
SK = "SK 100.3.3.2/12/2026"
REGENT = {"kind": "libur_daerah", "name": "Hari Jadi", "decree": SK}


@pytest.fixture
def town(both: Town) -> Iterator[Town]:
    """A town whose token is an administrator's."""
    both.token = token(both, "pengelola", AccountRole.ADMIN)
    yield both
    with both.office.database.read() as session:
        assert history.verify(session) is None


def token(town: Town, name: str, role: AccountRole, region: str | None = None) -> str:
    with town.office.database.write() as session:
        return accounts.create_token(
            session, name=name, role=role, region_code=region, now=town.now
        )


def add(town: Town, day: date, *, preview: bool = False, **more: Any) -> Any:
    query = "?preview=true" if preview else ""
    return town.call("POST", f"/calendar/days{query}", {"day": day.isoformat(), **REGENT, **more})


def added(town: Town, day: date, **more: Any) -> Any:
    answer = add(town, day, **more)
    assert answer.status_code == 201, answer.get_data(as_text=True)
    return answer.get_json()


def task_of(journey: Journey, element: str, region: str = BOGOR) -> dict[str, Any]:
    [found] = [
        t
        for t in journey.case["tasks"]
        if (t["element"], t["region"], t["status"]) == (element, region, "open")
    ]
    return dict(found)


def due_day(task: dict[str, Any]) -> date:
    return datetime.fromisoformat(task["due_at"]).date()


def entries(town: Town, journey: Journey, kind: str) -> list[dict[str, Any]]:
    told = town.call("GET", f"/cases/{journey.id}/history").get_json()["items"]
    return [e for e in told if e["kind"] == kind]


def test_a_regional_day_off_moves_the_deadline_of_its_region_and_says_who_did_it(
    town: Town,
) -> None:
    journey = Journey(town, [BOGOR, SUKABUMI])
    assert due_day(task_of(journey, "tahap1_permohonan")) == date(2026, 7, 13)
    [day] = added(town, date(2026, 7, 9), region=BOGOR)["days"]
    assert due_day(task_of(journey, "tahap1_permohonan")) == date(2026, 7, 14)
    [entry] = entries(town, journey, "task.recounted")
    assert entry["actor"]["name"] == "pengelola"
    assert entry["details"]["changes"][0]["days"][0]["decree"] == SK
    assert entry["details"]["before"].startswith("2026-07-13")
    assert entry["details"]["after"].startswith("2026-07-14")
    with town.office.database.read() as session:
        row = session.scalars(select(Deadline).where(Deadline.reason == "calendar")).one()
        assert (row.set_by, SK in row.note) == ("pengelola", True)
    removed = town.call("POST", f"/calendar/days/{day['id']}/remove", {"reason": "SK dicabut"})
    assert removed.status_code == 200, removed.get_data(as_text=True)
    assert due_day(task_of(journey, "tahap1_permohonan")) == date(2026, 7, 13)
    with town.office.database.read() as session:
        kept = session.get_one(CalendarDay, day["id"])
        assert (kept.removed_by, kept.removed_note) == ("pengelola", "SK dicabut")


def test_another_regions_day_off_moves_nothing_and_a_provinces_moves_its_regencies(
    town: Town,
) -> None:
    journey = Journey(town, [BOGOR, SAMARINDA])
    before = task_of(journey, "tahap1_permohonan")
    added(town, date(2026, 7, 9), region=SAMARINDA)
    added(town, date(2026, 7, 9), region="64")
    assert task_of(journey, "tahap1_permohonan")["due_at"] == before["due_at"]
    added(town, date(2026, 7, 9), region="32")
    assert due_day(task_of(journey, "tahap1_permohonan")) == date(2026, 7, 14)
    # the regency works although its province does not
    added(town, date(2026, 7, 9), region=BOGOR, kind="hari_kerja")
    assert due_day(task_of(journey, "tahap1_permohonan")) == date(2026, 7, 13)


def test_a_saturday_can_be_declared_a_day_of_work(town: Town) -> None:
    journey = Journey(town, [BOGOR, SUKABUMI])
    added(town, date(2026, 7, 11), kind="hari_kerja", name="Hari kerja pengganti")
    assert due_day(task_of(journey, "tahap1_permohonan")) == date(2026, 7, 11)


def test_the_preview_names_everything_that_moves_and_changes_nothing(town: Town) -> None:
    bogor = Journey(town, [BOGOR, SUKABUMI])
    other = Journey(town, [SAMARINDA, SUKABUMI])
    wish = {"kind": "cuti_bersama", "name": "Cuti bersama", "preview": True}
    seen = add(town, date(2026, 7, 9), **wish)
    assert seen.status_code == 200, seen.get_data(as_text=True)
    moves = {m["case_id"]: m for m in seen.get_json()["moves"]}
    assert set(moves) == {bogor.id, other.id}
    assert moves[other.id]["after"] == "2026-07-14T16:00:00+08:00"
    assert due_day(task_of(bogor, "tahap1_permohonan")) == date(2026, 7, 13)
    assert not town.call("GET", "/calendar?year=2026").get_json()["days"][0]["id"]
    added(town, date(2026, 7, 9), kind="cuti_bersama", name="Cuti bersama")
    for journey, region in ((bogor, BOGOR), (other, SAMARINDA)):
        now = task_of(journey, "tahap1_permohonan", region)["due_at"]
        assert now == moves[journey.id]["after"]


@pytest.mark.parametrize(("region", "offset"), [(BOGOR, 7), (SAMARINDA, 8), (JAYAPURA, 9)])
def test_a_moved_deadline_still_ends_at_four_in_its_own_zone(
    sqlite_town: Town, region: str, offset: int
) -> None:
    sqlite_town.token = token(sqlite_town, "pengelola", AccountRole.ADMIN)
    partner = SUKABUMI if region != SUKABUMI else BOGOR
    journey = Journey(sqlite_town, [region, partner])
    added(sqlite_town, date(2026, 7, 9), region=region)
    task = task_of(journey, "tahap1_permohonan", region)
    assert task["due_at"] == f"2026-07-14T16:00:00+{offset:02}:00"


def test_the_councils_silence_is_counted_with_the_new_day_too(town: Town) -> None:
    journey = Journey(town, [BOGOR, SUKABUMI]).answer("tahap1_permohonan", membebani_daerah=True)
    journey.until("tahap4_keputusan_dprd")
    task = task_of(journey, "tahap4_keputusan_dprd")
    last = due_day(task)
    preview = add(town, last, region=BOGOR, preview=True).get_json()["moves"]
    assert {m["task_id"] for m in preview} == {task["id"], None}
    added(town, last, region=BOGOR)
    moved = task_of(journey, "tahap4_keputusan_dprd")
    assert due_day(moved) == working_days_after(last, 1)
    assert len(entries(town, journey, "timer.recounted")) == 1
    town.at(datetime.combine(last, time(17), WIB))
    assert journey.elements == ["tahap4_keputusan_dprd"], "silence is no consent on a day off"
    town.at(datetime.combine(due_day(moved), time(16, 1), WIB))
    assert journey.elements == ["tahap5_paraf_kabag"] * 2


def test_a_day_entered_by_another_process_holds_before_a_timer_fires(town: Town) -> None:
    journey = Journey(town, [BOGOR, SUKABUMI]).answer("tahap1_permohonan", membebani_daerah=True)
    journey.until("tahap4_keputusan_dprd")
    last = due_day(task_of(journey, "tahap4_keputusan_dprd"))
    enter_elsewhere(town, last)
    town.at(datetime.combine(last, time(17), WIB))
    assert journey.elements == ["tahap4_keputusan_dprd"]
    assert due_day(task_of(journey, "tahap4_keputusan_dprd")) == working_days_after(last, 1)


def enter_elsewhere(town: Town, day: date, region: str = BOGOR) -> None:
    """Enter a day as another process does that stops before it counted any case."""
    wish = DayWish(day=day, kind=DayKind.REGIONAL, region=region, name="Hari Jadi", decree=SK)
    with town.office.database.write() as session:
        calendar_days.hold(session)
        session.add(wish.as_row(by="orang lain", now=town.now))
        session.flush()
        calendar_days.note_change(
            session,
            calendar_days.CalendarChangeKind.ADDED,
            actor={"kind": "account", "name": "orang lain"},
            details={"days": [{"day": day.isoformat(), "name": wish.name, "decree": SK}]},
            now=town.now,
        )


def test_a_sweep_counts_what_another_process_left(town: Town) -> None:
    journey = Journey(town, [BOGOR, SUKABUMI])
    enter_elsewhere(town, date(2026, 7, 9))
    tick(town.office, town.now)
    assert due_day(task_of(journey, "tahap1_permohonan")) == date(2026, 7, 14)
    [entry] = entries(town, journey, "task.recounted")
    assert entry["actor"]["name"] == "orang lain"


def test_an_act_of_an_official_counts_the_case_first(town: Town) -> None:
    journey = Journey(town, [BOGOR, SUKABUMI])
    enter_elsewhere(town, date(2026, 7, 14))
    journey.answer("tahap1_permohonan")
    # 6 July, five working days on, one of them the anniversary
    assert due_day(task_of(journey, "tahap1_telaah")) == date(2026, 7, 13)
    enter_elsewhere(town, date(2026, 7, 10))
    journey.answer("tahap1_telaah")
    assert due_day(task_of(journey, "tahap1_surat")) == date(2026, 7, 15)


def test_extensions_and_pauses_are_respected(town: Town) -> None:
    why = {"reason": "Sekda sedang cuti"}
    by_day, by_count, paused = (Journey(town, [BOGOR, SUKABUMI]) for _ in range(3))
    tasks = [task_of(j, "tahap1_permohonan") for j in (by_day, by_count, paused)]
    town.call("POST", f"/tasks/{tasks[0]['id']}/extend", {**why, "due_on": "2026-07-20"})
    town.call("POST", f"/tasks/{tasks[1]['id']}/extend", {**why, "working_days": 5})
    town.call("POST", f"/tasks/{tasks[2]['id']}/pause", why)
    assert due_day(task_of(by_count, "tahap1_permohonan")) == date(2026, 7, 20)
    added(town, date(2026, 7, 9), region=BOGOR)
    added(town, date(2026, 7, 16), region=BOGOR)
    assert due_day(task_of(by_day, "tahap1_permohonan")) == date(2026, 7, 20)
    # one day moved the first deadline, the other one the extension
    assert due_day(task_of(by_count, "tahap1_permohonan")) == date(2026, 7, 22)
    assert task_of(paused, "tahap1_permohonan")["due_at"] is None
    town.now = datetime(2026, 7, 13, 2, 0, tzinfo=UTC)
    town.call("POST", f"/tasks/{tasks[2]['id']}/resume", why)
    # five working days were left on the 6th, and are from the 13th on
    assert due_day(task_of(paused, "tahap1_permohonan")) == date(2026, 7, 21)
    added(town, date(2026, 7, 20), region=BOGOR)
    assert due_day(task_of(paused, "tahap1_permohonan")) == date(2026, 7, 22)


def test_what_rang_does_not_ring_again_and_the_rest_rings_on_the_new_days(town: Town) -> None:
    journey = Journey(town, [BOGOR, SUKABUMI])
    live(town, date(2026, 7, 10))
    before = told(town, "Pengingat")
    assert [day for day, _ in before] == [date(2026, 7, 9)]
    added(town, date(2026, 7, 13), region=BOGOR)
    assert due_day(task_of(journey, "tahap1_permohonan")) == date(2026, 7, 14)
    live(town, date(2026, 7, 15))
    assert [day for day, _ in told(town, "Pengingat")] == [date(2026, 7, 9), date(2026, 7, 14)]
    with town.office.database.read() as session:
        rows = session.scalars(select(Alarm).where(Alarm.fired_at.is_not(None))).all()
        labels = [row.label for row in rows]
        assert sorted(labels) == ["+1 hari kerja", "-2 hari kerja", "0"]


def test_nobody_is_written_to_because_a_deadline_moved(town: Town) -> None:
    for _ in range(3):
        Journey(town, [BOGOR, SUKABUMI])
    with town.office.database.read() as session:
        before = len(session.scalars(select(Message)).all())
    added(town, date(2026, 7, 9), region=BOGOR)
    with town.office.database.read() as session:
        assert len(session.scalars(select(Message)).all()) == before


def test_a_case_that_cannot_be_counted_holds_nobody_up(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken, whole = Journey(town, [BOGOR, SUKABUMI]), Journey(town, [BOGOR, SUKABUMI])
    with town.office.database.write() as session:
        rows = select(Deadline).join(Task, Task.id == Deadline.task_id)
        row = session.scalars(rows.where(Task.case_id == broken.id)).one()
        row.rule = "5 hari kerja"
        row.starts_on = date(9998, 12, 30)
    preview = add(town, date(2026, 7, 9), region=BOGOR, preview=True).get_json()
    assert preview["uncountable"] == [broken.case["number"]]
    done = added(town, date(2026, 7, 9), region=BOGOR)
    assert done["waiting"] == 1
    assert due_day(task_of(whole, "tahap1_permohonan")) == date(2026, 7, 14)
    for _ in range(3):
        tick(town.office, town.now)
    assert due_day(task_of(broken, "tahap1_permohonan")) == date(2026, 7, 13)
    # its officials go on working
    broken.answer("tahap1_permohonan")


def test_a_case_that_could_not_be_counted_follows_when_it_is_tried_again(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    def hiccup(*_: object, **__: object) -> None:
        raise OSError("disk hiccup")

    short, long = Journey(town, [BOGOR, SUKABUMI]), Journey(town, [BOGOR, SUKABUMI])
    counted_by = recounting.counted_by
    monkeypatch.setattr(recounting, "counted_by", hiccup)
    added(town, date(2026, 7, 9), region=BOGOR)
    for _ in range(3):
        town.now += timedelta(seconds=5)
        actions.recount_cases(town.office, now=town.now)
    assert town.call("GET", "/troubles").get_json()["outdated"] == []

    # a hiccup is over at the next try, a minute later
    def only_long(*given: Any, **more: Any) -> Any:
        return (hiccup if given[2].id == long.id else counted_by)(*given, **more)

    monkeypatch.setattr(recounting, "counted_by", only_long)
    for wait in (timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1)):
        town.now += wait
        actions.recount_cases(town.office, now=town.now)
    assert due_day(task_of(short, "tahap1_permohonan")) == date(2026, 7, 14)
    assert town.call("GET", "/troubles").get_json()["outdated"] == []
    town.now += timedelta(hours=6)
    actions.recount_cases(town.office, now=town.now)
    [shown] = town.call("GET", "/troubles").get_json()["outdated"]
    assert (shown["id"], "disk hiccup" in shown["error"]) == (long.id, True)
    assert len(entries(town, long, "case.not_recounted")) == 1
    with town.office.database.read() as session:
        assert questions.counts(session, Viewer.of_region(BOGOR), town.now).matters.outdated == 1

    monkeypatch.setattr(recounting, "counted_by", counted_by)
    again = town.call("POST", f"/cases/{long.id}/retry", {"reason": "Diskanya sudah diganti"})
    assert (again.status_code, again.get_json()["outdated"]) == (200, [])
    actions.recount_cases(town.office, now=town.now)
    assert due_day(task_of(long, "tahap1_permohonan")) == date(2026, 7, 14)
    refused = town.call("POST", f"/cases/{long.id}/retry", {"reason": "Sekali lagi"})
    assert refused.status_code == 409


def test_a_feast_without_a_decree_makes_a_deadline_provisional_until_one_comes(
    town: Town,
) -> None:
    town.now = datetime(2027, 3, 4, 2, 0, tzinfo=UTC)
    journey = Journey(town, [BOGOR, SUKABUMI])
    task = task_of(journey, "tahap1_permohonan")
    assert task["due_is_provisional"] is True
    assert "perkiraan" in task["due_warning"]
    feast = {"kind": "libur_nasional", "name": "Idul Fitri", "decree": "SKB 2027"}
    added(town, date(2027, 3, 10), **feast)
    assert task_of(journey, "tahap1_permohonan")["due_is_provisional"] is True
    # the decree moves the second day of the feast
    added(town, date(2027, 3, 11), kind="hari_kerja", name="Hari kerja", decree="SKB 2027")
    settled = task_of(journey, "tahap1_permohonan")
    assert (settled["due_is_provisional"], settled["due_warning"]) == (False, None)
    assert due_day(settled) < due_day(task)


def test_a_deadline_into_a_year_without_joint_leave_warns_until_it_is_entered(
    town: Town,
) -> None:
    town.now = datetime(2027, 12, 29, 2, 0, tzinfo=UTC)
    journey = Journey(town, [BOGOR, SUKABUMI])
    task = task_of(journey, "tahap1_permohonan")
    assert "2028" in task["due_warning"]
    page = town.client.get(f"/t/{town.link(journey.id, 'tahap1_permohonan', BOGOR)}")
    assert "cuti bersama tahun 2028" in page.get_data(as_text=True)
    added(town, date(2028, 4, 24), kind="cuti_bersama", name="Cuti bersama Idul Fitri")
    assert task_of(journey, "tahap1_permohonan")["due_warning"] is None


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"day": "2026-02-30"}, "day"),
        ({"day": "2026-07-03"}, "day"),
        ({"day": "2099-01-01"}, "day"),
        ({"kind": "libur"}, "kind"),
        ({"kind": "cuti_bersama"}, "region"),
        ({"region": "99.99"}, "region"),
        ({"decree": " "}, "decree"),
        ({"name": "\u200b"}, "name"),
        ({"color": "merah"}, "color"),
    ],
)
def test_a_day_that_makes_no_sense_is_refused_by_its_field(
    sqlite_town: Town, change: dict[str, str], field: str
) -> None:
    sqlite_town.token = token(sqlite_town, "pengelola", AccountRole.ADMIN)
    body = {"day": "2026-07-09", "region": BOGOR, **REGENT, **change}
    answer = sqlite_town.call("POST", "/calendar/days", body)
    assert answer.status_code == 422, answer.get_data(as_text=True)
    assert list(answer.get_json()["errors"]) == [field]


def test_a_day_is_entered_once_and_removed_once(town: Town) -> None:
    [day] = added(town, date(2026, 7, 9), region=BOGOR)["days"]
    again = add(town, date(2026, 7, 9), region=BOGOR)
    assert again.status_code == 422
    assert SK in again.get_json()["errors"]["day"]
    path = f"/calendar/days/{day['id']}/remove"
    assert town.call("POST", path, {}).status_code == 422
    assert town.call("POST", path, {"reason": "Keliru"}).status_code == 200
    assert town.call("POST", path, {"reason": "Keliru"}).status_code == 409
    assert town.call("POST", "/calendar/days/tidakada/remove", {"reason": "x"}).status_code == 404
    added(town, date(2026, 7, 9), region=BOGOR)
    [past] = added(town, date(2026, 7, 7), region=BOGOR)["days"]
    town.now += timedelta(days=2)
    gone = town.call("POST", f"/calendar/days/{past['id']}/remove", {"reason": "Keliru"})
    assert gone.status_code == 409


def test_everybody_changes_the_days_of_his_own_region_only(town: Town) -> None:
    admin = town.token
    [national] = added(town, date(2026, 7, 8), kind="libur_nasional")["days"]
    town.token = token(town, "bogor", AccountRole.SYSTEM, BOGOR)
    assert add(town, date(2026, 7, 9), region=BOGOR).status_code == 201
    assert add(town, date(2026, 7, 9), region=SUKABUMI).status_code == 403
    assert add(town, date(2026, 7, 9), region="32").status_code == 403
    assert add(town, date(2026, 7, 9), kind="libur_nasional").status_code == 403
    path = f"/calendar/days/{national['id']}/remove"
    assert town.call("POST", path, {"reason": "Keliru"}).status_code == 403
    town.token = token(town, "pusat", AccountRole.SYSTEM)
    assert add(town, date(2026, 7, 10), kind="libur_nasional").status_code == 403
    town.token = admin
    assert add(town, date(2026, 7, 10), kind="libur_nasional").status_code == 201


HEADING = "day,kind,region,name,decree,source\n"


def test_a_decree_is_imported_whole_or_not_at_all(town: Town) -> None:
    journey = Journey(town, [BOGOR, SUKABUMI])
    clerk = Actor(kind="account", name="pengelola")
    good = (
        "2026-07-09,cuti_bersama,,Cuti bersama,SKB 1/2026,setneg.go.id\n"
        f"2026-07-10,libur_daerah,{BOGOR},Hari Jadi,{SK},\n"
    )
    bad = (
        "2026-07-09,cuti_bersama,,Lagi,SKB 1/2026,\n"
        "9 Juli,libur_nasional,,Salah,SKB,\n"
        "2026-07-03,libur_nasional,,Lewat,SKB,\n"
    )
    with pytest.raises(actions.DaysRefused) as refused:
        actions.import_days(town.office, HEADING + good + bad, actor=clerk, now=town.now)
    assert "Baris 5:" in refused.value.say()
    with pytest.raises(actions.DaysRefused) as refused:
        actions.import_days(
            town.office,
            HEADING + good + bad.replace("9 Juli", "2026-07-14"),
            actor=clerk,
            now=town.now,
        )
    assert [number for number, _ in refused.value.errors] == [4, 6]
    assert due_day(task_of(journey, "tahap1_permohonan")) == date(2026, 7, 13)
    seen = actions.import_days(town.office, HEADING + good, actor=clerk, now=town.now, preview=True)
    assert len(seen.moves.found) == 1
    actions.import_days(town.office, HEADING + good, actor=clerk, now=town.now)
    assert due_day(task_of(journey, "tahap1_permohonan")) == date(2026, 7, 15)
    assert len(entries(town, journey, "task.recounted")) == 1


def test_empty_columns_behind_a_list_of_days_are_none_and_a_long_row_hides_no_other(
    sqlite_town: Town,
) -> None:
    clerk = Actor(kind="account", name="pengelola")
    good = "2026-07-09,cuti_bersama,,Cuti bersama,SKB 1/2026,"
    text = "".join(f"{line},,\n" for line in (HEADING.rstrip(), good))
    office, now = sqlite_town.office, sqlite_town.now
    actions.import_days(office, text, actor=clerk, now=now, preview=True)
    bad = f"{HEADING}{good},lebih\n{good.replace('2026-07-09', '9 Juli')}\n"
    with pytest.raises(actions.DaysRefused) as refused:
        actions.import_days(office, bad, actor=clerk, now=now)
    assert [number for number, _ in refused.value.errors] == [2, 3]


@pytest.mark.parametrize(
    "text", ["", "day,kind\n", HEADING, "\0", HEADING + '2026-07-09,"x\n', HEADING + ",,,,,,,x\n"]
)
def test_a_file_that_is_no_list_of_days_is_refused(sqlite_town: Town, text: str) -> None:
    clerk = Actor(kind="account", name="pengelola")
    with pytest.raises(actions.DaysRefused, match="Baris"):
        actions.import_days(sqlite_town.office, text, actor=clerk, now=sqlite_town.now)


def test_another_version_of_the_package_is_noticed_and_counted(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    journey = Journey(town, [BOGOR, SUKABUMI])
    assert not calendar_edition.note_package(town.office.database, now=town.now)
    monkeypatch.setattr(calendar_edition, "package_version", lambda: "999.1")
    assert calendar_edition.note_package(town.office.database, now=town.now)
    assert not calendar_edition.note_package(town.office.database, now=town.now)
    tick(town.office, town.now)
    assert not entries(town, journey, "task.recounted"), "nothing moved, nothing is told"
    with town.office.database.read() as session:
        case = session.get_one(Case, journey.id)
        assert case.calendar_number == 1
        [change] = calendar_days.changes_since(session, 0)
        assert change.details["version"] == "999.1"


def test_days_that_a_new_version_of_the_package_knows_move_what_is_open(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    journey = Journey(town, [BOGOR, SUKABUMI])
    known = engine_calendar.national_year

    def with_one_more(year: int) -> NationalYear:
        return replace(known(year), off=known(year).off | {date(2026, 7, 9)})

    monkeypatch.setattr(engine_calendar, "national_year", with_one_more)
    monkeypatch.setattr(calendar_edition, "package_version", lambda: "999.1")
    calendar_edition.note_package(town.office.database, now=town.now)
    upgraded = Office.open(town.settings)
    tick(upgraded, town.now)
    upgraded.close()
    assert due_day(task_of(journey, "tahap1_permohonan")) == date(2026, 7, 14)
    [entry] = entries(town, journey, "task.recounted")
    assert entry["details"]["reason"] == "holidays 999.1"
    assert entry["actor"]["kind"] == "clock"


def test_the_second_letters_clock_moves_with_the_partners_days(town: Town) -> None:
    journey = Journey(town, [BOGOR, SUKABUMI]).until("tahap2_kesediaan")
    last = due_day(task_of(journey, "tahap2_kesediaan", SUKABUMI))
    before = timers(town, journey)
    moves = add(town, last, region=SUKABUMI, preview=True).get_json()["moves"]
    assert {m["name"] for m in moves} >= {"Jawaban kesediaan kepala daerah", "30 hk"}
    added(town, last, region=SUKABUMI)
    assert timers(town, journey) == working_moment_after(before)
    told = entries(town, journey, "timer.recounted")
    assert {e["details"]["region"] for e in told} == {SUKABUMI}


def timers(town: Town, journey: Journey) -> datetime:
    with town.office.database.read() as session:
        found = session.get_one(Case, journey.id).next_timer_at
    assert found is not None
    return found


def working_moment_after(moment: datetime) -> datetime:
    local = moment.astimezone(WIB)
    return datetime.combine(working_days_after(local.date(), 1), local.timetz())


def test_a_clock_that_stood_still_runs_on_by_the_new_calendar(town: Town) -> None:
    """The timer of a silent council, paused and let go, then a day off is decreed."""
    why = {"reason": "Masa reses"}
    journey = Journey(town, [BOGOR, SUKABUMI]).answer("tahap1_permohonan", membebani_daerah=True)
    journey.until("tahap4_keputusan_dprd")
    path = f"/tasks/{task_of(journey, 'tahap4_keputusan_dprd')['id']}"
    town.call("POST", f"{path}/pause", why)
    added(town, date(2026, 7, 9), region=BOGOR)
    town.now += timedelta(days=14)
    town.call("POST", f"{path}/resume", why)
    first = due_day(task_of(journey, "tahap4_keputusan_dprd"))
    assert timers(town, journey) == datetime.combine(first, time(16), WIB)
    added(town, first, region=BOGOR)
    due = due_day(task_of(journey, "tahap4_keputusan_dprd"))
    assert due == working_days_after(first, 1)
    assert timers(town, journey) == datetime.combine(due, time(16), WIB)


def test_one_of_two_who_enter_a_day_at_once_is_told_that_it_is_there(both: Town) -> None:
    clerk = Actor(kind="account", name="pengelola")
    wish = DayWish(
        day=date(2026, 7, 9), kind=DayKind.REGIONAL, region=BOGOR, name="Hari Jadi", decree=SK
    )
    offices = [both.office, Office.open(both.settings)]

    def enter(office: Office) -> bool:
        try:
            actions.add_day(office, wish, actor=clerk, now=both.now)
        except InvalidAnswers:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(enter, offices)) == [False, True]
    offices[1].close()
    with both.office.database.read() as session:
        assert len(calendar_days.standing(session)) == calendar_days.number(session) == 1


def test_any_sequence_of_changes_counts_like_one_from_scratch(town: Town) -> None:
    """The same days in the end give the same deadlines, whatever was entered and removed between,
    whoever paused or extended before."""
    why = {"reason": "Sekda sedang cuti"}
    extended, paused = Journey(town, [BOGOR, SUKABUMI]), Journey(town, [SAMARINDA, BOGOR])
    council = Journey(town, [BOGOR, SUKABUMI]).answer("tahap1_permohonan", membebani_daerah=True)
    council.until("tahap4_keputusan_dprd")
    path = f"/tasks/{task_of(extended, 'tahap1_permohonan')['id']}/extend"
    town.call("POST", path, {**why, "working_days": 7})
    path = f"/tasks/{task_of(paused, 'tahap1_permohonan', SAMARINDA)['id']}"
    town.call("POST", f"{path}/pause", why)
    town.now += timedelta(days=1)
    town.call("POST", f"{path}/resume", why)

    calendar = changed_by_luck(town, random.Random(20260706), changes=25)
    start = date(2026, 7, 6)
    expected = walked(calendar, walked(calendar, start, 5, BOGOR), 7, BOGOR)
    assert due_day(task_of(extended, "tahap1_permohonan")) == expected
    last = walked(calendar, start, 5, SAMARINDA)
    left = calendar.working_days_between(start, last, SAMARINDA)
    expected = walked(calendar, date(2026, 7, 7), left, SAMARINDA)
    assert due_day(task_of(paused, "tahap1_permohonan", SAMARINDA)) == expected
    expected = walked(calendar, start, 45, BOGOR)
    assert due_day(task_of(council, "tahap4_keputusan_dprd")) == expected
    with town.office.database.read() as session:
        timer = session.get_one(Case, council.id).next_timer_at
    assert timer == datetime.combine(expected, time(16), WIB)


def changed_by_luck(town: Town, luck: random.Random, *, changes: int) -> WorkingCalendar:
    """Enter and remove days to come, seldom the same twice; the calendar in the end, made anew."""
    clerk = Actor(kind="account", name="pengelola")
    for _ in range(changes):
        with town.office.database.read() as session:
            standing = calendar_days.standing(session)
        if standing and luck.random() < 0.4:
            gone = luck.choice(standing).id
            actions.remove_day(town.office, gone, reason="Keliru", actor=clerk, now=town.now)
            continue
        day = town.now.date() + timedelta(days=luck.randrange(1, 100))
        region = luck.choice(("", "32", BOGOR, SAMARINDA))
        if any((row.day, row.region_code) == (day, region) for row in standing):
            continue
        kind = luck.choice((DayKind.REGIONAL if region else DayKind.NATIONAL, DayKind.WORKDAY))
        wish = DayWish(day=day, kind=kind, region=region, name="Hari", decree=SK)
        actions.add_day(town.office, wish, actor=clerk, now=town.now)
    with town.office.database.read() as session:
        return town.office.kept_calendar.with_days(calendar_days.standing(session))


def walked(calendar: WorkingCalendar, first: date, count: int, region: str) -> date:
    """The day so many working days on, walked from day to day."""
    at = first
    while count:
        at += timedelta(days=1)
        count -= calendar.is_working_day(at, region)
    return at
