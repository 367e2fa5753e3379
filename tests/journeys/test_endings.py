"""Cases opened by mistake are over at once; links that got lost are replaced by new ones."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from processes import actions
from processes.actions import Actor, Order
from processes.errors import Conflict, NotAllowed
from processes.store.tables import Case, History
from tests.journeys.answers import Journey
from tests.journeys.ten_stages import TenStages
from tests.journeys.test_bulk_repairs import order, result
from tests.journeys.test_reminders import live, told
from tests.journeys.town import Town
from worker import sweeps

BOGOR, SUKABUMI = "32.01", "32.02"
ADMIN = Actor(kind="account", name="Wati", regions=frozenset({BOGOR}))
WHY = Order(actor=ADMIN, reason="Dibuka dua kali", authority="ND 7/2026")


def test_a_case_of_which_nothing_left_the_house_is_cancelled_and_stays_quiet(both: Town) -> None:
    journey = Journey(both, [BOGOR, SUKABUMI]).until("tahap1_telaah")
    link = both.link(journey.id, "tahap1_telaah", BOGOR)
    actions.cancel_case(both.office, journey.id, order=WHY, now=both.now)
    assert journey.stands() == ("stopped", "dibatalkan")
    assert journey.open == []
    assert {t["status"] for t in journey.case["tasks"]} == {"done", "cancelled"}
    assert both.client.get(f"/t/{link}").status_code in (409, 410)
    live(both, date(2026, 9, 1))
    assert not told(both, "Pengingat")
    assert not told(both, "Mohon informasi")
    assert journey.stands() == ("stopped", "dibatalkan")
    with both.office.database.read() as session:
        case = session.get_one(Case, journey.id)
        assert (case.next_timer_at, case.incident) == (None, None)
        kinds = [e.kind for e in session.query(History).filter_by(case_id=journey.id)]
    assert kinds.count("case.cancelled") == kinds.count("case.ended") == 1
    with pytest.raises(Conflict, match="sudah berakhir"):
        actions.cancel_case(both.office, journey.id, order=WHY, now=both.now)


def test_what_was_sent_to_a_partner_is_withdrawn_and_not_cancelled(both: Town) -> None:
    journey = Journey(both, [BOGOR, SUKABUMI]).until("tahap2_kesediaan")
    before = journey.open
    with pytest.raises(Conflict, match="Gunakan penarikan"):
        actions.cancel_case(both.office, journey.id, order=WHY, now=both.now)
    assert journey.open == before
    stranger = Actor(kind="account", name="Siti", regions=frozenset({SUKABUMI}))
    with pytest.raises(NotAllowed):
        actions.cancel_case(
            both.office, journey.id, order=Order(actor=stranger, reason="x"), now=both.now
        )


def test_links_that_got_lost_die_together_and_each_holder_gets_a_new_one(both: Town) -> None:
    journeys = [Journey(both, [BOGOR, SUKABUMI], title=f"Perkara {n}") for n in range(3)]
    old = [both.link(each.id, "tahap1_permohonan", BOGOR) for each in journeys]
    both.now = datetime(2026, 7, 7, 3, 0, tzinfo=UTC)
    job = order(both, "relink", [each.case["tasks"][0]["id"] for each in journeys])
    assert actions.carry_on_repairs(both.office, now=both.now, limit=1) == 1
    sweeps.sweep_repairs(both.office, lambda: both.now)
    assert {item["status"] for item in result(both, job)["items"]} == {"done"}
    for journey, token in zip(journeys, old, strict=True):
        assert both.client.get(f"/t/{token}").status_code == 410
        fresh = both.link(journey.id, "tahap1_permohonan", BOGOR)
        assert fresh != token
        journey.answer("tahap1_permohonan")
        assert journey.elements == ["tahap1_telaah"]
        history = both.call("GET", f"/cases/{journey.id}/history").get_json()["items"]
        [entry] = [each for each in history if each["kind"] == "link.replaced"]
        assert entry["details"]["died"] == 1
        assert entry["details"]["reason"] == "Rapat paripurna (SE 4/2026)"
    letters = [path.read_text() for path in (both.folder / "mail").glob("*.eml")]
    assert sum("tidak berlaku lagi. Gunakan tautan ini" in each for each in letters) == 3


def asked_before_it_is_in_force(journey: Journey, minutes: str) -> None:
    """An ending is asked for while signatures are still collected, and nobody answers it."""
    journey.town.withdraw(journey.id)
    assert journey.elements.count(minutes) == 2


def refused(journey: Journey) -> bool:
    """Whether an ending may not be asked for now."""
    address = f"/cases/{journey.id}/withdraw"
    return journey.town.call("POST", address, {"reason": "Lagi"}).status_code == 409


def size_of_state(journey: Journey) -> int:
    """Bytes of what the engine keeps of the case."""
    with journey.town.office.database.read() as session:
        return len(session.get_one(Case, journey.id).state)


def test_a_request_that_was_refused_before_the_agreement_is_in_force_may_be_made_again(
    both: Town,
) -> None:
    minutes = "tahap7_berita_acara_pengakhiran"
    journey = Journey(both, [BOGOR, SUKABUMI]).until("tahap6_registrasi")
    sizes: list[int] = []
    for _ in range(3):
        asked_before_it_is_in_force(journey, minutes)
        assert refused(journey), "its minutes are waited for"
        journey.answer(minutes, BOGOR, sikap="tidak_setuju", dasar=None)
        assert refused(journey), "the partner still decides"
        journey.answer(minutes, SUKABUMI)
        assert journey.elements == ["tahap6_registrasi"]
        sizes.append(size_of_state(journey))
    assert abs(sizes[2] - sizes[1]) < 40, "what is over leaves nothing behind; ids differ"
    asked_before_it_is_in_force(journey, minutes)
    journey.answer(minutes, BOGOR)
    journey.answer(minutes, SUKABUMI)
    assert (journey.stands(), journey.open) == (("completed", "diakhiri"), [])


def test_an_ending_that_is_asked_for_falls_with_the_signature_when_the_draft_has_to_change(
    both: Town,
) -> None:
    minutes = "tahap7_berita_acara_pengakhiran"
    journey = Journey(both, [BOGOR, SUKABUMI]).until("tahap6_tanda_tangan")
    journey.answer("tahap6_tanda_tangan", BOGOR)
    asked_before_it_is_in_force(journey, minutes)
    link = both.link(journey.id, minutes, BOGOR)
    change = {"tanda_tangan": "perlu_perubahan", "catatan": "Pasal 4 keliru"}
    journey.answer("tahap6_tanda_tangan", SUKABUMI, **change)
    assert (journey.elements, journey.case["stage"]) == (["tahap3_pembahasan"], 3)
    assert both.client.get(f"/t/{link}").status_code in (409, 410)
    both.withdraw(journey.id)
    assert journey.elements == ["penarikan_berita_acara"]
    journey.answer("penarikan_berita_acara")
    assert journey.stands() == ("withdrawn", "ditarik")


def told_to_stop(journey: Journey, evaluation: str) -> None:
    """The first evaluation, half a year later, recommends to stop."""
    journey.town.wait(days=190)
    for party in journey.parties:
        journey.pass_with(evaluation.replace("evaluasi", "laporan"), party)
    journey.pass_with(evaluation, BOGOR, rekomendasi="dihentikan")


@pytest.mark.parametrize("first", [None, "setuju"])
def test_minutes_that_wait_since_the_signing_are_replaced_by_those_of_an_evaluation(
    both: Town, first: str | None
) -> None:
    minutes = "tahap7_berita_acara_pengakhiran"
    journey = Journey(both, [BOGOR, SUKABUMI]).until("tahap6_registrasi")
    asked_before_it_is_in_force(journey, minutes)
    link = both.link(journey.id, minutes, SUKABUMI)
    journey.pass_with("tahap6_registrasi", BOGOR)
    if first is not None:
        journey.pass_with(minutes, BOGOR, sikap=first)
    told_to_stop(journey, "tahap7_evaluasi")
    assert journey.open == [(minutes, BOGOR), (minutes, SUKABUMI)]
    assert both.client.get(f"/t/{link}").status_code in (409, 410)
    assert "cancelled" in {t["status"] for t in journey.case["tasks"] if t["element"] == minutes}
    journey.answer(minutes, BOGOR)
    journey.answer(minutes, SUKABUMI, sikap="tidak_setuju", dasar=None)
    assert (journey.stands()[0], journey.open) == ("running", [])
    both.wait(days=190)
    assert journey.elements == ["tahap7_laporan"] * 2, "the next round has come"
    for party in (BOGOR, SUKABUMI):
        journey.pass_with("tahap7_laporan", party)
    journey.pass_with("tahap7_evaluasi", BOGOR, rekomendasi="dihentikan")
    journey.answer(minutes, BOGOR)
    journey.answer(minutes, SUKABUMI)
    assert (journey.stands(), journey.open) == (("completed", "diakhiri"), [])


def test_a_request_that_waits_since_the_signing_ends_the_agreement_without_an_evaluation(
    town: Town,
) -> None:
    minutes = "tahap7_berita_acara_pengakhiran"
    journey = Journey(town, [BOGOR, SUKABUMI]).until("tahap6_registrasi")
    asked_before_it_is_in_force(journey, minutes)
    journey.pass_with("tahap6_registrasi", BOGOR)
    journey.answer(minutes, BOGOR)
    journey.answer(minutes, SUKABUMI)
    assert (journey.stands(), journey.open) == (("completed", "diakhiri"), [])


def test_the_ten_stages_too_have_one_set_of_minutes(town: Town) -> None:
    minutes = "pengakhiran_berita_acara"
    journey = TenStages(town, [BOGOR, SUKABUMI]).until("tahap7_jadwal")
    asked_before_it_is_in_force(journey, minutes)
    while {"tahap9_penatausahaan", minutes} != set(journey.elements):
        element, region = next(each for each in journey.open if each[0] != minutes)
        journey.pass_with(element, region)
    for party in (BOGOR, SUKABUMI):
        journey.pass_with("tahap9_penatausahaan", party)
    told_to_stop(journey, "tahap10_evaluasi")
    journey.pass_with("tahap10_pelaporan", BOGOR)
    journey.pass_with("tahap10_pelaporan", SUKABUMI)
    assert journey.open == [(minutes, BOGOR), (minutes, SUKABUMI)]
    journey.answer(minutes, BOGOR)
    journey.answer(minutes, SUKABUMI)
    assert (journey.stands(), journey.open) == (("completed", "diakhiri"), [])
