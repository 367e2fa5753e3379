"""Substitutes of several officials, of each other and of themselves: what is whose stays his."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from processes import actions
from processes.actions import substituting
from processes.store import substitutions
from processes.store.officials_import import ImportResult
from processes.store.tables import (
    Link,
    LinkPurpose,
    Official,
    Person,
    Substitution,
    Task,
    TaskHolder,
)
from tests.journeys.answers import Journey
from tests.journeys.test_substitutes import BOGOR, SUKABUMI, at_midnight, official, substitute
from tests.journeys.town import Town
from worker.tick import tick

RINA = {"name": "Rina Contoh", "email": "rina@bogor.example"}
HEADING = "region,role,name,nip,position,status,email,phone\n"
OFFICE = "tahap1_permohonan"


def first_task(journey: Journey) -> dict[str, Any]:
    [task] = [t for t in journey.case["tasks"] if t["status"] == "open"]
    return dict(task)


def holders(journey: Journey) -> list[str]:
    return [str(each["name"]) for each in first_task(journey)["holders"]]


def give(town: Town, journey: Journey, receiver: dict[str, Any]) -> None:
    body = {"official": receiver["id"], "reason": "Beban kerja"}
    done = town.call("POST", f"/tasks/{first_task(journey)['id']}/reassign", body)
    assert done.status_code == 200, done.get_data(as_text=True)


def away(town: Town, absent: dict[str, Any], **by: Any) -> str:
    """Somebody stands in from today on; the id of that."""
    done = substitute(town, absent, **by)
    assert done.status_code == 200, done.get_data(as_text=True)
    rows = done.get_json()["items"]
    running = [r for r in rows if r["official"]["id"] == absent["id"] and r["state"] != "ended"]
    return str(running[0]["id"])


def back(town: Town, row_id: str, reason: str = "Sudah masuk kembali") -> None:
    done = town.call("POST", f"/substitutions/{row_id}/end", {"reason": reason})
    assert done.status_code == 200, done.get_data(as_text=True)


def states(town: Town) -> dict[str, str]:
    rows = town.call("GET", "/substitutions").get_json()["items"]
    return {r["official"]["name"]: r["state"] for r in rows}


def bring(town: Town, *rows: str, replace: bool = False) -> ImportResult:
    """Bring in rows "role,name,email[,status]" of Bogor."""
    lines = []
    for row in rows:
        role, name, email, *status = row.split(",")
        how = status[0] if status else "definitif"
        lines.append(f"{BOGOR},{role},{name},,{role.title()},{how},{email},")
    return actions.import_officials(
        town.office,
        HEADING + "\n".join(lines),
        replace=replace,
        actor=actions.Actor.clock(),
        now=town.now,
    )


def as_row(town: Town, found: dict[str, Any]) -> str:
    """An official as a row of the list."""
    with town.office.database.read() as session:
        own = session.get_one(Official, found["id"])
        return f"{own.role},{found['name']},{session.get_one(Person, own.person_id).email}"


def colleagues(town: Town, *names: str) -> list[dict[str, Any]]:
    """More holders of the cooperation office of Bogor, in this order."""
    bring(town, *(f"bagian_kerja_sama,{n},{n.split()[0].lower()}@bogor.example" for n in names))
    found = town.call("GET", f"/officials?region={BOGOR}&role=bagian_kerja_sama").get_json()
    by_name = {each["name"]: each for each in found["items"]}
    return [by_name[name] for name in names]


# --- whose task it is ------------------------------------------------------------------------


def test_a_task_given_to_somebody_of_another_office_is_his_again_when_he_is_back(
    both: Town,
) -> None:
    journey = Journey(both, [BOGOR, SUKABUMI])
    kabag = official(both, "kabag")
    give(both, journey, kabag)
    row = away(both, kabag, **RINA)
    assert holders(journey) == ["Rina Contoh"]
    back(both, row)
    assert holders(journey) == [kabag["name"]]


def test_a_task_given_to_the_substitute_himself_stays_with_him(both: Town) -> None:
    journey = Journey(both, [BOGOR, SUKABUMI])
    clerk, kabag = official(both, "bagian_kerja_sama"), official(both, "kabag")
    row = away(both, clerk, substitute=kabag["id"])
    give(both, journey, kabag)
    back(both, row)
    assert holders(journey) == [kabag["name"]]


def test_who_stands_in_for_two_keeps_the_tasks_of_the_second_when_the_first_is_back(
    both: Town,
) -> None:
    anna, boni = colleagues(both, "Anna Contoh", "Boni Contoh")
    journey = Journey(both, [BOGOR, SUKABUMI])
    give(both, journey, anna)
    other = Journey(both, [BOGOR, SUKABUMI])
    give(both, other, boni)
    first, second = away(both, anna, **RINA), away(both, boni, **RINA)
    assert holders(journey) == holders(other) == ["Rina Contoh"]
    back(both, first)
    assert (holders(journey), holders(other)) == (["Anna Contoh"], ["Rina Contoh"])
    acting = first_task(other)["holder"]
    assert acting["for"]["name"] == "Boni Contoh"
    assert "Anna" not in acting["position"]
    back(both, second)
    assert holders(other) == ["Boni Contoh"]


def test_who_holds_the_same_role_stays_what_he_is_and_gives_back_only_what_was_the_others(
    both: Town,
) -> None:
    bring(both, "bagian_kerja_sama,Cici Contoh,cici@bogor.example,Plt")
    [anna] = colleagues(both, "Anna Contoh")
    found = both.call("GET", f"/officials?region={BOGOR}&role=bagian_kerja_sama").get_json()
    cici = next(each for each in found["items"] if each["name"] == "Cici Contoh")
    own, others = Journey(both, [BOGOR, SUKABUMI]), Journey(both, [BOGOR, SUKABUMI])
    give(both, own, cici)
    give(both, others, anna)
    row = away(both, anna, substitute=cici["id"])
    acting = first_task(others)["holder"]
    assert (acting["name"], acting["status"]) == ("Cici Contoh", "Plt")
    shown = {key: anna[key] for key in ("id", "name", "position")}
    assert acting["for"] == {**shown, "status": "Plh"}
    assert first_task(own)["holder"]["for"] is None
    new = Journey(both, [BOGOR, SUKABUMI])
    assert "Anna Contoh" not in holders(new)
    back(both, row)
    assert (holders(own), holders(others)) == (["Cici Contoh"], ["Anna Contoh"])
    assert {"Anna Contoh", "Cici Contoh"} <= set(holders(new))
    found = both.call("GET", f"/officials?region={BOGOR}&role=bagian_kerja_sama").get_json()
    after = next(each for each in found["items"] if each["name"] == "Cici Contoh")
    assert after == cici


# --- one after another -----------------------------------------------------------------------


def test_two_people_do_not_stand_in_for_each_other(both: Town) -> None:
    kabag, asisten, sekda = (official(both, role) for role in ("kabag", "asisten", "sekda"))
    away(both, kabag, substitute=asisten["id"])
    refused = substitute(both, asisten, substitute=kabag["id"])
    assert refused.status_code == 422
    assert kabag["name"] in refused.get_json()["errors"]["substitute"]
    away(both, asisten, substitute=sekda["id"])
    assert substitute(both, sekda, substitute=kabag["id"]).status_code == 422, "in three steps"
    later = (both.now.date() + timedelta(days=30)).isoformat()
    assert substitute(both, sekda, substitute=kabag["id"], starts_on=later).status_code == 422
    assert list(states(both).values()) == ["running", "running"]


def test_they_may_on_different_days(both: Town) -> None:
    kabag, asisten = official(both, "kabag"), official(both, "asisten")
    last, first = (both.now.date() + timedelta(days=days) for days in (2, 3))
    away(both, kabag, substitute=asisten["id"], ends_on=last.isoformat())
    away(both, asisten, substitute=kabag["id"], starts_on=first.isoformat())
    journey = Journey(both, [BOGOR, SUKABUMI]).until("tahap5_paraf_kabag")
    at_midnight(both, 3)
    journey.answer("tahap5_paraf_kabag", BOGOR)
    done = [t for t in journey.case["tasks"] if t["element"] == "tahap5_paraf_kabag"]
    assert kabag["name"] in done[0]["done_by"]


def test_a_chain_is_not_longer_than_anybody_can_follow(both: Town) -> None:
    absent = official(both, "kabag")
    for step in range(substitutions.LONGEST_CHAIN):
        name = f"Pengganti {step} Contoh"
        row = away(both, absent, name=name, email=f"p{step}@bogor.example")
        rows = both.call("GET", "/substitutions").get_json()["items"]
        absent = next(r for r in rows if r["id"] == row)["substitute"]
    refused = substitute(both, absent, **RINA)
    assert refused.status_code == 422
    assert list(refused.get_json()["errors"]) == ["substitute"]


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 0, 2), (2, 0, 1)])
@pytest.mark.parametrize("declared", [(0, 1, 2), (2, 1, 0)])
def test_a_chain_unwinds_in_whatever_order_they_come_back(
    both: Town, order: Sequence[int], declared: Sequence[int]
) -> None:
    roles = ("bagian_kerja_sama", "kabag", "asisten")
    cast = [official(both, role) for role in roles]
    journey = Journey(both, [BOGOR, SUKABUMI])
    by: list[dict[str, str]] = [{"substitute": each["id"]} for each in cast[1:]] + [RINA]
    rows = dict.fromkeys(range(3), "")
    for each in declared:
        rows[each] = away(both, cast[each], **by[each])
    assert holders(journey) == ["Rina Contoh"]
    assert first_task(journey)["holder"]["for"]["name"] == cast[0]["name"]
    gone = {0, 1, 2}
    for each in order:
        back(both, rows[each])
        gone.remove(each)
        names = [*(person["name"] for person in cast), "Rina Contoh"]
        present = next(step for step in range(4) if step not in gone)
        assert holders(journey) == [names[present]]
    assert set(states(both).values()) == {"ended"}
    token = both.link(journey.id, OFFICE, BOGOR)
    assert both.post(token, journey.plan[OFFICE]).status_code == 200


# --- lists of officials ----------------------------------------------------------------------


def bogor(town: Town) -> list[dict[str, Any]]:
    items = town.call("GET", f"/officials?region={BOGOR}").get_json()["items"]
    return [dict(each) for each in items]


def test_a_new_list_keeps_the_end_of_a_chain(both: Town) -> None:
    clerk, kabag = official(both, "bagian_kerja_sama"), official(both, "kabag")
    rows = [as_row(both, each) for each in bogor(both)]
    journey = Journey(both, [BOGOR, SUKABUMI])
    away(both, clerk, substitute=kabag["id"])
    away(both, kabag, **RINA)
    bring(both, *rows, replace=True)
    assert holders(journey) == ["Rina Contoh"]
    assert both.link(journey.id, OFFICE, BOGOR)


def test_somebody_whom_a_new_list_leaves_out_while_he_is_away_does_not_come_back(
    both: Town,
) -> None:
    clerk = official(both, "bagian_kerja_sama")
    rest = [as_row(both, each) for each in bogor(both) if each["id"] != clerk["id"]]
    journey = Journey(both, [BOGOR, SUKABUMI])
    last = (both.now.date() + timedelta(days=2)).isoformat()
    away(both, clerk, ends_on=last, **RINA)
    bring(both, *rest, "bagian_kerja_sama,Baru Contoh,baru@bogor.example", replace=True)
    assert holders(journey) == ["Baru Contoh"]
    at_midnight(both, 5)
    assert holders(journey) == ["Baru Contoh"]
    assert [o["name"] for o in bogor(both) if o["role"] == "bagian_kerja_sama"] == ["Baru Contoh"]
    assert states(both) == {clerk["name"]: "ended"}


def test_a_substitute_whom_the_list_puts_into_the_office_keeps_it(both: Town) -> None:
    clerk = official(both, "bagian_kerja_sama")
    rest = [as_row(both, each) for each in bogor(both) if each["id"] != clerk["id"]]
    journey = Journey(both, [BOGOR, SUKABUMI])
    away(both, clerk, **RINA)
    bring(both, *rest, "bagian_kerja_sama,Rina Contoh,rina@bogor.example", replace=True)
    assert holders(journey) == ["Rina Contoh"]
    acting = first_task(journey)["holder"]
    assert (acting["status"], acting["for"]) == ("definitif", None)
    both.link(journey.id, OFFICE, BOGOR)


def test_when_the_substitute_leaves_the_official_is_back_and_the_import_says_so(
    both: Town,
) -> None:
    clerk, kabag = official(both, "bagian_kerja_sama"), official(both, "kabag")
    rest = [as_row(both, each) for each in bogor(both) if each["name"] != kabag["name"]]
    journey = Journey(both, [BOGOR, SUKABUMI])
    away(both, clerk, substitute=kabag["id"])
    result = bring(both, *rest, "kabag,Baru Contoh,baru@bogor.example", replace=True)
    assert holders(journey) == [clerk["name"]]
    [ended] = result.settled.ended
    assert "Pengganti tidak lagi tercatat" in ended.end_reason


# --- what is told ----------------------------------------------------------------------------


def test_history_and_receipt_carry_both_names_and_the_end_its_reason(both: Town) -> None:
    cici, anna = colleagues(both, "Cici Contoh", "Anna Contoh")
    journey = Journey(both, [BOGOR, SUKABUMI])
    give(both, journey, anna)
    row = away(both, anna, substitute=cici["id"])
    other = Journey(both, [BOGOR, SUKABUMI])
    give(both, other, cici)
    receipt = both.post(both.link(journey.id, OFFICE, BOGOR), journey.plan[OFFICE])
    page = receipt.get_data(as_text=True)
    assert "Cici Contoh" in page
    assert "menggantikan Anna Contoh" in page
    told = both.call("GET", f"/cases/{journey.id}/history").get_json()["items"]
    done = next(e for e in told if e["kind"] == "task.completed")["details"]
    assert done["for"].startswith("Anna Contoh")
    assert (done["status"], "Anna Contoh" in done["done_by"]) == ("Plh", True)
    moved = next(e for e in told if e["kind"] == "task.holders")["details"]
    assert moved["for"].startswith("Anna Contoh")
    assert moved["letter"] == "800/12-BKPSDM/2026"
    third = Journey(both, [BOGOR, SUKABUMI])
    back(both, row, "Perjalanan dinas dibatalkan")
    told = both.call("GET", f"/cases/{third.id}/history").get_json()["items"]
    moved = [e for e in told if e["kind"] == "task.holders"][-1]["details"]
    assert moved["reason"] == "Perjalanan dinas dibatalkan"
    [kept] = both.call("GET", "/substitutions").get_json()["items"]
    assert (kept["end_reason"], kept["ended_by"]) == ("Perjalanan dinas dibatalkan", "kota")


# --- the clock -------------------------------------------------------------------------------


def test_one_that_fails_stops_neither_the_others_nor_the_reminders(
    both: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    kabag, asisten = official(both, "kabag"), official(both, "asisten")
    first = (both.now.date() + timedelta(days=1)).isoformat()
    bad = away(both, kabag, starts_on=first, name="Rusak Contoh", email="r@bogor.example")
    away(both, asisten, starts_on=first, **RINA)
    change = substituting._change

    def poisoned(office: Any, row_id: str, now: datetime) -> int:
        if row_id == bad:
            raise RuntimeError("rusak")
        return change(office, row_id, now)

    monkeypatch.setattr(substituting, "_change", poisoned)
    journey = Journey(both, [BOGOR, SUKABUMI])
    due = datetime.fromisoformat(first_task(journey)["due_at"]) - timedelta(hours=8)
    for minutes in range(0, 20, 3):
        both.now = due.astimezone(UTC) + timedelta(minutes=minutes)
        tick(both.office, both.now)
    assert states(both) == {kabag["name"]: "planned", asisten["name"]: "running"}
    rows = both.call("GET", "/substitutions").get_json()["items"]
    assert next(r for r in rows if r["id"] == bad)["problem"] == "RuntimeError: rusak"
    with both.office.database.read() as session:
        assert session.get_one(Substitution, bad).attempts == 3
        assert substitutions.stuck(session, None) == 1
        assert substitutions.stuck(session, {SUKABUMI}) == 0
    history = both.call("GET", f"/cases/{journey.id}/history").get_json()["items"]
    assert "task.reminded" in {e["kind"] for e in history}


def test_the_last_day_is_that_of_the_region(both: Town) -> None:
    """In Jayapura (WIT) a day ends two hours before it does in Jakarta."""
    line = "91.71,kabag,Yusak Contoh,,Kabag,definitif,yusak@jayapura.example,\n"
    actor = actions.Actor.clock()
    actions.import_officials(both.office, HEADING + line, replace=False, actor=actor, now=both.now)
    kabag = official(both, "kabag", "91.71")
    away(both, kabag, ends_on="2026-07-07", **RINA)
    for hour, state in ((14, "running"), (15, "ended")):
        tick(both.office, datetime(2026, 7, 7, hour, 1, tzinfo=UTC))
        assert states(both)[kabag["name"]] == state


def test_a_period_that_is_over_is_refused_and_one_that_has_begun_begins_at_once(
    both: Town,
) -> None:
    kabag = official(both, "kabag")
    over = substitute(both, kabag, starts_on="2026-07-01", ends_on="2026-07-05", **RINA)
    assert over.status_code == 422
    assert list(over.get_json()["errors"]) == ["ends_on"]
    away(both, kabag, starts_on="2026-07-01", ends_on="2026-07-06", **RINA)
    assert states(both) == {kabag["name"]: "running"}


def test_the_next_one_may_begin_before_the_clock_has_ended_the_last(both: Town) -> None:
    clerk = official(both, "bagian_kerja_sama")
    journey = Journey(both, [BOGOR, SUKABUMI])
    away(both, clerk, ends_on=both.now.date().isoformat(), **RINA)
    both.now += timedelta(days=1)
    away(both, clerk, name="Tono Contoh", email="tono@bogor.example")
    assert holders(journey) == ["Tono Contoh"]
    assert sorted(r["state"] for r in both.call("GET", "/substitutions").get_json()["items"]) == [
        "ended",
        "running",
    ]


# --- links -----------------------------------------------------------------------------------


def living(town: Town, person: str) -> set[tuple[str, LinkPurpose]]:
    """Where somebody gets in and what for: element and purpose."""
    with town.office.database.read() as session:
        rows = session.execute(
            select(Task.element, Link.purpose)
            .join(Task, Task.id == Link.task_id)
            .join(Official, Official.id == Link.official_id)
            .join(Person, Person.id == Official.person_id)
            .where(Person.name == person, Link.revoked_at.is_(None))
            .where((Link.purpose != LinkPurpose.ANSWER) | Task.closed_at.is_(None))
        )
        return {(element, purpose) for element, purpose in rows}


def test_links_of_every_purpose_go_with_the_task_and_come_back(both: Town) -> None:
    journey = Journey(both, [BOGOR, SUKABUMI])
    journey.answer(OFFICE).answer("tahap1_telaah")
    journey.answer("tahap1_surat", tanggal_terima={})
    clerk, theirs = (
        official(both, "bagian_kerja_sama"),
        official(both, "bagian_kerja_sama", SUKABUMI),
    )
    mine = living(both, clerk["name"])
    assert ("tahap1_surat", LinkPurpose.COMPLETE) in mine
    prepares = living(both, theirs["name"])
    assert ("tahap2_kesediaan", LinkPurpose.PREPARE) in prepares
    first = away(both, clerk, **RINA)
    second = away(both, theirs, name="Tono Contoh", email="tono@sukabumi.example")
    assert living(both, clerk["name"]) == living(both, theirs["name"]) == set()
    assert {kind for _, kind in living(both, "Rina Contoh")} >= {LinkPurpose.COMPLETE}
    assert ("tahap2_kesediaan", LinkPurpose.PREPARE) in living(both, "Tono Contoh")
    back(both, first)
    back(both, second)
    assert living(both, "Rina Contoh") == living(both, "Tono Contoh") == set()
    assert ("tahap1_surat", LinkPurpose.COMPLETE) in living(both, clerk["name"])
    assert ("tahap2_kesediaan", LinkPurpose.PREPARE) in living(both, theirs["name"])


def test_a_task_that_opened_for_the_wrong_one_of_the_two_is_put_right(both: Town) -> None:
    journey = Journey(both, [BOGOR, SUKABUMI])
    clerk = official(both, "bagian_kerja_sama")
    row = away(both, clerk, **RINA)
    with both.office.database.write() as session:
        for held in session.scalars(select(TaskHolder)):
            held.official_id = held.for_official_id
    actions.change_substitutes(both.office, now=both.now)
    assert holders(journey) == ["Rina Contoh"]
    with both.office.database.write() as session:
        session.get_one(Substitution, row).ended_at = both.now
    actions.change_substitutes(both.office, now=both.now)
    assert holders(journey) == [clerk["name"]]
