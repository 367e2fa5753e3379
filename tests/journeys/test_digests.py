"""Digests: one mail each morning for who has much to do, one each week for a head of region."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from processes import actions
from processes.actions import Actor, DayWish
from processes.engine.durations import DurationError
from processes.engine.policies import digest_weekday, most_open_tasks
from processes.office import Office
from processes.store import sweeps as heartbeat
from processes.store.tables import DayKind, DigestRun, Message, MessageStatus, Official, Person
from tests.journeys.answers import Journey
from tests.journeys.test_messages import leave_only_a_telephone, messages
from tests.journeys.test_reminders import mails, told
from tests.journeys.town import LINK, Town
from tests.test_settings_have_effect import publish
from worker import sweeps
from worker.tick import tick

BOGOR, SUKABUMI, JAYAPURA = "32.01", "32.02", "91.03"
WIB = ZoneInfo("Asia/Jakarta")
DAILY, WEEKLY = "Ringkasan hari ini", "Ringkasan pekan ini"
CLERK = "bagian-kerja-sama.3201"


def six_cases(town: Town) -> list[Journey]:
    """More open tasks for one clerk than the shipped diagram lets go by."""
    return [Journey(town, [BOGOR, SUKABUMI], title=f"Perkara {n}") for n in range(6)]


def at(town: Town, day: date, hour: int = 9, minute: int = 0) -> None:
    """Let all sweeps look once, at an hour of a day in Jakarta."""
    town.now = datetime(day.year, day.month, day.day, hour, minute, tzinfo=WIB).astimezone(UTC)
    tick(town.office, town.now)


def test_with_many_open_tasks_one_mail_each_working_morning_lists_them_all(both: Town) -> None:
    six_cases(both)
    for day in range(6, 13):
        at(both, date(2026, 7, day))
        at(both, date(2026, 7, day), hour=15)
    days = {date(2026, 7, day): 1 for day in range(6, 11)}
    assert told(both, DAILY) == {(day, CLERK): 1 for day in days}
    [first, *_] = [body for _, _, subject, body in mails(both) if subject.startswith(DAILY)]
    assert all(f"Perkara {n}" in first for n in range(6))
    assert len(set(LINK.findall(first))) == 6


def test_with_few_open_tasks_there_is_no_digest(both: Town) -> None:
    for n in range(5):
        Journey(both, [BOGOR, SUKABUMI], title=f"Perkara {n}")
    at(both, date(2026, 7, 7))
    assert not told(both, DAILY)


def test_before_eight_in_the_regions_zone_there_is_no_digest(both: Town) -> None:
    six_cases(both)
    at(both, date(2026, 7, 7), hour=7, minute=59)
    assert not told(both, DAILY)
    at(both, date(2026, 7, 7), hour=8)
    assert told(both, DAILY) == {(date(2026, 7, 7), CLERK): 1}


def test_every_link_of_a_digest_is_fresh_and_the_old_ones_still_work(both: Town) -> None:
    journeys = six_cases(both)
    both.read_mail()
    old = {both.link(j.id, "tahap1_permohonan", BOGOR) for j in journeys}
    at(both, date(2026, 7, 7))
    both.read_mail()
    new = {both.link(j.id, "tahap1_permohonan", BOGOR) for j in journeys}
    assert not old & new
    for token in old | new:
        assert both.client.get(f"/t/{token}").status_code == 200


def test_what_was_finished_before_the_digest_goes_out_is_not_in_it(both: Town) -> None:
    journeys = six_cases(both)
    link = both.link(journeys[0].id, "tahap1_permohonan", BOGOR)
    both.now = datetime(2026, 7, 7, 2, tzinfo=UTC)
    actions.write_digests(both.office, now=both.now)
    given = journeys[0].plan["tahap1_permohonan"]
    assert both.post(link, given).status_code == 200
    both.read_mail()
    [body] = [b for _, _, s, b in mails(both) if s.startswith(DAILY)]
    assert "Perkara 0" not in body
    assert "Perkara 5" in body


def test_after_a_standstill_there_is_one_digest_and_it_shares_the_one_mail(both: Town) -> None:
    six_cases(both)
    both.read_mail()
    before = len(list(mails(both)))
    at(both, date(2026, 7, 23))
    fresh = [(to, body) for _, to, _, body in list(mails(both))[before:]]
    [body] = [body for to, body in fresh if to.startswith(CLERK)]
    assert [to for to, _ in fresh].count(f"{CLERK}@contoh.example") <= 1
    assert all(f"Perkara {n}" in body for n in range(6))


def test_several_sweepers_write_a_digest_once(both: Town) -> None:
    six_cases(both)
    both.now = datetime(2026, 7, 7, 2, tzinfo=UTC)
    with ThreadPoolExecutor(4) as pool:
        futures = [pool.submit(actions.write_digests, both.office, now=both.now) for _ in range(4)]
        written = [future.result() for future in futures]
    with both.office.database.read() as session:
        assert session.query(Message).filter(Message.kind == "ringkasan").count() == 1
        runs = session.query(DigestRun)
        # nothing is open elsewhere: those regions are noted without a word to anybody
        assert 0 < sum(written) == runs.filter(DigestRun.region_code == "32.01").count()
        assert runs.count() > sum(written)


def test_a_crash_before_the_end_leaves_nothing_and_the_next_sweep_writes_it(
    both: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    six_cases(both)
    now = datetime(2026, 7, 7, 2, tzinfo=UTC)

    def crash(*_: object, **__: object) -> None:
        raise RuntimeError("mati listrik")

    with monkeypatch.context() as broken:
        broken.setattr("processes.actions.digests.links.let_carry", crash)
        actions.write_digests(both.office, now=now)
    with both.office.database.read() as session:
        assert session.query(Message).filter(Message.kind == "ringkasan").count() == 0
        assert session.get(DigestRun, ("ringkasan", BOGOR, date(2026, 7, 7))) is None
    actions.write_digests(both.office, now=now)
    with both.office.database.read() as session:
        assert session.query(Message).filter(Message.kind == "ringkasan").count() == 1


def test_a_digest_that_was_never_sent_gives_way_to_the_next_one(both: Town) -> None:
    six_cases(both)
    for day in (7, 8):
        actions.write_digests(both.office, now=datetime(2026, 7, day, 2, tzinfo=UTC))
    with both.office.database.read() as session:
        found = session.query(Message).filter(Message.kind == "ringkasan")
        statuses = [m.status for m in found.order_by(Message.created_at)]
    assert statuses == [MessageStatus.DROPPED, MessageStatus.WAITING]


def test_a_head_hears_each_week_what_is_late_in_his_own_house_only(both: Town) -> None:
    Journey(both, [BOGOR, SUKABUMI], title="Air bersih")
    Journey(both, [SUKABUMI, BOGOR], title="Jalan kabupaten")
    for day in range(6, 32):
        at(both, date(2026, 7, day))
    weeks = (date(2026, 7, 20), date(2026, 7, 27))
    heads = ("kepala-daerah.3201", "kepala-daerah.3202")
    assert told(both, WEEKLY) == {(day, who): 1 for day in weeks for who in heads}
    bodies = {to.split("@")[0]: b for _, to, s, b in mails(both) if s.startswith(WEEKLY)}
    assert "Air bersih" in bodies[heads[0]]
    assert "Jalan kabupaten" not in bodies[heads[0]]
    assert not any(LINK.search(body) for body in bodies.values())


def test_when_monday_is_a_holiday_the_weekly_digest_comes_on_tuesday(both: Town) -> None:
    Journey(both, [BOGOR, SUKABUMI])
    at(both, date(2026, 8, 14))
    for day in (17, 18, 19):  # 17 August is Independence Day, a Monday in 2026
        at(both, date(2026, 8, day))
    days = [day for day, who in told(both, WEEKLY) if day > date(2026, 8, 14)]
    assert days == [date(2026, 8, 18)]


def test_a_weekly_digest_on_fridays_survives_a_holiday_and_a_standstill(both: Town) -> None:
    publish(both, {"process": {"ringkasan_mingguan": "jumat"}})
    Journey(both, [BOGOR, SUKABUMI])
    for day in (
        *(date(2026, 7, day) for day in (10, 16, 20, 21, 24)),  # off on Friday the 17th
        *(date(2026, 12, day) for day in (18, 25, 28, 29)),  # Christmas is a Friday
    ):
        at(both, day)
    expected = [date(2026, 7, 20), date(2026, 7, 24), date(2026, 12, 18), date(2026, 12, 28)]
    assert sorted(day for day, _ in told(both, WEEKLY)) == expected


def test_digests_that_cannot_be_written_hold_up_no_escalation(
    both: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    def spoilt(*_: object) -> None:
        raise RuntimeError("berkas rusak")

    monkeypatch.setattr("processes.actions.digests.digests.manned_regions", spoilt)
    Journey(both, [BOGOR, SUKABUMI])
    both.now = datetime(2026, 7, 14, 2, tzinfo=UTC)
    assert sweeps.sweep_escalations(both.office, lambda: both.now) > 0
    with both.office.database.read() as session:
        assert heartbeat.beats(session)["escalations"].finished_at == both.now


def test_a_week_in_which_nothing_is_late_is_not_mentioned(both: Town) -> None:
    Journey(both, [BOGOR, SUKABUMI])
    at(both, date(2026, 7, 6))
    assert not told(both, WEEKLY)


def test_the_cooperation_office_is_told_whom_only_a_telephone_reaches(both: Town) -> None:
    with both.office.database.write() as session:
        for official, person in (
            session.query(Official, Person)
            .join(Person, Person.id == Official.person_id)
            .filter(Official.region_code == BOGOR, Official.role == "sekretaris_tkksd")
        ):
            assert official.active
            person.email, person.phone = None, "+628123456789"
            name = person.name
    Journey(both, [BOGOR, SUKABUMI]).answer("tahap1_permohonan")
    both.read_mail()
    at(both, date(2026, 7, 7))
    [body] = [b for _, to, s, b in mails(both) if s.startswith(DAILY) and to.startswith(CLERK)]
    assert name in body
    assert "+628123456789" in body
    assert "Telaah TKKSD" in body
    assert not re.search(r"/t/", body.partition("Pesan untuk pejabat")[2])


def test_a_clerk_with_nothing_but_a_telephone_gets_no_digest_about_his_own_messages(
    both: Town,
) -> None:
    leave_only_a_telephone(both, BOGOR, "bagian_kerja_sama")
    Journey(both, [BOGOR, SUKABUMI])
    at(both, date(2026, 7, 7))
    assert [m["kind"] for m in messages(both, "?status=by_hand")] == ["tugas_baru"]


@pytest.mark.parametrize("words", ["", "lima", "-1", "1001", "3 tugas", "1.5"])
def test_a_number_of_tasks_that_cannot_be_read_is_refused(words: str) -> None:
    with pytest.raises(DurationError):
        most_open_tasks(words)


def test_the_words_for_the_digests_mean_what_they_say() -> None:
    assert [most_open_tasks(words) for words in ("0", " 5 ", "1000")] == [0, 5, 1000]
    assert [digest_weekday(words) for words in ("senin", "Jumat", "mati")] == [0, 4, None]
    for words in ("", "minggu", "sabtu", "monday", "senin; selasa"):
        with pytest.raises(DurationError):
            digest_weekday(words)


def test_the_officials_of_another_zone_get_theirs_at_their_own_eight_o_clock(both: Town) -> None:
    """Eight in Jayapura is six in Jakarta."""
    with both.office.database.write() as session:
        session.query(Official).filter(Official.region_code == BOGOR).update(
            {Official.region_code: JAYAPURA}
        )
    for n in range(6):
        Journey(both, [JAYAPURA, SUKABUMI], title=f"Perkara {n}")
    morning = datetime(2026, 7, 7, 6, tzinfo=WIB).astimezone(UTC)
    actions.write_digests(both.office, now=morning - timedelta(minutes=1))
    with both.office.database.read() as session:
        assert session.query(Message).filter(Message.kind == "ringkasan").count() == 0
    actions.write_digests(both.office, now=morning)
    with both.office.database.read() as session:
        assert session.query(Message).filter(Message.kind == "ringkasan").count() == 1


def test_no_digest_comes_on_a_day_off_that_was_entered_elsewhere_the_evening_before(
    both: Town,
) -> None:
    six_cases(both)
    at(both, date(2026, 7, 7))
    other = Office.open(both.settings)
    wish = DayWish(
        day=date(2026, 7, 8), kind=DayKind.NATIONAL, name="Cuti", decree="SK 1/2026", region=""
    )
    actions.add_day(other, wish, actor=Actor(kind="token", name="uji"), now=both.now)
    other.close()
    morning = datetime(2026, 7, 8, 9, tzinfo=WIB).astimezone(UTC)
    assert actions.write_digests(both.office, now=morning) == 0
    assert actions.write_digests(both.office, now=morning + timedelta(days=1)) > 0
