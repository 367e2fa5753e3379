"""An addendum that runs longer moves the end of its agreement; letters tell the days left."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from processes.store.tables import Alarm, AlarmKind, Task
from tests.journeys.answers import Journey
from tests.journeys.test_reminders import WIB, mails
from tests.journeys.test_repairs import BOGOR, SUKABUMI
from tests.journeys.town import Town
from worker.tick import tick


def old(town: Town, ends: str) -> Journey:
    """An agreement signed before this installation, in force until a day."""
    journey = Journey(town, [BOGOR, SUKABUMI], title="Lama", naskah_lama=True)
    return journey.answer("tahap7_naskah_lama", tanggal_berakhir=ends, evaluasi_bulan=24)


def addendum(town: Town, parent: Journey, ends: str) -> Journey:
    """Its addendum, until the act that puts it into force."""
    opened = town.call("POST", f"/cases/{parent.id}/follow-up", {"relation": "adendum"})
    child = Journey(town, [BOGOR, SUKABUMI], case_id=opened.get_json()["id"])
    child.plan["tahap1_permohonan"] |= {"jenis_naskah": "adendum", "naskah_induk": "119/1"}
    child.plan["tahap6_registrasi"] |= {"tanggal_berakhir": ends, "evaluasi_bulan": 24}
    return child.until("tahap6_registrasi")


def warned(town: Town, case_id: str) -> list[date]:
    """The days on which the end of an agreement is still to be told."""
    with town.office.database.read() as session:
        rows = session.query(Alarm).filter(
            Alarm.case_id == case_id,
            Alarm.kind == AlarmKind.AGREEMENT_END,
            Alarm.fired_at.is_(None),
            Alarm.dropped_at.is_(None),
        )
        return sorted(row.due_at.astimezone(WIB).date() for row in rows)


def look(town: Town, day: date) -> None:
    town.now = datetime(day.year, day.month, day.day, 9, tzinfo=WIB).astimezone(UTC)
    tick(town.office, town.now)


def test_the_end_moves_with_an_addendum_and_the_parties_hear_the_days_left(both: Town) -> None:
    parent = old(both, "2026-10-14")
    ends, longer = date(2026, 10, 14), date(2027, 3, 31)
    look(both, ends - timedelta(days=74))
    letter = [(s, b) for _, _, s, b in mails(both) if s.startswith("Kerja sama")][-1]
    assert letter[0].startswith("Kerja sama berakhir dalam 74 hari")
    child = addendum(both, parent, longer.isoformat())
    assert warned(both, parent.id) == [ends - timedelta(days=n) for n in (60, 30, 7, 0)]
    child.answer("tahap6_registrasi")
    expected = [longer - timedelta(days=n) for n in (90, 60, 30, 7, 0)]
    assert warned(both, parent.id) == warned(both, child.id) == expected
    assert parent.case["agreement"]["ends_on"] == longer.isoformat()
    history: list[dict[str, Any]] = both.call("GET", f"/cases/{parent.id}/history").get_json()[
        "items"
    ]
    [moved] = [e["details"] for e in history if e["kind"] == "agreement.extended"]
    assert (moved["before"], moved["after"]) == (ends.isoformat(), longer.isoformat())
    assert moved["number"] == child.case["number"]
    look(both, ends + timedelta(days=1))
    assert parent.case["agreement"]["status"] == "berlaku"
    assert (parent.stands()[0], parent.open) == ("running", [])
    look(both, longer + timedelta(days=1))
    assert parent.case["agreement"]["status"] == "berakhir"
    assert parent.stands() == ("completed", "selesai")


def test_an_addendum_whose_form_says_so_leaves_the_end_as_it_is(town: Town) -> None:
    parent = old(town, "2026-10-14")
    child = addendum(town, parent, "2027-03-31")
    with town.office.database.write() as session:
        # what a form of the owner's own asked
        task = session.query(Task).filter_by(case_id=child.id, element="tahap6_jadwal").one()
        task.answers = {**task.answers, "memperpanjang_induk": False}
    child.answer("tahap6_registrasi")
    assert parent.case["agreement"]["ends_on"] == "2026-10-14"
