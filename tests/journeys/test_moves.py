"""A case is moved to another task: one administrator asks, another one sees and confirms."""

from __future__ import annotations

from datetime import timedelta

import pytest

from processes import actions
from processes.actions import Actor, Order
from processes.errors import Conflict, InvalidAnswers, KsddError, NotAllowed
from processes.store import history, questions
from processes.store.tables import Case, MoveRequest
from processes.store.viewer import Viewer
from tests.journeys.answers import Journey
from tests.journeys.town import Town

BOGOR, SUKABUMI, DEPOK = "32.01", "32.02", "32.76"
FIRST = Actor(kind="account", name="Administrator satu")
SECOND = Actor(kind="account", name="Administrator dua")
WHY = {"reason": "Jawaban mitra datang lewat surat", "authority": "ND 31/2026"}


def ask(town: Town, journey: Journey, element: str, actor: Actor = FIRST) -> str:
    order = Order(actor=actor, **WHY)
    return actions.ask_to_move(town.office, journey.id, element, order=order, now=town.now)


def confirm(town: Town, journey: Journey, move: str, actor: Actor = SECOND) -> None:
    with town.office.database.read() as session:
        revision = session.get_one(Case, journey.id).revision
    actions.confirm_move(town.office, move, revision=revision, actor=actor, now=town.now)


def test_a_case_goes_forward_or_back_and_then_on_to_its_signing(both: Town) -> None:
    journey = Journey(both, [BOGOR, SUKABUMI, DEPOK]).until("tahap2_kesediaan")
    old = both.link(journey.id, "tahap2_kesediaan", SUKABUMI)
    confirm(both, journey, ask(both, journey, "tahap3_pembahasan"))
    assert journey.open == [("tahap3_pembahasan", BOGOR)]
    assert both.client.get(f"/t/{old}").status_code in (409, 410)
    journey.until("tahap5_paraf_sekda")
    both.now += timedelta(days=1)
    confirm(both, journey, ask(both, journey, "tahap2_pihak"))
    assert journey.open == [("tahap2_kesediaan", SUKABUMI), ("tahap2_kesediaan", DEPOK)]
    journey.until("tahap6_registrasi")
    entries = both.call("GET", f"/cases/{journey.id}/history").get_json()["items"]
    moved = [each for each in entries if each["kind"] == "case.moved"]
    assert moved[0]["details"]["closed"] == ["Jawaban kesediaan kepala daerah"] * 2
    assert moved[0]["details"]["opened"] == ["Pembahasan TKKSD"]
    assert moved[0]["details"]["reason"] == "Jawaban mitra datang lewat surat (ND 31/2026)"
    assert moved[0]["details"]["asked_by"] == "Administrator satu"
    assert moved[0]["actor"]["name"] == "Administrator dua"
    with both.office.database.read() as session:
        assert history.verify(session) is None
    records = both.call("GET", "/records?kind=pemindahan").get_json()
    assert [each["what"] for each in records["items"]] == ["case.moved", "case.move_asked"] * 2


def test_two_pairs_of_eyes_see_the_same_case_within_seven_days(both: Town) -> None:
    journey = Journey(both, [BOGOR, SUKABUMI]).until("tahap1_surat")
    move = ask(both, journey, "tahap1_telaah")
    with pytest.raises(NotAllowed, match="tidak dapat menyetujui sendiri"):
        confirm(both, journey, move, FIRST)
    with pytest.raises(Conflict, match="masih menunggu keputusan"):
        ask(both, journey, "tahap3_pembahasan", SECOND)
    stale = {"revision": 1, "actor": SECOND, "now": both.now}
    with pytest.raises(Conflict, match="sudah berubah"):
        actions.confirm_move(both.office, move, **stale)
    both.now += timedelta(days=7)
    with pytest.raises(Conflict, match="kedaluwarsa"):
        confirm(both, journey, move)
    assert journey.elements == ["tahap1_surat"]
    again = ask(both, journey, "tahap1_telaah", SECOND)
    actions.refuse_move(both.office, again, reason="Tidak perlu", actor=FIRST, now=both.now)
    with pytest.raises(Conflict, match="sudah diputuskan"):
        confirm(both, journey, again, FIRST)
    assert journey.elements == ["tahap1_surat"]


@pytest.mark.parametrize(
    ("element", "why"),
    [
        ("tahap2_kesediaan", "tidak dapat dipindahkan ke tempat itu"),
        ("tahap4_pihak", "tidak dapat dipindahkan ke tempat itu"),
        ("penarikan", "tidak dapat dipindahkan ke tempat itu"),
        ("tahap7_naskah_lama", "tidak dapat dipindahkan ke tempat itu"),
        ("tidak_ada", "tidak dapat dipindahkan ke tempat itu"),
        # the letter of request has no receipt date yet
        ("tahap2_pihak", "Diagram tidak dapat berjalan dari tempat itu"),
    ],
)
def test_where_the_diagram_cannot_go_on_nobody_is_asked(town: Town, element: str, why: str) -> None:
    journey = Journey(town, [BOGOR, SUKABUMI]).until("tahap1_telaah")
    before = journey.case
    with pytest.raises(KsddError, match=why):
        ask(town, journey, element)
    assert journey.case == before
    with town.office.database.read() as session:
        assert session.query(MoveRequest).count() == 0


def test_what_is_signed_or_withdrawn_is_not_moved_and_authority_is_asked_for(town: Town) -> None:
    journey = Journey(town, [BOGOR, SUKABUMI]).until("tahap6_tanda_tangan")
    with pytest.raises(InvalidAnswers):
        actions.ask_to_move(
            town.office,
            journey.id,
            "tahap3_pembahasan",
            order=Order(actor=FIRST, reason="Salah tahap"),
            now=town.now,
        )
    journey.pass_with("tahap6_tanda_tangan", SUKABUMI)
    with pytest.raises(Conflict, match="Sudah ada yang menandatangani"):
        ask(town, journey, "tahap3_pembahasan")
    other = Journey(town, [BOGOR, SUKABUMI]).until("tahap1_surat")
    town.withdraw(other.id)
    with pytest.raises(Conflict, match="Penarikan atau pengakhiran"):
        ask(town, other, "tahap1_telaah")


def test_a_request_is_seen_by_the_region_that_keeps_the_case_only(town: Town) -> None:
    journey = Journey(town, [BOGOR, SUKABUMI]).until("tahap1_surat")
    move = ask(town, journey, "tahap1_telaah")
    partner = Actor(kind="account", name="Mitra", regions=frozenset({SUKABUMI}))
    with town.office.database.read() as session:
        assert questions.find_move(session, Viewer.of_region(BOGOR), move)
        assert questions.find_move(session, Viewer.of_region(SUKABUMI), move) is None
    with pytest.raises(KsddError):
        confirm(town, journey, move, partner)
    with pytest.raises(NotAllowed):
        ask(town, Journey(town, [BOGOR, SUKABUMI]), "tahap1_permohonan", partner)
