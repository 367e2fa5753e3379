"""The page "Tugas saya": a petugas opens his tasks, records, reminds, and sees his cases."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from flask import Flask
from sqlalchemy import select

from processes import actions
from processes.actions import Actor
from processes.office import Office
from processes.store import questions
from processes.store.tables import AccountRole, History, Message, Task, TaskStatus
from tests.webhooks.conftest import Clock, SignIn
from tests.webhooks.forms import key_in
from tests.webhooks.holder_of import Holder

BOGOR, SUKABUMI = "32.01", "32.02"
KEEPER = Actor(kind="account", name="administrator")


@dataclass(frozen=True, kw_only=True)
class Desk:
    """A petugas of Kabupaten Bogor, signed in, and his case."""

    petugas: Holder
    case_id: str
    task_id: str


@pytest.fixture
def desk(app: Flask, office: Office, clock: Clock) -> Desk:
    case_id = actions.open_case(
        office,
        procedure="ksdd",
        region=BOGOR,
        parties=[SUKABUMI],
        title="Air bersih lintas batas",
        actor=KEEPER,
        now=clock(),
    )
    with office.database.read() as session:
        task = session.scalars(select(Task).where(Task.case_id == case_id)).one()
        [(_official, person)] = questions.holders_of_tasks(session, [task.id])[task.id]
    petugas = Holder(app, office, clock)
    address = str(person.email)
    petugas.accepts(petugas.is_invited("Petugas", AccountRole.CLERK, BOGOR, official=address))
    return Desk(petugas=petugas, case_id=case_id, task_id=task.id)


def test_a_petugas_opens_his_task_from_the_list_and_works_on_it(desk: Desk, office: Office) -> None:
    page = desk.petugas.browser.get("/tugas-saya").text
    assert "Menyusun permohonan dan KAK" in page
    assert "Air bersih lintas batas" in page

    done = desk.petugas.sends(page, f"/tugas-saya/{desk.task_id}/buka")
    assert done.status_code == 303
    assert str(done.location).startswith("/t/")
    assert desk.petugas.browser.get(str(done.location)).status_code == 200
    recorded = desk.petugas.sends(page, f"/tugas-saya/{desk.task_id}/catat")
    assert desk.petugas.browser.get(str(recorded.location)).status_code == 200
    with office.database.read() as session:
        made = select(History).where(History.case_id == desk.case_id, History.kind == "link.made")
        assert [entry.actor["name"] for entry in session.scalars(made)] == ["Petugas"] * 2


def test_a_reminder_wants_a_reason_and_goes_to_the_holder(desk: Desk, office: Office) -> None:
    page = desk.petugas.browser.get("/tugas-saya").text
    path = f"/tugas-saya/{desk.task_id}/ingatkan"
    missing = desk.petugas.sends(page, path, reason="")
    assert (missing.status_code, f"galat-{desk.task_id}" in missing.text) == (422, True)
    done = desk.petugas.sends(page, path, reason="Rapat besok")
    assert "Pengingat dikirim" in desk.petugas.browser.get(str(done.location)).text
    with office.database.read() as session:
        sent = select(Message).where(Message.kind == "pengingat", Message.task_id == desk.task_id)
        assert session.scalars(sent).one().status.value == "waiting"


def test_a_petugas_of_another_region_sees_and_does_nothing_here(
    desk: Desk, app: Flask, office: Office, clock: Clock
) -> None:
    stranger = Holder(app, office, clock)
    stranger.accepts(stranger.is_invited("Orang Depok", AccountRole.CLERK, "32.76"))
    page = stranger.browser.get("/tugas-saya").text
    assert "Air bersih" not in page
    for act in ("buka", "catat", "ingatkan"):
        done = stranger.sends(page, f"/tugas-saya/{desk.task_id}/{act}", reason="x")
        assert done.status_code == 404, act


def test_a_petugas_of_the_partner_sees_the_case_but_it_is_not_his_own(
    desk: Desk, app: Flask, office: Office, clock: Clock
) -> None:
    partner = Holder(app, office, clock)
    partner.accepts(partner.is_invited("Orang Sukabumi", AccountRole.CLERK, SUKABUMI))
    page = partner.browser.get("/tugas-saya").text
    assert "belum dikaitkan" in page
    assert "Air bersih" not in page
    done = partner.sends(page, f"/tugas-saya/{desk.task_id}/ingatkan", reason="x")
    assert done.status_code == 403


def test_a_finished_task_is_no_longer_on_the_list(desk: Desk, office: Office) -> None:
    actions.withdraw_case(
        office, desk.case_id, reason="Batal", actor=KEEPER, now=desk.petugas.clock()
    )
    with office.database.read() as session:
        gone = session.get_one(Task, desk.task_id)
    assert gone.status is TaskStatus.CANCELLED
    page = desk.petugas.browser.get("/tugas-saya").text
    assert desk.task_id not in page


def test_who_only_looks_has_no_such_page(signed_in: SignIn) -> None:
    browser = signed_in(role=AccountRole.OBSERVER, region=BOGOR)
    assert browser.get("/tugas-saya").status_code == 403
    key = key_in(browser.get("/").text)
    assert browser.post("/tugas-saya/x/buka", data={"_kunci": key}).status_code == 403
