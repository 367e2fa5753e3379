"""What becomes of the choice of one assistant among several when people come, go or are late."""

from __future__ import annotations

import csv
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from sqlalchemy import select

from processes import actions
from processes.store.tables import Official, Person
from tests.journeys.answers import Journey
from tests.journeys.test_case_officials import at_the_assistant, hire, row, three_assistants
from tests.journeys.test_pages_tell_the_truth import board
from tests.journeys.test_reminders import live, told
from tests.journeys.town import Town

BOGOR, SUKABUMI = "32.01", "32.02"
FOLDER = Path(__file__).parents[2] / "processes" / "ksdd"
COLUMNS = ("region", "role", "name", "nip", "position", "status", "email", "phone")


def bring(town: Town, *, without: tuple[str, ...] = (), new: tuple[str, ...] = ()) -> None:
    """Make a list of Bogor's officials the whole truth: some left (ids), some assistants came."""
    listed = StringIO()
    lines = csv.writer(listed)
    lines.writerow(COLUMNS)
    with town.office.database.read() as session:
        people = session.execute(
            select(Official, Person)
            .join(Person, Person.id == Official.person_id)
            .where(Official.region_code == BOGOR, Official.active)
        ).all()
        for official, person in people:
            if official.id not in without:
                status = official.status.value
                who = (person.name, person.nip, official.position, status)
                lines.writerow((BOGOR, official.role, *who, person.email, person.phone))
    for name in new:
        mail = f"{name.split()[0].lower()}@32.01.example"
        lines.writerow((BOGOR, "asisten", name, "", "Asisten", "definitif", mail, ""))
    clock = actions.Actor.clock()
    actions.import_officials(
        town.office, listed.getvalue(), replace=True, actor=clock, now=town.now
    )
    town.read_mail()


def choose(town: Town, journey: Journey, official: str, **more: str) -> int:
    body = {"official": official, **more}
    return town.call("POST", f"/cases/{journey.id}/officials", body).status_code


def holders(journey: Journey, element: str = "tahap5_paraf_asisten") -> list[str]:
    return [each["id"] for each in row(journey, element)["holders"]]


def test_when_the_chosen_one_leaves_with_the_task_in_hand_the_question_is_asked_anew(
    both: Town,
) -> None:
    assistants = three_assistants(both)
    journey = Journey(both, [BOGOR, SUKABUMI])
    choose(both, journey, assistants[0])
    at_the_assistant(both, journey)
    old = both.link(journey.id, "tahap5_paraf_asisten", BOGOR)
    bring(both, without=(assistants[0],))
    assert holders(journey) == []
    assert both.client.get(f"/t/{old}").status_code == 410
    asked = both.link(journey.id, "tahap5_paraf_asisten", BOGOR, purpose="pilih")
    assert both.post(asked, {"_pejabat": assistants[1]}, form="pilihan").status_code == 200
    assert holders(journey) == [assistants[1]]


def test_whoever_comes_while_the_question_is_open_may_be_chosen_and_holds_nothing_yet(
    both: Town,
) -> None:
    three_assistants(both)
    journey = Journey(both, [BOGOR, SUKABUMI])
    at_the_assistant(both, journey)
    bring(both, new=("Eka Contoh",))
    assert holders(journey) == []
    asked = both.link(journey.id, "tahap5_paraf_asisten", BOGOR, purpose="pilih")
    page = both.client.get(f"/t/{asked}").get_data(as_text=True)
    assert page.count('name="_pejabat"') == 4
    assert "Eka Contoh" in page


def test_the_last_one_left_gets_the_task_without_a_question(both: Town) -> None:
    assistants = three_assistants(both)
    journey = Journey(both, [BOGOR, SUKABUMI])
    at_the_assistant(both, journey)
    bring(both, without=tuple(assistants[:2]))
    assert holders(journey) == [assistants[2]]
    journey.answer("tahap5_paraf_asisten", BOGOR)


def test_nobody_joins_the_one_who_was_chosen(both: Town) -> None:
    assistants = three_assistants(both)
    journey = Journey(both, [BOGOR, SUKABUMI])
    choose(both, journey, assistants[1])
    at_the_assistant(both, journey)
    bring(both, new=("Eka Contoh",))
    assert holders(journey) == [assistants[1]]


def test_the_cooperation_office_of_the_same_house_is_reminded_to_choose_with_a_fresh_link(
    both: Town,
) -> None:
    hire(both, SUKABUMI, "asisten", "Asri Contoh")
    journey = Journey(both, [BOGOR, SUKABUMI]).until("tahap5_paraf_kabag")
    journey.answer("tahap5_paraf_kabag", SUKABUMI)
    asked = both.link(journey.id, "tahap5_paraf_asisten", SUKABUMI, purpose="pilih")
    before = told(both, "Mohon dipilih pejabat")
    live(both, date(2026, 7, 9))
    after = told(both, "Mohon dipilih pejabat") - before
    assert {who for _, who in after} == {"bagian-kerja-sama.3202"}
    newest = both.link(journey.id, "tahap5_paraf_asisten", SUKABUMI, purpose="pilih")
    assert newest != asked
    assert both.client.get(f"/t/{asked}").status_code == 200, "the old link still works"


def test_only_the_assistant_of_the_case_is_told_of_a_late_task(both: Town) -> None:
    assistants = three_assistants(both)
    journey = Journey(both, [BOGOR, SUKABUMI]).until("tahap5_paraf_kabag")
    choose(both, journey, assistants[1])
    live(both, date(2026, 8, 3))
    with both.office.database.read() as session:
        names = {
            official.id: (person.email or "").split("@")[0]
            for official, person in session.execute(
                select(Official, Person).join(Person, Person.id == Official.person_id)
            )
        }
    told_of_it = {who for _, who in told(both, "Mohon informasi")}
    assert told_of_it & {names[each] for each in assistants} == {names[assistants[1]]}


def test_the_board_says_that_a_choice_is_awaited(both: Town) -> None:
    three_assistants(both)
    journey = Journey(both, [BOGOR, SUKABUMI])
    at_the_assistant(both, journey)
    assert "menunggu pilihan pejabat" in board(both, f"/perkara/{journey.id}")


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({"region": BOGOR, "role": "asisten"}, 200),
        ({"region": SUKABUMI}, 422),
        ({"role": "sekda"}, 422),
    ],
)
def test_a_region_and_a_role_given_beside_the_official_must_be_his(
    both: Town, more: dict[str, str], status: int
) -> None:
    assistants = three_assistants(both)
    journey = Journey(both, [BOGOR, SUKABUMI])
    assert choose(both, journey, assistants[0], **more) == status


def test_nobody_is_chosen_for_a_role_that_all_its_holders_share(both: Town) -> None:
    second = hire(both, BOGOR, "sekda", "Asri Contoh")
    journey = Journey(both, [BOGOR, SUKABUMI])
    refused = both.call("POST", f"/cases/{journey.id}/officials", {"official": second})
    assert refused.status_code == 422
    assert "pilih_per_perkara" in refused.get_json()["errors"]["official"]


def test_the_same_choice_again_changes_nothing(both: Town) -> None:
    assistants = three_assistants(both)
    journey = Journey(both, [BOGOR, SUKABUMI])
    choose(both, journey, assistants[0])
    before = len(both.call("GET", f"/cases/{journey.id}/history").get_json()["items"])
    assert choose(both, journey, assistants[0]) == 200
    after = len(both.call("GET", f"/cases/{journey.id}/history").get_json()["items"])
    assert after == before


def test_who_prepares_is_chosen_too_and_then_gets_his_link(both: Town) -> None:
    files = actions.procedures.read_folder(FOLDER)
    files["ksdd.bpmn"] = files["ksdd.bpmn"].replace(
        b'name="penyiap" value="sekretaris_tkksd"', b'name="penyiap" value="asisten"'
    )
    clock = actions.Actor.clock()
    actions.publish(both.office, files, note="Asisten menyiapkan", actor=clock, now=both.now)
    assistants = three_assistants(both)
    journey = Journey(both, [BOGOR, SUKABUMI]).until("tahap3_pembahasan")
    key = ("siapkan", journey.id, "tahap3_pembahasan", BOGOR)
    assert key not in both.links
    asked = both.link(journey.id, "tahap3_pembahasan", BOGOR, purpose="pilih")
    page = both.client.get(f"/t/{asked}").get_data(as_text=True)
    assert page.count('name="_pejabat"') == 3, "only the role that is chosen for each case"
    assert both.post(asked, {"_pejabat": assistants[0]}, form="pilihan").status_code == 200
    first = both.link(journey.id, "tahap3_pembahasan", BOGOR, purpose="siapkan")
    assert choose(both, journey, assistants[1]) == 200
    assert both.client.get(f"/t/{first}").status_code == 410, "somebody else prepares it now"
    second = both.link(journey.id, "tahap3_pembahasan", BOGOR, purpose="siapkan")
    prepared = both.post(second, journey.plan["tahap3_pembahasan"])
    assert "Jawaban sudah disiapkan" in prepared.get_data(as_text=True)
