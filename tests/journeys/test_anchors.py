"""Seals come once a day, and their hashes go to those who keep them outside the installation."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select, text

from processes import actions
from processes.engine.policies import wants_daily_seal
from processes.store import history, seals
from processes.store.tables import Inspection, Seal
from tests.journeys.answers import Journey
from tests.journeys.test_digests import at, six_cases
from tests.journeys.test_reminders import mails
from tests.journeys.town import Town
from tests.store.test_history import tamper
from worker import sweeps
from worker.delivery import deliver_due

BOGOR, SUKABUMI, CIANJUR = "32.01", "32.02", "32.03"
WIB = ZoneInfo("Asia/Jakarta")
HASH = re.compile(r"\b[0-9a-f]{64}\b")


def anchored(town: Town) -> Iterator[tuple[date, str, str]]:
    """Day, mailbox and fingerprint of every mail that brought one."""
    for when, to, _, body in mails(town):
        for hashed in HASH.findall(body):
            yield when.date(), to.split("@")[0], hashed


def sealed(town: Town) -> list[Seal]:
    with town.office.database.read() as session:
        return list(session.scalars(select(Seal).order_by(Seal.number)))


def inspections(town: Town) -> list[Inspection]:
    with town.office.database.read() as session:
        return list(session.scalars(select(Inspection).order_by(Inspection.number)))


def test_both_regions_are_mailed_the_seal_on_the_morning_after_something_happened(
    both: Town,
) -> None:
    Journey(both, [BOGOR, SUKABUMI]).until("tahap2_kesediaan")
    for day in range(7, 13):
        at(both, date(2026, 7, day), hour=1)
        at(both, date(2026, 7, day))
        at(both, date(2026, 7, day), hour=15)
    first = sealed(both)[0]
    told = list(anchored(both))
    offices = {"bagian-kerja-sama.3201", "bagian-kerja-sama.3202"}
    assert {(day, to) for day, to, _ in told} >= {(date(2026, 7, 7), to) for to in offices}
    assert {hashed for day, _, hashed in told if day == date(2026, 7, 7)} == {first.hash}
    assert len(told) == len({(day, to) for day, to, _ in told})
    assert {day.weekday() for day, _, _ in told} <= set(range(5))
    assert {hashed for _, _, hashed in told} <= {seal.hash for seal in sealed(both)}
    # a reminder is an entry too; on a day after which nothing had happened nobody is written to
    assert len({day for day, _, _ in told}) < 4


def test_there_is_one_seal_and_one_look_through_everything_a_day(both: Town) -> None:
    at(both, date(2026, 7, 6), hour=10)
    assert sealed(both) == []
    Journey(both, [BOGOR, SUKABUMI])
    for hour in (11, 12, 23):
        at(both, date(2026, 7, 6), hour=hour)
    at(both, date(2026, 7, 7), hour=0, minute=1)
    at(both, date(2026, 7, 7), hour=9)
    assert [seal.at.astimezone(WIB).date().day for seal in sealed(both)] == [6, 7]
    looks = inspections(both)
    assert [look.started_at.astimezone(WIB).date().day for look in looks] == [6, 7]
    assert all(look.finished_at and look.reason is None for look in looks)
    assert looks[-1].cases == 1
    assert looks[-1].entries > 0


def test_the_seal_comes_in_a_letter_of_its_own_that_can_be_kept(town: Town) -> None:
    six_cases(town)
    at(town, date(2026, 7, 7), hour=1)
    at(town, date(2026, 7, 7))
    to_clerk = [
        (subject, body)
        for when, to, subject, body in mails(town)
        if (when.day, when.hour) == (7, 9) and to.startswith("bagian-kerja-sama.3201")
    ]
    assert sorted(subject.split(":")[0] for subject, _ in to_clerk) == [
        "Ringkasan hari ini",
        "Segel riwayat kerja sama daerah",
    ]
    assert [body for _, body in to_clerk if sealed(town)[0].hash in body]


def test_a_region_that_left_hears_of_no_newer_seal(town: Town) -> None:
    journey = Journey(town, [BOGOR, SUKABUMI, CIANJUR]).until("tahap2_kesediaan")
    journey.pass_with("tahap2_kesediaan", CIANJUR, tanggapan="menolak")
    journey.pass_with("tahap2_kesediaan", SUKABUMI)
    journey.pass_with("tahap2_keputusan_lanjut", BOGOR)
    at(town, date(2026, 7, 7), hour=1)
    at(town, date(2026, 7, 7))
    told = {to for _, to, _ in anchored(town)}
    assert "bagian-kerja-sama.3202" in told
    assert "bagian-kerja-sama.3203" not in told


def test_a_partner_hears_of_no_seal_before_the_case_has_reached_it(both: Town) -> None:
    journey = Journey(both, [BOGOR, SUKABUMI])
    for day in (7, 8):
        at(both, date(2026, 7, day), hour=1)
        at(both, date(2026, 7, day))
        journey.until("tahap1_telaah" if day == 7 else "tahap2_kesediaan")
    told = {(day.day, to) for day, to, _ in anchored(both)}
    assert told == {(day, "bagian-kerja-sama.3201") for day in (7, 8)}
    at(both, date(2026, 7, 9), hour=1)
    at(both, date(2026, 7, 9))
    told = {to for day, to, _ in anchored(both) if day.day == 9}
    assert told == {"bagian-kerja-sama.3201", "bagian-kerja-sama.3202"}


def test_a_seal_says_what_it_is_good_for_and_is_no_matter_that_waits(town: Town) -> None:
    journey = Journey(town, [BOGOR, SUKABUMI])
    at(town, date(2026, 7, 7), hour=1)
    at(town, date(2026, 7, 7))
    [(subject, body)] = [(s, b) for _, _, s, b in mails(town) if HASH.search(b)]
    assert subject == "Segel riwayat kerja sama daerah"
    assert "tidak ada yang perlu dikerjakan" in body
    assert "Kegunaannya: segel adalah sidik jari seluruh riwayat" in body
    # the mails stand still for a day: the next seal comes late, in one letter with a task
    journey.until("tahap1_telaah")
    morning = datetime(2026, 7, 8, 9, tzinfo=WIB)
    actions.seal_of_the_day(town.office, now=morning)
    actions.mail_anchors(town.office, now=morning)
    journey.until("tahap1_surat")
    town.at(datetime(2026, 7, 9, 10, tzinfo=WIB))
    subject, body = next((s, b) for _, _, s, b in mails(town) if sealed(town)[1].hash in b)
    assert subject.startswith("1 hal menunggu")
    told = "Segel riwayat, cukup disimpan; tidak ada yang perlu dikerjakan:"
    assert body.splitlines()[body.splitlines().index(told) + 1].startswith("Segel riwayat ke-2")


def test_seals_that_come_late_together_come_in_a_letter_of_seals(town: Town) -> None:
    journey = Journey(town, [BOGOR, SUKABUMI])
    town.read_mail()
    for day in (7, 8):
        now = datetime(2026, 7, day, 9, tzinfo=WIB)
        actions.seal_of_the_day(town.office, now=now)
        actions.mail_anchors(town.office, now=now)
        if day == 7:
            journey.until("tahap1_telaah")
    deliver_due(town.office, datetime(2026, 7, 9, 9, tzinfo=WIB))
    late = [(s, HASH.findall(b)) for _, to, s, b in mails(town) if to.startswith("bagian-kerja")]
    subject, hashes = late[-1]
    assert subject == "Segel riwayat kerja sama daerah"
    assert hashes == [seal.hash for seal in sealed(town)]


def test_the_sweep_seals_and_looks_through_everything(town: Town) -> None:
    Journey(town, [BOGOR, SUKABUMI])
    assert sweeps.sweep_history(town.office, lambda: town.now) >= 3
    assert len(sealed(town)) == 1
    [look] = inspections(town)
    assert look.finished_at is not None
    assert sweeps.sweep_history(town.office, lambda: town.now) == 0


def test_a_look_that_finds_a_break_says_where(both: Town) -> None:
    journey = Journey(both, [BOGOR, SUKABUMI])
    tamper(both.office.database, "UPDATE history SET kind = 'lain' WHERE seq = 2")
    at(both, date(2026, 7, 7))
    [look] = inspections(both)
    assert (look.case_id, look.place, look.reason) == (journey.id, 2, "content")
    said = actions.say_break(look)
    assert said is not None
    assert "catatan ke-2" in said
    with both.office.database.read() as session:
        broken = history.verify(session)
    assert broken is not None
    assert said == broken.say()


def test_a_look_that_finds_a_broken_seal_says_which(town: Town) -> None:
    Journey(town, [BOGOR, SUKABUMI])
    at(town, date(2026, 7, 7))
    tamper(town.office.database, "UPDATE seal SET root = 'x'")
    at(town, date(2026, 7, 8))
    look = inspections(town)[-1]
    assert (look.case_id, look.place, look.reason) == (None, 1, "content")
    assert "Segel riwayat ke-1" in (actions.say_break(look) or "")


def test_a_clock_that_was_set_back_does_not_stop_the_seals(town: Town) -> None:
    Journey(town, [BOGOR, SUKABUMI])
    far = datetime(2030, 1, 1, tzinfo=UTC)
    assert actions.seal_of_the_day(town.office, now=far) == 1
    assert actions.seal_of_the_day(town.office, now=town.now) == 1
    assert actions.seal_of_the_day(town.office, now=town.now) == 0
    with town.office.database.read() as session:
        assert seals.verify(session) is None


def test_sealing_waits_for_no_case_and_keeps_none_waiting(town: Town) -> None:
    journey = Journey(town, [BOGOR, SUKABUMI])
    with town.office.database.read() as reader:
        before = reader.scalar(text("SELECT count(*) FROM history"))
        made = actions.seal_histories(town.office, now=town.now)
        assert made is not None
        assert reader.scalar(text("SELECT count(*) FROM history")) == before
    journey.until("tahap1_telaah")
    again = actions.seal_histories(town.office, now=town.now)
    assert again is not None
    assert again.number == 2
    nothing_new = actions.seal_histories(town.office, now=town.now)
    assert nothing_new is not None
    assert nothing_new.hash == again.hash


def test_the_words_for_the_daily_seal_are_two() -> None:
    assert wants_daily_seal(" Harian ")
    assert not wants_daily_seal("mati")
