"""An escalation climbs the house's own ladder until it finds somebody, and says when it cannot."""

from __future__ import annotations

from datetime import date
from typing import Any

from processes.store.tables import Official
from tests.journeys.answers import Journey
from tests.journeys.test_reminders import live, mails, told
from tests.journeys.test_repairs import BOGOR, SUKABUMI, WHY, act, open_task
from tests.journeys.test_substitutes import official, substitute
from tests.journeys.town import Town
from tests.test_settings_have_effect import FIRST


def vacate(town: Town, *roles: str) -> None:
    with town.office.database.write() as session:
        for each in session.query(Official).filter(
            Official.region_code == BOGOR, Official.role.in_(roles)
        ):
            each.active = each.in_office = False


def escalated(journey: Journey) -> list[tuple[Any, ...]]:
    """Role, number of those told, and why nobody was, of each escalation."""
    found = journey.town.call("GET", f"/cases/{journey.id}/history").get_json()["items"]
    return [
        (e["details"]["role"], len(e["details"]["to"]), e["details"].get("nobody"))
        for e in found
        if e["kind"] == "task.escalated"
    ]


def test_a_vacant_rung_is_climbed_and_where_nobody_is_left_the_board_says_so(both: Town) -> None:
    vacate(both, "kabag", "sekda")
    journey = Journey(both, [BOGOR, SUKABUMI])
    live(both, date(2026, 7, 21))
    assert told(both, "Mohon informasi") == {(date(2026, 7, 16), "asisten.3201"): 1}
    assert escalated(journey) == [
        ("bagian_kerja_sama", 0, "self"),
        ("kabag", 1, None),
        ("sekda", 0, "nobody"),
    ]
    [shown] = both.call("GET", "/troubles").get_json()["alarms"]
    assert "Tidak ada yang dapat diberi tahu" in shown["error"]
    task = open_task(journey, FIRST)
    act(both, task, "pause")
    assert both.call("GET", "/troubles").get_json()["alarms"] == []
    act(both, task, "resume")
    with both.office.database.write() as session:
        [sekda] = session.query(Official).filter_by(region_code=BOGOR, role="sekda")
        sekda.active = sekda.in_office = True
    both.call("POST", f"/alarms/{shown['id']}/retry", WHY)
    live(both, date(2026, 7, 22))
    assert both.call("GET", "/troubles").get_json()["alarms"] == []
    assert {who for _, who in told(both, "Mohon informasi")} == {"asisten.3201", "sekda.3201"}


def test_a_head_of_region_who_stands_in_is_never_reproved(both: Town) -> None:
    answer = substitute(
        both, official(both, "sekda"), substitute=official(both, "kepala_daerah")["id"]
    )
    assert answer.status_code in (200, 201)
    journey = Journey(both, [BOGOR, SUKABUMI])
    live(both, date(2026, 7, 21))
    assert {who for _, who in told(both, "Mohon informasi")} == {"kabag.3201"}
    assert escalated(journey)[-1] == ("sekda", 0, "nobody")
    assert len(both.call("GET", "/troubles").get_json()["alarms"]) == 1
    journey.answer(FIRST)
    assert both.call("GET", "/troubles").get_json()["alarms"] == []


def test_whoever_prepares_is_reminded_until_the_answers_lie_before_the_holder(both: Town) -> None:
    journey = Journey(both, [BOGOR, SUKABUMI]).until("tahap2_kesediaan")
    task = open_task(journey, "tahap2_kesediaan", SUKABUMI)
    act(both, task, "extend", due_on="2026-08-19")
    act(both, task, "extend", due_on="2026-08-20")
    both.read_mail()
    live(both, date(2026, 8, 18))
    prepares, holds = "bagian-kerja-sama.3202", "kepala-daerah.3202"
    asked = [
        (at.date(), to.split("@")[0])
        for at, to, subject, body in mails(both)
        if subject.startswith("Pengingat untuk menyiapkan") and "hari kerja lagi" in body
    ]
    assert asked == [(date(2026, 8, 18), prepares)]
    given = {**journey.plan["tahap2_kesediaan"]}
    answer = both.post(both.link(journey.id, "tahap2_kesediaan", SUKABUMI, "siapkan"), given)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    live(both, date(2026, 8, 20))
    assert {who for _, who in told(both, "Pengingat untuk")} == {prepares}
    assert sum(told(both, "Pengingat untuk").values()) == 1
    assert sum(n for (_, who), n in told(both, "Pengingat: ").items() if who == holds) == 2
