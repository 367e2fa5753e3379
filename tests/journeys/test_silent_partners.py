"""Two partners who do not answer: whatever is asked of the pemrakarsa says about which of them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from processes.store import accounts, questions
from processes.store.questions.event_log import logged_cases
from processes.store.questions.performance import ReportFilters
from processes.store.tables import AccountRole, Task
from processes.store.viewer import Viewer
from tests.engine.migrating.edits import Sheet, shipped
from tests.journeys.answers import Journey
from tests.journeys.test_reminders import live, mails, working_days_after
from tests.journeys.test_versions_change import edit, move, publish, undo
from tests.journeys.town import Town
from webhooks.reports.ocel import as_ocel
from worker.tick import tick

BOGOR, SUKABUMI, CIANJUR, JAYAPURA = "32.01", "32.02", "32.03", "91.71"
NAMES = {SUKABUMI: "Kabupaten Sukabumi", JAYAPURA: "Kota Jayapura"}
LETTER, REPORT = "tahap2_surat_kedua", "tahap2_laporan_gwpp"
WIB = ZoneInfo("Asia/Jakarta")
LATER = datetime(2027, 1, 15, 16, 1, tzinfo=WIB).astimezone(UTC)


def silent(town: Town) -> Journey:
    """A case whose two partners let the date of the second letter pass."""
    journey = Journey(town, [BOGOR, SUKABUMI, JAYAPURA]).until("tahap2_kesediaan")
    town.now = LATER
    tick(town.office, town.now)
    town.read_mail()
    return journey


def tasks(journey: Journey, element: str = LETTER) -> dict[str, dict[str, Any]]:
    """The tasks of a kind, by the region that the API says they are about."""
    return {t["about"]: t for t in journey.case["tasks"] if t["element"] == element}


def link_of(town: Town, task: Mapping[str, Any]) -> str:
    """A fresh link to a task: the token alone."""
    answer = town.call("POST", f"/tasks/{task['id']}/link")
    assert answer.status_code == 201, answer.get_data(as_text=True)
    return str(answer.get_json()["url"]).rsplit("/", 1)[1]


def words(html: str) -> str:
    """What can be read on a page, on one line."""
    return " ".join(re.sub(r"<[^>]*>", "", html).split())


def signed_in(town: Town, role: AccountRole, region: str | None = None) -> FlaskClient:
    with town.office.database.write() as session:
        account = accounts.create_account(
            session, name=role.value, role=role, now=town.now, region_code=region
        )
        token = accounts.make_sign_in_link(session, account.id, town.now)
    client = town.app.test_client()
    assert client.post(f"/masuk/{token}").status_code == 303
    return client


def history(town: Town, journey: Journey, kind: str, element: str) -> list[dict[str, Any]]:
    items = town.call("GET", f"/cases/{journey.id}/history").get_json()["items"]
    return [
        e["details"] for e in items if e["kind"] == kind and e["details"].get("element") == element
    ]


def test_every_task_about_a_silent_partner_says_whom_it_is_about(both: Town) -> None:
    journey = silent(both)
    for element in (LETTER, REPORT):
        assert tasks(journey, element).keys() == {SUKABUMI, JAYAPURA}
        told = history(both, journey, "task.opened", element)
        assert sorted(details["about"] for details in told) == [SUKABUMI, JAYAPURA]
    others = [t for t in journey.case["tasks"] if t["element"] not in (LETTER, REPORT)]
    assert {t["about"] for t in others} == {None}, "what a region does for itself is about itself"


def test_the_page_and_the_receipt_name_the_partner_in_both_languages(town: Town) -> None:
    journey = silent(town)
    for code, task in tasks(journey).items():
        token = link_of(town, task)
        page = town.client.get(f"/t/{token}").get_data(as_text=True)
        assert f"Surat kedua, mengenai {NAMES[code]}" in words(page.split("</h1>")[0])
        assert f", about {NAMES[code]}</h1>" in town.client.get(f"/t/{token}?lang=en").text
        town.client.get("/?lang=id")
        receipt = town.post(token, {**journey.plan[LETTER], "nomor_surat": f"119/{code}"})
        assert receipt.status_code == 200
        assert f"Surat kedua, mengenai {NAMES[code]}" in words(receipt.get_data(as_text=True))
        kept = town.client.get(f"/t/{token}", headers={"Accept": "application/json"}).get_json()
        assert kept["about"] == code
        [done] = [e for e in history(town, journey, "task.completed", LETTER) if e["about"] == code]
        assert done["answers"]["nomor_surat"] == f"119/{code}"


def test_the_letter_to_one_partner_does_not_stand_in_the_form_about_the_other(town: Town) -> None:
    journey = silent(town)
    both_letters = tasks(journey)
    sent = {**journey.plan[LETTER], "nomor_surat": "119/SUKABUMI"}
    assert town.post(link_of(town, both_letters[SUKABUMI]), sent).status_code == 200
    page = town.client.get(f"/t/{link_of(town, both_letters[JAYAPURA])}").get_data(as_text=True)
    form = page.split('id="isian"')[1]
    assert "119/SUKABUMI" not in form


def test_every_mail_names_the_partner(both: Town) -> None:
    Journey(both, [BOGOR, SUKABUMI, JAYAPURA]).until("tahap2_kesediaan")
    last = working_days_after(date(2026, 7, 6), 30)
    both.at(datetime.combine(last, time(16, 1), WIB))
    live(both, working_days_after(last, 9))
    naming = [
        (subject.partition(" ")[0], line)
        for _, _, subject, body in mails(both)
        for line in (subject, *body.splitlines())
        if "Surat kedua" in line
    ]
    for name in NAMES.values():
        own = [(kind, line) for kind, line in naming if f"Surat kedua, mengenai {name}" in line]
        # the first letters of both share one mail with what waited beside them
        assert any(f"Tugas baru: Surat kedua, mengenai {name}" in line for _, line in own)
        assert {kind for kind, _ in own} >= {"Pengingat:", "Mohon", "Ringkasan"}
        naming = [each for each in naming if each not in own]
    assert not naming, "no mail leaves it open whom a letter is about"


def test_the_board_the_case_and_ones_own_list_name_the_partner(both: Town) -> None:
    journey = silent(both)
    admin = signed_in(both, AccountRole.ADMIN)
    clerk = signed_in(both, AccountRole.CLERK, BOGOR)
    case = f"/perkara/{journey.id}"
    for client, path in (
        (admin, "/?bagian=daftar"),
        (admin, case),
        (clerk, "/tugas-saya"),
        (clerk, case),
    ):
        said = words(client.get(path).get_data(as_text=True))
        for name in NAMES.values():
            assert f"Surat kedua, mengenai {name}" in said, path
    said = words(admin.get(f"{case}?lang=en").get_data(as_text=True))
    assert "Surat kedua, about Kota Jayapura" in said
    # the timeline says of each entry about whom it is, too
    assert said.count("Surat kedua, about Kota Jayapura · Kabupaten Bogor") >= 1


def test_exports_name_the_partner(town: Town) -> None:
    journey = silent(town)
    admin = signed_in(town, AccountRole.ADMIN)
    listed = admin.get("/laporan/tugas.csv")
    assert listed.status_code == 200
    assert "Surat kedua, mengenai Kota Jayapura" in listed.get_data(as_text=True)
    task = tasks(journey)[JAYAPURA]
    with town.office.database.read() as session:
        everything = {"since": LATER - timedelta(days=400), "until": LATER}
        cases = logged_cases(session, Viewer.system(), ReportFilters(), **everything)
        regions = questions.regions_by_code(session)
        log = json.loads(b"".join(as_ocel(cases, regions, with_names=False)))
    [found] = [o for o in log["objects"] if o["id"] == f"task:{task['id']}"]
    related = {(r["objectId"], r["qualifier"]) for r in found["relationships"]}
    assert related == {(f"region:{BOGOR}", "holder"), (f"region:{JAYAPURA}", "about")}


def test_a_task_outside_of_loops_is_about_nobody_else_whoever_does_it(both: Town) -> None:
    letter = {
        "nomor": "119/7/2026",
        "tanggal": "2026-07-01",
        "tanggal_terima": "2026-07-03",
        "dokumen": both.scan(),
    }
    case = both.open_case(SUKABUMI, [BOGOR], surat_masuk=letter)
    journey = Journey(both, [BOGOR, SUKABUMI], case_id=case)
    assert {t["element"] for t in journey.case["tasks"]} >= {"tahap1_surat_masuk"}
    assert {t["about"] for t in journey.case["tasks"]} == {None}


@pytest.mark.parametrize("name", ["a message text changed", "a gateway added", "stages renumbered"])
def test_another_version_of_the_procedure_keeps_whom_a_task_is_about(both: Town, name: str) -> None:
    journey = silent(both)
    before = {code: task["id"] for code, task in tasks(journey).items()}
    assert before.keys() == {SUKABUMI, JAYAPURA}
    move(both, journey, publish(both, edit(name).files()))
    assert {code: task["id"] for code, task in tasks(journey).items()} == before
    undo(both, journey)
    assert {code: task["id"] for code, task in tasks(journey).items()} == before


def test_a_task_that_another_house_gets_with_a_new_version_is_about_nobody_else(
    both: Town,
) -> None:
    journey = Journey(both, [BOGOR, SUKABUMI]).until("tahap1_telaah")
    sheet = Sheet(shipped())
    sheet.property("tahap1_telaah", "daerah", "mitra")
    version = publish(both, sheet.done())

    def told() -> tuple[str, str | None]:
        [task] = [t for t in journey.case["tasks"] if t["status"] == "open"]
        return task["region"], task["about"]

    move(both, journey, version)
    assert told() == (SUKABUMI, None)
    undo(both, journey)
    assert told() == (BOGOR, None)


def test_a_case_that_was_running_before_says_it_as_soon_as_it_moves(both: Town) -> None:
    journey = silent(both)
    with both.office.database.write() as session:
        session.execute(update(Task).values(concerns=None))
    assert tasks(journey).keys() == {None}
    journey.answer("tahap2_kesediaan", SUKABUMI)
    with both.office.database.read() as session:
        waiting = select(Task.concerns).where(
            Task.case_id == journey.id, Task.element == LETTER, Task.closed_at.is_(None)
        )
        assert JAYAPURA in set(session.scalars(waiting))
