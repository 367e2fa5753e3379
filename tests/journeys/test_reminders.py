"""Reminders and escalations: on the day the owner drew, once, and no more when the task is done."""

from __future__ import annotations

import email
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from email import policy
from zoneinfo import ZoneInfo

import holidays
import pytest

from processes import actions
from processes.store.tables import Alarm, Message
from tests.journeys.answers import Journey
from tests.journeys.town import Town
from worker.tick import tick

BOGOR, SUKABUMI = "32.01", "32.02"
WIB = ZoneInfo("Asia/Jakarta")


def working_days_after(start: date, count: int) -> date:
    """Counted here by hand, day by day: weekends and every national day off."""
    step = 1 if count > 0 else -1
    day, left = start, abs(count)
    while left:
        day += timedelta(days=step)
        off = holidays.country_holidays("ID", years=day.year, categories=("public", "government"))
        left -= day.weekday() < 5 and day not in off
    return day


def mails(town: Town) -> Iterator[tuple[datetime, str, str, str]]:
    """When, to whom, about what, and what, of every mail in the order they were written."""
    for path in sorted((town.folder / "mail").glob("*.eml")):
        message = email.message_from_bytes(path.read_bytes(), policy=policy.default)
        body = message.get_body(("plain",))
        assert body is not None
        written = message["Date"].datetime.astimezone(WIB)
        yield written, str(message["To"]), str(message["Subject"]), body.get_content()


def told(town: Town, word: str) -> Counter[tuple[date, str]]:
    """How often each address was told of something on each day."""
    return Counter(
        (at.date(), to.split("@")[0])
        for at, to, subject, _ in mails(town)
        if subject.startswith(word)
    )


def live(town: Town, until: date) -> None:
    """Let the days pass, with one look of all sweeps every morning at nine."""
    while town.now.astimezone(WIB).date() < until:
        day = town.now.astimezone(WIB).date() + timedelta(days=1)
        town.now = datetime(day.year, day.month, day.day, 9, tzinfo=WIB).astimezone(UTC)
        tick(town.office, town.now)


def test_a_holder_is_reminded_on_exactly_the_days_the_owner_drew(both: Town) -> None:
    Journey(both, [BOGOR, SUKABUMI])
    due = working_days_after(date(2026, 7, 6), 5)
    live(both, date(2026, 9, 1))
    offsets = (-2, 0, 2, 4, 6)
    expected = {working_days_after(due, n) if n else due: 1 for n in offsets}
    reminded = told(both, "Pengingat")
    assert {day: n for (day, _), n in reminded.items()} == expected
    assert {who for _, who in reminded} == {"bagian-kerja-sama.3201"}


def test_the_house_is_told_step_by_step_and_nobody_outside_it(both: Town) -> None:
    Journey(both, [BOGOR, SUKABUMI])
    due = working_days_after(date(2026, 7, 6), 5)
    live(both, date(2026, 9, 1))
    expected = {
        (working_days_after(due, 3), "kabag.3201"): 1,
        (working_days_after(due, 5), "sekda.3201"): 1,
    }
    assert told(both, "Mohon informasi") == expected


def test_a_late_partner_is_made_known_in_its_own_house_and_to_the_pemrakarsas_office(
    both: Town,
) -> None:
    Journey(both, [BOGOR, SUKABUMI]).until("tahap2_kesediaan")
    live(both, date(2026, 8, 18))
    both.at(datetime(2026, 8, 18, 16, 1, tzinfo=WIB))  # the second letter comes in time
    live(both, date(2026, 9, 10))
    late = [
        (to.split("@")[0])
        for _, to, subject, body in mails(both)
        if subject.startswith("Mohon informasi: Jawaban kesediaan")
    ]
    assert Counter(late) == Counter(
        ["bagian-kerja-sama.3202", "bagian-kerja-sama.3201", "kabag.3202", "sekda.3202"]
    )


def test_a_reminder_carries_a_fresh_link_and_the_old_one_still_works(both: Town) -> None:
    journey = Journey(both, [BOGOR, SUKABUMI])
    old = both.link(journey.id, "tahap1_permohonan", BOGOR)
    live(both, date(2026, 7, 10))
    both.read_mail()
    new = both.link(journey.id, "tahap1_permohonan", BOGOR)
    assert new != old
    assert both.client.get(f"/t/{old}").status_code == 200


def test_a_finished_task_rings_no_more(both: Town) -> None:
    Journey(both, [BOGOR, SUKABUMI]).answer("tahap1_permohonan")
    with both.office.database.read() as session:
        alarms = session.query(Alarm).all()
        assert {a.dropped_at is not None for a in alarms if "permohonan" in _name(session, a)} == {
            True
        }
    live(both, date(2026, 7, 31))
    assert not [s for *_, s, _ in mails(both) if "Menyusun permohonan" in s and "Pengingat" in s]


def _name(session: object, alarm: Alarm) -> str:
    from processes.store.tables import Task

    return session.get_one(Task, alarm.task_id).element  # type: ignore[attr-defined,no-any-return]


def test_after_a_standstill_each_official_gets_one_mail_and_nothing_is_lost(both: Town) -> None:
    for n in range(12):
        Journey(both, [BOGOR, SUKABUMI], title=f"Perkara {n}")
    both.read_mail()
    before = len(list(mails(both)))
    both.now = datetime(2026, 7, 23, 3, 0, tzinfo=UTC)
    found = tick(both.office, both.now)
    assert found["reminders"] == 12 * 5
    assert found["escalations"] == 12 * 3
    fresh = [mail for mail in list(mails(both))[before:] if not mail[2].startswith("Segel")]
    assert Counter(to.split("@")[0] for _, to, _, _ in fresh) == {
        "bagian-kerja-sama.3201": 1,
        "kabag.3201": 1,
        "sekda.3201": 1,
        "kepala-daerah.3201": 1,
    }
    [to_clerk] = [body for _, to, _, body in fresh if to.startswith("bagian")]
    assert all(f"Perkara {n}" in to_clerk for n in range(12))


def test_a_summary_waits_until_all_that_is_late_has_been_looked_at(both: Town) -> None:
    for n in range(3):
        Journey(both, [BOGOR, SUKABUMI], title=f"Perkara {n}")
    both.read_mail()
    before = len(list(mails(both)))
    both.now = datetime(2026, 7, 23, 3, 0, tzinfo=UTC)
    assert actions.fire_alarms(both.office, kinds=actions.REMINDERS, now=both.now, limit=4) == 4
    both.read_mail()
    assert len(list(mails(both))) == before
    tick(both.office, both.now)
    fresh = [mail for mail in list(mails(both))[before:] if not mail[2].startswith("Segel")]
    to = Counter(to.split("@")[0] for _, to, _, _ in fresh)
    everybody = ("bagian-kerja-sama.3201", "kabag.3201", "sekda.3201", "kepala-daerah.3201")
    assert to == dict.fromkeys(everybody, 1)


def test_five_sweepers_at_once_ring_every_alarm_once(both: Town) -> None:
    for n in range(10):
        Journey(both, [BOGOR, SUKABUMI], title=f"Perkara {n}")
    both.now = datetime(2026, 7, 23, 3, 0, tzinfo=UTC)

    def sweep() -> int:
        rung = 0
        while found := actions.fire_alarms(
            both.office, kinds=(*actions.REMINDERS, *actions.ESCALATIONS), now=both.now, limit=7
        ):
            rung += found
        return rung

    with ThreadPoolExecutor(5) as pool:
        rung = [f.result() for f in [pool.submit(sweep) for _ in range(5)]]
    assert sum(rung) == 10 * 8
    with both.office.database.read() as session:
        keys = [m.key for m in session.query(Message).filter(Message.key.like("alarm:%"))]
    assert len(keys) == len(set(keys)) == 10 * 7


def test_a_poisoned_case_does_not_keep_the_others_from_being_reminded(both: Town) -> None:
    poisoned = Journey(both, [BOGOR, SUKABUMI], title="Rusak")
    for n in range(5):
        Journey(both, [BOGOR, SUKABUMI], title=f"Perkara {n}")
    with both.office.database.write() as session:
        for alarm in session.query(Alarm).filter(Alarm.case_id == poisoned.id):
            alarm.task_id = None
            alarm.label = "x"
            alarm.kind = "eskalasi"  # type: ignore[assignment]
    both.read_mail()
    both.now = datetime(2026, 7, 9, 1, 30, tzinfo=UTC)
    tick(both.office, both.now)
    assert sum(told(both, "Pengingat").values()) == 5


def test_the_parties_hear_of_the_end_of_their_agreement_in_time(both: Town) -> None:
    journey = Journey(both, [BOGOR, SUKABUMI]).until("tahap6_registrasi")
    ends = "2026-10-14"
    journey.answer("tahap6_registrasi", tanggal_berakhir=ends, evaluasi_bulan=24)
    live(both, date(2026, 10, 13))
    both.at(datetime(2026, 10, 14, 0, 1, tzinfo=WIB))  # the end comes in time
    both.now += timedelta(hours=8)
    tick(both.office, both.now)
    live(both, date(2026, 10, 20))
    heard = told(both, "Kerja sama")
    before = (90, 60, 30, 7, 0)
    assert {day for day, _ in heard} == {date(2026, 10, 14) - timedelta(days=n) for n in before}
    assert {who for _, who in heard} == {"bagian-kerja-sama.3201", "bagian-kerja-sama.3202"}
    assert set(heard.values()) == {1}


def test_after_a_standstill_the_parties_hear_of_the_end_once_and_not_when_it_is_over(
    both: Town,
) -> None:
    ends = date(2026, 10, 14)
    journey = Journey(both, [BOGOR, SUKABUMI]).until("tahap6_registrasi")
    journey.answer("tahap6_registrasi", tanggal_berakhir=ends.isoformat(), evaluasi_bulan=24)

    def told_of_the_end() -> list[str]:
        history = both.call("GET", f"/cases/{journey.id}/history").get_json()["items"]
        return [e["details"]["when"] for e in history if e["kind"] == "agreement.ends_soon"]

    # 90, 60 and 30 days before have passed
    both.now = datetime(2026, 9, 24, 9, tzinfo=WIB).astimezone(UTC)
    tick(both.office, both.now)
    assert told_of_the_end() == ["30"]
    # 7 days before and the last day too, and the end itself comes in the same pass
    both.now = datetime(2026, 10, 15, 9, tzinfo=WIB).astimezone(UTC)
    tick(both.office, both.now)
    assert journey.stands() == ("completed", "selesai")
    assert told_of_the_end() == ["30"]


def test_after_a_standstill_that_is_over_on_the_last_day_only_that_day_is_told(both: Town) -> None:
    ends = date(2026, 10, 14)
    journey = Journey(both, [BOGOR, SUKABUMI]).until("tahap6_registrasi")
    journey.answer("tahap6_registrasi", tanggal_berakhir=ends.isoformat(), evaluasi_bulan=24)
    for hour in (1, 9):
        both.now = datetime(2026, 10, 14, hour, tzinfo=WIB).astimezone(UTC)
        tick(both.office, both.now)
    history = both.call("GET", f"/cases/{journey.id}/history").get_json()["items"]
    assert [e["details"]["when"] for e in history if e["kind"] == "agreement.ends_soon"] == ["0"]


@pytest.mark.parametrize("words", ["90; 60", "30 hari; 7 hari; 0"])
def test_the_owner_chooses_how_long_before_the_end_the_parties_hear(words: str) -> None:
    from processes.engine.policies import days_before_the_end

    assert days_before_the_end(words) == [int(w.split()[0]) for w in words.split(";")]
