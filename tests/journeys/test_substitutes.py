"""An official is away: his tasks, reminders and links are the substitute's until he is back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from processes import actions
from processes.store import officials_import
from processes.store.tables import Link, LinkPurpose, Official, Person
from tests.journeys.answers import Journey
from tests.journeys.test_reminders import mails
from tests.journeys.town import LINK, Town

BOGOR, SUKABUMI = "32.01", "32.02"


def official(town: Town, role: str, region: str = BOGOR) -> dict[str, Any]:
    found = town.call("GET", f"/officials?region={region}&role={role}").get_json()["items"]
    return dict(found[0])


def substitute(town: Town, absent: dict[str, Any], **changes: Any) -> Any:
    order = {
        "status": "Plh",
        "starts_on": town.now.date().isoformat(),
        "letter_number": "800/12-BKPSDM/2026",
        **changes,
    }
    order = {key: value for key, value in order.items() if value is not None}
    return town.call("POST", f"/officials/{absent['id']}/substitute", order)


def holder(journey: Journey, element: str, region: str = BOGOR) -> dict[str, Any]:
    [task] = [
        t
        for t in journey.case["tasks"]
        if (t["element"], t["region"], t["status"]) == (element, region, "open")
    ]
    return dict(task["holder"])


def at_midnight(town: Town, days: int) -> None:
    """Shortly after midnight in Jakarta, so many days later; the sweeps run."""
    day = (town.now + timedelta(hours=7)).date() + timedelta(days=days)
    town.now = datetime(day.year, day.month, day.day, 17, 5, tzinfo=UTC) - timedelta(days=1)
    actions.change_substitutes(town.office, now=town.now)


def test_open_tasks_and_links_go_to_the_substitute_at_once_under_both_names(both: Town) -> None:
    journey = Journey(both, [BOGOR, SUKABUMI]).until("tahap5_paraf_kabag")
    kabag, asisten = official(both, "kabag"), official(both, "asisten")
    old = both.link(journey.id, "tahap5_paraf_kabag", BOGOR)
    done = substitute(both, kabag, substitute=asisten["id"])
    assert done.status_code == 200, done.get_data(as_text=True)
    acting = holder(journey, "tahap5_paraf_kabag")
    assert acting["name"] == asisten["name"]
    assert acting["status"] == "Plh"
    assert kabag["name"] in acting["position"]
    assert both.client.get(f"/t/{old}").status_code == 410
    journey.answer("tahap5_paraf_kabag", BOGOR)
    told = both.call("GET", f"/cases/{journey.id}/history").get_json()["items"]
    finished = [e for e in told if e["kind"] == "task.completed"][-1]["details"]["done_by"]
    assert asisten["name"] in finished
    assert kabag["name"] in finished
    moved = [e for e in told if e["kind"] == "task.holders"][-1]["details"]
    assert kabag["name"] in moved["before"][0]
    assert asisten["name"] in moved["after"][0]


def test_new_tasks_and_reminders_go_to_the_substitute(both: Town) -> None:
    kabag = official(both, "kabag")
    named = {"name": "Rina Contoh", "email": "rina@bogor.example"}
    assert substitute(both, kabag, **named).status_code == 200
    journey = Journey(both, [BOGOR, SUKABUMI]).until("tahap5_paraf_kabag")
    assert holder(journey, "tahap5_paraf_kabag")["name"] == "Rina Contoh"
    both.at(datetime(2026, 7, 8, 1, 5, tzinfo=UTC))
    actions.fire_alarms(both.office, kinds=actions.REMINDERS, now=both.now)
    both.read_mail()
    mails = [p.read_text() for p in (both.folder / "mail").glob("*.eml")]
    reminded = [m for m in mails if "Subject: Pengingat" in m and "Paraf Kabag" in m]
    assert any("To: rina@bogor.example" in m for m in reminded)
    with both.office.database.read() as session:
        absent = session.get_one(Official, kabag["id"])
        address = session.get_one(Person, absent.person_id).email
    assert not any(f"To: {address}" in m for m in reminded)


def test_it_ends_by_its_date_and_the_tasks_come_back_by_themselves(both: Town) -> None:
    kabag, asisten = official(both, "kabag"), official(both, "asisten")
    last = (both.now.date() + timedelta(days=2)).isoformat()
    substitute(both, kabag, substitute=asisten["id"], ends_on=last)
    journey = Journey(both, [BOGOR, SUKABUMI]).until("tahap5_paraf_kabag")
    borrowed = both.link(journey.id, "tahap5_paraf_kabag", BOGOR)
    at_midnight(both, 2)
    assert holder(journey, "tahap5_paraf_kabag")["name"] == asisten["name"], "still his last day"
    at_midnight(both, 1)
    assert holder(journey, "tahap5_paraf_kabag")["name"] == kabag["name"]
    assert both.client.get(f"/t/{borrowed}").status_code == 410
    journey.answer("tahap5_paraf_kabag", BOGOR)
    [row] = both.call("GET", "/substitutions").get_json()["items"]
    assert row["state"] == "ended"


def test_one_that_is_ordered_beforehand_begins_on_its_day(both: Town) -> None:
    kabag, asisten = official(both, "kabag"), official(both, "asisten")
    first = (both.now.date() + timedelta(days=3)).isoformat()
    substitute(both, kabag, substitute=asisten["id"], starts_on=first)
    journey = Journey(both, [BOGOR, SUKABUMI]).until("tahap5_paraf_kabag")
    assert holder(journey, "tahap5_paraf_kabag")["name"] == kabag["name"]
    at_midnight(both, 3)
    assert holder(journey, "tahap5_paraf_kabag")["name"] == asisten["name"]


def test_ended_by_hand_it_is_over_at_once_and_only_once(both: Town) -> None:
    kabag, asisten = official(both, "kabag"), official(both, "asisten")
    [row] = substitute(both, kabag, substitute=asisten["id"]).get_json()["items"]
    journey = Journey(both, [BOGOR, SUKABUMI]).until("tahap5_paraf_kabag")
    assert both.call("POST", f"/substitutions/{row['id']}/end").status_code == 200
    assert holder(journey, "tahap5_paraf_kabag")["name"] == kabag["name"]
    assert both.call("POST", f"/substitutions/{row['id']}/end").status_code == 409


def test_the_substitute_of_the_cooperation_office_prepares_and_records_too(both: Town) -> None:
    journey = Journey(both, [BOGOR, SUKABUMI]).until("tahap2_kesediaan")
    clerk = official(both, "bagian_kerja_sama", SUKABUMI)
    named = {"name": "Tono Contoh", "email": "tono@sukabumi.example"}
    before = both.link(journey.id, "tahap2_kesediaan", SUKABUMI, purpose="siapkan")
    assert substitute(both, clerk, **named).status_code == 200
    assert both.client.get(f"/t/{before}").status_code == 410
    token = both.link(journey.id, "tahap2_kesediaan", SUKABUMI, purpose="siapkan")
    done = both.post(token, journey.plan["tahap2_kesediaan"])
    assert "Jawaban sudah disiapkan" in done.get_data(as_text=True)


def test_at_no_moment_do_both_hold_a_living_link(both: Town) -> None:
    kabag, asisten = official(both, "kabag"), official(both, "asisten")
    journey = Journey(both, [BOGOR, SUKABUMI]).until("tahap5_paraf_kabag")

    def living() -> set[str]:
        with both.office.database.read() as session:
            rows = session.scalars(
                select(Official.person_id)
                .join(Link, Link.official_id == Official.id)
                .where(
                    Link.task_id == holder_task(journey),
                    Link.purpose == LinkPurpose.ANSWER,
                    Link.revoked_at.is_(None),
                )
            )
            return set(rows)

    assert len(living()) == 1
    [row] = substitute(both, kabag, substitute=asisten["id"]).get_json()["items"]
    assert len(living()) == 1
    both.call("POST", f"/substitutions/{row['id']}/end")
    assert len(living()) == 1


def holder_task(journey: Journey) -> str:
    return next(
        str(t["id"])
        for t in journey.case["tasks"]
        if (t["element"], t["region"], t["status"]) == ("tahap5_paraf_kabag", BOGOR, "open")
    )


def test_an_import_does_not_disturb_a_running_substitution(both: Town) -> None:
    kabag = official(both, "kabag")
    named = {"name": "Rina Contoh", "email": "rina@bogor.example"}
    substitute(both, kabag, **named)
    with both.office.database.read() as session:
        own = session.get_one(Official, kabag["id"])
        person = session.get_one(Person, own.person_id)
        email = person.email
    table = (
        "region,role,name,nip,position,status,email,phone\n"
        f"{BOGOR},kabag,{kabag['name']},,{kabag['position']},definitif,{email},\n"
    )
    with both.office.database.write() as session:
        officials_import.import_officials(session, table, False, both.now, secret=b"rahasia")
    journey = Journey(both, [BOGOR, SUKABUMI]).until("tahap5_paraf_kabag")
    assert holder(journey, "tahap5_paraf_kabag")["name"] == "Rina Contoh"


def test_a_substitute_who_is_away_himself_has_his_own(both: Town) -> None:
    kabag = official(both, "kabag")
    [row] = substitute(both, kabag, name="Rina Contoh", email="r@b.example").get_json()["items"]
    second = {"id": row["substitute"]["id"]}
    assert substitute(both, second, name="Budi Contoh", email="b@b.example").status_code == 200
    journey = Journey(both, [BOGOR, SUKABUMI]).until("tahap5_paraf_kabag")
    assert holder(journey, "tahap5_paraf_kabag")["name"] == "Budi Contoh"
    both.call("POST", f"/substitutions/{row['id']}/end")
    assert holder(journey, "tahap5_paraf_kabag")["name"] == kabag["name"]
    rows = both.call("GET", "/substitutions").get_json()["items"]
    assert {r["state"] for r in rows} == {"ended"}


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"ends_on": "2026-01-01"}, "ends_on"),
        ({"starts_on": "kemarin"}, "starts_on"),
        ({"status": "Pj"}, "status"),
        ({"letter_number": None}, "letter_number"),
        ({"name": None}, "name"),
        ({"email": None}, "email"),
        ({"substitute": "tidak-ada"}, "substitute"),
    ],
)
def test_an_order_that_cannot_be_carried_out_is_refused_by_name(
    both: Town, wrong: dict[str, Any], field: str
) -> None:
    kabag = official(both, "kabag")
    named = {"name": "Rina Contoh", "email": "rina@bogor.example"}
    refused = substitute(both, kabag, **{**named, **wrong})
    assert refused.status_code == 422
    assert list(refused.get_json()["errors"]) == [field]
    assert both.call("GET", "/substitutions").get_json()["items"] == []


def test_nobody_stands_in_for_himself_twice_or_from_another_house(both: Town) -> None:
    kabag = official(both, "kabag")
    stranger = official(both, "kabag", SUKABUMI)
    assert substitute(both, kabag, substitute=kabag["id"]).status_code == 422
    assert substitute(both, kabag, substitute=stranger["id"]).status_code == 422
    first = (both.now.date() + timedelta(days=5)).isoformat()
    named = {"name": "Rina Contoh", "email": "rina@bogor.example"}
    assert substitute(both, kabag, starts_on=first, **named).status_code == 200
    assert substitute(both, kabag, **named).status_code == 422, "it would run into the other"
    last = (both.now.date() + timedelta(days=4)).isoformat()
    assert substitute(both, kabag, ends_on=last, **named).status_code == 200


def test_who_takes_over_several_tasks_gets_one_letter_with_all_their_links(both: Town) -> None:
    def letters(address: str) -> list[str]:
        both.read_mail()
        return [body for _, to, _, body in mails(both) if to == address]

    clerk, rina = official(both, "bagian_kerja_sama"), "rina@bogor.example"
    journeys = [Journey(both, [BOGOR, SUKABUMI], title=f"Perkara {n}") for n in range(3)]
    both.read_mail()
    own = next(to for _, to, _, _ in mails(both))
    [row] = substitute(both, clerk, name="Rina Contoh", email=rina).get_json()["items"]
    [taken] = letters(rina)
    assert all(f"Perkara {n}" in taken for n in range(3))
    assert len(set(LINK.findall(taken))) == 3
    assert "Plh." in taken
    journeys[0].answer("tahap1_permohonan")
    before = len(letters(own))
    both.wait(hours=1)
    assert both.call("POST", f"/substitutions/{row['id']}/end").status_code == 200
    assert [len(set(LINK.findall(body))) for body in letters(own)[before:]] == [2], "still open"
