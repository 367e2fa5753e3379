"""Cases opened by mistake are over at once; links that got lost are replaced by new ones."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from processes import actions
from processes.actions import Actor, Order
from processes.errors import Conflict, NotAllowed
from processes.store.tables import Case, History
from tests.journeys.answers import Journey
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
