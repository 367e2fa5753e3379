"""One Kabag who wears three hats, as in most small offices."""

from __future__ import annotations

from datetime import timedelta
from email import message_from_bytes

from sqlalchemy import select, update

from processes.store.tables import Official, Person
from tests.journeys.answers import Journey
from tests.journeys.town import LINK, Town

BOGOR, SUKABUMI = "32.01", "32.02"
HATS = ("bagian_kerja_sama", "sekretaris_tkksd", "kabag")


def three_hats(town: Town, region: str) -> str:
    """Let one person hold the three roles; his address."""
    with town.office.database.write() as session:
        kabag = session.scalars(
            select(Official).where(Official.region_code == region, Official.role == "kabag")
        ).one()
        session.execute(
            update(Official)
            .where(Official.region_code == region, Official.role.in_(HATS))
            .values(person_id=kabag.person_id)
        )
        address = session.get_one(Person, kabag.person_id).email
    assert address is not None
    return address


def letters_to(town: Town, address: str) -> int:
    town.read_mail()
    letters = (town.folder / "mail").glob("*.eml")
    return sum(message_from_bytes(path.read_bytes())["To"] == address for path in letters)


def test_the_next_task_is_offered_on_the_receipt_without_another_mail(both: Town) -> None:
    address = three_hats(both, BOGOR)
    journey = Journey(both, [BOGOR, SUKABUMI])
    token = both.link(journey.id, "tahap1_permohonan", BOGOR)
    assert letters_to(both, address) == 1
    for element in ("tahap1_permohonan", "tahap1_telaah"):
        done = both.post(token, journey.plan[element])
        assert done.status_code == 200, done.get_data(as_text=True)
        page = done.get_data(as_text=True)
        assert "Tugas berikutnya" in page
        [token, *_] = LINK.findall(page)
    assert letters_to(both, address) == 1
    done = both.post(token, journey.plan["tahap1_surat"])
    assert done.status_code == 200
    assert journey.elements == ["tahap2_kesediaan"]
    both.wait(hours=2)
    assert letters_to(both, address) == 1, "what was done at once is never written about"


def test_who_leaves_the_offered_task_gets_its_letter_after_all(both: Town) -> None:
    address = three_hats(both, BOGOR)
    journey = Journey(both, [BOGOR, SUKABUMI])
    journey.answer("tahap1_permohonan", BOGOR)
    assert letters_to(both, address) == 1
    both.now += timedelta(minutes=11)
    assert letters_to(both, address) == 2


def test_the_case_goes_through_with_one_person_for_three_roles_in_both_houses(both: Town) -> None:
    for region in (BOGOR, SUKABUMI):
        three_hats(both, region)
    journey = Journey(both, [BOGOR, SUKABUMI], burden=True).until("tahap6_registrasi")
    journey.answer("tahap6_registrasi")
    assert journey.case["agreement"]["status"] == "berlaku"


def test_that_requester_and_checker_are_one_person_is_on_record(both: Town) -> None:
    three_hats(both, BOGOR)
    journey = Journey(both, [BOGOR, SUKABUMI])
    journey.answer("tahap1_permohonan", BOGOR)
    token = both.link(journey.id, "tahap1_telaah", BOGOR)
    receipt = both.post(token, journey.plan["tahap1_telaah"]).get_data(as_text=True)
    assert "orang yang sama" in receipt
    told = both.call("GET", f"/cases/{journey.id}/history").get_json()["items"]
    [entry] = [e for e in told if e["details"].get("same_person")]
    assert entry["details"]["same_person"] == ["tahap1_permohonan"]


def test_two_people_leave_no_such_mark(both: Town) -> None:
    journey = Journey(both, [BOGOR, SUKABUMI])
    journey.answer("tahap1_permohonan", BOGOR)
    token = both.link(journey.id, "tahap1_telaah", BOGOR)
    receipt = both.post(token, journey.plan["tahap1_telaah"]).get_data(as_text=True)
    assert "orang yang sama" not in receipt
