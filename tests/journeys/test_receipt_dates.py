"""Clocks that count from the day a letter was received, which is often known only later."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from processes import actions
from processes.actions import Actor, Forward
from processes.store.tables import Alarm, Deadline, Link, LinkPurpose
from tests.journeys.answers import Journey
from tests.journeys.test_paper import PAPER, call, hire, token_for
from tests.journeys.test_reminders import told, working_days_after
from tests.journeys.town import LINK, Town

BOGOR, SUKABUMI, BADUNG, SERANG = "32.01", "32.02", "51.03", "36.04"
WIB = ZoneInfo("Asia/Jakarta")


def rows(journey: Journey, element: str, region: str = BOGOR) -> list[dict[str, Any]]:
    return [t for t in journey.case["tasks"] if (t["element"], t["region"]) == (element, region)]


def due_day(task: dict[str, Any]) -> date:
    return datetime.fromisoformat(task["due_at"]).astimezone(WIB).date()


def asked_without_receipt(town: Town, *parties: str) -> Journey:
    """A case whose letter went out, with no receipt date yet."""
    journey = Journey(town, [BOGOR, *(parties or (SUKABUMI,))]).until("tahap1_surat")
    return journey.answer("tahap1_surat", tanggal_terima=None)


def supplement(town: Town, task: dict[str, Any], **body: Any) -> Any:
    return town.call("POST", f"/tasks/{task['id']}/supplement", body)


def test_a_deadline_is_provisional_until_the_receipt_date_is_entered(both: Town) -> None:
    journey = asked_without_receipt(both)
    [willing] = rows(journey, "tahap2_kesediaan", SUKABUMI)
    assert willing["due_is_provisional"]
    both.at(datetime(2026, 7, 13, 3, tzinfo=UTC))
    [letter] = rows(journey, "tahap1_surat")
    done = supplement(both, letter, answers={"tanggal_terima": {SUKABUMI: "2026-07-09"}})
    assert done.status_code == 200, done.get_data(as_text=True)
    [willing] = rows(journey, "tahap2_kesediaan", SUKABUMI)
    assert not willing["due_is_provisional"]
    assert due_day(willing) == working_days_after(date(2026, 7, 9), 30)
    with both.office.database.read() as session:
        kept = session.scalars(
            select(Deadline).where(Deadline.task_id == willing["id"]).order_by(Deadline.set_at)
        ).all()
        assert [d.reason for d in kept] == ["opened", "received"]
        alarms = session.scalars(
            select(Alarm).where(Alarm.task_id == willing["id"], Alarm.dropped_at.is_(None))
        ).all()
        assert {a.set_at for a in alarms} == {both.now}, "they ring by the new deadline"
    told = both.call("GET", f"/cases/{journey.id}/history").get_json()["items"]
    [entry] = [e for e in told if e["kind"] == "task.supplemented"]
    assert entry["details"]["after"] == {"tanggal_terima": {SUKABUMI: "2026-07-09"}}


def test_each_partner_counts_from_its_own_day(both: Town) -> None:
    journey = asked_without_receipt(both, SUKABUMI, BADUNG)
    [letter] = rows(journey, "tahap1_surat")
    both.at(datetime(2026, 7, 13, 3, tzinfo=UTC))
    supplement(both, letter, answers={"tanggal_terima": {SUKABUMI: "2026-07-09"}})
    [first] = rows(journey, "tahap2_kesediaan", SUKABUMI)
    [second] = rows(journey, "tahap2_kesediaan", BADUNG)
    assert (first["due_is_provisional"], second["due_is_provisional"]) == (False, True)
    supplement(both, letter, answers={"tanggal_terima": {BADUNG: "2026-07-13"}})
    [second] = rows(journey, "tahap2_kesediaan", BADUNG)
    assert due_day(second) == working_days_after(date(2026, 7, 13), 30)
    [letter] = rows(journey, "tahap1_surat")


def test_the_second_letter_comes_by_the_receipt_date_of_its_own_partner(both: Town) -> None:
    journey = asked_without_receipt(both)
    [letter] = rows(journey, "tahap1_surat")
    both.at(datetime(2026, 7, 24, 3, tzinfo=UTC))
    supplement(both, letter, answers={"tanggal_terima": {SUKABUMI: "2026-07-22"}})
    day = working_days_after(date(2026, 7, 22), 30)
    both.at(datetime.combine(day, datetime.min.time(), UTC))
    assert "tahap2_surat_kedua" not in journey.elements
    both.at(datetime.combine(day, datetime.max.time().replace(hour=23), UTC))
    assert "tahap2_surat_kedua" in journey.elements


def council(town: Town, **changes: Any) -> Journey:
    journey = Journey(town, [BOGOR, SUKABUMI], burden=True).until("tahap4_permohonan_dprd")
    for region in (BOGOR, SUKABUMI):
        journey.answer("tahap4_permohonan_dprd", region, **changes)
    return journey.answer("tahap4_keputusan_dprd", BOGOR)


def test_no_receipt_date_no_deemed_approval(both: Town) -> None:
    journey = council(both, tanggal_terima=None)
    both.wait(days=400)
    assert ("tahap4_keputusan_dprd", SUKABUMI) in journey.open


def test_the_deemed_approval_counts_from_the_receipt_date_entered_later(both: Town) -> None:
    journey = council(both, tanggal_terima=None)
    both.wait(days=10)
    received = both.now.astimezone(WIB).date()
    [letter] = rows(journey, "tahap4_permohonan_dprd", SUKABUMI)
    done = supplement(both, letter, answers={"tanggal_terima": received.isoformat()})
    assert done.status_code == 200, done.get_data(as_text=True)
    day = working_days_after(received, 45)
    both.at(datetime(day.year, day.month, day.day, 8, 59, tzinfo=UTC))
    assert ("tahap4_keputusan_dprd", SUKABUMI) in journey.open
    both.at(datetime(day.year, day.month, day.day, 9, 1, tzinfo=UTC))
    assert ("tahap4_keputusan_dprd", SUKABUMI) not in journey.open
    assert "tahap5_paraf_kabag" in journey.elements


def test_a_receipt_date_long_ago_takes_effect_at_once(both: Town) -> None:
    journey = council(both, tanggal_terima=None)
    both.wait(days=200)
    received = working_days_after(date(2026, 7, 6), 1).isoformat()
    [letter] = rows(journey, "tahap4_permohonan_dprd", SUKABUMI)
    done = supplement(both, letter, answers={"tanggal_terima": received})
    assert done.status_code == 200, done.get_data(as_text=True)
    assert ("tahap4_keputusan_dprd", SUKABUMI) not in journey.open
    assert "tahap5_paraf_kabag" in journey.elements


def test_whoever_sent_the_letter_adds_the_date_through_a_link(both: Town) -> None:
    journey = Journey(both, [BOGOR, SUKABUMI]).until("tahap1_surat")
    token = both.link(journey.id, "tahap1_surat", BOGOR)
    receipt = both.post(token, {**journey.plan["tahap1_surat"], "tanggal_terima": None})
    page = receipt.get_data(as_text=True)
    assert "Lengkapi isian" in page
    both.wait(days=2)
    [later] = set(both.links["lengkapi", journey.id, "tahap1_surat", BOGOR]) & set(
        LINK.findall(page)
    ) or [both.links["lengkapi", journey.id, "tahap1_surat", BOGOR][0]]
    form = both.client.get(f"/t/{later}").get_data(as_text=True)
    assert "Kabupaten Sukabumi" in form
    assert "Nomor surat" not in form.split('id="isian"')[1]
    wrong = both.post(later, {"tanggal_terima": {SUKABUMI: "2020-01-01"}})
    assert wrong.status_code == 422, "before the letter itself"
    done = both.post(later, {"tanggal_terima": {SUKABUMI: "2026-07-07"}})
    assert "Isian sudah dilengkapi" in done.get_data(as_text=True)
    again = both.client.get(f"/t/{later}").get_data(as_text=True)
    assert "Sudah lengkap" in again
    [willing] = rows(journey, "tahap2_kesediaan", SUKABUMI)
    assert not willing["due_is_provisional"]


def test_a_date_that_was_given_is_corrected_with_a_reason_only(both: Town) -> None:
    journey = Journey(both, [BOGOR, SUKABUMI]).until("tahap2_kesediaan")
    [letter] = rows(journey, "tahap1_surat")
    both.wait(days=3)
    other = {"tanggal_terima": {SUKABUMI: "2026-07-08"}}
    bare = supplement(both, letter, answers=other)
    assert bare.status_code == 422
    assert list(bare.get_json()["errors"]) == ["reason"]
    done = supplement(both, letter, answers=other, reason="Tanda terima keliru dibaca")
    assert done.status_code == 200
    [willing] = rows(journey, "tahap2_kesediaan", SUKABUMI)
    assert due_day(willing) == working_days_after(date(2026, 7, 8), 30)


@pytest.mark.parametrize(
    ("answers", "field"),
    [
        ({"nomor_surat": "1"}, "nomor_surat"),
        ({}, "tanggal_terima"),
        ({"tanggal_terima": {}}, "tanggal_terima"),
        ({"tanggal_terima": {SUKABUMI: "2999-01-01"}}, "tanggal_terima"),
        ({"tanggal_terima": {"99.99": "2026-07-08"}}, "tanggal_terima"),
    ],
)
def test_what_may_not_follow_is_refused_by_name(
    both: Town, answers: dict[str, Any], field: str
) -> None:
    journey = asked_without_receipt(both)
    [letter] = rows(journey, "tahap1_surat")
    refused = supplement(both, letter, answers=answers)
    assert refused.status_code == 422, refused.get_data(as_text=True)
    assert list(refused.get_json()["errors"]) == [field]


def test_the_first_completion_given_again_still_gets_its_receipt(both: Town) -> None:
    journey = Journey(both, [BOGOR, SUKABUMI]).until("tahap1_surat")
    token = both.link(journey.id, "tahap1_surat", BOGOR)
    given = {**journey.plan["tahap1_surat"], "tanggal_terima": None}
    assert both.post(token, given).status_code == 200
    [letter] = rows(journey, "tahap1_surat")
    supplement(both, letter, answers={"tanggal_terima": {SUKABUMI: "2026-07-06"}})
    receipt = both.client.get(f"/t/{token}")
    assert receipt.status_code == 200
    assert "Lengkapi isian" not in receipt.get_data(as_text=True)


def at_the_unmanned_council(town: Town) -> Journey:
    """A partner without officials whose letter to its council was recorded without a receipt."""
    journey = Journey(town, [BOGOR, SERANG], burden=True)
    for element in ("tahap2_kesediaan", "tahap3_konfirmasi", "tahap4_permohonan_dprd"):
        while (element, SERANG) not in journey.open:
            journey.answer(*next(each for each in journey.open if each[1] == BOGOR))
        token = town.link(journey.id, element, SERANG, purpose="catat")
        answers = {**journey.plan[element], "tanggal_terima": None, **PAPER}
        done = town.post(token, answers)
        assert done.status_code == 200, done.get_data(as_text=True)
    return journey


def test_for_a_partner_without_officials_the_pemrakarsa_adds_the_date(both: Town) -> None:
    journey = at_the_unmanned_council(both)
    both.wait(days=20)
    later = both.links["lengkapi", journey.id, "tahap4_permohonan_dprd", SERANG][-1]
    received = both.now.astimezone(WIB).date()
    done = both.post(later, {"tanggal_terima": received.isoformat()})
    assert "Isian sudah dilengkapi" in done.get_data(as_text=True)
    [decision] = rows(journey, "tahap4_keputusan_dprd", SERANG)
    assert due_day(decision) == working_days_after(received, 45)
    assert not decision["due_is_provisional"]


def test_a_partner_that_got_officials_adds_its_dates_itself(both: Town) -> None:
    journey = at_the_unmanned_council(both)
    both.wait(days=2)
    later = both.links["lengkapi", journey.id, "tahap4_permohonan_dprd", SERANG][-1]
    hire(both, SERANG, "bagian_kerja_sama", "Nona Contoh", "nona@serang.example")
    refused = both.client.post(
        f"/t/{later}", json={"answers": {"tanggal_terima": both.now.date().isoformat()}}
    )
    assert refused.status_code in (404, 410)
    [decision] = rows(journey, "tahap4_keputusan_dprd", SERANG)
    assert decision["due_is_provisional"]


def test_a_stranger_s_machine_adds_nothing_for_a_partner(both: Town) -> None:
    journey = at_the_unmanned_council(both)
    [letter] = rows(journey, "tahap4_permohonan_dprd", SERANG)
    path, body = f"/tasks/{letter['id']}/supplement", {"answers": {"tanggal_terima": "2026-07-06"}}
    assert call(both, token_for(both, SUKABUMI), path, body).status_code == 404
    assert call(both, token_for(both, BOGOR), path, body).status_code == 200


def test_nobody_is_written_to_about_a_date_that_was_given_meanwhile(both: Town) -> None:
    journey = asked_without_receipt(both)
    [letter] = rows(journey, "tahap1_surat")
    both.wait(hours=2)
    supplement(both, letter, answers={"tanggal_terima": {SUKABUMI: "2026-07-06"}})
    both.wait(days=3)
    assert not told(both, "Mohon dilengkapi")


def test_a_date_for_one_partner_leaves_the_extension_of_another(both: Town) -> None:
    journey = asked_without_receipt(both, SUKABUMI, BADUNG)
    [letter] = rows(journey, "tahap1_surat")
    both.at(datetime(2026, 7, 13, 3, tzinfo=UTC))
    supplement(both, letter, answers={"tanggal_terima": {SUKABUMI: "2026-07-09"}})
    both.at(datetime(2026, 7, 16, 3, tzinfo=UTC))
    [first] = rows(journey, "tahap2_kesediaan", SUKABUMI)
    longer = {"reason": "Kepala daerah dinas luar", "working_days": 10}
    extended = both.call("POST", f"/tasks/{first['id']}/extend", longer).get_json()
    supplement(both, letter, answers={"tanggal_terima": {BADUNG: "2026-07-15"}})
    [first] = rows(journey, "tahap2_kesediaan", SUKABUMI)
    assert first["due_at"] == extended["due_at"]


def test_who_a_letter_was_forwarded_to_enters_later_when_it_was_received(both: Town) -> None:
    journey = Journey(both, [BOGOR, SUKABUMI]).until("tahap1_surat")
    [letter] = rows(journey, "tahap1_surat")
    wish = Forward(status="Plh", letter_number="800/12", name="Rina", email="rina@contoh.example")
    with both.office.database.read() as session:
        link = session.scalars(
            select(Link).where(Link.task_id == letter["id"], Link.purpose == LinkPurpose.ANSWER)
        ).one()
    holder = Actor(kind="official", name="Uji", official_id=link.official_id, link_id=link.id)
    actions.forward_task(both.office, letter["id"], wish, actor=holder, now=both.now)
    journey.answer("tahap1_surat", tanggal_terima=None)
    both.at(both.now + timedelta(days=2))
    token = both.links["lengkapi", journey.id, "tahap1_surat", BOGOR][-1]
    assert both.client.get(f"/t/{token}").status_code == 200
    day = both.now.date().isoformat()
    done = both.post(token, {"tanggal_terima": {SUKABUMI: day}})
    assert done.status_code == 200, done.get_data(as_text=True)
    [willing] = rows(journey, "tahap2_kesediaan", SUKABUMI)
    assert not willing["due_is_provisional"]
