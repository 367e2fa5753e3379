"""A region with three assistants: one of them is chosen for a case, once."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import select, update

from processes.store.tables import Official, Person
from tests.journeys.answers import Journey
from tests.journeys.test_pages_tell_the_truth import board
from tests.journeys.test_paper import call, token_for
from tests.journeys.town import Town

BOGOR, SUKABUMI, BADUNG, SERANG = "32.01", "32.02", "51.03", "36.04"


def hire(town: Town, region: str, role: str, name: str, phone: str | None = None) -> str:
    """One more holder of a role; the official's id."""
    with town.office.database.write() as session:
        person = Person(name=name, email=f"{name.split()[0].lower()}@{region}.example", phone=phone)
        session.add(person)
        session.flush()
        official = Official(
            region_code=region, role=role, person_id=person.id, position=f"{name}, {role}"
        )
        session.add(official)
        session.flush()
        return official.id


def three_assistants(town: Town) -> list[str]:
    hire(town, BOGOR, "asisten", "Asri Contoh")
    hire(town, BOGOR, "asisten", "Bayu Contoh")
    with town.office.database.read() as session:
        return list(
            session.scalars(
                select(Official.id)
                .where(Official.region_code == BOGOR, Official.role == "asisten")
                .order_by(Official.id)
            )
        )


def row(journey: Journey, element: str, region: str = BOGOR) -> dict[str, Any]:
    return next(
        t
        for t in reversed(journey.case["tasks"])
        if (t["element"], t["region"]) == (element, region)
    )


def at_the_assistant(town: Town, journey: Journey) -> None:
    journey.until("tahap5_paraf_kabag")
    journey.answer("tahap5_paraf_kabag", BOGOR)
    assert ("tahap5_paraf_asisten", BOGOR) in journey.open


def test_who_wants_a_link_before_the_choice_reads_that_one_has_to_be_chosen_and_where(
    both: Town,
) -> None:
    three_assistants(both)
    journey = Journey(both, [BOGOR, SUKABUMI])
    at_the_assistant(both, journey)
    task = row(journey, "tahap5_paraf_asisten")["id"]

    link = both.call("POST", f"/tasks/{task}/link")
    reminder = both.call("POST", f"/tasks/{task}/remind", {"reason": "Mendesak"})

    for refused in (link, reminder):
        assert refused.status_code == 409
        told = refused.get_json()["detail"]
        assert "3 pejabat terdaftar sebagai Asisten (asisten) di Kabupaten Bogor" in told
        assert "Asri Contoh, Asri Contoh, asisten; Bayu Contoh" in told
        assert "Pejabat perkara" in told
        assert f"POST /cases/{journey.id}/officials" in told
        assert "Daftarkan" not in told


def test_a_task_of_a_role_that_nobody_has_asks_to_register_somebody(both: Town) -> None:
    journey = Journey(both, [BOGOR, SERANG]).until("tahap2_kesediaan")
    task = row(journey, "tahap2_kesediaan", SERANG)["id"]

    for act, body in (("link", None), ("remind", {"reason": "Mendesak"})):
        refused = both.call("POST", f"/tasks/{task}/{act}", body)
        assert refused.status_code == 409
        told = refused.get_json()["detail"]
        assert "Daftarkan pejabat untuk peran Kepala Daerah (kepala_daerah) di" in told


def test_a_link_to_record_asks_to_register_the_office_that_records(both: Town) -> None:
    journey = Journey(both, [BOGOR, SUKABUMI]).until("tahap2_kesediaan")
    task = row(journey, "tahap2_kesediaan", SUKABUMI)["id"]
    with both.office.database.write() as session:
        offices = Official.region_code == SUKABUMI, Official.role == "bagian_kerja_sama"
        session.execute(update(Official).where(*offices).values(active=False))

    refused = both.call("POST", f"/tasks/{task}/link", {"purpose": "catat"})

    assert refused.status_code == 409
    assert "Bagian Kerja Sama (bagian_kerja_sama) di Kabupaten Sukabumi" in refused.text


def test_the_cooperation_office_chooses_once_and_later_tasks_go_straight_to_him(
    both: Town,
) -> None:
    assistants = three_assistants(both)
    journey = Journey(both, [BOGOR, SUKABUMI])
    at_the_assistant(both, journey)
    assert row(journey, "tahap5_paraf_asisten")["holder"] is None
    asked = both.link(journey.id, "tahap5_paraf_asisten", BOGOR, purpose="pilih")
    page = both.client.get(f"/t/{asked}").get_data(as_text=True)
    assert page.count('name="_pejabat"') == 3
    assert "checked" not in page
    assert both.post(asked, {}, form="pilihan").status_code == 422
    done = both.post(asked, {"_pejabat": assistants[1]}, form="pilihan")
    assert "Pejabat sudah ditetapkan" in done.get_data(as_text=True)
    assert row(journey, "tahap5_paraf_asisten")["holder"]["id"] == assistants[1]
    journey.answer("tahap5_paraf_asisten", BOGOR, paraf="kembalikan", catatan="Perbaiki pasal 3")
    while "tahap5_paraf_asisten" not in [e for e, r in journey.open if r == BOGOR]:
        element, region = next(
            (e, r) for e, r in journey.open if (e, r) != ("tahap5_paraf_asisten", BOGOR)
        )
        journey.answer(element, region)
    assert row(journey, "tahap5_paraf_asisten")["holder"]["id"] == assistants[1]
    officials = both.call("GET", f"/cases/{journey.id}/officials").get_json()["items"]
    assert [o["id"] for o in officials] == [assistants[1]]


def test_a_sole_holder_is_not_a_question(both: Town) -> None:
    three_assistants(both)
    journey = Journey(both, [BOGOR, SUKABUMI]).until("tahap5_paraf_kabag")
    journey.answer("tahap5_paraf_kabag", SUKABUMI)
    assert row(journey, "tahap5_paraf_asisten", SUKABUMI)["holder"]


def test_the_choice_may_be_made_beforehand_and_changed_later(both: Town) -> None:
    assistants = three_assistants(both)
    journey = Journey(both, [BOGOR, SUKABUMI])
    path = f"/cases/{journey.id}/officials"
    assert both.call("POST", path, {"official": assistants[0]}).status_code == 200
    at_the_assistant(both, journey)
    assert row(journey, "tahap5_paraf_asisten")["holder"]["id"] == assistants[0]
    first = both.link(journey.id, "tahap5_paraf_asisten", BOGOR)
    assert both.call("POST", path, {"official": assistants[2]}).status_code == 200
    assert both.client.get(f"/t/{first}").status_code == 410
    journey.answer("tahap5_paraf_asisten", BOGOR)


def test_somebody_who_left_is_chosen_anew(both: Town) -> None:
    assistants = three_assistants(both)
    journey = Journey(both, [BOGOR, SUKABUMI])
    both.call("POST", f"/cases/{journey.id}/officials", {"official": assistants[0]})
    with both.office.database.write() as session:
        session.get_one(Official, assistants[0]).active = False
    at_the_assistant(both, journey)
    assert row(journey, "tahap5_paraf_asisten")["holder"] is None
    both.link(journey.id, "tahap5_paraf_asisten", BOGOR, purpose="pilih")


@pytest.mark.parametrize("whose", ["stranger", "nobody", "another role"])
def test_nobody_else_is_chosen(both: Town, whose: str) -> None:
    assistants = three_assistants(both)
    journey = Journey(both, [BOGOR, SUKABUMI])
    at_the_assistant(both, journey)
    asked = both.link(journey.id, "tahap5_paraf_asisten", BOGOR, purpose="pilih")
    with both.office.database.read() as session:
        strangers = select(Official.id).where(Official.region_code == "32.03")
        roles = select(Official.id).where(Official.region_code == BOGOR, Official.role == "sekda")
        chosen = {
            "stranger": session.scalars(strangers).first(),
            "nobody": "x",
            "another role": session.scalars(roles).first(),
        }[whose]
    refused = both.post(asked, {"_pejabat": chosen}, form="pilihan")
    assert refused.status_code == 422
    assert row(journey, "tahap5_paraf_asisten")["holder"] is None
    assert assistants


def test_the_liaison_officer_of_the_case_is_its_contact(both: Town) -> None:
    hire(both, BOGOR, "ppksd", "Citra Contoh", "+620008001")
    second = hire(both, BOGOR, "ppksd", "Dian Contoh", "+620008002")
    journey = Journey(both, [BOGOR, SUKABUMI])
    token = both.link(journey.id, "tahap1_permohonan", BOGOR)
    assert "Dian Contoh" not in both.client.get(f"/t/{token}").get_data(as_text=True)
    both.call("POST", f"/cases/{journey.id}/officials", {"official": second})
    page = both.client.get(f"/t/{token}").get_data(as_text=True)
    assert "Dian Contoh" in page
    assert "+620008002" in page


def test_where_the_original_lies_is_told_by_answers_and_by_hand(both: Town) -> None:
    journey = Journey(both, [BOGOR, SUKABUMI]).until("tahap6_registrasi")
    journey.answer("tahap6_registrasi", lokasi_asli="Lemari arsip Bagian Kerja Sama")
    path = f"/cases/{journey.id}/whereabouts"
    [first] = both.call("GET", path).get_json()["items"]
    assert first["place"] == "Lemari arsip Bagian Kerja Sama"
    today = both.now.date().isoformat()
    sent = {"place": "Kurir ke Sukabumi", "since": today, "tracking_number": "JNE-12345"}
    both.wait(hours=1)
    newest = both.call("POST", path, sent).get_json()["items"]
    assert [p["place"] for p in newest] == [
        "Kurir ke Sukabumi",
        "Lemari arsip Bagian Kerja Sama",
    ]
    refused = both.call("POST", path, {"place": "Besok", "since": "2999-01-01"})
    assert refused.status_code == 422
    assert list(refused.get_json()["errors"]) == ["since"]


def test_a_region_that_left_learns_nothing_new_of_the_original_and_tells_nothing(
    both: Town,
) -> None:
    journey = Journey(both, [BOGOR, SUKABUMI, BADUNG]).until("tahap2_kesediaan")
    journey.answer("tahap2_kesediaan", BADUNG, tanggapan="menolak")
    journey.answer("tahap2_kesediaan", SUKABUMI).answer("tahap2_keputusan_lanjut")
    path = f"/cases/{journey.id}/whereabouts"
    both.wait(hours=1)
    sent = {"place": "Lemari Bogor", "since": both.now.date().isoformat()}
    left, stays = token_for(both, BADUNG), token_for(both, SUKABUMI)
    assert both.call("POST", path, sent).status_code == 200
    assert get(both, left, path) == []
    assert [place["place"] for place in get(both, stays, path)] == ["Lemari Bogor"]
    assert call(both, left, path, sent).status_code == 404
    assert call(both, stays, path, sent).status_code == 200


def test_a_house_does_not_list_whom_another_house_chose(both: Town) -> None:
    assistants = three_assistants(both)
    journey = Journey(both, [BOGOR, SUKABUMI])
    path = f"/cases/{journey.id}/officials"
    both.call("POST", path, {"official": assistants[0]})
    assert [each["id"] for each in get(both, token_for(both, BOGOR), path)] == [assistants[0]]
    stranger = token_for(both, SUKABUMI)
    assert get(both, stranger, path) == []
    refused = call(both, stranger, path, {"official": assistants[1]})
    assert refused.status_code == 404


def test_a_place_that_cannot_be_kept_stays_typed_on_the_board(both: Town) -> None:
    journey = Journey(both, [BOGOR, SUKABUMI])
    page = board(both, f"/perkara/{journey.id}")
    typed = {"place": "Kurir", "since": "2999-01-01", "tracking_number": "JNE-777"}
    nonce = re.search(r'name="(_\w+)" value="([^"]+)"', page)
    assert nonce is not None
    sent = {nonce[1]: nonce[2], **typed}
    again = both.client.post(f"/perkara/{journey.id}/letak", data=sent)
    assert again.status_code == 422
    for value in typed.values():
        assert f'value="{value}"' in again.get_data(as_text=True)


def get(town: Town, token: str, path: str) -> list[dict[str, Any]]:
    answer = town.client.get(f"/api/v1{path}", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 200
    found: list[dict[str, Any]] = answer.get_json()["items"]
    return found
